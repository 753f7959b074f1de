"""Templates of the user's own: what they can extend, and one line with file and line for what goes wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.render import render
from airflow_ecs_image.resources import resource_directory
from airflow_ecs_image.spec import ImageSpec

from .dockerfile import parse
from .inputs import inputs

BAKED = {
    "bake_credentials": True,
    "aws_access_key_id": "AKIA",
    "aws_secret_access_key": "canary",
}
BLOCKS = (
    "arguments",
    "toolbox",
    "packages",
    "aws_cli",
    "requirements",
    "entrypoint",
    "dags",
    "environment",
    "labels",
)


def rendered(path: Path, text: str | bytes, *, template_directory: Path | None = None) -> str:
    """What a user's template renders to, from a spec that holds a credential."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    given = inputs()
    spec = ImageSpec.model_validate({**given.spec.model_dump(), **BAKED})
    return render(
        inputs(spec.model_dump() | {name: getattr(spec, name) for name in BAKED}),
        template_directory=template_directory or resource_directory(),
        user_template=path,
    )


def plain() -> str:
    given = inputs()
    spec = {name: value for name, value in BAKED.items() if name == "bake_credentials"}
    return render(inputs({**given.spec.model_dump(), **spec}), template_directory=resource_directory())


@pytest.mark.parametrize("name", ["mine.j2", "Dockerfile.j2", "a template with spaces.txt"])
def test_a_template_extends_ours_whatever_its_own_name(tmp_path: Path, name: str) -> None:
    text = rendered(tmp_path / name, '{% extends "Dockerfile.j2" %}\n')
    assert text == plain()


@pytest.mark.parametrize("block", BLOCKS)
def test_each_block_can_be_added_to(tmp_path: Path, block: str) -> None:
    text = rendered(
        tmp_path / "mine.j2",
        f'{{% extends "Dockerfile.j2" %}}\n{{% block {block} %}}\n{{{{ super() }}}}\n# mine\n{{% endblock %}}\n',
    )
    assert text.replace("# mine\n", "").split() == plain().split()
    assert text.count("# mine\n") == 1


def test_a_block_can_be_replaced(tmp_path: Path) -> None:
    text = rendered(
        tmp_path / "mine.j2",
        '{% extends "Dockerfile.j2" %}{% block labels %}LABEL mine={{ spec.tag | quote }}{% endblock %}',
    )
    labels = [each.pairs() for each in parse(text) if each.keyword == "LABEL"]
    assert labels == [{"mine": ImageSpec().tag}]


def test_a_template_can_stand_alone_and_use_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "part.txt").write_text("COPY a b")
    text = rendered(tmp_path / "mine.j2", 'FROM {{ base.reference | bare }}\n{% include "part.txt" %}')
    assert text == "FROM root:trixie\nCOPY a b\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("FROM x\n{{ nothing }}", 2, "'nothing' is undefined"),
        ("\n\n{{ spec.tga | quote }}", 3, "has no attribute 'tga'"),
        ('{% extends "Dockerfile.j2" %}\n{% block labels %}\n{{ nothing }}\n{% endblock %}', 3, "'nothing' is undefined"),
        ("FROM x\n{% if %}", 2, "Expected an expression"),
        ("{% block labels %}\n\n", 2, "Unexpected end of template"),
        ("\n{{ spec.tag | upside_down }}", 2, "No filter named 'upside_down'"),
        ('\n{% extends "other.j2" %}', 2, "there is no template other.j2"),
        ('\n{% include ["a.j2", "b.j2"] %}', 2, "there is no template a.j2, b.j2"),
        ('{% include "../secret.txt" %}', 1, "there is no template ../secret.txt"),
        ('{% include "/etc/passwd" %}', 1, "there is no template /etc/passwd"),
        ("\n{{ 1 / 0 }}", 2, "ZeroDivisionError: division by zero"),
        ('{{ "a" + 1 }}', 1, "TypeError"),
        ('LABEL a={{ "a\\nb" | quote }}', 1, "a value holds U+000A"),
        ('FROM {{ "a b" | bare }}', 1, "'a b' is no name, version or image reference"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_file_and_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = tmp_path / "mine.j2"
    with pytest.raises(SpecError) as failure:
        rendered(path, text)
    assert failure.value.message.startswith(f"{path}, line {line}: ")
    assert reason in failure.value.message
    assert "\n" not in failure.value.message
    assert failure.value.mend


@pytest.mark.parametrize(
    "expression",
    [
        "spec.__class__.__mro__",
        "spec.__class__.__init__.__globals__",
        "''.__class__",
        "cycler.__init__.__globals__",
        "'{0.__class__}'.format(spec)",
        "spec | attr('__class__')",
        "self._TemplateReference__context",
        "spec.aws_secret_access_key.get_secret_value()",
        "spec.aws_secret_access_key | attr('get_secret_value')",
        "spec.aws_secret_access_key['get_secret_value']()",
        "([spec.aws_secret_access_key] | map(attribute='get_secret_value') | first)()",
        "spec.aws_secret_access_key._secret_value",
    ],
)
def test_a_template_stays_in_its_sandbox(tmp_path: Path, expression: str) -> None:
    path = tmp_path / "mine.j2"
    with pytest.raises(SpecError) as refused:
        rendered(path, f"\n{{{{ {expression} }}}}")
    assert refused.value.message.startswith(f"{path}, line 2: ")
    assert "canary" not in refused.value.message


@pytest.mark.parametrize(
    "expression",
    ["spec", "spec.aws_secret_access_key", "spec.model_dump()", "spec.model_dump_json()", "spec | pprint"],
)
def test_a_credential_is_not_shown(tmp_path: Path, expression: str) -> None:
    assert "canary" not in rendered(tmp_path / "mine.j2", f"# {{{{ {expression} }}}}")


def test_a_template_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="extends or includes itself without an end"):
        rendered(tmp_path / "mine.j2", '{% extends "mine.j2" %}')
    with pytest.raises(SpecError, match="OverflowError: Range too big"):
        rendered(tmp_path / "mine.j2", "{% for x in range(10 ** 9) %}{% endfor %}")


def test_a_template_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.j2"
    with pytest.raises(SpecError, match=r"mine\.j2: it is not UTF-8 text"):
        rendered(path, b"FROM \xff")
    path.unlink()
    with pytest.raises(SpecError, match=r"mine\.j2: No such file"):
        render(inputs(), template_directory=resource_directory(), user_template=path)
    path.mkdir()
    with pytest.raises(SpecError, match=r"mine\.j2: Is a directory"):
        render(inputs(), template_directory=resource_directory(), user_template=path)


def test_a_template_is_read_again_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "mine.j2"
    assert rendered(path, "FROM a") == "FROM a\n"
    assert rendered(path, "FROM b") == "FROM b\n"
    own = tmp_path / "ours"
    own.mkdir()
    shutil.copy(resource_directory() / "Dockerfile.j2", own)
    assert rendered(path, '{% extends "Dockerfile.j2" %}', template_directory=own) == plain()
    (own / "Dockerfile.j2").write_text("FROM c\n\n\n\nUSER 1\n")
    assert rendered(path, '{% extends "Dockerfile.j2" %}', template_directory=own) == "FROM c\n\nUSER 1\n"
