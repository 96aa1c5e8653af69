"""The pool on real processes: what one job does to its process, and does not do to the others."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from streams.errors import (
    ArticleCrashedError,
    ArticleTimedOutError,
    ArticleTooHungryError,
    InvalidArticleError,
    PoolError,
    RejectedArticleError,
)
from streams.worker.pool import Limits, Pool
from tests.unit.pool_work import start, start_and_die, start_and_fail

MEMORY = 256 * 2**20


@pytest.fixture
def restarts() -> list[str]:
    return []


@pytest.fixture
def pool(restarts: list[str]) -> Iterator[Pool[str, str]]:
    pool: Pool[str, str] = Pool(start, processes=2, limits=Limits(4, MEMORY, 50), on_restart=restarts.append)
    pool.start()
    yield pool
    pids = pool.pids
    pool.close()
    for pid in pids:
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def all_of(pool: Pool[str, str], jobs: list[str]) -> list[str | BaseException]:
    return await asyncio.gather(*(pool.run(job) for job in jobs), return_exceptions=True)


def test_all_processes_share_the_work(pool: Pool[str, str]) -> None:
    results = asyncio.run(all_of(pool, ["sleep 0.1"] * 6))
    assert len({str(result).split()[0] for result in results}) == 2


def test_like_jobs_are_done_by_one_process_and_nobody_idles() -> None:
    pool: Pool[str, str] = Pool(start, processes=2, limits=Limits(4, MEMORY, 500), likeness=lambda job: int(job.split()[-1]))
    pool.start()
    try:
        done = asyncio.run(all_of(pool, [f"sleep 0.01 {n % 2}" for n in range(40)]))
        for like in (done[0::2], done[1::2]):
            [(_, most)] = Counter(str(result).split()[0] for result in like).most_common(1)
            assert most >= 16
        alike = asyncio.run(all_of(pool, ["sleep 0.05 1"] * 10))
        assert len({str(result).split()[0] for result in alike}) == 2
    finally:
        pool.close()


def test_a_job_does_not_wait_for_younger_ones_that_suit_better() -> None:
    pool: Pool[str, str] = Pool(start, processes=2, limits=Limits(4, MEMORY, 500), likeness=lambda job: int(job.split()[-1]))
    pool.start()
    order: list[str] = []
    try:
        jobs = ["sleep 1.5 0", "a 0", *(f"sleep 0.01 {n} 1" for n in range(60))]
        futures = [pool.submit(job) for job in jobs]
        for job, future in zip(jobs, futures, strict=True):
            future.add_done_callback(partial(lambda job, _: order.append(job), job))
        for future in futures:
            future.result()
    finally:
        pool.close()
    assert order.index("a 0") < 20


def test_a_job_that_ends_its_process_is_rejected_and_the_others_are_not(pool: Pool[str, str], restarts: list[str]) -> None:
    results = asyncio.run(all_of(pool, ["a", "exit 3", "b", "c"]))
    assert isinstance(results[1], ArticleCrashedError)
    assert "exit code 3" in results[1].what
    assert all(isinstance(result, str) for i, result in enumerate(results) if i != 1)
    assert restarts == ["crash", "crash"]
    assert len(pool.pids) == 2


def test_a_process_killed_from_outside_costs_no_article(pool: Pool[str, str], restarts: list[str], tmp_path: Path) -> None:
    assert isinstance(asyncio.run(pool.run(f"once {tmp_path / 'flag'}")), str)
    assert restarts == ["crash"]


def test_an_idle_process_killed_from_outside_is_replaced(pool: Pool[str, str]) -> None:
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    results = asyncio.run(all_of(pool, ["a", "b", "c", "d"]))
    assert all(isinstance(result, str) for result in results)
    assert len(pool.pids) == 2


def test_a_job_that_takes_too_long_is_rejected_and_delays_nobody_for_longer(pool: Pool[str, str], restarts: list[str]) -> None:
    started = time.monotonic()
    results = asyncio.run(all_of(pool, ["sleep 600", "a", "b"]))
    assert isinstance(results[0], ArticleTimedOutError)
    assert all(isinstance(result, str) for result in results[1:])
    assert restarts == ["timeout"]
    assert time.monotonic() - started < 10


def test_a_standstill_of_the_whole_worker_is_not_laid_to_the_article(tmp_path: Path) -> None:
    """A container that was paused, a machine that was moved: time passed, but not for the article."""
    program = tmp_path / "parent.py"
    program.write_text(
        "import asyncio\n"
        "from streams.worker.pool import Limits, Pool\n"
        "from tests.unit.pool_work import start\n"
        "if __name__ == '__main__':\n"
        "    pool = Pool(start, processes=1, limits=Limits(4, 2**30, 9))\n"
        "    pool.start()\n"
        "    print(flush=True)\n"
        "    print(asyncio.run(pool.run('sleep 2')), flush=True)\n"
        "    pool.close()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    assert parent.stdout is not None
    parent.stdout.readline()
    time.sleep(0.5)
    for stop in (signal.SIGSTOP, signal.SIGCONT):
        os.killpg(parent.pid, stop)
        time.sleep(6 if stop is signal.SIGSTOP else 0)
    assert parent.communicate(timeout=30)[0].split()[1:] == ["1"]
    assert parent.returncode == 0


def test_a_job_that_eats_memory_is_rejected_and_the_others_are_not(pool: Pool[str, str], restarts: list[str]) -> None:
    results = asyncio.run(all_of(pool, ["a", "eat 4000", "b", "eat 100", "c"]))
    assert isinstance(results[1], ArticleTooHungryError)
    assert results[1].what == "took more than 256 MiB of memory"
    assert all(isinstance(result, str) for i, result in enumerate(results) if i != 1)
    assert restarts == ["memory"]


def test_a_stopped_process_counts_as_one_that_takes_too_long(pool: Pool[str, str]) -> None:
    for pid in pool.pids:
        os.kill(pid, signal.SIGSTOP)
    # More than a pipe holds: the write blocks too.
    results = asyncio.run(all_of(pool, ["large 1" + " " * 10_000_000] * 2))
    assert all(isinstance(result, ArticleTimedOutError) for result in results)
    assert isinstance(asyncio.run(pool.run("a")), str)


def test_a_rejection_crosses_whole(pool: Pool[str, str]) -> None:
    with pytest.raises(InvalidArticleError, match="too odd"):
        asyncio.run(pool.run("reject too odd"))


def test_a_bug_becomes_a_rejection_that_shows_its_place_and_no_text(pool: Pool[str, str]) -> None:
    with pytest.raises(RejectedArticleError, match=r"ValueError at pool_work\.py:\d+") as failure:
        asyncio.run(pool.run("bug secret words of an article"))
    assert "secret" not in str(failure.value)


def test_large_results_cross(pool: Pool[str, str]) -> None:
    assert len(asyncio.run(pool.run("large 20000000"))) == 20_000_000


def test_a_process_is_replaced_after_its_share_of_jobs(restarts: list[str]) -> None:
    pool: Pool[str, str] = Pool(start, processes=1, limits=Limits(5, MEMORY, 3), on_restart=restarts.append)
    pool.start()
    try:
        results = [asyncio.run(pool.run("a")) for _ in range(7)]
    finally:
        pool.close()
    assert [result.split()[1] for result in results] == ["1", "2", "3", "1", "2", "3", "1"]
    assert restarts == ["recycle", "recycle"]


@pytest.mark.parametrize(("begin", "message"), [(start_and_fail, "OSError: no such model"), (start_and_die, "exit code 7")])
def test_a_process_that_cannot_start_is_no_articles_fault(begin: object, message: str) -> None:
    pool: Pool[str, str] = Pool(begin, processes=2, limits=Limits(5, MEMORY, 3))  # type: ignore[arg-type]
    with pytest.raises(PoolError, match=message):
        pool.start()


def test_processes_end_with_a_killed_parent(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(
        "import asyncio, sys\n"
        "from streams.worker.pool import Limits, Pool\n"
        "from tests.unit.pool_work import start\n"
        "if __name__ == '__main__':\n"
        "    pool = Pool(start, processes=2, limits=Limits(600, 2**30, 9))\n"
        "    pool.start()\n"
        "    print(*pool.pids, flush=True)\n"
        "    asyncio.run(pool.run('sleep 600'))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    assert len(children) == 2
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


def test_processes_know_nothing_of_faust_and_kafka(pool: Pool[str, str]) -> None:
    modules = asyncio.run(pool.run("modules")).split()
    assert not [name for name in modules if name.split(".")[0] in ("faust", "kafka", "aiokafka")]
