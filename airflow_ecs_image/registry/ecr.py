"""ECR's own API: tokens, and repositories. The only file of this room that talks to AWS.

Amazon ECR API reference: GetAuthorizationToken (a token holds 12 hours), DescribeRepositories, CreateRepository.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from airflow_ecs_image.aws.failures import code_of, in_our_words
from airflow_ecs_image.errors import AwsUnavailable
from airflow_ecs_image.registry.answers import not_allowed, repository_not_found
from airflow_ecs_image.registry.repository import Repository

_CONNECT_SECONDS, _READ_SECONDS = 10, 60
_FORBIDDEN = ("AccessDeniedException", "AccessDenied")
# CreateRepository, imageTagMutability: with exclusions some tags may move, so that only the registry can tell.
_IMMUTABLE = "IMMUTABLE"


class Ecr:
    """The API of the registry that a repository is in; `repository.kind` is `ecr` or `ecr-public`.

    Every method raises AwsCredentialsMissing, AccessDenied or AwsUnavailable.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.own_account: str | None = None
        self._service = repository.kind
        self._client = self._open()

    def token(self) -> tuple[str, str]:
        """A fresh user name and password for docker."""
        with self._words("GetAuthorizationToken"):
            data: Any = self._client.get_authorization_token()["authorizationData"]
        # The private API answers with a list of one.
        data = data[0] if isinstance(data, list) else data
        if account := re.search(r"//(\d{12})\.", data.get("proxyEndpoint", "")):
            self.own_account = account[1]
        user, colon, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
        if not colon:
            raise AwsUnavailable(
                f"{self.repository.host}: ECR gave a token of a form that docker does not take"
            )
        return user, password

    def has_immutable_tags(self) -> bool | None:
        """Whether no tag of the repository may move; None where these credentials may not ask.

        Raises RepositoryNotFound where there is no such repository.
        """
        from botocore.exceptions import ClientError

        with self._words("DescribeRepositories"):
            try:
                found = self._client.describe_repositories(
                    **self._registry(), repositoryNames=[self.repository.api_name]
                )["repositories"]
            except ClientError as error:
                if code_of(error) == "RepositoryNotFoundException":
                    raise repository_not_found(self.repository, self.own_account) from None
                if code_of(error) in _FORBIDDEN:
                    return None
                raise
        return bool(found) and found[0].get("imageTagMutability") == _IMMUTABLE

    def create(self) -> bool:
        """Make the repository, with immutable tags and scan on push where ECR has these; whether it was missing."""
        from botocore.exceptions import ClientError

        settings: dict[str, Any] = {"repositoryName": self.repository.api_name}
        if self.repository.kind == "ecr":
            settings |= {
                "imageTagMutability": _IMMUTABLE,
                "imageScanningConfiguration": {"scanOnPush": True},
                **self._registry(),
            }
        with self._words("CreateRepository"):
            try:
                self._client.create_repository(**settings)
            except ClientError as error:
                if code_of(error) != "RepositoryAlreadyExistsException":
                    raise
                return False
        return True

    def _registry(self) -> dict[str, str]:
        """Of another account's registry only where it is one: ECR Public knows no other than one's own."""
        return {"registryId": self.repository.account} if self.repository.kind == "ecr" else {}

    def _words(self, operation: str) -> Any:
        action = f"{self._service}:{operation}"
        return in_our_words(
            self.repository,
            action,
            service=f"ECR's API in {self.repository.region}",
            unreached_mend="correct the region in the repository; check network and HTTPS_PROXY",
            forbidden=lambda: not_allowed(self.repository, action, self.own_account),
        )

    def _open(self) -> Any:
        import boto3
        from botocore.config import Config

        config = Config(
            region_name=self.repository.region,
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard"},
            # None leaves it to AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT.
            use_fips_endpoint=self.repository.fips or None,
            use_dualstack_endpoint=self.repository.dual_stack or None,
        )
        with self._words("GetAuthorizationToken"):
            return boto3.session.Session().client(self._service, config=config)
