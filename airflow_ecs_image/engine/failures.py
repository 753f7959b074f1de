"""What a failed build means: its error class, the one line, the lines of the log that matter, the mend."""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_ecs_image.engine.client import (
    DISK_FULL,
    EMULATION_COMMAND,
    FREE_SPACE_MEND,
    engine_refusal,
    last_line,
)
from airflow_ecs_image.engine.progress import BuildProgress, Vertex
from airflow_ecs_image.engine.remote import registry_error
from airflow_ecs_image.errors import BuildFailed, DiskFull, PlatformUnavailable, ToolkitError

MOST_DETAIL_LINES = 25
_DECIDING_LINES = 60
_LONGEST_NAME = 72

_NOISE = re.compile(
    r"""^\s*(?:
        # apt and dpkg
        (?:Get|Hit|Ign|Err):\d+\s | Selecting\s+previously | Preparing\s+to\s+unpack | Unpacking\s
      | Setting\s+up\s | Processing\s+triggers | \(Reading\s+database
      | Reading\s+(?:package\s+lists|state\s+information)
      | Building\s+dependency\s+tree | Fetched\s+\d | debconf: | update-alternatives: | Need\s+to\s+get
      | After\s+this\s+operation | The\s+following\s | (?:Suggested|Recommended)\s+packages | \d+\s+upgraded
        # pip and uv
      | (?:Collecting|Downloading|Downloaded|Using\s+cached|Requirement\s+already\s+satisfied)\s
      | Using\s+(?:CPython|Python)\s | Obtaining\s+dependency
      | (?:Preparing|Prepared|Building|Built|Updating|Updated|Resolved|Installed|Audited)
        \s+\S+(?:\s+packages?\b.*|\s+@.*|==.*)?$
      | (?:Preparing|Getting|Installing)\s+(?:metadata|requirements|build\s+dependencies)\b
        # progress bars, spinners, and the commands that `set -x` repeats
      | \d{1,3}%\s?(?:\[|\||$) | [━╸╺█▏▎▍▌▋▊▉\#=>.\-\s]{8,}(?:\s[\d.]+.*)?$ | \+\s+\+\s | [-\\|/]\s*$
    )""",
    re.VERBOSE,
)
_EXIT_CODE = re.compile(r"did not complete successfully: (exit code: \d+)")


class StepFailed(BuildFailed):
    """A step of the Dockerfile failed.

    `step_name` is the instruction as BuildKit names it, `log` the whole output of the step, `details` the
    last lines of it that matter. All are free of credentials.
    """

    def __init__(
        self, message: str, *, mend: str | None, details: tuple[str, ...], step_name: str, log: str
    ) -> None:
        super().__init__(message, mend=mend, details=details)
        self.step_name = step_name
        self.log = log


@dataclass(frozen=True)
class _Cause:
    """A cause that shows in the text of a failure, and what a person does about it."""

    pattern: re.Pattern[str]
    reason: str
    mend: str


def _cause(pattern: str, reason: str, mend: str) -> _Cause:
    return _Cause(re.compile(pattern, re.IGNORECASE | re.MULTILINE), reason, mend)


_WRONG_MACHINE = re.compile(r"exec format error", re.IGNORECASE)

# In this order: a cause that explains others stands before them.
_CAUSES = (
    _cause(
        r"exit code: 137\b|signal: killed|^Killed\b|cannot allocate memory|\bMemoryError\b|out of memory",
        "the step was killed, most likely for want of memory",
        "give the engine more memory, or stop other containers, and build again",
    ),
    _cause(
        r"certificate[ _]verify[ _]failed|UnknownIssuer|invalid peer certificate|unable to get local issuer"
        r"|self[- ]signed certificate|x509: |certificate is not trusted|No system certificates",
        "a TLS certificate is not trusted inside the build",
        "name the certificates of your proxy or index by --ca-bundle FILE",
    ),
    _cause(
        r"temporary failure (?:in name resolution|resolving)|could not resolve|name or service not known"
        r"|no such host|dns error|failed to lookup address|NameResolutionError",
        "a host name does not resolve inside the build",
        "check the engine's DNS and proxy; --debian-mirror sets a mirror, --pip-conf an index",
    ),
    _cause(
        r"connection (?:refused|timed out|reset)|network is unreachable|ConnectTimeout|read timed out"
        r"|i/o timeout|operation timed out|TLS handshake timeout|tunnel connection failed|could not connect",
        "a server cannot be reached from inside the build",
        "check the network and the proxy; --debian-mirror sets a mirror, --pip-conf an index",
    ),
    _cause(
        r"(?:\b40[137]\b[^\n]{0,60}(?:unauthorized|forbidden|authentication))"
        r"|(?:unauthorized|forbidden|authentication required)[^\n]{0,80}(?:https?://|\b40[137]\b)"
        r"|(?:unauthorized|forbidden)\) for url",
        "the package index refuses the credentials, or wants some",
        "give the index and its credentials by --pip-conf FILE, which stays out of the image",
    ),
    _cause(
        r"qemu: uncaught target signal|^Illegal instruction",
        "a program crashed under the emulation of another processor",
        "build on a machine of that processor, or with a newer qemu",
    ),
    _cause(
        r"^E: Unable to locate package|^E: Package '\S+' has no installation candidate|^E: Version '\S+' for",
        "Debian has no such package",
        "correct system_packages; the names are those of packages.debian.org for the image's Debian release",
    ),
    _cause(
        r"^E: Release file for|^E: The repository .* (?:is not signed|does not have a Release)|NO_PUBKEY",
        "apt does not accept the Debian mirror",
        "check --debian-mirror and the clock of this machine",
    ),
    _cause(
        r"^E: Failed to fetch|^E: Some index files failed",
        "apt could not fetch a package",
        "build again with --no-cache, so that the package lists are fresh; else check --debian-mirror",
    ),
    _cause(
        r"\b404\b[^\n]{0,40}(?:not found|client error)|(?:not found|client error)[^\n]{0,40}\b404\b",
        "the package index does not have what was asked for",
        "check the index in --pip-conf, and the names and versions in the requirements",
    ),
    _cause(
        r"was not found in the package registry|no matching distribution found|no versions? of ",
        "the package index does not have what the requirements ask for",
        "check the names and versions in the requirements, and the index in --pip-conf",
    ),
    _cause(
        r"no solution found|ResolutionImpossible|conflicting dependencies",
        "the requirements cannot be installed together",
        "correct the requirement that the lines above name",
    ),
    _cause(r"^E: ", "apt failed", "the line that starts with E: says why"),
)
_MISSING_SOURCE = re.compile(r'"?(?P<path>/[^"\n]*?)"?: not found')
_MISSING_SECRET = re.compile(r"secret (?P<id>\S+): not found")


def build_failure(progress: BuildProgress, *, platform: str) -> ToolkitError:
    """The error for a build that failed, from all that buildx reported about it."""
    vertex = progress.failed
    error = progress.error or (vertex.error if vertex else "")
    trailer = "\n".join(progress.trailer)
    if vertex is None or not vertex.name.is_step:
        return _failure_without_step(vertex, error, trailer)

    log = "\n".join(vertex.log)
    # Only the end may decide: a download that was refused once and then came is not the cause.
    text = "\n".join([*relevant_lines(vertex.log, _DECIDING_LINES), vertex.error])
    details = relevant_lines(vertex.log)
    subject = f"step {vertex.name.line(_LONGEST_NAME)}"
    if DISK_FULL.search(text):
        return DiskFull(f"{subject}: no space left on the engine's disk", mend=FREE_SPACE_MEND)
    if _WRONG_MACHINE.search(text):
        return PlatformUnavailable(
            f"{subject}: this machine cannot run programs for {platform}: exec format error",
            mend=EMULATION_COMMAND,
        )
    reason, mend = _explained(vertex, text)
    return StepFailed(
        f"{subject} failed: {reason}",
        mend=mend,
        details=details,
        step_name=f"{vertex.name.stage} {vertex.name.instruction}".strip(),
        log=log,
    )


def relevant_lines(log: list[str], most: int = MOST_DETAIL_LINES) -> tuple[str, ...]:
    """The last lines of a log that say something: progress bars and the chatter of package tools left out."""
    spoken = [line for line in log if line.strip()]
    telling = [line for line in spoken if not _NOISE.match(line)]
    return tuple((telling or spoken)[-most:])


def _failure_without_step(vertex: Vertex | None, error: str, trailer: str) -> ToolkitError:
    engine = engine_refusal(f"{error}\n{trailer}")
    if engine is not None:
        return engine
    metadata = "[internal] load metadata for "
    if vertex is not None and vertex.name.instruction.startswith(metadata):
        reference = vertex.name.instruction.removeprefix(metadata)
        registry = registry_error(reference, vertex.error)
        if registry is not None:
            return registry
    reason = error or (vertex.error if vertex else "") or last_line(trailer) or "buildx gave no reason"
    return StepFailed(
        f"the build failed: {reason}",
        mend=None,
        details=_excerpt(trailer),
        step_name=vertex.name.instruction if vertex else "",
        log=trailer,
    )


def _explained(vertex: Vertex, text: str) -> tuple[str, str | None]:
    instruction = vertex.name.instruction
    if secret := _MISSING_SECRET.search(vertex.error):
        return f"the build secret {secret['id']} was not given", "name its file: --pip-conf, --ca-bundle"
    if instruction.startswith(("COPY ", "ADD ")) and (source := _MISSING_SOURCE.search(vertex.error)):
        path = source["path"].lstrip("/")
        return f"{path} is not in the build context", f"put {path} there, or correct the path"
    for cause in _CAUSES:
        if cause.pattern.search(text):
            return cause.reason, cause.mend
    if code := _EXIT_CODE.search(vertex.error):
        return code[1], None
    return vertex.error.splitlines()[0], None


def _excerpt(trailer: str) -> tuple[str, ...]:
    """The lines of the Dockerfile that BuildKit quotes, marked by it with >>>."""
    return tuple(line for line in trailer.splitlines() if re.match(r"^\s*\d+ \|", line))
