"""Filters that look at all units of a run: what is repeated.

A filter divides units into those kept and those rejected, each in the order they came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal

from align.documents import furniture
from align.filters.repeats import deduplicate, near_duplicates
from align.text import normalized
from align.types import RejectedUnit, Unit

Divide = Callable[[Sequence[Unit]], tuple[list[Unit], list[RejectedUnit]]]
_Side = Literal["vi", "en"]

_COUNTERPARTS: Final = 4  # different ones that no phrase has; by judgment: the development set repeats too little
_LINES: Final = 3  # documents that have a line which only one language's rules know
_EVENTS: Final = 8  # as `documents.boilerplate` asks of lines
_LINE_WORDS: Final = 5  # words and numbers of a repeated line: "Điều 3" and "Article 3" are no line of the page
_DIGITS: Final = re.compile(r"\d+")


def _divided(units: Sequence[Unit], gone: set[int], reason: str) -> tuple[list[Unit], list[RejectedUnit]]:
    kept = [unit for number, unit in enumerate(units) if number not in gone]
    return kept, [RejectedUnit(unit, reason) for number, unit in enumerate(units) if number in gone]


def _form(text: str) -> str:
    """A line in one form, numbers left open."""
    return _DIGITS.sub("0", normalized(text))


def without_furniture(units: Sequence[Unit]) -> tuple[list[Unit], list[RejectedUnit]]:
    """Take lines of the page out that got into articles.

    A unit goes if the rules of `documents.furniture` know both sides; if they know one and three documents have that
    line; or if it has five words and is repeated, numbers aside, in eight events, where the one of best quality stays.
    """
    forms = [(_form(unit.vi), _form(unit.en)) for unit in units]
    known = [(furniture.whole_rule(unit.vi), furniture.whole_rule(unit.en)) for unit in units]
    documents = _documents(units, forms, {n for n, rules in enumerate(known) if any(rules)})
    gone = {
        number
        for number, ((vi, en), rules) in enumerate(zip(forms, known, strict=True))
        if all(rules)
        or (rules[0] and len(documents["vi", vi]) >= _LINES)
        or (rules[1] and len(documents["en", en]) >= _LINES)
    }
    return _divided(units, gone | _repeated(units, forms), "furniture")


def _documents(
    units: Sequence[Unit], forms: Sequence[tuple[str, str]], known: Iterable[int]
) -> dict[tuple[_Side, str], set[str]]:
    """Lines that a rule knows on either side -> documents that have them."""
    found: dict[tuple[_Side, str], set[str]] = {}
    for number in known:
        found.setdefault(("vi", forms[number][0]), set()).add(units[number].vi_doc)
        found.setdefault(("en", forms[number][1]), set()).add(units[number].en_doc)
    return found


def _repeated(units: Sequence[Unit], forms: Sequence[tuple[str, str]]) -> set[int]:
    """Positions of units that many events have in another form of numbers at most, but for the best of each."""
    places: dict[tuple[str, str], list[int]] = {}
    for number, form in enumerate(forms):
        if min(side.count(" ") for side in form) + 1 >= _LINE_WORDS:
            places.setdefault(form, []).append(number)
    gone: set[int] = set()
    for numbers in places.values():
        columns = ({getattr(units[n], name) for n in numbers} for name in ("event", "vi_doc", "en_doc"))
        if len(numbers) >= _EVENTS and min(map(len, columns)) >= _EVENTS:
            gone.update(sorted(numbers, key=lambda n: (-units[n].quality, n))[1:])
    return gone


def without_one_sided(units: Sequence[Unit]) -> tuple[list[Unit], list[RejectedUnit]]:
    """Take units out of which one side stands beside four or more different texts: not all can be translations."""
    texts = [(normalized(unit.vi), normalized(unit.en)) for unit in units]
    beside: dict[tuple[int, str], set[str]] = {}
    for pair in texts:
        for side in (0, 1):
            beside.setdefault((side, pair[side]), set()).add(pair[1 - side])
    many = {key for key, others in beside.items() if len(others) >= _COUNTERPARTS}
    gone = {number for number, (vi, en) in enumerate(texts) if (0, vi) in many or (1, en) in many}
    return _divided(units, gone, "one_sided")


TOGETHER: Final[dict[str, Divide]] = {
    "furniture": without_furniture,
    "one_sided": without_one_sided,
    "duplicate": deduplicate,
    "near_duplicate": near_duplicates,
}
