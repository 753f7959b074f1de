"""Which request meets which fault: plain values and functions, the same for every run with the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from urllib.parse import unquote

_CREDENTIAL = re.compile(rb"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")


@dataclass(frozen=True)
class Request:
    """One request as it arrived.

    `number` counts all requests of the proxy from 1; `attempt` counts those with the same first line and
    range from 1, so that it does not depend on what other connections do.
    """

    number: int
    attempt: int
    head: bytes = field(repr=False)

    @cached_property
    def line(self) -> bytes:
        """Method, target and protocol."""
        return self.head.partition(b"\r\n")[0]

    @property
    def method(self) -> str:
        """In capitals."""
        return self.line.split(b" ", 1)[0].decode("latin-1")

    @property
    def target(self) -> str:
        """Path and query, quoted as they were sent."""
        return self.line.split(b" ")[1].decode("latin-1")

    @property
    def path(self) -> str:
        """What the quoted path means."""
        return unquote(self.target.partition("?")[0])

    @property
    def kind(self) -> str:
        """`list` for a page of keys, else the method in small letters: `get`, `head`, `put`."""
        return "list" if "list-type=2" in self.target.partition("?")[2] else self.method.lower()

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        found = re.search(rb"\r\n" + re.escape(name.encode()) + rb":[ \t]*([^\r]*)", self.head, re.IGNORECASE)
        return found[1].strip().decode("latin-1") if found else None

    @property
    def access_key(self) -> str | None:
        """The key that signed the request."""
        found = _CREDENTIAL.search(self.head)
        return found[1].decode("latin-1") if found else None

    @property
    def region(self) -> str | None:
        """The region that the request was signed for."""
        found = _CREDENTIAL.search(self.head)
        return found[2].decode("latin-1") if found else None


@dataclass(frozen=True)
class Answer:
    """A status with S3's error document, given in the server's place."""

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Damage:
    """What happens to the server's response.

    `at` is a byte of the body counted from 0, or as a float the share of the body that comes before: there a
    `reset` sends RST, a `truncate` ends the stream in order though more was promised, and a `corrupt` changes
    one byte. `reset-at-once` sends RST in the place of any response.
    """

    kind: Literal["reset-at-once", "reset", "truncate", "corrupt"]
    at: int | float = 0

    def position(self, length: int) -> int:
        """The byte for a body of that length: always within the body."""
        wanted = int(self.at * length) if isinstance(self.at, float) else self.at
        return max(0, min(wanted, length - 1))


@dataclass(frozen=True)
class Fault:
    """What one request meets: `delay` in seconds before the server sees it, then whatever else is set."""

    delay: float = 0.0
    answer: Answer | None = None
    never_answers: bool = False
    damage: Damage | None = None
    bytes_per_second: float | None = None
    chunked: bool = False
    closes: bool = False

    @property
    def shapes_the_response(self) -> bool:
        """Whether the server's response cannot just be passed on."""
        return bool(self.damage or self.bytes_per_second or self.chunked or self.closes)


HEALTHY = Fault()
SLOW_DOWN = Fault(answer=Answer(503, "SlowDown"))
TRANSIENT: Mapping[str, Fault] = {
    "500": Fault(answer=Answer(500, "InternalError")),
    "502": Fault(answer=Answer(502, "BadGateway")),
    "503": SLOW_DOWN,
    "504": Fault(answer=Answer(504, "GatewayTimeout")),
    "429": Fault(answer=Answer(429, "TooManyRequests")),
    "request-timeout": Fault(answer=Answer(400, "RequestTimeout")),
    "reset-at-once": Fault(damage=Damage("reset-at-once")),
    "reset-in-body": Fault(damage=Damage("reset", 0.5)),
    "truncated": Fault(damage=Damage("truncate", 0.5)),
    "truncated-at-once": Fault(damage=Damage("truncate", 0)),
    "corrupt": Fault(damage=Damage("corrupt", 0.5)),
}
"""Faults that the next attempt can be without."""

Plan = Callable[[Request], Fault]


def healthy(request: Request) -> Fault:
    """No fault for any request."""
    return HEALTHY


def always(fault: Fault) -> Plan:
    """Every request."""
    return lambda request: fault


def first(count: int, fault: Fault) -> Plan:
    """The first requests of all: a burst."""
    return lambda request: fault if request.number <= count else HEALTHY


def first_of_each(count: int, fault: Fault) -> Plan:
    """The first attempts of each request."""
    return lambda request: fault if request.attempt <= count else HEALTHY


def chance(seed: int, request: Request) -> random.Random:
    """A source of random numbers that depends on nothing but the seed and the attempt."""
    return random.Random(b"%d %d " % (seed, request.attempt) + request.line)


def share(part: float, fault: Fault, *, seed: int) -> Plan:
    """A part of all requests, between 0 and 1."""
    return lambda request: fault if chance(seed, request).random() < part else HEALTHY


def random_cuts(part: float, *, seed: int) -> Plan:
    """A part of all responses is reset or truncated at some byte, or reset before it begins."""

    def plan(request: Request) -> Fault:
        dice = chance(seed, request)
        if dice.random() >= part:
            return HEALTHY
        kinds: list[Literal["reset-at-once", "reset", "truncate"]] = ["reset-at-once", "reset", "truncate"]
        return Fault(damage=Damage(dice.choice(kinds), dice.random()))

    return plan


def only(matches: Callable[[Request], bool], plan: Plan) -> Plan:
    """The plan for the requests that match; the others are healthy."""
    return lambda request: plan(request) if matches(request) else HEALTHY


def of_kind(*kinds: str) -> Callable[[Request], bool]:
    """Matches requests of these kinds."""
    return lambda request: request.kind in kinds


def signed_by(access_key: str, token: str | None) -> Plan:
    """Refuses, as S3 does, what another key signed or another session token came with."""

    def plan(request: Request) -> Fault:
        if request.access_key != access_key:
            return Fault(answer=Answer(403, "InvalidAccessKeyId"))
        if request.header("x-amz-security-token") != token:
            return Fault(answer=Answer(403, "InvalidToken"))
        return HEALTHY

    return plan
