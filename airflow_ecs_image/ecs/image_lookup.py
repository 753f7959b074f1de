"""Looking into an image: from a tag to its digest, and to its facts, by the engine or by its registry."""

from __future__ import annotations

import re

from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.remote import registry_host, remote
from airflow_ecs_image.errors import (
    BaseMismatch,
    BaseUnavailable,
    EngineUnavailable,
    ImageNotFound,
    SpecError,
    ToolkitError,
)


def look_into(reference: str, platform: str, *, platform_is_said: bool, allow_tag: bool) -> ImageFacts:
    """Read an image by tag or digest, from this engine first, then from its registry.

    A tag becomes the digest that it stands for. `platform` chooses among several in a registry; an image of another
    platform is refused where `platform_is_said`. Raises SpecError for that, and for a tag without a digest unless
    `allow_tag`; what the registry answers when the image is nowhere.
    """
    try:
        details = images.inspect(reference)
    except (ImageNotFound, EngineUnavailable) as missing:
        return _from_registry(reference, platform, missing)
    if platform_is_said and details.platform != platform:
        raise _wrong_platform(reference, details.platform, platform)
    pulled = pinned_reference(reference, details.digests, allow_tag=allow_tag)
    return ImageFacts(pulled, details.platform, details.environment, details.labels)


def pinned_reference(reference: str, digests: tuple[str, ...], *, allow_tag: bool) -> str:
    """The reference by digest, chosen from the image's `digests` (`NAME@sha256:…`). Raises SpecError."""
    if "@" in reference:
        name, _, digest = reference.partition("@")
        return f"{repository_of(name)}@{digest}"
    matching = [each for each in digests if each.partition("@")[0] == repository_of(reference)]
    if matching:
        return matching[0]
    if allow_tag:
        return reference
    if len(digests) == 1:
        return digests[0]
    if digests:
        raise SpecError(
            f"ecs.image: {reference} was pushed to several repositories: {', '.join(sorted(digests))}",
            mend="name one of them: --image REPOSITORY@sha256:…",
        )
    raise SpecError(
        f"ecs.image: {reference} is a tag without a digest: it can be moved, and ECS pulls what was pushed",
        mend=f"push {reference} REPOSITORY, then --image with the digest that it prints, or --allow-tag",
    )


def repository_of(reference: str) -> str:
    """A reference without its tag and digest."""
    return re.sub(r":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", "", reference.partition("@")[0])


def _from_registry(reference: str, platform: str, here: ToolkitError) -> ImageFacts:
    if registry_host(reference) == "docker.io" and isinstance(here, ImageNotFound) and "@" not in reference:
        # A bare name is that of an image which was built here: Docker Hub has none of it.
        raise here
    try:
        found = remote(reference, platform)
    except BaseMismatch as mismatch:
        raise SpecError(
            f"ecs.image: {mismatch.message}", mend="--platform with one of these, which ECS then runs it on"
        ) from None
    except (BaseUnavailable, ImageNotFound) as error:
        raise type(error)(
            f"{error.message}; this engine does not hold it either",
            mend=f"docker pull {reference}, or --no-inspect --platform {platform} without looking into it",
        ) from None
    return ImageFacts(f"{repository_of(reference)}@{found.digest}", platform, found.environment, found.labels)


def _wrong_platform(reference: str, found: str, asked: str) -> SpecError:
    return SpecError(
        f"ecs.image: {reference} is made for {found}, and {asked} is asked for",
        mend=f"--platform {found}, or an image for {asked}",
    )
