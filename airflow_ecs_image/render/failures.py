"""A template that cannot be rendered: said in one line, with the file and the line of the template."""

from __future__ import annotations

import traceback
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import SecurityError, TemplatesNotFound, UndefinedError

from airflow_ecs_image.errors import SpecError

_BLOCKS = "see the blocks and variables of Dockerfile.j2"


def template_error(error: Exception, *, template: Path) -> SpecError:
    """The SpecError for what rendering `template` raised, on its own or in a template that it uses."""
    place = _place(error, template)
    if isinstance(error, SpecError):
        return SpecError(f"{place}: {error.message}", mend=error.mend, details=error.details)
    reason, mend = _explained(error)
    return SpecError(f"{place}: {' '.join(reason.split())}", mend=mend)


def _explained(error: Exception) -> tuple[str, str]:
    """The reason and the mend."""
    match error:
        case TemplateNotFound():
            names = error.templates if isinstance(error, TemplatesNotFound) else [str(error.name)]
            reason = f"there is no template {', '.join(str(name) for name in names)}"
            explained = reason, "Dockerfile.j2 is ours; others lie beside your template"
        case SecurityError():
            explained = f"templates may not do this: {error}", _BLOCKS
        case UndefinedError():
            explained = str(error), _BLOCKS
        case TemplateError():
            explained = str(error), "correct the template; its language is Jinja2's"
        case UnicodeDecodeError():
            explained = "it is not UTF-8 text", "save it as UTF-8"
        case OSError():
            explained = error.strerror or str(error), "correct the path of the template"
        case RecursionError():
            explained = "the template extends or includes itself without an end", "extend Dockerfile.j2"
        case _:
            explained = f"{type(error).__name__}: {error}", "correct the expression"
    return explained


def _place(error: Exception, template: Path) -> str:
    """File and line of the innermost template that was rendered, where they are known."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or template}, line {error.lineno}"
    place = str(template)
    for frame, line in traceback.walk_tb(error.__traceback__):
        # Jinja puts such frames, with the template's own file and lines, in the place of its compiled code.
        if "__jinja_exception__" in frame.f_globals:
            place = f"{frame.f_globals['__file__']}, line {line}"
    return place
