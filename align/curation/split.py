"""Training, development and test sets that share no event, no document, no date and no near-duplicate."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from align.curation import leaks
from align.errors import InputError
from align.types import RejectedUnit, Unit

STRADDLES: Final = "straddles_sets"
SURPLUS: Final = "surplus"
NEAR_DUPLICATE: Final = "near_duplicate_of_test"
_LARGEST: Final = 0.5  # share of a group beyond which sets are cut by time: whole groups would leave too little


@dataclass(frozen=True)
class Split:
    """Three sets, each in the order of the corpus, and what stands in none, with its reason."""

    train: list[Unit]
    dev: list[Unit]
    test: list[Unit]
    left_out: list[RejectedUnit]

    @property
    def sets(self) -> dict[str, list[Unit]]:
        """Name -> units."""
        return {"train": self.train, "dev": self.dev, "test": self.test}


def split(units: Sequence[Unit], dev: int, test: int, seed: int = 1) -> Split:
    """Split a corpus.

    Units that share an event, a document or a date form a group, and a group goes into one set. Where news of every
    day hang together in one large group, the sets are cut by time instead, the latest news as test, and what
    straddles a cut is left out. Near-duplicates of test or dev leave train, those of test leave dev.

    Args:
        units: the corpus.
        dev: number of units; fewer only where near-duplicates of test had to go.
        test: number of units.
        seed: of the choice of groups.

    Raises:
        InputError: there are too few units, or too few dates to cut at.
    """
    if len(units) < dev + test + 1:
        raise InputError(
            f"{len(units)} units, too few for {dev} of dev, {test} of test and some of train; ask for less"
        )
    found = _groups(units, dated=True)
    if max(map(len, found)) > _LARGEST * len(units):
        chosen = _by_time(units, dev, test, seed)
    else:
        chosen = _by_group(found, {"test": test, "dev": dev}, seed)
    made = _without_leaks(units, chosen)
    if not made.train:
        message = f"nothing is left for train: {len(found)} groups of events that share no document and no date"
        raise InputError(f"{message} are too few; ask for one set only, or give more news")
    return made


def _groups(units: Sequence[Unit], *, dated: bool) -> list[list[int]]:
    """Positions of units that hang together by event and documents, and by date if `dated`; in order."""
    root = list(range(len(units)))

    def top(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    first: dict[str, int] = {}
    for number, unit in enumerate(units):
        for name in leaks.places(unit):
            if dated or not name.startswith("date"):
                one, other = sorted((top(first.setdefault(name, number)), top(number)))
                root[other] = one
    members: dict[int, list[int]] = defaultdict(list)
    for number in range(len(units)):
        members[top(number)].append(number)
    return list(members.values())


_Chosen = dict[int, str]  # position -> set, or reason to stand in none


def _by_group(groups: Sequence[list[int]], wanted: dict[str, int], seed: int) -> _Chosen:
    """Whole groups at random; of the last one what is too much is left out."""
    rest = list(groups)
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    chance.shuffle(rest)
    chosen: _Chosen = {}
    for name, size in wanted.items():
        taken: list[list[int]] = []
        for group in sorted(rest, key=len, reverse=True) if _needs_large(rest, size) else rest:
            if sum(map(len, taken)) + len(group) <= size:
                taken.append(group)
        rest = [group for group in rest if group not in taken]
        missing = size - sum(map(len, taken))
        if missing and rest:
            last = min(rest, key=len)
            rest.remove(last)
            taken.append(last)
        positions = sorted(number for group in taken for number in group)
        chosen |= _trimmed(positions, name, size, chance)
    return chosen


def _needs_large(groups: Sequence[list[int]], size: int) -> bool:
    """Whether the groups in their order would not fill a set: then large ones have to come first."""
    filled = 0
    for group in groups:
        filled += len(group) if filled + len(group) <= size else 0
    return filled < size


def _trimmed(positions: Sequence[int], name: str, size: int, chance: random.Random) -> _Chosen:
    kept = set(chance.sample(positions, min(size, len(positions))))
    return {number: name if number in kept else SURPLUS for number in positions}


def _by_time(units: Sequence[Unit], dev: int, test: int, seed: int) -> _Chosen:
    """The latest events are test, those before them dev; undated ones train."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    spans = [(_span(units, group), group) for group in _groups(units, dated=False)]
    dated = [(span, group) for span, group in spans if span is not None]
    chosen: _Chosen = {}
    end = date.max
    for name, size in (("test", test), ("dev", dev)):
        start, inside = _latest(dated, end, size)
        if len(inside) < size:
            raise InputError(f"only {len(inside)} units for {name} lie between two dates; ask for fewer than {size}")
        chosen |= _trimmed(inside, name, size, chance)
        straddling = [g for (first, last), group in dated if first < start <= last < end for g in group]
        chosen |= dict.fromkeys(straddling, STRADDLES)
        end = start
    return chosen


def _span(units: Sequence[Unit], group: Sequence[int]) -> tuple[date, date] | None:
    days = [day for number in group for day in (units[number].vi_date, units[number].en_date) if day]
    return (min(days), max(days)) if days else None


def _latest(dated: Sequence[tuple[tuple[date, date], list[int]]], end: date, size: int) -> tuple[date, list[int]]:
    """The latest day from which on, up to the day before `end`, enough units lie, and these."""
    inside: list[int] = []
    start = end
    if not size:
        return end, []
    before = [(span, group) for span, group in dated if span[1] < end]
    for start in sorted({span[0] for span, _ in before}, reverse=True):
        inside = sorted(n for (first, _), group in before if first >= start for n in group)
        if len(inside) >= size:
            break
    return start, inside


def _without_leaks(units: Sequence[Unit], chosen: _Chosen) -> Split:
    sets = {name: [n for n in range(len(units)) if chosen.get(n, "train") == name] for name in ("test", "dev", "train")}
    texts = [(unit.vi, unit.en) for unit in units]
    for name, before in (("dev", ["test"]), ("train", ["test", "dev"])):
        against = [texts[n] for other in before for n in sets[other]]
        gone = {sets[name][k] for k in leaks.contaminated([texts[n] for n in sets[name]], against)}
        chosen |= dict.fromkeys(gone, NEAR_DUPLICATE)
        sets[name] = [n for n in sets[name] if n not in gone]
    taken = {name: [units[n] for n in positions] for name, positions in sets.items()}
    left = [RejectedUnit(units[n], reason) for n, reason in sorted(chosen.items()) if reason not in sets]
    return Split(taken["train"], taken["dev"], taken["test"], left)
