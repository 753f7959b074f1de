"""What a server's refusal means, and that each finding has a line and a mend; the real server is in tests/image."""

from __future__ import annotations

import re
from typing import Any

import pytest

from airflow_ecs_image.checks.database import _passwords, _result
from airflow_ecs_image.checks.database_verdicts import STEPS, Step, verdict
from airflow_ecs_image.checks.probe_script import probe_source
from airflow_ecs_image.checks.probes.database import REFUSALS, login_failure, words

AT = 'connection to server at "ssl.example.com" (10.0.0.1), port 5432 failed: FATAL:  '
# PostgreSQL 17 and MySQL 8, as psycopg2 and mysqlclient hand them on.
SENTENCES = {
    f'{AT}password authentication failed for user "ssl"': "wrong-password",
    f'{AT}role "airflow" does not exist': "wrong-password",
    f'{AT}database "role" does not exist': "database-missing",
    f'{AT}no pg_hba.conf entry for host "10.0.0.2", user "a", database "b", no encryption': "not-let-in",
    f'{AT}pg_hba.conf rejects connection for host "10.0.0.2", user "a", database "b", SSL encryption': "not-let-in",
    f"{AT}sorry, too many clients already": "too-many-connections",
    f"{AT}remaining connection slots are reserved for roles with the SUPERUSER attribute": "too-many-connections",
    'connection to server at "db" (10.0.0.1), port 5432 failed: server does not support SSL, but SSL was required': "tls",
    "fe_sendauth: no password supplied": "wrong-password",
    "(1045, \"Access denied for user 'a'@'b' (using password: YES)\")": "wrong-password",
    "(1049, \"Unknown database 'x'\")": "database-missing",
    f"{AT}the database system is starting up": "refused-login",
}  # fmt: skip
# All that any finding holds.
FOUND: dict[str, Any] = {
    "dialect": "postgresql", "driver": "psycopg2", "module": "psycopg2.extensions", "host": "db", "port": 5432,
    "user": "airflow", "database": "airflow_db", "server": "17", "own": "3.3.2", "airflow": "3.1.0", "behind": 7,
    "detail": "a reason", "exit_code": 1, "here": ["a"], "heads": ["b"],
}  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_refusal_is_known_by_the_servers_sentence(sentence: str) -> None:
    assert login_failure(sentence) == SENTENCES[sentence]


def kinds() -> set[str]:
    """All that the probe may answer."""
    source = probe_source("database")
    found = set(re.findall(r'"kind": "([a-z-]+)"', source))
    found |= set(re.findall(r'"kind": "([a-z-]+)" if \w+ else "([a-z-]+)"', source)[0])
    return found | {kind for _, kind in REFUSALS} | {"refused-login", "not-started"}


def test_each_finding_has_a_line_and_a_mend() -> None:
    assert len(kinds()) > 18
    for kind in sorted(kinds() - {"ok", "none"}):
        judged = verdict("schema", {**FOUND, "kind": kind})
        assert judged.status == "failed"
        assert judged.mend
        assert "{" not in judged.detail + judged.mend
        assert judged.detail[-1] not in ". :"


@pytest.mark.parametrize("step", STEPS)
def test_what_holds_is_one_line(step: Step) -> None:
    judged = verdict(step, {**FOUND, "kind": "ok"})
    assert (judged.status, judged.detail.count("\n")) == ("passed", 0)


@pytest.mark.parametrize(
    ("connection", "hidden"),
    [
        ("postgresql://u:secret@h/d", {"secret"}),
        ("postgresql://u:p%40ss@h/d", {"p%40ss", "p@ss"}),
        ("postgresql://u@h/d", set()),
        ("sqlite:////x.db", set()),
        ("postgresql://[broken", {"postgresql://[broken"}),
    ],
)
def test_the_password_is_known_in_both_spellings(connection: str, hidden: set[str]) -> None:
    assert set(_passwords(connection)) == hidden


def test_no_result_holds_a_password() -> None:
    found = {"login": {**FOUND, "kind": "refused-login", "detail": "the password p@ss is p%40ss"}}
    result = _result("login", found, ("p@ss", "p%40ss"), "worker:1")
    assert result.detail == "the server refuses: the password *** is ***"
    assert "p@ss" not in str(result.data)


def test_a_mend_names_the_image() -> None:
    result = _result("schema", {"schema": {"kind": "empty"}}, (), "worker:1")
    assert str(result.mend).endswith(" worker:1 airflow db migrate")


def test_a_message_is_one_line_without_a_login() -> None:
    assert words("\nfirst postgresql://u:secret@h/d\nsecond") == "first postgresql://***@h/d"
    assert words("") == ""
