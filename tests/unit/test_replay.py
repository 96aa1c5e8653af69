"""The parts of a replay that need no broker: filters, pace, checkpoints, ids that come twice, and the commands' usage."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from streams.errors import ReplayError, UsageError
from streams.feed.archive.items import Form, Item, Options
from streams.feed.replay.pace import Limits, Pace
from streams.feed.replay.runs import LISTED_PARTS, OTHER_PARTS, Checkpoint, Duplicates, Plan, Run, RunSpec, RunState, runs_in
from streams.feed.replay.selection import Selection, read_ids
from streams.feed.replay.sources import ArchiveSource, Chunk
from streams.feed.replay.work import Found, Tally
from streams.records import Article
from streams.settings import Settings
from tests.unit.test_cli import NOWHERE, streams

JULY = datetime(2025, 7, 25, tzinfo=UTC)


def article(**fields: Any) -> Article:
    return Article.model_validate({"id": "a", "text": "Text.", "publisher": "P", "published_at": JULY, **fields})


@pytest.mark.parametrize(
    ("selection", "fields", "reason"),
    [
        (Selection(), {}, None),
        (Selection(since=JULY), {}, None),
        (Selection(until=JULY), {}, "published after"),
        (Selection(since=datetime(2025, 7, 26, tzinfo=UTC)), {}, "published before"),
        (Selection(since=JULY), {"published_at": None}, "no publication date"),
        (Selection(ids=frozenset({"b"})), {}, "not among the ids"),
        (Selection(except_ids=frozenset({"a"})), {}, "among the ids to leave out"),
        (Selection(publishers=frozenset({"Q"})), {}, "another publisher"),
    ],
)
def test_articles_are_selected(selection: Selection, fields: dict[str, Any], reason: str | None) -> None:
    assert selection.leaves_out_article(article(**fields)) == reason


def test_records_are_selected_from_outside() -> None:
    selection = Selection(keys=frozenset({b"k"}), headers=(("h", b"1"),))
    assert not selection.needs_article
    assert selection.leaves_out_record(b"k", [("h", b"1")], sampled_by=b"") is None
    assert selection.leaves_out_record(b"x", [("h", b"1")], sampled_by=b"") == "another key"
    assert selection.leaves_out_record(b"k", [("h", b"2")], sampled_by=b"") == "without the header"


def test_a_sample_is_the_same_each_time_and_a_smaller_one_lies_within() -> None:
    def sample(share: float) -> set[int]:
        return {n for n in range(2000) if Selection(sample=share).leaves_out_record(None, [], sampled_by=str(n).encode()) is None}

    assert sample(0.3) == sample(0.3)
    assert sample(0.1) < sample(0.3)
    assert 500 < len(sample(0.3)) < 700
    assert sample(0) == set()


def test_a_list_of_ids(tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("a\n\n b \n")
    assert read_ids(tmp_path / "ids") == {"a", "b"}
    with pytest.raises(UsageError, match="cannot be read as a list of ids"):
        read_ids(tmp_path / "none")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_rate_is_kept() -> None:
    clock = Clock()
    pace = Pace(Limits(articles=50, size=1000), None, adds_to_lag=True, clock=clock, sleep=clock.sleep)
    for _ in range(10):
        assert pace.wait(0, 10, lambda: True)
        pace.count(10, 100)
    # 100 articles at 50 a second are 2 seconds; the last ten need not be waited for.
    assert clock.now - 100 == pytest.approx(1.8, abs=0.25)
    for _ in range(5):
        assert pace.wait(0, 10, lambda: True)
        pace.count(1, 2000)
    assert clock.now - 100 == pytest.approx(10, abs=0.5)


def test_a_replay_pauses_on_lag_and_resumes_by_itself() -> None:
    clock = Clock()
    lag = 0
    pace = Pace(Limits(lag=100), lambda: lag, adds_to_lag=True, clock=clock, sleep=clock.sleep)
    sent = 0
    paused_at: list[int] = []

    def tick() -> bool:
        nonlocal lag
        if pace.is_paused:
            paused_at.append(sent)
            # The live group works while the replay waits.
            lag = max(0, lag - 5)
        return True

    while sent < 1000:
        assert pace.wait(0, 20, tick)
        lag += 20
        sent += 20
        pace.count(20, 1)
        assert lag <= 100
    assert len(paused_at) > 50
    assert pace.lag is not None
    assert not pace.wait(0, 1, lambda: False)


def test_without_a_bound_nobody_asks_for_the_lag() -> None:
    def ask() -> int:
        raise AssertionError

    pace = Pace(Limits(), ask, adds_to_lag=True)
    assert pace.wait(10, 10, lambda: True)
    assert pace.lag is None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings().model_copy(update={"replay_dir": tmp_path / "runs"})


def spec(run_id: str = "r", **fields: Any) -> RunSpec:
    return RunSpec(run_id=run_id, created=JULY, target="articles", group="g", paths=("p",), **fields)


def test_a_run_is_read_back_as_it_was_written(settings: Settings) -> None:
    selection = Selection(since=JULY, ids=frozenset({"x"}), keys=frozenset({b"k"}), headers=(("h", b"1"),), sample=0.5)
    wanted = spec(selection=selection, options=Options({"text": "body"}, "latin-1", "%d", 7), limits=Limits(1, 2, 3))
    run = Run.create(settings, wanted)
    assert Run.open(settings, "r").spec == wanted
    assert (run.plan, run.checkpoint, run.state) == (None, None, RunState.PLANNED)
    run.checkpoint = Checkpoint(position={"file": "#0 p", "items": 7}, tally=Tally(selected=3, left_out={"x": 1}), starts={"t": {0: 5}})
    again = Run.open(settings, "r").checkpoint
    assert again is not None
    assert (again.position, again.tally, again.starts) == ({"file": "#0 p", "items": 7}, Tally(3, left_out={"x": 1}), {"t": {0: 5}})
    assert run.state == RunState.STOPPED, "nobody works on it"
    with run.locked():
        assert run.state == RunState.RUNNING
    with pytest.raises(UsageError, match="there is a run of this id already"):
        Run.create(settings, wanted)
    Run.create(settings, spec("s"))
    assert [found.spec.run_id for found in runs_in(settings)] == ["r", "s"]


@pytest.mark.parametrize("run_id", ["../up", "", ".hidden", "a/b", "x" * 101])
def test_a_run_id_is_no_path(settings: Settings, run_id: str) -> None:
    with pytest.raises(UsageError):
        Run.create(settings, spec(run_id))
    with pytest.raises(UsageError, match="no such run"):
        Run.open(settings, run_id)


def test_a_damaged_checkpoint_is_named(settings: Settings) -> None:
    run = Run.create(settings, spec())
    (run.folder / "checkpoint.json").write_text('{"position": ')
    with pytest.raises(ReplayError, match="is damaged"):
        _ = run.checkpoint


def test_failures_behind_the_last_checkpoint_are_noted_once(settings: Settings) -> None:
    run = Run.create(settings, spec())
    size = run.note_failures([("a:1", "broken")], 0)
    run.note_failures([("a:2", "broken")], size)
    run.note_failures([("a:2", "broken"), ("a:3", "broken \ud800")], size)
    assert [json.loads(line)["where"] for line in run.failures_file.read_text().splitlines()] == ["a:1", "a:2", "a:3"]


def test_ids_that_come_twice(tmp_path: Path) -> None:
    items = [Item(f"f:{n}", Form.JSON, b"{}") for n in range(4)]
    chunks = [Chunk("f", items, {"file": "#0 f", "items": 4}, 0), Chunk("f", items, {"file": "#0 f", "items": 8}, 4)]
    duplicates = Duplicates(tmp_path)
    duplicates.start()
    digests = [b"a", b"b", b"a", b"c", b"d", b"c", b"b", b"e"]
    again = []
    for chunk in chunks:
        found = [Found(n, f"f:{n}", digests[n], 10) for n in range(chunk.first, chunk.first + 4)]
        again += [f.number for f in duplicates.look(chunk, found)]
    duplicates.finish()
    duplicates.close()
    assert again == [2, 5, 6]
    later = Duplicates(tmp_path)
    assert [(len(later.without(chunk).items), later.without(chunk).dropped) for chunk in chunks] == [(3, 1), (2, 2)]
    assert not (tmp_path / "ids.sqlite").exists()


def test_a_source_goes_on_behind_any_position(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text("".join(f'{{"text": "{name}{n}"}}\n' for n in range(10)))
    source = ArchiveSource((str(tmp_path / "none"), str(tmp_path)))
    chunks = list(source.chunks({}, 3))
    everything = [item for chunk in chunks for item in chunk.items]
    assert len(everything) == 21
    seen = 0
    for chunk in chunks:
        seen += len(chunk.items)
        rest = [item for later in source.chunks(chunk.position, 4) for item in later.items]
        assert [str(item) for item in rest] == [str(item) for item in everything[seen:]]


def test_a_plan_of_many_files_lists_only_some() -> None:
    plan = Plan(state="s")
    for number in range(LISTED_PARTS + 500):
        plan.add(f"file {number}", Tally(selected=1, size=2))
    assert len(plan.parts) == LISTED_PARTS + 1
    assert plan.parts[OTHER_PARTS].selected == 500
    assert plan.total.selected == LISTED_PARTS + 500


def test_a_plan_of_an_archive_needs_no_broker(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("nr,body,day\n1,One.,2025-07-25\n2,Two.,2025-07-26\n2,Again.,2025-07-27\n3,,2025-07-28\n")
    options = ["--map", "text=body", "--map", "id=nr", "--map", "published_at=day", "--max-lag", "0"]
    done = streams("replay", "archive", str(path), *options, environment={**NOWHERE, "STREAMS_REPLAY_DIR": str(tmp_path / "runs")})
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["planned"], said["reasons"]) == (2, {"an id that came before": 1, "not readable": 1})
    shown = done.stderr.decode()
    assert "2025-07-25" in shown
    assert f"{path}:5: text: Field required" in shown
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replay", "archive"], b"Missing argument"),
        (["replay", "archive", "x", "--map", "body=text"], b"body is no field of an article"),
        (["replay", "archive", "x", "--map", "text"], b"NAME=VALUE"),
        (["replay", "archive", "x", "--encoding", "utf-17"], b"no such encoding"),
        (["replay", "archive", "x", "--since", "yesterday"], b"is no time in ISO 8601"),
        (["replay", "archive", "x", "--ids", "/no/such/file"], b"cannot be read as a list of ids"),
        (["replay", "archive", "x", "--sample", "2"], b"--sample"),
        (["replay", "archive", "x", "--run-id", "../up", "--execute"], b"a run id has letters"),
        (["replay", "topic", "articles"], b"--to"),
        (["replay", "resume", "none"], b"no such run"),
        (["replay", "status", "none"], b"no such run"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], said: bytes, tmp_path: Path) -> None:
    done = streams(*arguments, environment={**NOWHERE, "STREAMS_REPLAY_DIR": str(tmp_path)})
    assert done.returncode == 2, done.stderr
    assert said in done.stderr


def test_a_broker_that_is_away_leaves_a_run_to_go_on_with(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "T"}\n')
    environment = {**NOWHERE, "STREAMS_REPLAY_DIR": str(tmp_path / "runs")}
    done = streams("replay", "archive", str(tmp_path / "a.jsonl"), "--execute", "--run-id", "r", environment=environment)
    assert done.returncode == 3, done.stderr
    assert b"streams replay resume r" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["planned"] == 1
    assert json.loads(streams("replay", "status", "--json", environment=environment).stdout)["state"] == "planned"
