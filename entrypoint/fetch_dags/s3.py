"""GET requests to one bucket: signed, retried, and with S3's errors turned into failures that say what to do."""

from __future__ import annotations

from .connection import Stale
from .deadline import with_retries
from .endpoint import DEFAULT_REGION, Endpoint
from .s3_errors import ErrorAnswer, raise_for
from .signature import Signer, query_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .connection import Connection, Response
    from .credentials import Credentials
    from .deadline import Deadline
    from .transport import Transport

    Sink = Callable[[bytes], object]

_NOTHING: Mapping[str, str] = {}


class Bucket:
    """What the requests of all threads have in common."""

    def __init__(
        self,
        name: str,
        *,
        environment: Mapping[str, str],
        transport: Transport,
        deadline: Deadline,
        credentials: Callable[[], Credentials],
        addressing: str,
    ) -> None:
        self.name = name
        self.deadline = deadline
        self.transport = transport
        self._environment = environment
        self._find_credentials = credentials
        self._addressing = addressing
        self.credentials = credentials()
        self.signer = Signer(self.credentials)
        self.region = (
            environment.get("AWS_REGION")
            or environment.get("AWS_DEFAULT_REGION")
            or self.credentials.region
            or DEFAULT_REGION
        )
        self.endpoint = Endpoint(environment, self.region, name, addressing)

    def move(self, region: str) -> None:
        """Go on in the region that S3 has named."""
        self.region = region
        self.endpoint = Endpoint(self._environment, region, self.name, self._addressing)

    def renew(self) -> bool:
        """Ask for the credentials again; False when they are still the same."""
        before = self.credentials.access_key
        self.credentials = self._find_credentials()
        self.signer = Signer(self.credentials)
        return self.credentials.access_key != before


class Client:
    """One thread's connection to a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._connection: Connection | None = None
        self._endpoint: Endpoint | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(
        self,
        key: str,
        *,
        start: Callable[[Response], Sink],
        finish: Callable[[], object] = lambda: None,
        query: Mapping[str, str] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Get an object, or the bucket itself for an empty key.

        `start` takes the response and returns what takes its body, `finish` checks the whole; both are called again for
        each attempt, and may raise Transient.
        """
        moves = 0

        def attempt() -> None:
            nonlocal moves
            while True:
                answer = self._connected(lambda: self._exchange(key, query, headers, start))
                if answer is None:
                    finish()
                    return
                bucket = self._bucket
                if answer.region not in ("", bucket.region) and moves < 2:
                    bucket.move(answer.region)
                elif answer.code in ("ExpiredToken", "TokenRefreshRequired") and moves < 2 and bucket.renew():
                    pass
                else:
                    raise_for(answer, bucket.name, key)
                moves += 1

        with_retries(attempt, self._bucket.deadline)

    def _connected(self, exchange: Callable[[], ErrorAnswer | None]) -> ErrorAnswer | None:
        """One exchange, over a new connection where the old one was closed by the server; an error closes it."""
        while True:
            try:
                return exchange()
            except Stale:
                self.close()
            except BaseException:
                self.close()
                raise

    def _exchange(
        self,
        key: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        start: Callable[[Response], Sink],
    ) -> ErrorAnswer | None:
        """One request; None when it succeeded, else what S3 said."""
        bucket = self._bucket
        endpoint = bucket.endpoint
        if self._connection is None or self._endpoint is not endpoint:
            self.close()
            self._connection = bucket.transport.connect(endpoint.url)
            self._endpoint = endpoint
        connection = self._connection
        path = endpoint.path(key)
        signed = bucket.signer.headers(endpoint.url.authority, path, query, bucket.region, headers)
        target = f"{bucket.transport.request_prefix(endpoint.url)}{path}"
        response = connection.get(f"{target}?{query_string(query)}" if query else target, signed)
        error = bytearray()
        failed = response.status != 200
        connection.read_body(response, error.extend if failed else start(response))
        if not connection.reusable:
            self.close()
        return ErrorAnswer(response.status, response.headers, bytes(error)) if failed else None
