"""Leaks between training and test data: the same or nearly the same text on either side, events, documents, dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias

from align.curation import neardup
from align.types import Unit

Texts: TypeAlias = tuple[str, str]  # vi, en

# A side of fewer words ("Tuyên bố chung") is no leak by itself: only the whole pair again is one.
_FEWEST_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that two sets share.

    Attributes:
        kind: "text", "event", "document" or "date".
        one_set, one_id: set and unit on one side.
        other_set, other_id: on the other.
        what: what they share.
    """

    kind: str
    one_set: str
    one_id: str
    other_set: str
    other_id: str
    what: str


def contaminated(texts: Sequence[Texts], against: Sequence[Texts], threshold: float = neardup.LEAK) -> dict[int, int]:
    """Which texts stand in others, exactly or nearly, on either side.

    Args:
        texts: (vi, en) each.
        against: (vi, en) each; the same text twice where its language is not known.
        threshold: least similarity of near-duplicates.

    Returns:
        Position in `texts` -> position in `against` of the first one found.
    """
    own = [(neardup.key(vi), neardup.key(en)) for vi, en in texts]
    others = [(neardup.key(vi), neardup.key(en)) for vi, en in against]
    whole = {pair: number for number, pair in reversed(list(enumerate(others)))}
    found = {number: whole[pair] for number, pair in enumerate(own) if pair in whole and any(pair)}
    for side in (0, 1):
        here, there = _by_key([pair[side] for pair in own]), _by_key([pair[side] for pair in others])
        for one, other in _alike(here, there, threshold):
            for number in here[one]:
                found[number] = min(found.get(number, len(others)), there[other][0])
    return found


def _by_key(keys: Sequence[str]) -> dict[str, list[int]]:
    """Key of enough words -> positions."""
    positions: dict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        if key.count(" ") + 1 >= _FEWEST_WORDS:
            positions[key].append(number)
    return positions


def _alike(here: Mapping[str, object], there: Mapping[str, object], threshold: float) -> list[tuple[str, str]]:
    """Keys of the one and the other that are equal or near-duplicates."""
    found = [(key, key) for key in here if key in there]
    distinct = list(dict.fromkeys([*here, *there]))
    for i, j in neardup.pairs(distinct, threshold):
        for one, other in ((distinct[i], distinct[j]), (distinct[j], distinct[i])):
            if one in here and other in there:
                found.append((one, other))
    return found


def find(sets: Mapping[str, Sequence[Unit]], *, dates: bool = True) -> list[Leak]:
    """All leaks between sets; one row a shared text, event, document or date.

    Args:
        sets: name -> units.
        dates: whether a shared date counts.
    """
    leaks: list[Leak] = []
    for (one, one_units), (other, other_units) in combinations(sets.items(), 2):
        for kind in ("event", "document", *(["date"] if dates else [])):
            mine, theirs = _places(one_units, kind), _places(other_units, kind)
            leaks += [
                Leak(kind, one, mine[name], other, theirs[name], name.partition(":")[2])
                for name in sorted(mine.keys() & theirs.keys())
            ]
        twins = contaminated([(u.vi, u.en) for u in one_units], [(u.vi, u.en) for u in other_units])
        leaks += [
            Leak("text", one, one_units[i].id, other, other_units[j].id, one_units[i].vi) for i, j in twins.items()
        ]
    return leaks


def _places(units: Sequence[Unit], kind: str) -> dict[str, str]:
    """Event, document or date of units -> id of the first unit there."""
    found: dict[str, str] = {}
    for unit in units:
        for name in places(unit):
            if name.split(" ")[0] == kind and name.partition(":")[2]:
                found.setdefault(name, unit.id)
    return found


def places(unit: Unit) -> tuple[str, ...]:
    """Where a unit comes from, as names that two units of one place share."""
    days = sorted({day.isoformat() for day in (unit.vi_date, unit.en_date) if day})
    named = (f"event :{unit.event}", f"document vi:{unit.vi_doc}", f"document en:{unit.en_doc}")
    return (*(name for name in named if not name.endswith(":")), *(f"date :{day}" for day in days))
