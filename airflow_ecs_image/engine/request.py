"""What to build, and the arguments of `docker buildx build` that say so without showing a secret."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from airflow_ecs_image.engine.redaction import redactor

_VARIABLE = "AIRFLOW_ECS_IMAGE_BUILD_SECRET_{}"


@dataclass(frozen=True)
class Secret:
    """A BuildKit secret for the steps that mount its id: the content of the file `path`, or `value`."""

    id: str
    path: Path | None = None
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class BuildRequest:
    """One image to build.

    `dockerfile` is the text of the Dockerfile. `tags` move to the image only after the whole build went well.
    `secret_build_args` appear in no argument list, log or error of the toolkit, but BuildKit keeps a build
    argument that a RUN step can see in the image's history; `secrets` leave no trace. `network` is the
    network of RUN steps. `source_date_epoch`, in seconds, becomes the image's time of creation. `fresh_stages` are built
    anew whatever the cache holds, `no_cache` is for all of them.
    """

    dockerfile: str
    context: Path
    tags: tuple[str, ...]
    platform: str
    build_args: Mapping[str, str] = field(default_factory=dict)
    secret_build_args: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[Secret, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    no_cache: bool = False
    target: str | None = None
    pull: bool = False
    network: str | None = None
    source_date_epoch: int | None = None
    fresh_stages: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """The options for buildx, without the Dockerfile, the tags and the context."""
        arguments = ["--platform", self.platform, "--provenance=false"]
        build_args = dict(self.build_args)
        if self.source_date_epoch is not None:
            build_args["SOURCE_DATE_EPOCH"] = str(self.source_date_epoch)
        for name, value in build_args.items():
            arguments += ["--build-arg", f"{name}={value}"]
        for name in self.secret_build_args:
            arguments += ["--build-arg", name]
        for number, secret in enumerate(self.secrets):
            source = f"src={secret.path}" if secret.path else f"env={_VARIABLE.format(number)}"
            arguments += ["--secret", _comma_separated(f"id={secret.id}", source)]
        for name, value in self.labels.items():
            arguments += ["--label", f"{name}={value}"]
        if self.pull:
            arguments.append("--pull")
        if self.target is not None:
            arguments += ["--target", self.target]
        if self.network is not None:
            arguments += ["--network", self.network]
        return arguments + self._without_cache()

    def _without_cache(self) -> list[str]:
        if self.no_cache:
            return ["--no-cache"]
        return ["--no-cache-filter", ",".join(self.fresh_stages)] if self.fresh_stages else []

    def secret_environment(self) -> dict[str, str]:
        """The variables that carry the secret values to buildx."""
        values = {
            _VARIABLE.format(number): secret.value or ""
            for number, secret in enumerate(self.secrets)
            if secret.path is None
        }
        return {**self.secret_build_args, **values}

    def redactor(self) -> Callable[[str], str]:
        """A function that masks this request's secrets in a text."""
        values = [secret.value for secret in self.secrets if secret.value is not None]
        files = [_content(secret.path) for secret in self.secrets if secret.path is not None]
        return redactor([*self.secret_build_args.values(), *values], [*values, *files])


def _comma_separated(*fields: str) -> str:
    """The fields as buildx reads them: one line of CSV, so that a path may hold commas and quotes."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(fields)
    return line.getvalue()


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
