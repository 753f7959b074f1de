"""No value becomes an instruction, and each value comes back as it was given."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.render import RenderInputs, render
from airflow_ecs_image.render.quoting import bare
from airflow_ecs_image.resources import resource_directory
from airflow_ecs_image.spec import ImageSpec

from .dockerfile import Instruction, directives
from .inputs import OFFICIAL, inputs, instructions
from .places import PLACES, Place

CANARY = "canary"
BREAKS = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0")
HOSTILE = (
    '"', "'", "\\", "\\\\", '\\"', "a\\", "`id`", "$(id)", "$((1))", "${X}", "${X:-y}", "$X", "$1", "$$", "$", "{{ 7 * 7 }}",
    "{% raw %}", "{# x #}", "}}", "größe", "日本語", "🎉", "\u202e", "a b", "  ", " a ", "\t", "-x", "--from=x", "#", "# x",
    "a #b", "LOCK", "STEP", "ENTRYPOINT", "FETCH", "BOOTSTRAP", "<<LOCK", "<<'STEP'", "x <<EOF", "from scratch", "FROM x",
    "a=b", "=", ";", "&& id", "| id", "> x", "*", "?", "[a]", "~", "!", "%s", "%n", "a,b", '["a"]', "escape=`", "a\\ b", "\\n",
)  # fmt: skip
# The words that end a heredoc are words like any other where they are not alone on a line.
PLAIN = {"LOCK", "STEP", "ENTRYPOINT", "FETCH", "BOOTSTRAP"}
TEXT = st.lists(st.sampled_from([*HOSTILE, *BREAKS]) | st.text(max_size=4), max_size=5).map("".join)


@pytest.fixture(scope="module")
def harmless() -> dict[str, list[Instruction]]:
    return {name: instructions(place.put(CANARY)) for name, place in PLACES.items()}


def assert_same_shape(harmless: list[Instruction], hostile: list[Instruction]) -> None:
    """The same instructions; only what held the harmless value may differ, and not in its number of lines."""
    assert [each.keyword for each in hostile] == [each.keyword for each in harmless]
    for before, now in zip(harmless, hostile, strict=True):
        if CANARY not in before.arguments:
            assert now.arguments == before.arguments
        assert [each.name for each in now.heredocs] == [each.name for each in before.heredocs]
        for old, new in zip(before.heredocs, now.heredocs, strict=True):
            assert new.body.count("\n") == old.body.count("\n")
            assert CANARY in old.body or new.body == old.body


def assert_safe(place: Place, value: str, harmless: list[Instruction]) -> None:
    try:
        hostile = instructions(place.put(value))
    except SpecError:
        assert place.bare or any(character in value for character in "".join(BREAKS))
        return
    assert_same_shape(harmless, hostile)
    if place.read is not None:
        assert place.read(hostile) == value


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_a_hostile_value_comes_back_and_changes_no_instruction(
    value: str, harmless: dict[str, list[Instruction]]
) -> None:
    for name, place in PLACES.items():
        assert_safe(place, value, harmless[name])


@pytest.mark.parametrize("name", PLACES)
def test_a_line_break_or_nul_is_refused(name: str) -> None:
    for text in BREAKS:
        with pytest.raises(SpecError) as refused:
            instructions(PLACES[name].put(f"a{text}USER 0"))
        assert refused.value.message.isprintable()
        assert "Dockerfile.j2, line " in refused.value.message


def test_a_refused_value_is_not_shown() -> None:
    with pytest.raises(SpecError) as refused:
        instructions(inputs({"environment": {"PASSWORD": "canary\nUSER 0"}}))
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("name", [name for name, place in PLACES.items() if place.bare])
def test_where_no_quotes_can_stand_only_plain_words_pass(name: str) -> None:
    for value in (*HOSTILE, "", ".", "/", "-", "a'b"):
        if value not in PLAIN:
            with pytest.raises(SpecError):
                instructions(PLACES[name].put(value))


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(PLACES)), value=TEXT)
def test_no_text_changes_an_instruction(name: str, value: str) -> None:
    place = PLACES[name]
    assert_safe(place, value, instructions(place.put(CANARY)))


@settings(max_examples=50, deadline=None)
@given(values=st.fixed_dictionaries({"region": TEXT, "path": TEXT, "environment": TEXT, "label": TEXT}))
def test_values_do_not_work_together(values: dict[str, str]) -> None:
    def put(each: dict[str, str]) -> RenderInputs:
        return inputs(
            {
                "aws_default_region": each["region"],
                "container_dag_path": each["path"],
                "environment": {"NAME": each["environment"]},
            },
            labels={"a.label": each["label"]},
            base=OFFICIAL,
        )

    try:
        hostile = instructions(put(values))
    except SpecError:
        return
    assert_same_shape(instructions(put(dict.fromkeys(values, CANARY))), hostile)


def test_a_build_argument_arrives_whole_where_it_is_used() -> None:
    value = "/srv/our dags/$x \"q\" 'r' ü"
    arguments = {
        "host_dag_path": value,
        "container_dag_path": value,
        "requirements_path": value,
        "aws_default_region": value,
        "s3_uri": value,
    }
    found = instructions(inputs())
    copies = [path for each in found if each.keyword == "COPY" for path in each.paths(arguments)]
    assert copies.count(value) == 1
    assert copies.count(f"{value}/") == 1
    assert copies.count(f"/layer{value}/") == 1
    environment = {}
    for each in found:
        if each.keyword == "ENV":
            environment.update(each.pairs(arguments))
    for name in ("AWS_DEFAULT_REGION", "S3_URI", "CONTAINER_DAG_PATH", "AIRFLOW__CORE__DAGS_FOLDER"):
        assert environment[name] == value


@pytest.mark.parametrize(
    ("lock", "script", "terminator"),
    [
        ("uv", None, "LOCK"),
        ("airflow", None, "LOCK"),
        ("aws_cli", None, "LOCK"),
        (None, "entrypoint", "ENTRYPOINT"),
        (None, "base_entrypoint", "ENTRYPOINT"),
        (None, "fetch_dags", "FETCH"),
    ],
)
@pytest.mark.parametrize("ending", ["{}", "{}\r", "\t{}", "  {} "])
def test_an_embedded_file_cannot_end_its_heredoc(
    lock: str | None, script: str | None, terminator: str, ending: str
) -> None:
    plain = inputs()
    text = f"first\n{ending.format(terminator)}\nUSER 0\n"
    given_inputs = inputs(
        locks={**plain.locks, **({lock: text} if lock else {})},
        scripts={**plain.scripts, **({script: text} if script else {})},
    )
    with pytest.raises(SpecError, match=f"the line {terminator}"):
        instructions(given_inputs)


@settings(max_examples=100, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(["LOCK", "<<'LOCK'", "FETCH", "", " ", "a", "\\", "#"]) | st.text(max_size=5)
    )
)
def test_an_embedded_file_arrives_as_it_is(text: list[str]) -> None:
    lock = "\n".join(text)
    plain = inputs()
    try:
        found = instructions(inputs(locks={**plain.locks, "uv": lock}))
    except SpecError:
        assert "LOCK" in lock
        return
    (heredoc,) = next(each for each in found if each.arguments.endswith("/toolbox/uv.txt")).heredocs
    assert heredoc.body == lock.strip("\n")


def test_a_value_at_the_top_is_no_parser_directive() -> None:
    text = render(inputs({"tag": "escape=`"}), template_directory=resource_directory())
    assert directives(text) == {}


def test_every_field_of_the_spec_that_is_text_has_its_place() -> None:
    """Whoever adds a field says here where it goes."""
    not_in_the_text = {
        "base", "platform", "template", "dag_source", "aws_cli", "pip_conf", "ca_bundle", "bake_credentials", "read_only_root_filesystem",
        "levers", "size_budget", "start_budget",
        "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
    }  # fmt: skip
    places = {name.split(",")[0] for name in PLACES}
    assert set(ImageSpec.model_fields) == (places & set(ImageSpec.model_fields)) | not_in_the_text


def test_plain_words_are_plain() -> None:
    for value in ("3.13", "_NAME", "apache/airflow:slim-3.3.2@sha256:0f", "com.example/a_b-c", "1:2+b"):
        assert bare(value) == value
