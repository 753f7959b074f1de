"""Where an image goes: the registry's host, the repository in it, the tag; and whether the host is one of ECR's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from airflow_ecs_image.errors import SpecError

Kind = Literal["ecr", "ecr-public", "other"]

# ECR user guide, "Amazon ECR registries" and "Making requests over IPv6" (the dual-stack form `dkr-ecr….on.aws`); the
# suffixes of all partitions as awslabs/amazon-ecr-credential-helper has them (ecr-login/api/client.go).
_ECR_HOST = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?P<fips>-fips)?\.(?P<region>[a-z0-9][a-z0-9-]*)\."
    r"(?:amazonaws\.(?:com(?:\.cn)?|eu)|(?P<dual>on\.(?:aws|amazonwebservices\.com\.cn))"
    r"|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
)
_PUBLIC_HOSTS = ("public.ecr.aws", "ecr-public.aws.com")
PUBLIC_REGION = "us-east-1"
"""The only region in which ECR Public gives tokens (ECR Public user guide, "Registry authentication")."""

# distribution/reference: path components, a tag.
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?|\[[0-9a-fA-F:]+\](?::\d+)?")
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_FORM = "ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME, public.ecr.aws/ALIAS/NAME or HOST[:PORT]/NAME, and :TAG if you like"


@dataclass(frozen=True)
class Repository:
    """One repository. `account` and `region` are those of a private ECR registry, else empty."""

    host: str
    name: str
    kind: Kind = "other"
    account: str = ""
    region: str = ""
    fips: bool = False
    dual_stack: bool = False

    def __str__(self) -> str:
        return f"{self.host}/{self.name}"

    def tagged(self, tag: str) -> str:
        """The reference of a tag."""
        return f"{self}:{tag}"

    def at(self, digest: str) -> str:
        """The reference of a digest, which no later push can move."""
        return f"{self}@{digest}"

    @property
    def api_name(self) -> str:
        """The name that ECR's API knows; that of ECR Public is without the registry's alias."""
        return self.name.partition("/")[2] if self.kind == "ecr-public" else self.name


def repository_and_tag(text: str) -> tuple[Repository, str | None]:
    """Take `HOST[:PORT]/NAME[:TAG]` apart; the tag is None where there is none. Raises SpecError."""
    host, slash, rest = text.removeprefix("https://").partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        raise SpecError(
            f"repository: '{text}' names no registry", mend=f"{_FORM}; docker.io/NAME for Docker Hub"
        )
    if "@" in rest:
        raise SpecError(f"repository: '{text}' names a digest, which is what a push finds out", mend=_FORM)
    name, colon, tag = rest.partition(":")
    if not _HOST.fullmatch(host):
        raise SpecError(f"repository: '{host}' is no host of a registry", mend=_FORM)
    if not _NAME.fullmatch(name):
        raise SpecError(
            f"repository: '{name}' is no name of a repository",
            mend="small letters and digits, joined by - _ . or /",
        )
    return _repository(host, name), checked_tag(tag) if colon else None


def checked_tag(tag: str) -> str:
    """The tag itself. Raises SpecError where no registry would take it."""
    if not _TAG.fullmatch(tag):
        raise SpecError(
            f"tag: '{tag}' is no tag", mend="letters, digits, _ . and -, 128 at most, no . or - in front"
        )
    return tag


def tag_of_image(image: str) -> str | None:
    """The tag in a local image's name, `latest` where there is none; None for an id or a digest."""
    if "@" in image or re.fullmatch(r"(?:sha256:)?[0-9a-f]{12,64}", image):
        return None
    return image.rpartition("/")[2].partition(":")[2] or "latest"


def _repository(host: str, name: str) -> Repository:
    if host in _PUBLIC_HOSTS:
        if "/" not in name:
            raise SpecError(
                f"repository: '{host}/{name}' has no alias", mend=f"{host}/ALIAS/NAME, of your own registry"
            )
        return Repository(host, name, "ecr-public", region=PUBLIC_REGION)
    if found := _ECR_HOST.fullmatch(host):
        return Repository(
            host,
            name,
            "ecr",
            account=found["account"],
            region=found["region"],
            fips=found["fips"] is not None,
            dual_stack=found["dual"] is not None,
        )
    return Repository(host, name)
