"""How much memory the worker has, and how much its pool takes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

import psutil

__all__ = ["memory_limit", "resident_memory"]

CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def memory_limit(cgroup_limit: Path = CGROUP_LIMIT) -> int:
    """Bytes that this container may use; without a limit, those of the machine."""
    machine = int(psutil.virtual_memory().total)
    with contextlib.suppress(OSError, ValueError):
        return min(machine, int(cgroup_limit.read_text()))
    return machine


def resident_memory(pids: Iterable[int]) -> int:
    """Bytes resident of all these processes together; those that have just ended count nothing."""
    total = 0
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += psutil.Process(pid).memory_info().rss
    return total
