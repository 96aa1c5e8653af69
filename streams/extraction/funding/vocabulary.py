"""In which lists of `data/funding.toml` a word stands."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction.lexicon import lists

__all__ = ["is_in"]


def is_in(name: str, token: Token) -> bool:
    """Whether the token's lemma is in a list, named by `table.list`."""
    return token.lemma_.lower() in lists("funding")[name]
