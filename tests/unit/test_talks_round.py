"""Talks: one behaviour a case, with invented names; what must not be taken stands beside what must."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article, ParticipantRole, TalksRound

Find = Callable[[str], list[TalksRound]]

PUBLISHED = datetime(2024, 5, 15, 12, tzinfo=UTC)
"""A Wednesday."""


@pytest.fixture(scope="module")
def talks(extractor: Extractor) -> Find:
    def find(text: str) -> list[TalksRound]:
        events = extractor.extract(Article(text=text, published_at=PUBLISHED)).events
        return [event for event in events if isinstance(event, TalksRound)]

    return find


def names(event: TalksRound, role: ParticipantRole = ParticipantRole.PARTY) -> set[str]:
    return {p.actor.country or p.actor.name for p in event.participants if p.role is role}


def place(event: TalksRound) -> str | None:
    return event.location.name if event.location else None


STATUS = [
    ("Negotiators from Peru and Chile held talks in Arica on Monday.", "HELD"),
    ("Talks between Peru and Chile in Arica collapsed on Monday.", "HELD"),
    ("Peru and Chile have been holding talks in Arica since Saturday.", "ONGOING"),
    ("The foreign ministers of Peru and Chile are due to meet in Arica on Friday.", "SCHEDULED"),
    ("Talks between Peru and Chile are expected to begin in Arica next month.", "SCHEDULED"),
    ("The Peruvian president flew to Arica on Friday for talks with his Chilean counterpart.", "SCHEDULED"),
    ("Peru has offered to host talks between Ghana and Togo.", "PROPOSED"),
    ("President Kofi Asante of Ghana said he was ready to meet Togolese President Yao Mensah in Accra.", "PROPOSED"),
    ("Peru rejected an offer of talks from Chile.", "RULED_OUT"),
    ("Peru's prime minister ruled out any talks with Chile this year.", "RULED_OUT"),
    ("Peru's talks with Chile in Arica were suspended on Tuesday.", "SUSPENDED"),
    ("Peru cancelled a planned meeting with Chile scheduled for next Tuesday.", "CANCELLED"),
    ("Plans for the Peruvian foreign minister to visit Ghana in June for talks have been cancelled.", "CANCELLED"),
]


@pytest.mark.parametrize(("text", "status"), STATUS, ids=[text for text, _ in STATUS])
def test_status(talks: Find, text: str, status: str) -> None:
    [event] = talks(text)
    assert event.status.value == status
    assert len(event.participants) >= 2


NONE = [
    "Tuesday marks the tenth anniversary of the Geneva summit between Ghana and Togo.",
    "The UN secretary-general called for an immediate return to peace talks between Ghana and Togo.",
    "There is no alternative to dialogue between Ghana and Togo, the analyst said.",
    "If talks between Ghana and Togo fail, cocoa prices could rise.",
    "The declaration of the Accra conference on Mali was read out by the ministers of Ghana and Togo.",
    "The minister thanked Ghana for its support for Togo's accession negotiations.",
    "Peru is in talks with Ghana to buy twelve helicopters.",
    "The union and the railway resumed pay talks in Lima on Wednesday.",
    "The coach said talks with the player's agent in Lima were going well.",
    "The coalition talks between the Blue Party and the Greens collapsed in Lima on Tuesday.",
    "The donor conference for Mali in Accra raised two billion euros.",
    "The president of Ghana addressed the UN General Assembly in New York on Tuesday.",
    "A meeting of the cabinet was held in Accra on Tuesday to discuss relations with Togo.",
    "He attended a conference on malaria in Accra with officials from Togo and Benin.",
    "Speaking to reporters in Accra, the Ghanaian president praised Togo.",
    "The Ghanaian president spoke to his defence minister on Monday.",
    "The exhibition opened a dialogue between Ghanaian and Peruvian painters.",
    "The two countries signed an agreement in Lima after years of negotiations.",
    "Ghana took part in talks in Lima on Tuesday.",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_meeting(talks: Find, text: str) -> None:
    assert talks(text) == []


MEDIATED = [
    ("Ghana-mediated talks between Peru and Chile resumed in Accra on Sunday.", {"GHA"}),
    ("Talks between Peru and Chile resumed in Accra on Sunday with Ghanaian and Togolese mediators.", {"GHA", "TGO"}),
    ("Talks between Peru and Chile resumed in Accra on Sunday with Ghana and Togo mediating.", {"GHA", "TGO"}),
    ("Peru and Chile resumed peace talks in Accra on Tuesday, mediated by the African Union.", {"African Union"}),
    ("Ghana and Togo have acted as intermediaries in talks between Peru and Chile.", {"GHA", "TGO"}),
    ("Ghana is mediating between Peru and Chile.", {"GHA"}),
    ("Talks between Peru and Chile ended on Saturday in Accra under the auspices of Norway.", {"NOR"}),
]


@pytest.mark.parametrize(("text", "mediators"), MEDIATED, ids=[text for text, _ in MEDIATED])
def test_who_mediates_is_no_party(talks: Find, text: str, mediators: set[str]) -> None:
    [event] = talks(text)
    assert names(event) == {"PER", "CHL"}
    assert names(event, ParticipantRole.MEDIATOR) == mediators


def test_a_host_gives_the_place(talks: Find) -> None:
    [event] = talks("Ghanaian President Kofi Asante said his country would host talks between Peru and Chile.")
    assert (names(event), names(event, ParticipantRole.HOST), place(event)) == ({"PER", "CHL"}, {"GHA"}, "Ghana")


def test_camps_without_a_name_of_their_own_are_parties(talks: Find) -> None:
    [event] = talks("Crisis talks between Ghanaian officials, rebels and Togolese envoys ended without agreement on Monday.")
    assert {p.actor.name for p in event.participants} == {"Ghana", "rebels", "Togo"}
    assert event.date is not None
    assert str(event.date.start) == "2024-05-13"


def test_talks_that_will_resume_are_another_meeting(talks: Find) -> None:
    held, planned = talks("Talks between Ghana and Togo ended without agreement on Monday but will resume on Friday.")
    assert (held.status.value, planned.status.value) == ("HELD", "SCHEDULED")
    assert [str(e.date.start) for e in (held, planned) if e.date] == ["2024-05-13", "2024-05-17"]
    assert held.id != planned.id


def test_mentions_that_refer_back_are_the_same_meeting(talks: Find) -> None:
    [event] = talks(
        "Ghana and Togo agreed to hold border talks next week. The talks will take place in Lomé on May 22. "
        "The discussions come after clashes last month. The Ghanaian foreign minister said his country valued the talks."
    )
    assert (event.status.value, names(event)) == ("SCHEDULED", {"GHA", "TGO"})
    assert event.date is not None
    assert event.date.text == "next week"


def test_meetings_on_other_days_stay_two(talks: Find) -> None:
    found = talks("Ghana and Togo held talks in Accra on May 2. Ghana and Togo held talks in Lomé on May 9.")
    assert [place(event) for event in found] == ["Accra", "Lomé"]


def test_a_verb_and_the_noun_it_leads_to_are_one_meeting(talks: Find) -> None:
    text = "Delegations representing Ghana and Peru met virtually on May 10 for the Seventh Ghana-Peru Strategic Dialogue."
    [event] = talks(text)
    assert (names(event), event.round_number, event.format.value) == ({"GHA", "PER"}, 7, "ONLINE")


def test_the_first_talks_in_years_are_no_first_round(talks: Find) -> None:
    [event] = talks("Ghana and Togo held their first talks in eight years in Accra on Monday.")
    assert event.round_number is None
    assert event.date is not None
    assert event.date.text == "Monday"


def test_duration_in_hours_and_not_in_days(talks: Find) -> None:
    [long] = talks("Military talks between Ghana and Togo in Accra lasted more than five hours on Monday.")
    [days] = talks("Ghana and Togo ended two days of talks in Accra on Monday.")
    assert (long.duration, days.duration) == ("PT5H", None)


def test_the_day_of_something_else_is_not_the_day_of_the_meeting(talks: Find) -> None:
    [event] = talks("Envoys of Ghana and Togo will meet in Accra for the first time since the attack last week.")
    assert event.date is None


def test_what_is_said_during_talks_tells_their_day(talks: Find) -> None:
    [event] = talks(
        "A Ghanaian minister praised Togo on Tuesday during the latest round of border talks between the two countries in Accra."
    )
    assert event.date is not None
    assert (event.date.text, place(event)) == ("Tuesday", "Accra")


def test_a_suspension_in_a_month_that_is_past(talks: Find) -> None:
    [event] = talks("In March, Ghana suspended its fisheries talks with Togo.")
    assert event.date is not None
    assert str(event.date.start) == "2024-03-01"


def test_a_person_known_by_a_title_stands_for_the_side(talks: Find) -> None:
    [event] = talks(
        "Carlo Benti and Togo's Yao Mensah are holding talks in Accra today. The EU chief negotiator Carlo Benti arrived early."
    )
    assert {p.actor.name for p in event.participants} == {"European Union", "Togo"}


def test_a_call_of_two_callers_is_not_taken_apart(talks: Find) -> None:
    text = "Ghanaian President Kofi Asante had phone calls with the presidents of Togo and Peru on Monday."
    assert [names(event) for event in talks(text)] == [{"GHA", "TGO"}, {"GHA", "PER"}]
    together = talks("The presidents of Ghana and Togo spoke by phone with Peruvian President Luis Ramos on Monday.")
    assert [names(event) for event in together] == [{"GHA", "TGO", "PER"}]


def test_a_pronoun_joined_to_what_it_stands_for_does_not_look_for_itself(talks: Find) -> None:
    [event] = talks(
        "Peru and Chile held talks in Lima on Monday, after ten days of bargaining led by the African Union and its envoy, Jon Vark."
    )
    assert {"PER", "CHL"} <= names(event)


OWN_VOICE = [
    "I met today with President Kofi Mensah of Ghana in Accra to speak of the trade between us.",
    "The President will host the premier of Ghana, Kofi Mensah, at the White House on Monday for talks on trade.",
    "The Secretary of State met with Ghanaian Foreign Minister Kofi Mensah today, and they discussed trade in the region.",
    "Under Secretary Ann Lee met with Ghanaian Foreign Minister Kofi Mensah today, and they discussed trade in the region.",
    "The delegation met with Ghanaian President Kofi Mensah in Accra on Monday to discuss trade in the region.",
    "Following a meeting with Ghanaian President Kofi Mensah in Accra on Monday, the two sides agreed on a treaty on trade.",
]


@pytest.mark.parametrize("text", OWN_VOICE)
def test_what_a_government_publishes_is_told_in_its_own_voice(extractor: Extractor, text: str) -> None:
    def parties(publisher: str) -> list[set[str]]:
        events = extractor.extract(Article(text=text, publisher=publisher, published_at=PUBLISHED)).events
        return [names(event) for event in events if isinstance(event, TalksRound)]

    assert parties("The White House") == [{"USA", "GHA"}]
    assert {"USA", "GHA"} not in parties("The Lima Courier")


def test_a_quotation_is_not_in_the_voice_of_who_publishes(extractor: Extractor) -> None:
    text = "“I met with President Kofi Mensah of Ghana in Accra on Monday,” the Togolese minister Yao Kpodo said of his journey."
    events = extractor.extract(Article(text=text, publisher="The White House", published_at=PUBLISHED)).events
    assert not any("USA" in names(event) for event in events if isinstance(event, TalksRound))
