"""Many fetches while most goes wrong: each ends with the exact tree, or says that it did not. Seeds are fixed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.s3.fault_proxy import FaultProxy, fault_proxy
from tests.s3.faults import SLOW_DOWN, random_cuts, share
from tests.s3.rclone_server import S3Server, environment_for

from .fetcher import Ended, Fetcher, together, tree_of

FILES = {
    f"{'sub/' * (number % 3)}{number}.py": random.Random(number).randbytes(64 * number)
    for number in range(12)
}


@pytest.fixture
def filled(rclone: S3Server, bucket: str) -> str:
    rclone.fill(bucket, {f"dags/{name}": content for name, content in FILES.items()})
    return f"s3://{bucket}/dags"


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[Path]:
    """A folder for the targets."""
    yield tmp_path / "targets"
    print("outcomes:", *_outcomes)  # noqa: T201 - shown by pytest -s, and when a test fails
    _outcomes.clear()


_outcomes: list[str] = []


def judge(results: list[Ended], fetchers: list[Fetcher]) -> Counter[int]:
    """Every one whole, or non-zero and nothing; returns how many ended with each code."""
    wrong = []
    for ended, fetcher in zip(results, fetchers, strict=True):
        tree = tree_of(fetcher.target)
        whole = ended.code == 0 and tree == FILES and ended.stdout.count("\n") == 1 and not ended.stderr
        nothing = ended.code != 0 and not tree and not ended.stdout and ended.stderr.count("\n") == 1
        if not (whole or nothing) or fetcher.leftovers:
            wrong.append((ended, sorted(tree), fetcher.leftovers))
    assert not wrong
    counts = Counter(ended.code for ended in results)
    _outcomes.extend(f"{code}: {number}" for code, number in sorted(counts.items()))
    return counts


@pytest.mark.slow
def test_a_hundred_start_together_while_a_third_of_the_requests_is_throttled(
    rclone: S3Server, filled: str, targets: Path
) -> None:
    with fault_proxy(rclone.url, share(0.3, SLOW_DOWN, seed=20)) as proxy:
        fetchers = [Fetcher(targets / f"{n}/dags", environment_for(proxy.url)) for n in range(100)]

        results = together([partial(each.start, filled) for each in fetchers], at_once=100)

        counts = judge(results, fetchers)
        throttled = len(proxy.requests) - 100 * (len(FILES) + 1)
    assert throttled > 300
    # Twelve attempts at 0.3 fail once in two million requests.
    assert counts == {0: 100}


@pytest.mark.slow
def test_five_hundred_runs_with_resets_and_truncation_at_random_bytes(
    rclone: S3Server, filled: str, targets: Path
) -> None:
    with fault_proxy(rclone.url) as proxy:
        counts: Counter[int] = Counter()
        for seed in range(20):
            # The last ones fail: their time is too short for so many attempts.
            part = 0.05 + 0.03 * seed if seed < 18 else 0.9
            proxy.forget(random_cuts(part, seed=seed))
            counts += run_some(proxy, seed, filled, targets)
    assert counts.total() == 500
    assert counts[0] > 300
    assert counts.total() > counts[0]


def run_some(proxy: FaultProxy, seed: int, uri: str, targets: Path) -> Counter[int]:
    fetchers = [Fetcher(targets / f"{seed}-{n}/dags", environment_for(proxy.url)) for n in range(25)]
    starts = [partial(each.start, uri, DAG_FETCH_TIMEOUT="3") for each in fetchers]
    return judge(together(starts, at_once=4), fetchers)
