"""The keys of the tests, and the objects that they open."""

from __future__ import annotations

from tests.fetch.fetcher import Ended, Fetcher, assert_fetched
from tests.s3.credential_servers import Keys

TEMPORARY = Keys("ASIATEMPORARY", "secret-of-the-task-role", "token/of+the=task-role")
LASTING = Keys("AKIALASTING", "secret-that-lasts", "")
OTHER = Keys("ASIAOTHER", "secret-of-another", "another-token")
SECRETS = tuple(
    word
    for keys in (TEMPORARY, LASTING, OTHER)
    for word in (keys.access_key, keys.secret_key, keys.token)
    if word
)
BUCKET = "credentials-bucket"
URI = f"s3://{BUCKET}/dags"
FILES = {"a.py": b"a", "sub/b.py": b"b"}


def assert_right(ended: Ended, fetch: Fetcher) -> None:
    assert_fetched(ended, len(FILES), URI)
    assert fetch.tree == FILES
