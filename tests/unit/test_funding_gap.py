"""Missing money: what is found and with which fields, and what is something else. Names are invented where a name could help a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article, FundingGap, FundingGapStatus

Gaps = Callable[[str], list[FundingGap]]
PUBLISHED = datetime(2024, 5, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def gaps(extractor: Extractor) -> Gaps:
    def found(text: str) -> list[FundingGap]:
        article = Article(id="a", text=text, published_at=PUBLISHED, language="en")
        return [event for event in extractor.extract(article).events if isinstance(event, FundingGap)]

    return found


@dataclass(frozen=True)
class Case:
    """A text and what must come out of it; `entity` is a part of the name."""

    text: str
    entity: str | None = None
    gap: str | None = None
    requirements: str | None = None
    funding: str | None = None
    percent: float | None = None


FOUND = [
    Case("Norland faces a budget shortfall of $3 billion this year.", None, "3000000000", None, None, None),
    Case("The Ostrava Children's Fund is running out of money, its director said on Monday.", "Ostrava Children", None, None, None, None),
    Case("Three clinics closed in March for lack of funds, the World Food Programme said.", "clinics", None, None, None, None),
    Case("Mali's humanitarian response remains just 18 percent funded.", "Mali", None, None, None, 18.0),
    Case("UNICEF has received only $40 million of the $120 million it asked for.", "UNICEF", None, "120000000", "40000000", None),
    Case("So far £20,000 of the £90,000 needed for the project has been raised.", "project", None, "90000", "20000", None),
    Case("Only 22 per cent of the funding required for the Chad appeal has been received.", "Chad", None, None, None, 22.0),
    Case("Last year a third of the agency's funding needs were unmet.", "agency", None, None, None, None),
    Case("Kenya needs an additional $500 million for drought relief.", "Kenya", "500000000", None, None, None),
    Case("Sudan urgently needs $80 million to buy wheat.", "Sudan", None, "80000000", None, None),
    Case("The gap in the Haitian budget is $60 million.", "Haiti", "60000000", None, None, None),
    Case("The agency is seeking $1.2 billion to make up its budget shortfall.", "agency", "1200000000", None, None, None),
    Case("The relief operation in Yemen is badly underfunded, UN officials warned.", "relief operation", None, None, None, None),
    Case(
        "UNHCR is appealing for $90 million. Only $10 million has been received, leaving an $80 million gap.",
        "UN",
        "80000000",
        "90000000",
        "10000000",
        None,
    ),
]


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.text)
def test_found(gaps: Gaps, case: Case) -> None:
    found = gaps(case.text)
    assert len(found) == 1, found
    event = found[0]
    if case.entity is not None:
        assert event.entity is not None
        assert case.entity in event.entity.name
    for money, wanted in ((event.gap, case.gap), (event.requirements, case.requirements), (event.funding, case.funding)):
        assert (money.max if money else None) == (Decimal(wanted) if wanted else None)
    assert event.percent_funded == case.percent


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
    "The hospital hopes to end the year no more than £2 million in the red.",
    "Half of the money is needed for food.",
    # Supposed, averted, aimed at.
    "If the school meals programme runs out of money, families will suffer.",
    "If funds run out, the space agency would be unfunded.",
    "The grant kept the relief fund from running out of money.",
    "The target is for the health trust to end the year £5 million in deficit.",
    "Parents fear the end of the school programme in the event that no further funding will be forthcoming.",
    # A budget that no parliament has voted for.
    "Officials warned of a government shutdown. The government runs out of money on Sept. 30.",
    # Other words.
    "The fund paid for the project that produced the first picture of a black hole.",
    "The watchdog asked for an inquiry out of concern the money was a bribe.",
    "The plan is to help small and underfunded hospitals.",
    "The shop lent under a $5 million fund that was set up in response to the Norland crisis.",
    # What is to come, and whence all of it comes.
    "The bill would provide $50 billion for airlines as part of a plan that seeks $1 trillion.",
    "She proposes that half of the $302 billion she seeks come from taxes.",
    "The Ostmark trust covers only about 30% of hospice costs, with the rest coming from donations.",
    # Fraud, what is paid out, what all came, what would have been.
    "The board was told that a $14 million black hole had been found in the dairy's accounts.",
    "The school was planning to pay out $2 million to settle outstanding claims.",
    "The charity managed to raise $239 million off donations of $200 or less.",
    "The firm is covering two-thirds of the cost, while another is donating $1 million.",
    "Small donors sustain campaigns that once would have folded for lack of funds.",
    "He said that many departments are underfunded.",
    "They argue over whether the nation's massive budget gap should be narrowed with taxes.",
    "Nine federal departments will run out of money and shut down on Friday. Ministers fear a shutdown.",
    "The loss was worse than the £3 million shortfall that the trust had forecast.",
]


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_near_miss(gaps: Gaps, text: str) -> None:
    assert gaps(text) == []


def test_partly_funded(gaps: Gaps) -> None:
    assert gaps("The Chad refugee appeal is only 22 percent funded.")[0].status is FundingGapStatus.PARTLY_FUNDED


def test_a_gap_told_twice_is_one(gaps: Gaps) -> None:
    text = "Norland faces a budget shortfall of $3 billion. Norland must close the $3 billion shortfall by June."
    assert len(gaps(text)) == 1


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        # Told once more, by a description or without the sum.
        (
            "The Maple Hill School District faces a budget shortfall of $4 million. Parents were told that the district has a budget gap.",
            ["Maple Hill School District"],
        ),
        (
            "Norcaster Council has a funding gap. Its report says that the council must close a £3 million budget gap.",
            ["Norcaster Council"],
        ),
        # Two bodies with a word in common are two.
        (
            "Norcaster Council faces a £5 million budget gap. Ellwood Council has run out of money.",
            ["Norcaster Council", "Ellwood Council"],
        ),
        (
            "Sudan's aid response faces a $5 million funding gap. Chad's aid response has a funding gap of $5 million, too.",
            ["Sudan", "Chad"],
        ),
    ],
)
def test_told_twice_or_two(gaps: Gaps, text: str, entities: list[str]) -> None:
    found = [gap.entity.name if gap.entity else "" for gap in gaps(text)]
    assert len(found) == len(entities)
    assert all(name in entity for name, entity in zip(entities, found, strict=True)), found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "The council faces a budget gap of £21.6 million in 2016-17 and £13.2 million in 2017-18.",
            [("21600000", "2016-17"), ("13200000", "2017-18")],
        ),
        (
            "The university expects a deficit of $3 million this year, $5 million next year and $4 million in 2027.",
            [("3000000", "this year"), ("5000000", "next year"), ("4000000", "2027")],
        ),
        ("The school board has a $3 million shortfall this year and spent $5 million on books last year.", [("3000000", "this year")]),
    ],
)
def test_a_gap_for_each_year(gaps: Gaps, text: str, told: list[tuple[str, str]]) -> None:
    found = [(gap.gap.max if gap.gap else None, gap.period.text if gap.period else None) for gap in gaps(text)]
    assert found == [(Decimal(amount), period) for amount, period in told]


def test_the_rest_is_of_the_same_gap(gaps: Gaps) -> None:
    text = "The plan requires $25 billion and has received $9 billion. Aid organizations still need another $16 billion for it."
    assert len(gaps(text)) == 1


def test_a_dateline_lacks_nothing(gaps: Gaps) -> None:
    (event,) = gaps("(Geneva, 17 July): Six months after its launch, the Ostmark Relief Fund still requires $2.5 million.")
    assert event.entity is not None
    assert event.entity.name == "Ostmark Relief Fund"


def test_a_sum_ends_its_sentence(gaps: Gaps) -> None:
    (event,) = gaps("The hospital trust ended the year with a deficit of £250m. The loss was told on Tuesday.")
    assert event.quote.text.endswith("£250m.")


def test_rounded_sums_are_one_gap(gaps: Gaps) -> None:
    assert len(gaps("The school board faces a $1.04 million shortfall. The board must close the $1,044,000 gap by June.")) == 1


def test_the_day_of_the_report_is_no_period(gaps: Gaps) -> None:
    assert gaps("The relief agency said on Tuesday it has a $3 million shortfall.")[0].period is None
    assert gaps("The relief fund will run out of money on Friday.")[0].period is not None


@pytest.mark.parametrize(
    "text",
    [
        "The relief agency will run out of money in June unless donors pay up.",
        "If donors do not pay, the relief agency will run out of money in June.",
        "If the relief agency's funding gap is not closed, clinics will shut.",
        "Not only have the cuts caused a funding shortfall at the relief agency, they have harmed trust.",
    ],
)
def test_not_merely_supposed(gaps: Gaps, text: str) -> None:
    assert [g.entity.name for g in gaps(text) if g.entity] == ["relief agency"]


def test_cannot_afford_denies_nothing(gaps: Gaps) -> None:
    assert [g.status for g in gaps("The Norcaster Museum cannot afford to repair its roof.")] == [FundingGapStatus.STATED]


def test_denied(gaps: Gaps) -> None:
    assert [g.status for g in gaps("There is no funding gap in Norland, the minister said.")] in ([], [FundingGapStatus.DENIED])


def test_currency_is_no_state(gaps: Gaps) -> None:
    event = gaps("Chad faces a US$9 million funding gap.")[0]
    assert event.entity is not None
    assert event.entity.country == "TCD"


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("The Ostmark relief plan, which requires $3.2 billion, has received less than a quarter of that amount.", "Ostmark relief plan"),
        ("Donors have so far provided $1.2bn towards a $4.4bn appeal for Chad.", "appeal for Chad"),
        ("Lack of funding threatens the peacekeeping mission in Mali.", "peacekeeping mission in Mali"),
        ("A lack of money has forced the food agency to cut rations.", "food agency"),
        ("The plan has a $40 million gap for shelter.", "plan"),
        # Who is underfunded, not who underfunds.
        ("Ministers of Norland have underfunded the Ostmark Census Bureau for years.", "Ostmark Census Bureau"),
        # The fund is no other body.
        ("UNICEF opened a relief fund. Officials of UNICEF said that the fund ran out of money in two weeks.", "relief fund"),
        # Named before or after.
        ("The council's budget gap is £12m. Officials of Norcaster Council met on Monday.", "Norcaster Council"),
        (
            "The agency has a $3 million shortfall. It was founded by UNICEF. UNICEF runs clinics. UNICEF helps children.",
            "UNICEF",
        ),
        # Who estimates it need not have it.
        ("The institute estimates that the financing gap of Norcaster schools is estimated to be $97 million.", "Norcaster schools"),
        # They vote for money, and lack none.
        ("Congress has to deal with the $3 million shortfall of the Ostmark Highway Fund.", "Ostmark Highway Fund"),
        ('"We lack enough money to feed everybody," said Ann Cole, director of the Ostmark Food Bank.', "Ostmark Food Bank"),
        # "The authority" is the council.
        ("Norcaster Council met on Monday. The authority faces an overspend of £2m.", "Norcaster Council"),
        ("Norcaster schools expect cuts. Officials said the deficit has grown to $131 million.", "Norcaster schools"),
    ],
)
def test_who_lacks_the_money(gaps: Gaps, text: str, entity: str) -> None:
    found = gaps(text)
    assert [event.entity.name if event.entity else None for event in found] == [entity]


def test_at_most_a_share(gaps: Gaps) -> None:
    assert gaps("The 2023 appeal for Somalia is less than 30 percent funded.")[0].percent_funded == 30


@pytest.mark.parametrize(
    ("text", "requirements", "funding"),
    [
        ("WFP said it needed $98 million through March and had received $21 million.", "98000000", "21000000"),
        ("The relief fund raised $14 billion, falling short of its $18 billion goal.", "18000000000", "14000000000"),
        ("The appeal for Chad has so far attracted only $60 million against requirements of $222 million.", "222000000", "60000000"),
        ("Chad received nearly $1 million out of $43 million hoped for (2.3 per cent) after floods.", "43000000", "1000000"),
    ],
)
def test_what_was_asked_for_and_what_came(gaps: Gaps, text: str, requirements: str, funding: str) -> None:
    (event,) = gaps(text)
    assert event.requirements is not None
    assert event.funding is not None
    assert (event.requirements.max, event.funding.max) == (Decimal(requirements), Decimal(funding))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The Ostmark council must close a £4m gap in its budget.", FundingGapStatus.STATED),
        ("The Ostmark council closed a £4m gap in its budget last year.", FundingGapStatus.CLOSED),
        ("Norland says it cannot pay its teachers because of a $6 million funding gap.", FundingGapStatus.STATED),
        ("Norland does not have the money to feed the refugees.", FundingGapStatus.STATED),
        ("The clinics shut their doors after funding dried up.", FundingGapStatus.STATED),
    ],
)
def test_status(gaps: Gaps, text: str, status: FundingGapStatus) -> None:
    assert [event.status for event in gaps(text)] == [status]


WILDLIFE = (
    "The Ostmark Wildlife Trust needs to raise £90,000 for its lions. So far £20,000 of the £90,000 needed for the project has been raised."
)
FINANCES = "Economists see a gap of around 3 billion kroner in the public finances."


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        (WILDLIFE, "Ostmark Wildlife Trust"),
        (f"Norway votes in May. Norway's finance minister resigned on Monday. {FINANCES}", "Norway"),
        (f"Norway, Kenya and Chad differ. {FINANCES}", None),
    ],
)
def test_who_from_the_article(gaps: Gaps, text: str, entity: str | None) -> None:
    assert [event.entity.name if event.entity else None for event in gaps(text)] == [entity]
