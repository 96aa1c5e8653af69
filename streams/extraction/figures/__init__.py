"""Figures in news prose: money, percentages, durations and counts, with their bounds.

A small grammar over the text, left to right and in linear time; it knows nothing of sentences. What a count counts is told by the parse
(`extraction/reading.py`), not here.

`figure.py` is what comes out. `lexemes.py` cuts the text into words, numbers and signs; `grammar.py` holds the data file as lookups.
`nocounts.py` tells what counts nothing, `currencies.py` what money a number is of. A number (`number.py`), with the `multipliers.py` behind
it, is read from `digits.py` or from words (`shares.py`, `spelled.py`) by `numbers.py`. `amounts.py` joins it to its currency; `units.py`
finds percentages and durations, `ranges.py` what several amounts share, `qualifiers.py` which bound is open. `scanner.py` goes through the
text and puts them together. Each knows only those named before it.
"""

from streams.extraction.figures.figure import FoundFigure
from streams.extraction.figures.scanner import find_figures

__all__ = ["FoundFigure", "find_figures"]
