"""Comparing the anchors of two texts: what they share and what only one of them says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from align.types import Anchor


@dataclass(frozen=True, slots=True)
class AnchorMatch:
    """Counts of distinct anchors of a Vietnamese and an English text.

    Numbers include percentages and money, which are equal where their values are; an anchor of one side is
    "only" there where the other has no counterpart. `dates_conflicting` counts pairs of unmatched dates of
    one grain (day, month, year, weekday ...), one from each side.
    """

    numbers_shared: int
    numbers_vi_only: int
    numbers_en_only: int
    names_shared: int
    names_vi_only: int
    names_en_only: int
    dates_shared: int
    dates_conflicting: int


def keys(anchors: Iterable[Anchor]) -> frozenset[str]:
    """Anchors as "kind:key", for `compare_keys`."""
    return frozenset(f"{anchor.kind}:{anchor.key}" for anchor in anchors)


def facts(anchor: Anchor) -> tuple[str, ...]:
    """An anchor as strings that are equal in both languages where the facts are; none for a name.

    Money and percentages become their value. A day with its year becomes day and year, so that it meets the
    day without: ("11-21", "2024").
    """
    return _facts(anchor.kind, anchor.key)


def _facts(kind: str, key: str) -> tuple[str, ...]:
    if kind == "name":
        return ()
    if kind == "money":
        return (key.partition(":")[2],)
    if kind == "date" and len(key) > 5 and key[4] == "-":
        return key[5:], key[:4]
    return (key,)


@lru_cache(maxsize=1 << 16)
def _sorted_out(found: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Values of numbers, dates, names."""
    groups: dict[str, set[str]] = {"number": set(), "date": set(), "name": set()}
    for entry in found:
        kind, _, key = entry.partition(":")
        groups[kind if kind in groups else "number"].update(_facts(kind, key) or (key,))
    return frozenset(groups["number"]), frozenset(groups["date"]), frozenset(groups["name"])


def compare(vi: Iterable[Anchor], en: Iterable[Anchor]) -> AnchorMatch:
    """Compare the anchors of a Vietnamese and an English text."""
    return compare_keys(keys(vi), keys(en))


def compare_keys(vi: frozenset[str], en: frozenset[str]) -> AnchorMatch:
    """Compare by the results of `keys`, which may be united over several segments."""
    vi_numbers, vi_dates, vi_names = _sorted_out(vi)
    en_numbers, en_dates, en_names = _sorted_out(en)
    # A year may stand as a number on one side: it has then a counterpart among the dates of the other.
    shared = vi_numbers & en_numbers
    names = len(vi_names & en_names)
    return AnchorMatch(
        len(shared),
        len(vi_numbers - shared - en_dates),
        len(en_numbers - shared - vi_dates),
        names,
        len(vi_names) - names,
        len(en_names) - names,
        len(vi_dates & en_dates),
        _conflicts(vi_dates - en_dates - en_numbers, en_dates - vi_dates - vi_numbers),
    )


def _conflicts(vi: frozenset[str], en: frozenset[str]) -> int:
    if not (vi and en):
        return 0
    vi_grains, en_grains = ([_grain(date) for date in sorted(side)] for side in (vi, en))
    return sum(min(vi_grains.count(grain), en_grains.count(grain)) for grain in set(vi_grains))


def _grain(fact: str) -> str:
    """What a date names: a month "07", year "2025", quarter "q3", day "07-21", a weekday or a time."""
    return fact.partition(":")[0] if ":" in fact else str(len(fact)) + fact[0] * (fact[0] == "q")
