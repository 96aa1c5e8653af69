"""The helper for services: each event once, whatever was repeated, restarted, rebalanced or killed."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections import Counter

import pytest
from kafka import KafkaProducer

from streams.consumer import EventConsumer
from streams.records import EventType, FundingGap, TalksRound, WeaponsPledge
from streams.settings import Settings
from streams.stack.stack import Stack
from streams.topics import TOPICS
from streams.wire.contract import register_schemas
from streams.wire.registry import SchemaRegistry
from streams.worker.enricher import EnricherOptions, OutgoingRecord
from tests.broker.conftest import wait_for
from tests.chaos.articles import make_articles
from tests.chaos.crew import REPOSITORY

EVENTS = [FundingGap, WeaponsPledge, TalksRound]


@pytest.fixture(scope="module")
def made(stack: Stack) -> list[OutgoingRecord]:
    """Some hundred events of three types, as the pipeline sends them."""
    settings = Settings().model_copy(update={**stack.connection, "topic_prefix": "made."})
    registry = SchemaRegistry(settings)
    schemas = register_schemas(registry, settings)
    registry.close()
    enrich = EnricherOptions(settings.model, schemas, "/test", "{id}", settings.max_record_bytes)()
    records = [
        record
        for article in itertools.islice(make_articles(3), 200)
        for record in enrich(article).records
        if record.topic.startswith("events.")
    ]
    assert len({record.topic for record in records}) == 3
    return records


@pytest.fixture
def published(settings: Settings, producer: KafkaProducer, made: list[OutgoingRecord]) -> list[OutgoingRecord]:
    publish(settings, producer, made)
    return made


def publish(settings: Settings, producer: KafkaProducer, records: list[OutgoingRecord]) -> None:
    for record in records:
        producer.send(TOPICS[record.topic].name_in(settings), key=record.key, value=record.value, headers=record.headers)
    producer.flush()


def ids(records: list[OutgoingRecord]) -> list[str]:
    return [dict(record.headers)["ce_id"].decode() for record in records]


def consumer(settings: Settings, **options: object) -> EventConsumer[FundingGap | WeaponsPledge | TalksRound]:
    return EventConsumer(settings, group=f"{settings.group}-service", events=EVENTS, **{"idle_timeout": 3.0, **options})  # type: ignore[arg-type]


def test_typed_events_each_once_though_the_topic_repeats_them(
    settings: Settings, producer: KafkaProducer, published: list[OutgoingRecord]
) -> None:
    publish(settings, producer, published[::2])
    publish(settings, producer, published[::3])
    with consumer(settings) as deliveries:
        got = list(deliveries)
        assert deliveries.duplicates == len(published[::2]) + len(published[::3])
    assert sorted(d.event.id for d in got) == sorted(ids(published))
    assert {type(d.event) for d in got} == set(EVENTS)
    assert {d.event.event_type for d in got} == {EventType.FUNDING_GAP, EventType.WEAPONS_PLEDGE, EventType.TALKS_ROUND}
    assert all(dict(d.headers)["ce_id"].decode() == d.event.id for d in got)


def test_only_the_types_that_are_wanted(settings: Settings, published: list[OutgoingRecord]) -> None:
    wanted = [record for record in published if record.topic == "events.weapons-pledge"]
    with EventConsumer(settings, group="only", events=[WeaponsPledge], idle_timeout=3) as deliveries:
        assert sorted(d.event.id for d in deliveries) == sorted(ids(wanted))


def test_a_repeat_after_a_restart_is_still_a_repeat(settings: Settings, producer: KafkaProducer, published: list[OutgoingRecord]) -> None:
    with consumer(settings) as deliveries:
        first = [d.event.id for d in deliveries]
    publish(settings, producer, published)
    with consumer(settings) as deliveries:
        assert list(deliveries) == []
        assert deliveries.duplicates == len(published)
    assert sorted(first) == sorted(ids(published))


def test_a_restart_in_the_middle_goes_on_where_it_was(settings: Settings, published: list[OutgoingRecord]) -> None:
    got: list[str] = []
    while True:
        with consumer(settings, batch=7) as deliveries:
            part = [d.event.id for d in itertools.islice(deliveries, 40)]
        got += part
        if not part:
            break
    # `islice` ends without asking for another one: the last event of each round was not finished with, and comes again.
    repeats = Counter(got)
    assert repeats.keys() == set(ids(published))
    assert max(repeats.values()) <= 2
    assert len(got) - len(repeats) <= len(published) // 39 + 1


def test_an_event_whose_handling_failed_is_given_again(settings: Settings, published: list[OutgoingRecord]) -> None:
    handled: list[str] = []
    failed: list[str] = []
    with consumer(settings) as deliveries:
        for _ in range(2):
            try:
                for delivery in deliveries:
                    if len(handled) == 25 and not failed:
                        failed.append(delivery.event.id)
                        raise RuntimeError("the service's own failure")
                    handled.append(delivery.event.id)
            except RuntimeError:
                continue
    assert handled[25] == failed[0]
    assert sorted(handled) == sorted(ids(published))


def test_members_that_come_and_go_share_the_events(settings: Settings, producer: KafkaProducer, published: list[OutgoingRecord]) -> None:
    got: list[str] = []
    members: list[EventConsumer[FundingGap | WeaponsPledge | TalksRound]] = []
    threads: list[threading.Thread] = []

    def consume(member: EventConsumer[FundingGap | WeaponsPledge | TalksRound]) -> None:
        with member:
            got.extend(delivery.event.id for delivery in member)

    def join() -> None:
        members.append(consumer(settings, idle_timeout=None, batch=10))
        threads.append(threading.Thread(target=consume, args=(members[-1],)))
        threads[-1].start()

    join()
    wait_for(lambda: len(got) > 50)
    join()
    publish(settings, producer, published)
    join()
    wait_for(lambda: len(set(got)) == len(published))
    members[0].stop()
    threads[0].join()
    publish(settings, producer, published)
    wait_for(lambda: sum(member.duplicates for member in members) >= 2 * len(published) - 50)
    for member, thread in zip(members, threads, strict=True):
        member.stop()
        thread.join()
    assert sorted(got) == sorted(ids(published))


def test_killed_it_loses_nothing_and_repeats_one_batch_at_most(settings: Settings, published: list[OutgoingRecord]) -> None:
    program = (
        "import sys\n"
        "from streams.consumer import EventConsumer\n"
        "from streams.records import FundingGap, TalksRound, WeaponsPledge\n"
        "from streams.settings import load_settings\n"
        "events = [FundingGap, WeaponsPledge, TalksRound]\n"
        "with EventConsumer(load_settings(), group='killed', events=events, batch=5, idle_timeout=4) as d:\n"
        "    for delivery in d:\n"
        "        print(delivery.event.id, flush=True)\n"
    )
    environment = {**settings.environment(), "PYTHONPATH": str(REPOSITORY)}
    got: list[str] = []
    for kill_after in (30, 10_000):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            got += [line.strip() for line in itertools.islice(process.stdout, kill_after)]
            process.kill()
            # Handled before it was killed, and not read yet.
            got += [line.strip() for line in process.stdout]
    assert set(got) == set(ids(published))
    assert len(got) - len(set(got)) <= 5


def test_memory_is_bounded(settings: Settings, producer: KafkaProducer, published: list[OutgoingRecord]) -> None:
    publish(settings, producer, published)
    with consumer(settings, remembered=5) as deliveries:
        most = max(deliveries.remembered_ids for _ in deliveries)
    assert 5 < most <= 5 * 3 * settings.partitions


def test_what_is_no_event_is_passed_over_and_told(
    settings: Settings, producer: KafkaProducer, published: list[OutgoingRecord], caplog: pytest.LogCaptureFixture
) -> None:
    for value in (b"nonsense", None, b"\x00\x00\x00\x00\x01", (published[0].value or b"")[:-3]):
        producer.send(f"{settings.topic_prefix}{published[0].topic}", key=published[0].key, value=value)
    publish(settings, producer, published[:1])
    with consumer(settings) as deliveries:
        got = [d.event.id for d in deliveries]
        assert deliveries.unreadable == 4
    assert sorted(got) == sorted(ids(published))
    assert caplog.text.count("passed over") == 4
