"""Why a unit does not enter the corpus: nothing is dropped in silence, the rejects carry the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from align.curation import neardup
from align.text import fold
from align.types import RejectedUnit, Unit

LOW_QUALITY: Final = "low_quality"
DUPLICATE: Final = "duplicate"
NEAR_DUPLICATE: Final = "near_duplicate"
UNTRANSLATED: Final = "untranslated"
NO_WORDS: Final = "no_words"


def normalized(text: str) -> str:
    """The form in which two texts count as the same: folded letters and digits, single spaces."""
    return " ".join("".join(char if char.isalnum() else " " for char in fold(text)).split())


def reason_to_reject(unit: Unit, min_quality: float) -> str | None:
    """Reason why this unit, seen alone, is no training pair; None if it is one."""
    vi, en = normalized(unit.vi), normalized(unit.en)
    if not any(char.isalpha() for char in vi) or not any(char.isalpha() for char in en):
        return NO_WORDS
    if vi == en:
        return UNTRANSLATED
    if unit.quality < min_quality:
        return LOW_QUALITY
    return None


def deduplicate(units: Iterable[Unit]) -> tuple[list[Unit], list[RejectedUnit]]:
    """Keep, of units with the same text on both sides, the one of best quality (the first of equals).

    Returns:
        Kept units and duplicates, each in the order they came.
    """
    listed = list(units)
    best: dict[tuple[str, str], Unit] = {}
    for unit in listed:
        key = (normalized(unit.vi), normalized(unit.en))
        if key not in best or unit.quality > best[key].quality:
            best[key] = unit
    kept_ids = {id(unit) for unit in best.values()}
    kept = [unit for unit in listed if id(unit) in kept_ids]
    return kept, [RejectedUnit(unit, DUPLICATE) for unit in listed if id(unit) not in kept_ids]


def near_duplicates(units: Iterable[Unit], threshold: float = neardup.FILTER) -> tuple[list[Unit], list[RejectedUnit]]:
    """Keep, of units that are near-duplicates on both sides, the one of best quality (the first of equals).

    A unit goes only if the one that stays is itself a near-duplicate of it: no chain of small differences removes
    what is unlike everything that stays.

    Args:
        units: in their order.
        threshold: least similarity of either side; see `neardup`.

    Returns:
        Kept units and near-duplicates, each in the order they came.
    """
    listed = list(units)
    keys = [(neardup.key(unit.vi), neardup.key(unit.en)) for unit in listed]
    members: dict[int, list[int]] = {}
    for number, group in enumerate(neardup.groups(keys, threshold)):
        members.setdefault(group, []).append(number)
    gone: set[int] = set()
    for group_of in members.values():
        best: list[int] = []
        for number in sorted(group_of, key=lambda n: (-listed[n].quality, n)):
            alike = any(_alike(keys[number], keys[other], threshold) for other in best)
            (gone.add if alike else best.append)(number)
    kept = [unit for number, unit in enumerate(listed) if number not in gone]
    return kept, [RejectedUnit(unit, NEAR_DUPLICATE) for number, unit in enumerate(listed) if number in gone]


def _alike(one: tuple[str, str], other: tuple[str, str], threshold: float) -> bool:
    return all(neardup.similarity(a, b) >= threshold for a, b in zip(one, other, strict=True))
