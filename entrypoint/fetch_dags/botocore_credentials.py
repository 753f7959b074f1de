"""Credentials of every other source, from the botocore that the executor package brings: web identity, profiles, SSO,
processes, instance metadata. It is slow to import, and not needed on ECS.
"""

from __future__ import annotations

from .credentials import Credentials
from .failures import NO_CREDENTIALS, Failure

_MEND = "correct it, or give the task definition a task role (taskRoleArn)"


def credentials_of_botocore() -> Credentials | None:
    """What botocore's own chain finds, or None; Failure when a source that is configured does not work."""
    import site

    # The interpreter was started without it, for its speed.
    site.main()
    try:
        import botocore.exceptions
        import botocore.session
    except ImportError as error:
        raise Failure(
            NO_CREDENTIALS,
            f"there are no credentials of the environment or the container, and botocore is not there: {error}",
            "install apache-airflow-providers-amazon, which brings botocore",
        ) from None
    try:
        session = botocore.session.get_session()
        region = session.get_config_variable("region") or ""
        found = session.get_credentials()
        if found is None:
            return None
        keys = found.get_frozen_credentials()
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError, ValueError) as error:
        raise Failure(
            NO_CREDENTIALS, f"the credentials that are configured cannot be had: {error}", _MEND
        ) from None
    return Credentials(keys.access_key, keys.secret_key, keys.token or "", region)
