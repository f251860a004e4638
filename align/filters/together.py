"""Filters that look at all units of a run: what is repeated.

A filter gives the positions of the units that it rejects. It sees the units that the former filters let through, one
after the other and as often as it needs, and holds numbers of fixed size of them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.digests import Digests, Ints, best, distinct_beside
from align.documents import furniture
from align.filters.repeats import duplicates, near_duplicates
from align.filters.stream import Stream
from align.text import normalized

Rejects = Callable[[Stream], Ints]

_COUNTERPARTS: Final = 4  # different ones that no phrase has; by judgment: the development set repeats too little
_LINES: Final = 3  # documents that have a line which only one language's rules know
_EVENTS: Final = 8  # as `documents.boilerplate` asks of lines
_LINE_WORDS: Final = 5  # words and numbers of a repeated line: "Điều 3" and "Article 3" are no line of the page
_DIGITS: Final = re.compile(r"\d+")
_VI, _EN = 1, 2


def _form(text: str) -> str:
    """A line in one form, numbers left open."""
    return _DIGITS.sub("0", normalized(text))


def lines_of_the_page(stream: Stream) -> Ints:
    """Lines of the page that got into articles.

    A unit goes if the rules of `documents.furniture` know both sides; if they know one and three documents have that
    line; or if it has five words and is repeated, numbers aside, in eight events, where the one of best quality stays.
    """
    known, lines = _Known(), _Lines()
    for number, unit in stream.living():
        vi, en = _form(unit.vi), _form(unit.en)
        rules = _VI * bool(furniture.whole_rule(unit.vi)) + _EN * bool(furniture.whole_rule(unit.en))
        if rules:
            known.add(number, rules, (vi, unit.vi_doc), (en, unit.en_doc))
        if min(vi.count(" "), en.count(" ")) + 1 >= _LINE_WORDS:
            lines.add(number, f"{vi}\n{en}", unit.quality)
    return np.union1d(known.gone(), lines.gone(stream))


class _Known:
    """Units with a side that a rule knows: their lines and documents."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._rules = bytearray()
        self._sides = ((Digests(), Digests()), (Digests(), Digests()))

    def add(self, number: int, rules: int, *sides: tuple[str, str]) -> None:
        """Add a unit with the form and document of each side."""
        self._numbers.append(number)
        self._rules.append(rules)
        for columns, texts in zip(self._sides, sides, strict=True):
            for column, text in zip(columns, texts, strict=True):
                column.add(text)

    def gone(self) -> Ints:
        """Positions of those that are lines of the page."""
        rules = np.frombuffer(self._rules, dtype=np.uint8)
        gone = rules == _VI + _EN
        for rule, (forms, documents) in zip((_VI, _EN), self._sides, strict=True):
            groups = forms.groups()
            many = distinct_beside(groups, documents.groups()) >= _LINES
            gone |= (rules & rule > 0) & many[groups]
        rejected: Ints = np.array(self._numbers, dtype=np.int64)[gone]
        return rejected


class _Lines:
    """Units that are long enough to be a line which is repeated."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._forms = Digests()
        self._qualities = array("d")

    def add(self, number: int, form: str, quality: float) -> None:
        """Add a unit."""
        self._numbers.append(number)
        self._forms.add(form)
        self._qualities.append(quality)

    def gone(self, stream: Stream) -> Ints:
        """Positions of units that many events have in another form of numbers at most, but for the best of each."""
        numbers, groups = np.array(self._numbers, dtype=np.int64), self._forms.groups()
        often = np.bincount(groups) >= _EVENTS if len(groups) else np.zeros(0, dtype=bool)
        some = often[groups]
        numbers, groups, qualities = numbers[some], groups[some], np.array(self._qualities)[some]
        if not len(numbers):
            return np.zeros(0, dtype=np.int64)
        wide = _everywhere(stream, numbers, groups)[groups]
        numbers, groups = numbers[wide], groups[wide]
        rejected: Ints = np.delete(numbers, best(groups, qualities[wide]))
        return rejected


def _everywhere(stream: Stream, numbers: Ints, groups: Ints) -> NDArray[np.bool_]:
    """By group: whether its units, at these positions, are of eight events, and of as many documents on either side."""
    wanted = np.zeros(len(stream.verdicts), dtype=bool)
    wanted[numbers] = True
    columns = (Digests(), Digests(), Digests())
    for number, unit in stream.living():
        if wanted[number]:
            for column, text in zip(columns, (unit.event, unit.vi_doc, unit.en_doc), strict=True):
                column.add(text)
    counts = [distinct_beside(groups, column.groups()) for column in columns]
    wide: NDArray[np.bool_] = np.min(counts, axis=0) >= _EVENTS
    return wide


def one_sided(stream: Stream) -> Ints:
    """Units of which one side stands beside four or more different texts: not all can be translations."""
    vi, en = Digests(), Digests()
    for _, unit in stream.living():
        vi.add(normalized(unit.vi))
        en.add(normalized(unit.en))
    one, other = vi.groups(), en.groups()
    gone = (distinct_beside(one, other) >= _COUNTERPARTS)[one] | (distinct_beside(other, one) >= _COUNTERPARTS)[other]
    rejected: Ints = stream.positions()[gone]
    return rejected


TOGETHER: Final[dict[str, Rejects]] = {
    "furniture": lines_of_the_page,
    "one_sided": one_sided,
    "duplicate": duplicates,
    "near_duplicate": near_duplicates,
}
