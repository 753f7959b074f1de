"""From the report of a failed build to the line that helps: class, reason, mend, the lines that matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.engine.failures import StepFailed, build_failure, relevant_lines
from airflow_ecs_image.engine.progress import BuildProgress, Vertex
from airflow_ecs_image.engine.step_names import step_name
from airflow_ecs_image.errors import BuildFailed, DiskFull, ImageNotFound, PlatformUnavailable, ToolkitError

DATA = Path(__file__).parent / "data"


def failure_of(recording: str) -> ToolkitError:
    progress = BuildProgress()
    for line in (DATA / recording).read_text(encoding="utf-8").splitlines():
        progress.feed(line)
    return build_failure(progress, platform="linux/s390x")


def failure_from(
    log: str, error: str = "process did not complete successfully: exit code: 1", name: str = "[2/3] RUN work"
) -> ToolkitError:
    progress = BuildProgress()
    vertex = Vertex("v", step_name(name), 0.0, 1.0, error=error, log=log.splitlines())
    progress.vertices["v"] = vertex
    return build_failure(progress, platform="linux/arm64")


def test_a_conflict_of_requirements_keeps_the_resolver_s_words() -> None:
    error = failure_of("build-requirements-conflict.jsonl")

    assert isinstance(error, StepFailed)
    assert isinstance(error, BuildFailed)
    assert error.exit_code == BuildFailed.exit_code
    assert "the requirements cannot be installed together" in error.message
    assert "uv pip install" in error.step_name
    assert error.details[0] == "error: No solution found when resolving dependencies"
    assert any("pydantic==2.13.0" in line and "fastapi==0.99.1" in line for line in error.details)
    assert "Because fastapi==0.99.1 depends on" in error.log


def test_a_missing_debian_package_is_named_without_apt_s_chatter() -> None:
    error = failure_of("build-missing-package.jsonl")

    assert error.details == ("E: Unable to locate package nosuchpackage",)
    assert "Debian has no such package" in str(error)
    assert error.mend is not None
    assert "system_packages" in error.mend


def test_a_program_for_another_processor_leads_to_its_emulation() -> None:
    error = failure_of("build-foreign-program.jsonl")

    assert isinstance(error, PlatformUnavailable)
    assert "linux/s390x" in str(error)
    assert error.mend == "python build.py setup emulation"


def test_a_missing_source_of_a_copy_is_named_by_its_path() -> None:
    error = failure_of("build-missing-source.jsonl")

    assert isinstance(error, StepFailed)
    assert str(error) == "step [2/2] COPY dags /opt/dags failed: dags is not in the build context"


def test_a_base_that_the_registry_does_not_have() -> None:
    error = failure_of("build-missing-base.jsonl")

    assert isinstance(error, ImageNotFound)
    assert str(error) == "127.0.0.1:5000/team/none:1: not found"


def test_a_plain_failure_gives_the_exit_code() -> None:
    error = failure_of("build-failing-heredoc.json")

    assert str(error) == "step [5/5] RUN <<EOF bash -e failed: exit code: 2"
    assert error.details == ("x", "ls: cannot access '/nonexistent': No such file or directory")


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("  cause: invalid peer certificate: UnknownIssuer", "TLS certificate"),
        (
            "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
            "TLS certificate",
        ),
        ("curl: (60) SSL certificate problem: unable to get local issuer certificate", "TLS certificate"),
        ("  cause: failed to lookup address information: Name or service not known", "does not resolve"),
        ("W: Failed to fetch http://m/InRelease  Temporary failure resolving 'm'", "does not resolve"),
        ("curl: (6) Could not resolve host: m", "does not resolve"),
        ("  cause: Connection refused (os error 111)", "cannot be reached"),
        (
            "E: Failed to fetch http://m/x.deb  Could not connect to m:80, connection timed out",
            "cannot be reached",
        ),
        (
            (
                "hint: An index URL (http://m/simple) could not be queried due to a lack of valid"
                " authentication credentials (401 Unauthorized)"
            ),
            "refuses",
        ),
        ("ERROR: HTTP error 403 while getting http://m/x.whl: 403 Client Error: Forbidden", "refuses"),
        ("error: HTTP status client error (404 Not Found) for url (http://m/simple/x/)", "does not have"),
        ("Because x was not found in the package registry and you require x", "does not have"),
        ("ERROR: No matching distribution found for x==9", "does not have"),
        ("ERROR: ResolutionImpossible: for help visit", "cannot be installed together"),
        ("E: Failed to fetch http://m/x.deb  404  Not Found [IP: 192.0.2.1 80]", "could not fetch"),
        (
            "E: Release file for http://m/InRelease is not valid yet (invalid for another 2h)",
            "does not accept",
        ),
        ("E: Sub-process /usr/bin/dpkg returned an error code (1)", "apt failed"),
        ("Killed", "killed"),
        ("MemoryError", "killed"),
        ("qemu: uncaught target signal 4 (Illegal instruction) - core dumped", "emulation"),
    ],
)
def test_a_known_cause_is_named_with_its_mend(log: str, reason: str) -> None:
    error = failure_from(log)

    assert isinstance(error, StepFailed)
    assert reason in str(error)
    assert error.mend
    assert "\n" not in str(error)


def test_the_kernel_s_killing_shows_in_the_exit_code() -> None:
    error = failure_from("", error='process "/bin/sh -c x" did not complete successfully: exit code: 137')

    assert "killed" in str(error)


@pytest.mark.parametrize(
    "text", ["write /x: no space left on device", "OSError: [Errno 122] Disk quota exceeded"]
)
def test_a_full_disk_is_an_error_of_its_own(text: str) -> None:
    assert isinstance(failure_from(text), DiskFull)


def test_a_full_disk_is_found_where_buildkit_itself_meets_it() -> None:
    progress = BuildProgress()
    progress.feed(
        "ERROR: failed to solve: failed to copy: write /var/lib/docker/x: no space left on device\n"
    )

    assert isinstance(build_failure(progress, platform="linux/amd64"), DiskFull)


def test_an_error_that_was_overcome_earlier_is_not_the_cause() -> None:
    log = (
        "WARNING: Retrying: Connection refused\n"
        + "\n".join(f"compiling {n}" for n in range(100))
        + "\nfailed"
    )

    assert str(failure_from(log)) == "step [2/3] RUN work failed: exit code: 1"


def test_a_secret_that_was_not_given() -> None:
    error = failure_from("", error="secret pip-conf: not found")

    assert "the build secret pip-conf was not given" in str(error)


def test_a_mistake_in_the_dockerfile_shows_the_line() -> None:
    progress = BuildProgress()
    for line in (
        '{"vertexes":[{"digest":"d","name":"[internal] load build definition from Dockerfile"}]}',
        "Dockerfile:2",
        "--------------------",
        "   1 |     FROM scratch",
        "   2 | >>> BOGUS x",
        "--------------------",
        "ERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: BOGUS",
    ):
        progress.feed(line)
    error = build_failure(progress, platform="linux/amd64")

    assert str(error) == "the build failed: dockerfile parse error on line 2: unknown instruction: BOGUS"
    assert error.details == ("   1 |     FROM scratch", "   2 | >>> BOGUS x")


def test_the_details_are_the_last_lines_that_say_something() -> None:
    log = [
        "Get:1 http://deb.debian.org/debian trixie InRelease [140 kB]",
        "Setting up make (4.4.1-2) ...",
        "Collecting numpy",
        "   ━━━━━━━━━━━━━━━━━━━ 1.2/1.2 MB 3.4 MB/s eta 0:00:00",
        "Resolved 3 packages in 5ms",
        " 45% [=====>      ]",
        "",
        *[f"line {number}" for number in range(40)],
    ]

    assert relevant_lines(log) == tuple(f"line {number}" for number in range(15, 40))
    assert relevant_lines(log[:6], most=2) == ("Resolved 3 packages in 5ms", " 45% [=====>      ]")
