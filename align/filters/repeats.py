"""Duplicates and near-duplicates: of units that say the same, the best is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from align.curation import neardup
from align.text import normalized
from align.types import RejectedUnit, Unit

DUPLICATE: Final = "duplicate"
NEAR_DUPLICATE: Final = "near_duplicate"


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
