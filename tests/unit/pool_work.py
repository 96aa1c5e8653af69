"""Work for the pool's tests; importable by spawned processes."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from streams.errors import InvalidArticleError


def start() -> Callable[[str], str]:
    state = {"jobs": 0}

    def work(job: str) -> str:
        state["jobs"] += 1
        match job.partition(" "):
            case ("exit", _, code):
                os._exit(int(code))
            case ("kill", _, _):
                os.kill(os.getpid(), signal.SIGKILL)
            case ("sleep", _, seconds):
                time.sleep(float(seconds.split()[0]))
            case ("reject", _, message):
                raise InvalidArticleError(message)
            case ("bug", _, secret):
                raise ValueError(secret)
            case ("once", _, path):
                # Ends the process the first time, like a kill from outside.
                if not Path(path).exists():
                    Path(path).touch()
                    os._exit(9)
            case ("modules", _, _):
                return " ".join(sorted(sys.modules))
            case ("eat", _, megabytes):
                hoard = [b"x" * 2**20 for _ in range(int(megabytes))]
                return f"{len(hoard)} eaten"
            case ("large", _, size):
                return "x" * int(size)
        return f"{os.getpid()} {state['jobs']}"

    return work


def start_and_fail() -> Callable[[str], str]:
    raise OSError("no such model")


def start_and_die() -> Callable[[str], str]:
    os._exit(7)
