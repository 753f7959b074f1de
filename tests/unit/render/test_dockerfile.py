"""The tests' own reader of Dockerfiles: examples of the Dockerfile reference, and values that Docker 26 read back so."""

from __future__ import annotations

import pytest

from .dockerfile import directives, parse, split_words, unquote


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (r'"John Doe"', "John Doe"),
        (r"Rex\ The\ Dog", "Rex The Dog"),
        ("'$x \\'", "$x \\"),
        (r'"a \"b\" \$c \\ `d`"', r'a "b" $c \ `d`'),
        (r'"\n\ x"', r"\n\ x"),
        (r"a\b", "ab"),
        ("a'b'\"c\"", "abc"),
        ("${x}/${x}", "1 2/1 2"),
        ('"${x}"', "1 2"),
        ("'${x}'", "${x}"),
    ],
)
def test_a_word_is_unquoted_as_docker_does(word: str, value: str) -> None:
    assert unquote(word, {"x": "1 2"}) == value


@pytest.mark.parametrize("word", ["$x", "${y}", "${x:-1}", '"$"'])
def test_an_expansion_of_something_unknown_is_an_error(word: str) -> None:
    with pytest.raises(ValueError, match="expansion"):
        unquote(word, {"x": ""})


def test_words_are_split_at_space_that_is_not_quoted() -> None:
    assert split_words('a="b c" d\\ e \'f " g\'  h') == ['a="b c"', "d\\ e", "'f \" g'", "h"]
    with pytest.raises(ValueError, match="stays open"):
        split_words('a "b')


def test_instructions_comments_and_continuations() -> None:
    found = parse('# c\nFROM a\n\nRUN x \\\n# c\n\n  && y\\\nz\nENV A="b\\\\"\n')
    assert [(each.keyword, each.arguments) for each in found] == [
        ("FROM", "a"),
        ("RUN", "x   && yz"),
        ("ENV", 'A="b\\\\"'),
    ]
    assert found[-1].pairs() == {"A": "b\\"}


def test_heredocs_belong_to_their_instruction() -> None:
    text = "COPY <<'A' <<B /x/\nUSER 0\n A\nA\nB\nRUN --mount=x \\\n  <<C\nC\nENV D=\"<<C\"\n"
    copy, run, environment = parse(text)
    assert [(each.name, each.body) for each in copy.heredocs] == [("A", "USER 0\n A"), ("B", "")]
    assert text.split("\n")[copy.heredocs[0].first_line] == "USER 0"
    assert [each.body for each in run.heredocs] == [""]
    assert environment.heredocs == ()
    for broken in ("COPY <<A /x\nUSER 0\n", "RUN a \\\n", "user 0", "rm -rf"):
        with pytest.raises(ValueError, match="line "):
            parse(broken)


def test_paths_of_copy() -> None:
    json_form, shell_form = parse('COPY --from=a ["${x}/", "/b c/"]\nCOPY --chmod=644 <<A "/b/${x}"\nA\n')
    assert json_form.paths({"x": "1 2"}) == ["1 2/", "/b c/"]
    assert shell_form.paths({"x": "1 2"}) == ["<<A", "/b/1 2"]


def test_parser_directives_stand_at_the_top() -> None:
    assert directives("# escape=`\n# syntax = a:1\n# c\n# check=x") == {"escape": "`", "syntax": "a:1"}
    assert directives("# a comment\n# escape=`") == {}
