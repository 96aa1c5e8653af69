"""Who gives where that is told only by who says so: `Ottawa said permits had been suspended`."""

from __future__ import annotations

from dataclasses import replace

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Tense, assess
from streams.extraction.lexicon import words
from streams.extraction.weapons.agents import Agents
from streams.extraction.weapons.steps import Step
from streams.extraction.weapons.weapon import lexicon
from streams.records import TalksLevel

__all__ = ["Speakers"]


class Speakers:
    """Those in one article who say what is given."""

    def __init__(self, context: ArticleContext, agents: Agents) -> None:
        self._context = context
        self._agents = agents

    def of(self, steps: list[Step], recipients: list[Party]) -> list[Party]:
        """Who says so, where that is not who gets or asks for the weapons."""
        attribution = self._context.attributions.of(steps[0].token)
        if attribution is None or attribution.speaker is None or attribution.cue.lemma_.lower() in lexicon()["aside"]["accusing"]:
            return []
        getting = [step.token for step in steps if step.kind in ("get", "secure", "ask")]
        gets = {p.key for p in recipients} | {p.key for verb in getting for p in self._agents.subjects(verb)}
        said = [self._agents.of_state(p) for p in self._context.cast.parties(attribution.speaker) if p.is_named and p.key not in gets]
        # Who speaks for no government has nothing to give.
        said = [p for p in said if p.individual is None or p.level is not TalksLevel.UNKNOWN]
        return [replace(p, directness=0.8) for p in said]

    def announcer(self, steps: list[Step], *, is_unnamed: bool) -> list[Party]:
        """`The Pentagon announced that … will get`, `Ottawa said permits had been suspended`: who says it in doing it.

        Parameters
        ----------
        is_unnamed
            Whether somebody else gives, who has no name: `partners`.
        """
        attribution = self._context.attributions.of(steps[0].token)
        if attribution is None or attribution.speaker is None:
            return []
        if steps[0].kind in ("get", "secure") and assess(steps[0].token).tense is Tense.PAST:
            # "confirmed that the fighters had received rockets": whoever knows of it.
            return []
        is_ruling = not is_unnamed and any(step.kind in ("commit", "withdraw", "refuse", "package") for step in steps)
        agreed = [s for s in steps if s.kind == "pledge" and s.token.lemma_.lower() in lexicon()["leave"]["agreeing"]]
        # "Malta has agreed to buy guns, Norway's president said": whoever says so sells.
        is_ruling = is_ruling or (not is_unnamed and steps[0].kind == "secure" and bool(agreed))
        # "Malta will receive 20 drones, Norway's premier said"
        from_others = [h for node in (steps[0].token, steps[0].below) for h in syntax.adjuncts(node, "from")]
        is_to_get = steps[0].kind == "get" and not from_others and assess(steps[0].token).tense is Tense.FUTURE
        is_ruling = is_ruling or (not is_unnamed and is_to_get)
        if attribution.cue.lemma_.lower() not in words("speech")["verbs"]["performative"] and not is_ruling:
            return []
        return self.of(steps, [])
