"""The short form of `make fuzz`, where hypothesis chooses and shrinks."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import TOO_SLOW
from tests.fuzz.inputs import text, value
from tests.fuzz.targets import BYTE_TARGETS, TEXT_TARGETS, article_value, times

# No deadline of hypothesis's: it looks at the clock on the wall, and so at what else the machine does.
bounded = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def check(target: Callable[[Any], None], given: str | bytes) -> None:
    started = time.process_time()
    target(given)
    assert time.process_time() - started < TOO_SLOW, given


@pytest.mark.parametrize("target", TEXT_TARGETS.values(), ids=TEXT_TARGETS)
@bounded
@given(chance=st.randoms(use_true_random=False))
def test_texts_like_news(target: Callable[[str], None], chance: random.Random) -> None:
    check(target, text(chance))


@pytest.mark.parametrize("target", TEXT_TARGETS.values(), ids=TEXT_TARGETS)
@bounded
@given(anything=st.text())
def test_any_text(target: Callable[[str], None], anything: str) -> None:
    check(target, anything)


@pytest.mark.parametrize("target", BYTE_TARGETS.values(), ids=BYTE_TARGETS)
@bounded
@given(chance=st.randoms(use_true_random=False))
def test_records_that_were_valid_once(target: Callable[[bytes], None], chance: random.Random) -> None:
    check(target, value(chance))


@pytest.mark.parametrize("target", BYTE_TARGETS.values(), ids=BYTE_TARGETS)
@bounded
@given(anything=st.binary())
def test_any_bytes(target: Callable[[bytes], None], anything: bytes) -> None:
    check(target, anything)


def test_the_targets_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fuzzer whose targets assert nothing finds nothing."""
    monkeypatch.setattr("tests.fuzz.targets.find_times", lambda text: [*find_broken(text)])
    with pytest.raises(AssertionError):
        times("July")
    monkeypatch.setattr("tests.fuzz.targets.TEXT_LIMIT", 1)
    with pytest.raises(AssertionError):
        article_value(b'{"text": "long"}')


def find_broken(text: str) -> list[object]:
    from types import SimpleNamespace

    return [SimpleNamespace(start=0, end=len(text) + 1)]
