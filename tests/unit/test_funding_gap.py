"""Missing money: what is found and with which fields, and what is something else. Names are invented where a name could help a rule."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article, FundingGap, FundingGapStatus

PUBLISHED = datetime(2024, 5, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def gaps(extractor: Extractor):  # type: ignore[no-untyped-def]
    def found(text: str) -> list[FundingGap]:
        article = Article(id="a", text=text, published_at=PUBLISHED, language="en")
        return [event for event in extractor.extract(article).events if isinstance(event, FundingGap)]

    return found


FOUND = [
    # text, entity (a part of its name), gap, requirements, funding, percent
    ("Norland faces a budget shortfall of $3 billion this year.", None, "3000000000", None, None, None),
    ("The Ostrava Children's Fund is running out of money, its director said on Monday.", "Ostrava Children", None, None, None, None),
    ("Three clinics closed in March for lack of funds, the World Food Programme said.", "clinics", None, None, None, None),
    ("Mali's humanitarian response remains just 18 percent funded.", "Mali", None, None, None, 18.0),
    ("UNICEF has received only $40 million of the $120 million it asked for.", "UNICEF", None, "120000000", "40000000", None),
    ("So far £20,000 of the £90,000 needed for the project has been raised.", "project", None, "90000", "20000", None),
    ("Only 22 per cent of the funding required for the Chad appeal has been received.", "Chad", None, None, None, 22.0),
    ("Last year a third of the agency's funding needs were unmet.", "agency", None, None, None, None),
    ("Kenya needs an additional $500 million for drought relief.", "Kenya", "500000000", None, None, None),
    ("Sudan urgently needs $80 million to buy wheat.", "Sudan", None, "80000000", None, None),
    ("The gap in the Haitian budget is $60 million.", "Haiti", "60000000", None, None, None),
    ("The agency is seeking $1.2 billion to make up its budget shortfall.", "agency", "1200000000", None, None, None),
    ("The relief operation in Yemen is badly underfunded, UN officials warned.", "relief operation", None, None, None, None),
    (
        "UNHCR is appealing for $90 million. Only $10 million has been received, leaving an $80 million gap.",
        "UN",
        "80000000",
        "90000000",
        "10000000",
        None,
    ),
]


@pytest.mark.parametrize(("text", "entity", "gap", "requirements", "funding", "percent"), FOUND)
def test_found(gaps, text, entity, gap, requirements, funding, percent) -> None:  # type: ignore[no-untyped-def]
    found = gaps(text)
    assert len(found) == 1, found
    event = found[0]
    if entity is not None:
        assert event.entity is not None
        assert entity in event.entity.name
    for name, wanted in (("gap", gap), ("requirements", requirements), ("funding", funding)):
        money = getattr(event, name)
        assert (money.max if money else None) == (Decimal(wanted) if wanted else None), name
    assert event.percent_funded == percent


NEAR_MISSES = [
    "The trade gap widened to $70 billion in March.",
    "The gender pay gap at the company is 12 percent.",
    "Norland's current account deficit reached $4 billion.",
    "The budget deficit narrowed to 3 percent of GDP.",
    "There is a $30 million gap between the two football leagues.",
    "The road is 80 percent funded by the European Union.",
    "The appeal is 100 percent funded.",
    "The army faces a shortage of ammunition.",
    "Kenya does not need another $500 million.",
    "If the harvest fails, Kenya will need another $500 million.",
    "The company reported a loss of $3 million.",
    "Germany gave $30 million of humanitarian aid to Chad.",
    "The gap in the fence was closed.",
    "She lacks experience, and the party lacks ideas.",
    "The team is short of players.",
]


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_near_miss(gaps, text) -> None:  # type: ignore[no-untyped-def]
    assert gaps(text) == []


def test_partly_funded(gaps) -> None:  # type: ignore[no-untyped-def]
    assert gaps("The Chad refugee appeal is only 22 percent funded.")[0].status is FundingGapStatus.PARTLY_FUNDED


def test_a_gap_told_twice_is_one(gaps) -> None:  # type: ignore[no-untyped-def]
    text = "Norland faces a budget shortfall of $3 billion. Norland must close the $3 billion shortfall by June."
    assert len(gaps(text)) == 1


def test_denied(gaps) -> None:  # type: ignore[no-untyped-def]
    assert [g.status for g in gaps("There is no funding gap in Norland, the minister said.")] in ([], [FundingGapStatus.DENIED])


def test_currency_is_no_state(gaps) -> None:  # type: ignore[no-untyped-def]
    event = gaps("Chad faces a US$9 million funding gap.")[0]
    assert event.entity is not None
    assert event.entity.country == "TCD"
