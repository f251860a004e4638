"""Figures of a whole run, gathered in one pass over its document pairs."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import nsmallest
from typing import Any, Final

import numpy as np

from align.digests import Digests
from align.report.records import UNUSED, Link, Pair, Side

_BINS: Final = 20
_DOUBTFUL: Final = 8
_DAYS: Final = 92  # more days than that are drawn as months


@dataclass(frozen=True)
class RunFacts:
    """What the files of a run do not say: given by the pipeline, or read from `report.json`."""

    counts: Mapping[str, Any]
    encoder: str
    configuration: Mapping[str, Any]
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A kept unit that somebody should look at first; `pair` is its line in `alignments.jsonl`, from 0."""

    quality: float
    id: str
    pair: int
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: one count above the other."""

    label: str
    first: int
    second: int


@dataclass(frozen=True)
class EventRow:
    """An event: its pairs by their place in `alignments.jsonl`."""

    name: str
    pairs: tuple[int, ...]


class _Sides:
    """Documents of matched pairs by outlet and by date, 24 bytes each time one is met; what is said last holds."""

    def __init__(self) -> None:
        self._documents = Digests()
        self._outlets, self._dates = array("i"), array("i")
        self._names: dict[tuple[str, str], int] = {}  # lang, outlet or date -> number

    def add(self, side: Side) -> None:
        """Add a document."""
        self._documents.add(f"{side.lang}\0{side.doc}")
        for column, name in ((self._outlets, side.outlet), (self._dates, side.date)):
            column.append(self._names.setdefault((side.lang, name), len(self._names)))

    def counts(self) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
        """Language, outlet -> documents; language, date -> documents."""
        groups = self._documents.groups()
        last = np.zeros(groups.max(initial=-1) + 1, dtype=np.int64)
        np.maximum.at(last, groups, np.arange(len(groups)))
        names = list(self._names)
        found = []
        for column in (self._outlets, self._dates):
            numbers = np.bincount(np.array(column, dtype=np.int64)[last], minlength=len(names))
            found.append(Counter({names[k]: int(numbers[k]) for k in np.flatnonzero(numbers)}))
        return found[0], found[1]


@dataclass
class _Tally:
    qualities: Counter[tuple[int, bool]] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    sides: _Sides = field(default_factory=_Sides)
    doubts: list[Doubt] = field(default_factory=list)
    moved: int = 0
    pairs: int = 0


@dataclass(frozen=True)
class Overview:
    """What the first view shows.

    Attributes:
        histogram: units by quality, twenty bins from 0 to 1: kept and rejected.
        fates: rejected units by reason, most frequent first.
        flags: kept units by flag.
        classes: document pairs by class.
        outlets: documents of matched pairs by outlet: Vietnamese and English.
        days: documents of matched pairs by day, or by month where the run spans many days.
        undated: documents of matched pairs without a date.
        doubts: kept units of least quality.
        moved: units that stand out of order.
        pairs: lines of `alignments.jsonl`, unused pairs included.
    """

    histogram: tuple[Bar, ...]
    fates: tuple[tuple[str, int], ...]
    flags: tuple[tuple[str, int], ...]
    classes: tuple[tuple[str, int], ...]
    outlets: tuple[Bar, ...]
    days: tuple[Bar, ...]
    undated: int
    doubts: tuple[Doubt, ...]
    moved: int
    pairs: int


def overview(pairs: Iterable[Pair]) -> Overview:
    """Gather the figures; what is held grows by some bytes a document pair, not with text."""
    tally = _Tally()
    for pair in pairs:
        tally.pairs += 1
        tally.classes[pair.pair_class] += 1
        if pair.used:
            _count(tally, pair)
    outlets, dates = tally.sides.counts()
    return Overview(
        tuple(_bar(f"{k / _BINS:.2f}", k, tally.qualities) for k in range(_BINS)),
        tuple(tally.fates.most_common()),
        tuple(tally.flags.most_common()),
        tuple(tally.classes.most_common()),
        _by_outlet(outlets),
        _by_day(dates),
        dates["vi", ""] + dates["en", ""],
        tuple(tally.doubts),
        tally.moved,
        tally.pairs,
    )


def _count(tally: _Tally, pair: Pair) -> None:
    for side in (pair.vi, pair.en):
        tally.sides.add(side)
    for link in pair.links:
        tally.qualities[min(int(link.quality * _BINS), _BINS - 1), link.kept] += 1
        tally.moved += link.moved and link.kept
        if link.kept:
            tally.flags.update(flag.partition(":")[0] for flag in link.flags)
        elif link.fate != UNUSED:
            tally.fates[link.fate] += 1
    new = (_doubt(tally.pairs - 1, pair, link) for link in pair.links if link.kept)
    tally.doubts = nsmallest(_DOUBTFUL, [*tally.doubts, *new], key=lambda doubt: (doubt.quality, doubt.id))


def _doubt(number: int, pair: Pair, link: Link) -> Doubt:
    return Doubt(link.quality, link.id, number, _joined(pair.vi, link.vi), _joined(pair.en, link.en))


def _joined(side: Side, numbers: Iterable[int]) -> str:
    return " ".join(side.text[slice(*side.spans[k])] for k in numbers)


def _bar(label: str, number: int, counts: Counter[tuple[int, bool]]) -> Bar:
    return Bar(label, counts[number, True], counts[number, False])


def _by_outlet(counts: Counter[tuple[str, str]]) -> tuple[Bar, ...]:
    names = {outlet for _, outlet in counts}
    bars = [Bar(name, counts["vi", name], counts["en", name]) for name in sorted(names)]
    return tuple(sorted(bars, key=lambda bar: (not bar.label, -bar.first - bar.second, bar.label)))


def _by_day(counts: Counter[tuple[str, str]]) -> tuple[Bar, ...]:
    """Every day from the first to the last, days without an article too; months where there are too many days."""
    dates = sorted({day for _, day in counts if day})
    if not dates:
        return ()
    first, last = date.fromisoformat(dates[0]), date.fromisoformat(dates[-1])
    span = (last - first).days + 1
    if span > _DAYS:
        months: Counter[tuple[str, str]] = Counter()
        for (lang, day), count in counts.items():
            months[lang, day[:7]] += count
        return tuple(Bar(month, months["vi", month], months["en", month]) for month in _months(first, last))
    days = [(first + timedelta(k)).isoformat() for k in range(span)]
    return tuple(Bar(day, counts["vi", day], counts["en", day]) for day in days)


def _months(first: date, last: date) -> list[str]:
    start, stop = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, stop + 1)]
