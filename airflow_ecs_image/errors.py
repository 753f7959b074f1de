"""What can go wrong for a user, one class for each thing they can mend.

Every error carries one line that names the value and the reason, the mend, and the exit code of the process.
"""

from __future__ import annotations

from typing import ClassVar


class ToolkitError(Exception):
    """Base of every error that the command line reports.

    `message` is one line for people; `mend` is the next step, a command where there is one.
    `details` are further lines, such as the end of a build log.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, mend: str | None = None, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.details = details


class SpecError(ToolkitError):
    """A value of the image spec is wrong, unknown or does not fit the others."""

    exit_code = 2


class EngineUnavailable(ToolkitError):
    """No Docker engine with BuildKit answers."""

    exit_code = 3


class BaseUnavailable(ToolkitError):
    """The registry of a base image cannot be reached."""

    exit_code = 4


class BaseMismatch(ToolkitError):
    """The base image's own labels contradict the image spec."""

    exit_code = 5


class BuildFailed(ToolkitError):
    """A step of the Dockerfile failed."""

    exit_code = 6


class RequirementsConflict(ToolkitError):
    """The user's requirements cannot be installed beside the pinned Airflow."""

    exit_code = 7


class CheckFailed(ToolkitError):
    """An image does not hold what was asked for."""

    exit_code = 8


class DiskFull(ToolkitError):
    """The engine's storage or the temporary folder has no space left."""

    exit_code = 9


class PlatformUnavailable(ToolkitError):
    """This machine cannot run the asked platform: the emulation is not registered."""

    exit_code = 10


class DagFolderError(ToolkitError):
    """The DAG folder is missing, empty or outside the build context."""

    exit_code = 11


class CredentialsRefused(ToolkitError):
    """Credentials would end up in the image without an explicit order."""

    exit_code = 12


class SetupFailed(ToolkitError):
    """A prerequisite could not be installed or started."""

    exit_code = 13


class ImageNotFound(ToolkitError):
    """No image of that name, here or in its registry."""

    exit_code = 14


class AwsCredentialsMissing(ToolkitError):
    """No AWS credentials were found, or their source does not give them."""

    exit_code = 15


class AccessDenied(ToolkitError):
    """AWS refuses these credentials, or what was asked for with them."""

    exit_code = 16


class BucketNotFound(ToolkitError):
    """There is no S3 bucket of that name."""

    exit_code = 17


class VersionNotFound(ToolkitError):
    """No DAG archive of that name below the prefix."""

    exit_code = 18


class PointerMoved(ToolkitError):
    """Somebody else moved the pointer to the current DAG archive meanwhile."""

    exit_code = 19


class S3Unavailable(ToolkitError):
    """S3 does not answer, or cannot do what was asked for."""

    exit_code = 20


class PushRefused(ToolkitError):
    """The image was not proven, or holds what must not leave this machine, and no flag took the risk."""

    exit_code = 21


class RegistryRefused(ToolkitError):
    """The registry does not accept the login, or the login may not push there."""

    exit_code = 22


class RepositoryNotFound(ToolkitError):
    """The registry has no repository of that name."""

    exit_code = 23


class TagTaken(ToolkitError):
    """The repository's tags are immutable, and the tag names another image already."""

    exit_code = 24


class RegistryUnavailable(ToolkitError):
    """The registry does not answer, or the connection to it broke off and stayed so."""

    exit_code = 25


class LintFailed(ToolkitError):
    """The configuration of the executor holds a trap."""

    exit_code = 26


class StackNotFound(ToolkitError):
    """There is no CloudFormation stack of that name, or it is not one of `ecs stack`."""

    exit_code = 27


class AwsUnavailable(ToolkitError):
    """A service of AWS does not answer, or cannot do what was asked for."""

    exit_code = 28


class DagRunFailed(ToolkitError):
    """A DAG ran on the local stack to the end, and that was not success."""

    exit_code = 29


class LocalNotRunning(ToolkitError):
    """There is no local stack of that name, or it is not complete."""

    exit_code = 30


class LocalServiceFailed(ToolkitError):
    """A service of the local stack does not start, or has ended."""

    exit_code = 31


class DagNotFound(ToolkitError):
    """Airflow knows no DAG of that name or file, or cannot import it."""

    exit_code = 32


class Interrupted(ToolkitError):
    """The user pressed Ctrl-C; nothing was left half-done."""

    exit_code = 130
