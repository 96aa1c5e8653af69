"""The faults: each does its harm to a run, at times that the seed chooses, and undoes it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import libfaketime
import psutil

from streams.stack.stack import KAFKA, REGISTRY
from tests.chaos.run import Run, Scenario

FAKETIME_LIBRARY = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
CLOCK = "{folder}/clock"


def nothing(run: Run) -> None:
    """No fault: what is left of the articles' way when nothing happens."""
    run.pause(1, 2)


def workers_killed(run: Run) -> None:
    for _ in range(5):
        run.pause(2, 5)
        run.crew.signal_one(run.chance.randrange(3), signal.SIGKILL)


def pool_processes_killed(run: Run) -> None:
    for _ in range(8):
        run.pause(0.5, 2)
        victims = run.crew.pool_processes()
        if victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                run.chance.choice(victims).kill()


def workers_terminated(run: Run) -> None:
    for _ in range(3):
        run.pause(3, 6)
        run.crew.signal_one(run.chance.randrange(3), signal.SIGTERM)


def scaled(run: Run) -> None:
    run.pause(2, 4)
    run.crew.scale(3)
    run.crew.wait_until_ready()
    run.pause(3, 6)
    run.crew.scale(1)


def worker_paused(run: Run) -> None:
    """Longer than its session: the others take its partitions over, and it comes back believing that it has them."""
    run.pause(2, 4)
    run.crew.signal_one(0, signal.SIGSTOP)
    time.sleep(30)
    run.crew.signal_one(0, signal.SIGCONT)


def broker_killed(seconds: float) -> Callable[[Run], None]:
    def fault(run: Run) -> None:
        run.pause(3, 6)
        os.kill(run.broker_pid(), signal.SIGKILL)
        time.sleep(seconds)
        run.stack.restart(KAFKA)

    return fault


def broker_paused(run: Run) -> None:
    run.pause(3, 6)
    broker = run.broker_pid()
    os.kill(broker, signal.SIGSTOP)
    time.sleep(30)
    os.kill(broker, signal.SIGCONT)


def registry_away_at_start(run: Run) -> None:
    """It comes back while the workers wait for it."""
    run.pause(10, 15)
    run.stack.restart(REGISTRY)


def registry_away_later(run: Run) -> None:
    """Away while articles of a schema come that the worker has not met, and a worker is started anew meanwhile."""
    run.pause(1, 2)
    end_registry(run)
    run.pause(8, 12)
    run.crew.signal_one(0, signal.SIGKILL)
    run.pause(8, 12)
    run.stack.restart(REGISTRY)


def clock_jumps(run: Run) -> None:
    clock = Path(CLOCK.format(folder=run.folder))
    for offset in (3600, -3600, 86_400, -86_400, 0):
        run.pause(2, 4)
        clock.write_text(f"{offset:+}\n")


def network_slow(run: Run) -> None:
    run.pause(1, 2)
    proxy = run.proxy
    proxy.delay = 0.15
    proxy.bytes_per_second = 400_000
    run.pause(8, 12)
    for _ in range(3):
        proxy.hang_up()
        run.pause(2, 4)
    proxy.heal()


def network_cut(run: Run) -> None:
    """Nothing goes through for longer than a session, and nobody is told."""
    run.pause(3, 5)
    run.proxy.deaf = True
    time.sleep(30)
    run.proxy.heal()


def disk_full(run: Run) -> None:
    """The broker's disk fills up, and it ends; somebody makes room and starts it again."""
    disk = run.stack.folder / "kafka"
    filler = disk / "filler"
    run.pause(3, 5)
    with filler.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 65536)
    broker = psutil.Process(run.broker_pid())
    broker.wait(timeout=120)
    run.pause(5, 10)
    filler.unlink()
    run.stack.restart(KAFKA)


def disk_refuses(run: Run) -> None:
    """No file of the broker's may grow any more: what a full disk is to it, without one to fill, and without root."""
    run.pause(3, 5)
    broker = psutil.Process(run.broker_pid())
    _, hard = broker.rlimit(psutil.RLIMIT_FSIZE)
    broker.rlimit(psutil.RLIMIT_FSIZE, (0, hard))
    broker.wait(timeout=120)
    run.pause(5, 10)
    run.stack.restart(KAFKA)


def everything(run: Run) -> None:
    """One after the other, in an order that the seed chooses."""

    def broker_killed_briefly(run: Run) -> None:
        run.pause(1, 2)
        os.kill(run.broker_pid(), signal.SIGKILL)
        run.pause(3, 6)
        run.stack.restart(KAFKA)

    def pool_killed(run: Run) -> None:
        for victim in run.crew.pool_processes():
            victim.kill()

    def killed(run: Run) -> None:
        run.crew.signal_one(run.chance.randrange(3), signal.SIGKILL)

    def terminated(run: Run) -> None:
        run.crew.signal_one(run.chance.randrange(3), signal.SIGTERM)

    def two(run: Run) -> None:
        run.crew.scale(2)

    faults = [broker_killed_briefly, pool_killed, killed, terminated, two]
    run.chance.shuffle(faults)
    for fault in faults:
        fault(run)
        run.pause(2, 4)


def end_registry(run: Run) -> None:
    next(server for server in run.stack.servers if server.name == REGISTRY).stop()


def set_clock(run: Run) -> None:
    Path(CLOCK.format(folder=run.folder)).write_text("+0\n")


FAKE_CLOCK = {
    "LD_PRELOAD": str(FAKETIME_LIBRARY),
    "FAKETIME_TIMESTAMP_FILE": CLOCK,
    "FAKETIME_NO_CACHE": "1",
    "DONT_FAKE_MONOTONIC": "1",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
}

ALL_AT_ONCE = float("inf")

SCENARIOS = [
    Scenario("nothing", "nothing, for comparison", nothing),
    Scenario("workers-killed", "`kill -9` five times, 3 workers", workers_killed, workers=3, articles=4000, rate=ALL_AT_ONCE),
    Scenario("pool-killed", "`kill -9` of a pool process, eight times", pool_processes_killed),
    Scenario("terminated", "SIGTERM in the middle of a batch, three times, 2 workers", workers_terminated, workers=2),
    Scenario("scaled-1-3-1", "1 → 3 → 1 workers", scaled, rate=40),
    Scenario("worker-paused", "SIGSTOP for 30 s, longer than its session", worker_paused, workers=2, rate=40, articles=1600),
    Scenario("more-partitions", "24 partitions, 1 worker, `kill -9` five times", workers_killed, workers=1, partitions=24),
    Scenario("fewer-partitions", "1 partition, 3 workers, `kill -9` five times", workers_killed, workers=3, partitions=1),
    Scenario("broker-killed-15s", "`kill -9`, back after 15 s", broker_killed(15), workers=2),
    Scenario("broker-killed-2min", "`kill -9`, back after 2 minutes", broker_killed(120), workers=2),
    Scenario("broker-paused-30s", "SIGSTOP for 30 s, longer than every session", broker_paused, workers=2),
    Scenario("registry-later", "registry away, and a `kill -9` meanwhile", registry_away_later, avro_from=0.1),
    Scenario(
        *("registry-at-start", "registry away when the worker starts", registry_away_at_start),
        prepare=end_registry,
        ready_first=False,
        avro_from=0,
    ),
    Scenario("hostile-articles", "3 that crash, 3 without end, 3 that eat memory", nothing, articles=600, hostile=3),
    Scenario("clock-jumps", "± an hour, ± a day", clock_jumps, prepare=set_clock, environment=FAKE_CLOCK),
    Scenario("network-slow", "0.15–0.3 s a piece, 400 kB/s, hung up three times", network_slow, proxied=True),
    Scenario("network-cut-30s", "nothing passes for 30 s, and nobody is told", network_cut, proxied=True),
    Scenario("disk-full", "the broker's disk is full, and it ends", disk_full, small_disk=True),
    Scenario("disk-refuses", "the broker may write no byte more, and it ends", disk_refuses),
    Scenario("everything", "kills, SIGTERM, scaling, broker, 3 hostile articles", everything, workers=2, hostile=1),
    Scenario("burst-20000", "20,000 articles at once", nothing, articles=20_000, rate=ALL_AT_ONCE, workers=2),
    Scenario(
        *("unsafe", "**an unsafe worker**, as workers-killed", workers_killed),
        workers=3,
        articles=4000,
        rate=ALL_AT_ONCE,
        unsafe=True,
    ),
]
