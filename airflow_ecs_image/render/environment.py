"""The Jinja environment: strict, sandboxed, with our filters, and with the user's template beside ours."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from airflow_ecs_image.render import quoting

_Source = tuple[str, str, Callable[[], bool]]


class _Environment(SandboxedEnvironment):
    """A sandbox that also keeps credentials to itself: a Dockerfile is shown, and committed."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return attr != "get_secret_value" and super().is_safe_attribute(obj, attr, value)


@functools.cache
def template_environment(template_directory: Path, user_template: Path | None) -> SandboxedEnvironment:
    """The environment for Dockerfile.j2 in `template_directory`; a user's template is known by its whole path.

    A name in `extends`, `include` or `import` means a file beside Dockerfile.j2, else one beside the user's template.
    """
    directories = [template_directory, *([user_template.parent] if user_template else [])]
    environment = _Environment(
        loader=ChoiceLoader([FunctionLoader(_reader(user_template)), FileSystemLoader(directories)]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {
        "bare": quoting.bare,
        "comment": quoting.comment,
        "default_value": quoting.default_value,
        "heredoc": quoting.heredoc,
        "quote": quoting.quote,
        "shell": quoting.shell,
    }
    return environment


def _reader(user_template: Path | None) -> Callable[[str], _Source | None]:
    """Read the user's template by its own path, so that it may be called Dockerfile.j2 and still extend ours."""

    def read(name: str) -> _Source | None:
        if user_template is None or name != str(user_template):
            return None
        return user_template.read_text(encoding="utf-8"), name, lambda: False

    return read
