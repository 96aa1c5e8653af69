"""Weapons pledges: one behaviour a case, half of them near misses that must give nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article, WeaponsPledge

PUBLISHED = datetime(2031, 5, 14, tzinfo=UTC)


def pledges(extractor: Extractor, text: str, publisher: str | None = None) -> list[WeaponsPledge]:
    article = Article(id="case", text=text, publisher=publisher, published_at=PUBLISHED)
    return [event for event in extractor.extract(article).events if isinstance(event, WeaponsPledge)]


def told(event: WeaponsPledge) -> tuple[Any, ...]:
    """Status, countries of suppliers and recipients, system, how many, worth what."""
    return (
        event.status.value,
        [actor.country for actor in event.suppliers],
        [actor.country for actor in event.recipients],
        event.system.designation,
        event.quantity.max if event.quantity else None,
        int(event.value.max) if event.value and event.value.max is not None else None,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Chile will send Peru 12 Leopard 2 tanks, the minister said.",
            [("PLEDGED", ["CHL"], ["PER"], "Leopard 2", 12, None)],
            id="promise",
        ),
        pytest.param(
            "Brazil delivered 14 Gripen jets to Colombia in March.",
            [("DELIVERED", ["BRA"], ["COL"], "JAS 39 Gripen", 14, None)],
            id="delivery",
        ),
        pytest.param(
            "Kenya has asked Morocco for attack helicopters.",
            [("REQUESTED", ["MAR"], ["KEN"], "attack helicopter", None, None)],
            id="request",
        ),
        pytest.param(
            "Austria is weighing whether to send Moldova artillery shells.",
            [("UNDER_DISCUSSION", ["AUT"], ["MDA"], "artillery shell", None, None)],
            id="weighing",
        ),
        pytest.param(
            "Chad has threatened to arm Niger.", [("UNDER_DISCUSSION", ["TCD"], ["NER"], "weapon", None, None)], id="threat to arm"
        ),
        pytest.param(
            "Norway's policy is not to supply weapons to Jordan.",
            [("REFUSED", ["NOR"], ["JOR"], "weapon", None, None)],
            id="policy not to",
        ),
        pytest.param("Ghana ruled out sending its mortars to Togo.", [("REFUSED", ["GHA"], ["TGO"], "mortar", None, None)], id="ruled out"),
        pytest.param(
            "Spain has suspended 58 arms export licences to Oman.",
            [("WITHDRAWN", ["ESP"], ["OMN"], "arms", None, None)],
            id="licences are no weapons",
        ),
        pytest.param(
            "Norway has agreed to step up and provide mortars to Moldova.",
            [("PLEDGED", ["NOR"], ["MDA"], "mortar", None, None)],
            id="second of two verbs",
        ),
        pytest.param(
            "Canada lifted its suspension of weapons sales to Kuwait.",
            [("COMMITTED", ["CAN"], ["KWT"], "arms", None, None)],
            id="suspension lifted",
        ),
        pytest.param(
            "Denmark is providing Latvia with $300 million in military aid.",
            [("PLEDGED", ["DNK"], ["LVA"], "military aid", None, 300_000_000)],
            id="money only",
        ),
        pytest.param(
            "Finland announced a €40 million package for Georgia's armed forces, its largest military donation.",
            [("PLEDGED", ["FIN"], ["GEO"], "military aid", None, 40_000_000)],
            id="package without a weapon's name",
        ),
        pytest.param(
            "Sweden will provide 500 million euros to buy ammunition for Moldova.",
            [("PLEDGED", ["SWE"], ["MDA"], "ammunition", None, 500_000_000)],
            id="sum that pays for arms",
        ),
        pytest.param(
            "Greece approved the sale of 30 frigates to Egypt in a deal worth $2 billion.",
            [("COMMITTED", ["GRC"], ["EGY"], "frigate", 30, 2_000_000_000)],
            id="worth of a deal",
        ),
        pytest.param(
            "Qatar agreed to buy 36 F-15 fighter jets from the United States. The sale is worth about $12 billion.",
            [("PLEDGED", ["USA"], ["QAT"], "F-15", 36, 12_000_000_000)],
            id="worth told later",
        ),
        pytest.param(
            "The State Department approved the sale of 36 F-15 jets to Oman and 24 F-16 jets to Chile.",
            [("COMMITTED", ["USA"], ["OMN"], "F-15", 36, None), ("COMMITTED", ["USA"], ["CHL"], "F-16", 24, None)],
            id="each system to its own recipient",
        ),
        pytest.param(
            "The Pentagon notified Congress of a possible Foreign Military Sale to the Government of Peru of M142 HIMARS launchers "
            "for an estimated cost of $655 million. The State Department approved the sale.",
            [("COMMITTED", ["USA"], ["PER"], "HIMARS", None, 655_000_000)],
            id="notice of a sale",
        ),
        pytest.param(
            "Romania promised Moldova a military aid package. It includes 20 howitzers and 3,000 rifles.",
            [
                ("PLEDGED", ["ROU"], ["MDA"], "howitzer", 20, None),
                ("PLEDGED", ["ROU"], ["MDA"], "rifle", 3000, None),
            ],
            id="it includes",
        ),
        pytest.param(
            "Estonia announced €20 million in military aid for Moldova. The capabilities in this package include:\n\n"
            "• Two NASAMS launchers;\n• More than 300 mortars;\n• Spare radars;\n\nThe weather was fine.",
            [
                ("PLEDGED", ["EST"], ["MDA"], "military aid", None, 20_000_000),
                ("PLEDGED", ["EST"], ["MDA"], "NASAMS", 2, None),
                ("PLEDGED", ["EST"], ["MDA"], "mortar", None, None),
            ],
            id="bullets with a number",
        ),
        pytest.param(
            "Poland will deliver to Moldova:\n- 18 Leopard 2 tanks\n- one Patriot battery\nThe deliveries begin in March.",
            [("PLEDGED", ["POL"], ["MDA"], "Leopard 2", 18, None), ("PLEDGED", ["POL"], ["MDA"], "Patriot", 1, None)],
            id="heading that gives",
        ),
        pytest.param(
            "Portugal has promised Angola five corvettes. Portugal is also sending 200 drones.",
            [("PLEDGED", ["PRT"], ["AGO"], "corvette", 5, None), ("PLEDGED", ["PRT"], ["AGO"], "drone", 200, None)],
            id="recipient of the sentence before",
        ),
        pytest.param(
            "India and Russia signed a $5 billion contract for five S-400 regiments.",
            [("COMMITTED", ["RUS"], ["IND"], "S-400", 5, 5_000_000_000)],
            id="two sign, the exporter sells",
        ),
        pytest.param(
            "Mali accuses Algeria of arming the M23, which Algiers denies.",
            [("DELIVERED", ["DZA"], ["COD"], "weapon", None, None)],
            id="accused of arming",
        ),
        pytest.param(
            "Serbia received the first four of 24 Rafale fighters from France.",
            [("DELIVERED", ["FRA"], ["SRB"], "Rafale", 4, None)],
            id="part of a number",
        ),
        pytest.param(
            "Togo has sent 12,000 containers of ammunition to Benin.",
            [("DELIVERED", ["TGO"], ["BEN"], "ammunition", None, None)],
            id="containers are not rounds",
        ),
        pytest.param(
            "Iceland has delayed the delivery of 2,000-pound bombs to Malta.",
            [("DELAYED", ["ISL"], ["MLT"], "2000-pound bomb", None, None)],
            id="pounds are no money",
        ),
    ],
)
def test_states(extractor: Extractor, text: str, expected: list[tuple[Any, ...]]) -> None:
    assert [told(event) for event in pledges(extractor, text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Peruvian forces destroyed 12 tanks and three drones.", id="in battle"),
        pytest.param("The rebels fired 40 rockets at northern Chile.", id="fired"),
        pytest.param("Missiles aimed at Peru's cities were shot down.", id="aimed at"),
        pytest.param("New guns helped Kenya's army to stop the tanks and helicopters of Somalia.", id="stopped in battle"),
        pytest.param("Canada deployed a Patriot battery to Latvia with its own crew.", id="own deployment"),
        pytest.param("Washington has allowed Kenya to use ATACMS missiles to strike targets inside Somalia.", id="use permission"),
        pytest.param("Iran has denied supplying missiles to Sudan.", id="denied"),
        pytest.param("Iceland said it would train Malta's engineers instead of sending weapons.", id="instead of"),
        pytest.param("Austria has been reluctant to provide Moldova with weapons.", id="reluctant"),
        pytest.param("Supplying weapons to Kenya would be a mistake, Norway's minister said.", id="what it would lead to"),
        pytest.param("If Norway supplies tanks to Kenya, the war will go on.", id="condition"),
        pytest.param("Norway urged Spain to halt arms exports to Oman.", id="asked to stop"),
        pytest.param("Canada is providing $50 million in humanitarian aid to Sudan's army hospitals.", id="humanitarian"),
        pytest.param("The World Bank approved a $500 million financing package for Moldova's energy sector.", id="civil package"),
        pytest.param("Rheinmetall will deliver 14 Leopard 2 tanks to a museum.", id="company"),
        pytest.param("Several companies are selling weapons to the Kenyan army.", id="companies"),
        pytest.param("The UN Security Council imposed an arms embargo on South Sudan.", id="embargo"),
        pytest.param("The president asked lawmakers for $9 billion for missile defence in the next budget.", id="own budget"),
        pytest.param("The army tested a new ballistic missile on Tuesday, Indian media reported.", id="test"),
        pytest.param("The training of Chilean pilots on F-16 jets will begin in August.", id="training"),
        pytest.param("Peru's tanks will work alongside a limited number of helicopters.", id="the weapon acts"),
        pytest.param("Chile has sent troops and jets to the region, among them an aircraft carrier.", id="moved, not given"),
        pytest.param("The market for drones in Asia is expected to grow to $50 billion.", id="market"),
        pytest.param("Arms sales to Peru have long irritated Chile.", id="sales as such"),
    ],
)
def test_near_misses(extractor: Extractor, text: str) -> None:
    assert [told(event) for event in pledges(extractor, text)] == []


def test_a_total_since_a_date_is_marked(extractor: Extractor) -> None:
    (event,) = pledges(extractor, "Since 2028, Chile has provided Peru with military aid worth $3 billion.")
    assert event.is_cumulative


def test_a_single_delivery_is_no_total(extractor: Extractor) -> None:
    (event,) = pledges(extractor, "Chile has provided Peru with military aid worth $3 billion.")
    assert not event.is_cumulative


def test_we_is_the_government_that_publishes(extractor: Extractor) -> None:
    text = "We will send Peru 20 howitzers."
    assert told(pledges(extractor, text, publisher="The White House")[0])[1] == ["USA"]
    assert [told(event)[1] for event in pledges(extractor, text, publisher="The Lima Courier")] == [[]]


def test_what_context_names_is_less_certain(extractor: Extractor) -> None:
    first, second = pledges(extractor, "Portugal has promised Angola five corvettes. Portugal is also sending 200 drones.")
    assert second.confidence < first.confidence


def test_systems_of_a_package_share_its_id(extractor: Extractor) -> None:
    package, *systems = pledges(extractor, "Romania promised Moldova a military aid package. It includes 20 howitzers and 3,000 rifles.")
    assert package.package_id is not None
    assert {event.package_id for event in systems} == {package.package_id}
