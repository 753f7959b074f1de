"""What a credential looks like: in a file, in a variable's name, in a line of an image's history.

AWS access key ids: IAM user guide, "Unique identifiers" (AKIA long-term, ASIA temporary). Private keys:
RFC 7468.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

AWS_CREDENTIAL_NAMES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
)
AWS_REGION_NAMES = ("AWS_DEFAULT_REGION", "AWS_REGION")

# Options of Airflow that hold a secret, and the endings that other programs give theirs.
_SECRET_NAME = re.compile(
    r"AIRFLOW_CONN_.*"
    r"|AIRFLOW__CORE__FERNET_KEY|AIRFLOW__(WEBSERVER|API)__SECRET_KEY|AIRFLOW__API_AUTH__JWT_SECRET"
    r"|_AIRFLOW_WWW_USER_PASSWORD"
    r"|(.*_)?(PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|PRIVATE_KEY|SECRET_ACCESS_KEY)",
    re.IGNORECASE,
)

_ACCESS_KEY_ID = re.compile(rb"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])")
_SECRET_ACCESS_KEY = re.compile(
    rb"secret_?access_?key[\"']?[ \t]*[=:][ \t]*[\"']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])", re.IGNORECASE
)
# The mark alone is in every TLS library; a key has lines of base64 after it.
_PRIVATE_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\r?\n|\\n)"
    rb"(?:[A-Za-z-]+: [^\r\n]*\r?\n|\r?\n)*[A-Za-z0-9+/=]{32,}"
)
_URL_PASSWORD = re.compile(
    rb"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>]*:(?![$%{<])([^\s/@\"'<>]+)@[^\s\"'<>@]", re.IGNORECASE
)
# `ARG aws_session_token` declares and `=${aws_session_token}` refers: neither holds a value.
_ASSIGNMENT = re.compile(
    r"\baws_(?:access_key_id|secret_access_key|session_token|security_token)=[\"']?[^\s\"'$]", re.IGNORECASE
)

AWS_KEY_ID = "an AWS access key id"
AWS_KEY = "an AWS secret access key"
PEM_KEY = "a private key"
URL_LOGIN = "a URL with a password"


def is_secret_name(name: str) -> bool:
    """Whether a variable of that name holds a secret by its name alone, AWS's own names excepted."""
    return name.upper() not in AWS_CREDENTIAL_NAMES and _SECRET_NAME.fullmatch(name) is not None


def aws_keys(content: bytes) -> Iterator[str]:
    """The kinds of AWS key in `content`; keys of documentation and placeholders are not counted."""
    # Literal searches first: they run at memory speed, and nearly every file holds none of the words.
    if (b"AKIA" in content or b"ASIA" in content) and any(
        not _is_placeholder(match.group()[4:]) for match in _ACCESS_KEY_ID.finditer(content)
    ):
        yield AWS_KEY_ID
    if (b"ecret" in content or b"SECRET" in content) and any(
        not _is_placeholder(match.group(1)) for match in _SECRET_ACCESS_KEY.finditer(content)
    ):
        yield AWS_KEY


def holds_private_key(content: bytes) -> bool:
    """Whether a PEM block of a private key, not only its mark, is in `content`."""
    return b"PRIVATE KEY-----" in content and _PRIVATE_KEY.search(content) is not None


def holds_url_password(content: bytes) -> bool:
    """Whether a URL of the form scheme://user:password@host is in `content`; variables are no passwords."""
    return b"://" in content and _URL_PASSWORD.search(content) is not None


def credentials_in_instruction(text: str) -> list[str]:
    """The kinds of credential in one line of an image's history."""
    content = text.encode()
    found = list(aws_keys(content))
    if _ASSIGNMENT.search(text):
        found.append("a value for an AWS credential argument")
    if holds_private_key(content):
        found.append(PEM_KEY)
    if holds_url_password(content):
        found.append(URL_LOGIN)
    return found


def redacted(text: str) -> str:
    """`text` with everything that looks like a credential replaced."""
    content = text.encode("utf-8", "surrogateescape")
    content = _ACCESS_KEY_ID.sub(b"[redacted]", content)
    content = _SECRET_ACCESS_KEY.sub(
        lambda match: match.group().replace(match.group(1), b"[redacted]"), content
    )
    content = _URL_PASSWORD.sub(
        lambda match: match.group().replace(match.group(1) + b"@", b"[redacted]@"), content
    )
    return content.decode("utf-8", "replace")


def _is_placeholder(value: bytes) -> bool:
    return b"EXAMPLE" in value.upper() or len(set(value)) <= 4
