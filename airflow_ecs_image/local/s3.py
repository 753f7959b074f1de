"""The S3 of a stack, by boto3 from this machine."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.local.model import Stack


def s3_client(stack: Stack) -> Any:
    """A client of the stack's S3."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=stack.s3_url,
        region_name=stack.region,
        aws_access_key_id=stack.keys.access_key_id,
        aws_secret_access_key=stack.keys.secret_access_key,
        # A proxy of the environment is for the way out, never for this machine.
        config=Config(s3={"addressing_style": "path"}, retries={"mode": "standard"}, proxies={}),
    )
