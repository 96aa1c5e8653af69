"""The short form of `make fuzz`, where hypothesis chooses and shrinks."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.inputs import text, value
from tests.fuzz.targets import BYTE_TARGETS, TEXT_TARGETS, article_value, times

bounded = settings(max_examples=300, deadline=1000, derandomize=True, database=None)


@pytest.mark.parametrize("target", TEXT_TARGETS.values(), ids=TEXT_TARGETS)
@bounded
@given(chance=st.randoms(use_true_random=False))
def test_texts_like_news(target: Callable[[str], None], chance: random.Random) -> None:
    target(text(chance))


@pytest.mark.parametrize("target", TEXT_TARGETS.values(), ids=TEXT_TARGETS)
@bounded
@given(anything=st.text())
def test_any_text(target: Callable[[str], None], anything: str) -> None:
    target(anything)


@pytest.mark.parametrize("target", BYTE_TARGETS.values(), ids=BYTE_TARGETS)
@bounded
@given(chance=st.randoms(use_true_random=False))
def test_records_that_were_valid_once(target: Callable[[bytes], None], chance: random.Random) -> None:
    target(value(chance))


@pytest.mark.parametrize("target", BYTE_TARGETS.values(), ids=BYTE_TARGETS)
@bounded
@given(anything=st.binary())
def test_any_bytes(target: Callable[[bytes], None], anything: bytes) -> None:
    target(anything)


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
