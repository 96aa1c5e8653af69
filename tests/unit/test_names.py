"""Names: those that are none of a state, those that an article introduces, and whose minister somebody is; sums as the parser sees them."""

from __future__ import annotations

import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article, CurrencyBasis, EntityKind, FundingGap


def entities(extractor: Extractor, text: str) -> dict[str, tuple[EntityKind, str, str | None]]:
    """For each entity as written: kind, name, country."""
    found = extractor.extract(Article(id="a", text=text, language="en")).enriched.entities
    return {entity.span.text: (entity.kind, entity.name, entity.country) for entity in found}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Michael Jordan played for forty minutes on Sunday.", "Jordan"),
        ("Chad Smith, who runs the shop, said that it would close.", "Chad"),
        ("The minister told The Times of Israel that talks had begun.", "Israel"),
        ("A professor at the University of Georgia said that prices would fall.", "Georgia"),
        ("The fair opens on Monday in Paris, Texas.", "Paris"),
        ("Cases of Guinea worm fell again last year, the clinic said.", "Guinea"),
    ],
)
def test_what_is_no_state(extractor: Extractor, text: str, written: str) -> None:
    found = entities(extractor, text)
    assert written not in found or found[written][0] is not EntityKind.STATE


def test_a_name_of_two_places_is_told_by_the_article(extractor: Extractor) -> None:
    there = entities(extractor, "Officials in Atlanta said that Georgia would pay for the school.")
    assert there["Georgia"][0] is EntityKind.PLACE
    here = entities(extractor, "Officials in Tbilisi said that Georgia would pay for the school.")
    assert here["Georgia"] == (EntityKind.STATE, "Georgia", "GEO")


def test_an_abbreviation_stands_for_the_name_before_it(extractor: Extractor) -> None:
    found = entities(extractor, "The Belvan People's Front (BPF) met officials on Sunday. The BPF said that it would return.")
    assert found["BPF"][1] == "Belvan People's Front"


@pytest.mark.parametrize(
    ("text", "person", "country"),
    [
        ("Turkey's Transport and Infrastructure Minister Abdulkadir Orhan left on Monday.", "Abdulkadir Orhan", "TUR"),
        ("Ukraine's strategic industries minister, Oleksandr Kamenko, left on Monday.", "Oleksandr Kamenko", "UKR"),
        ("The visitors met their Polish colleague, Gen. Marek Lis, on Monday.", "Marek Lis", "POL"),
        ("Iran's top nuclear negotiator Ali Bahrami-Kani left on Monday.", "Ali Bahrami-Kani", "IRN"),
    ],
)
def test_whose_minister_somebody_is(extractor: Extractor, text: str, person: str, country: str) -> None:
    assert entities(extractor, text)[person][2] == country


@pytest.mark.parametrize("written", ["£1.4m", "Sh12.4 billion", "€2bn", "N45bn", "US$3.5m"])
def test_a_sum_is_shown_to_the_parser_in_words_and_found_as_written(extractor: Extractor, written: str) -> None:
    text = f"The Lumen Fund is {written} short of what its clinics need."
    event = extractor.extract(Article(id="a", text=text, language="en")).events[0]
    assert isinstance(event, FundingGap)
    assert event.gap is not None
    assert event.gap.span.text == written == text[event.gap.span.start : event.gap.span.end]


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("Sri Lanka said on Monday that its railway lacks 220 billion rupees.", "LKR"),
        ("Tanzania said on Monday that its railway lacks 220 billion shillings.", "TZS"),
        ("The railway lacks 220 billion rupees, its director said on Monday.", "INR"),
    ],
)
def test_a_currency_of_several_states_is_that_of_the_state_that_is_named(extractor: Extractor, text: str, currency: str) -> None:
    figure = extractor.extract(Article(id="a", text=text, language="en")).enriched.figures[0]
    assert figure.money is not None
    assert (figure.money.currency, figure.money.currency_basis) == (currency, CurrencyBasis.INFERRED)
