"""Why a unit does not enter the corpus: nothing is dropped in silence, the rejects carry the reason.

The names of the filters are the reasons; `align.config.FILTERS` lists them and says which are on by default. Filters of
`alone` look at one unit, those of `together` at all units that the former let through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from align.config import FILTERS, FILTERS_ON
from align.curation import neardup
from align.filters import repeats
from align.filters.alone import alone
from align.filters.stream import Read, Stream, listed
from align.filters.together import TOGETHER, Rejects
from align.types import RejectedUnit, Unit

__all__ = ["FILTERS", "FILTERS_ON", "REASONS", "deduplicate", "near_duplicates", "select", "verdicts"]

# Verdict -> reason; a kept unit has none.
REASONS: Final[tuple[str | None, ...]] = (None, *FILTERS)
_VERDICTS: Final = {name: number for number, name in enumerate(REASONS) if name}
_TURNS: Final = {name: number for number, name in enumerate(TOGETHER, 1)}


def verdicts(
    read: Read, names: Collection[str] = FILTERS_ON, min_quality: float = 0.5, folder: Path | None = None
) -> bytearray:
    """The verdict of every unit, as a number of REASONS: 0 for a kept one, else the first filter that rejects it.

    No text is held in memory: numbers of fixed size are, about 200 bytes a unit at most.

    Args:
        read: gives all units, always the same; called some times.
        names: filters that are switched on.
        min_quality: what `low_quality` asks for.
        folder: of a disk, where the texts that are searched for near-duplicates are put for the time being, in a file
            that goes by itself; without one they are held in memory.
    """
    tests = [(_VERDICTS[name], fails) for name, fails in alone(min_quality).items() if name in names]
    found = bytearray(next((number for number, fails in tests if fails(unit)), 0) for unit in read())
    stream = Stream(read, found, folder)
    for name, rejects in TOGETHER.items():
        if name in names:
            for position in rejects(stream).tolist():
                found[position] = _VERDICTS[name]
    return found


def select(
    units: Iterable[Unit], names: Collection[str] = FILTERS_ON, min_quality: float = 0.5
) -> tuple[list[Unit], list[RejectedUnit]]:
    """Units that no filter rejects, and the others with their reason: the first filter in order of FILTERS.

    Args:
        units: with the flags of `align.scoring`; filters that read flags let units without them through.
        names: filters that are switched on.
        min_quality: what `low_quality` asks for.

    Returns:
        Kept units in the order they came; rejected ones filter by filter, those that look at one unit as one.
    """
    in_order = list(units)
    found = verdicts(lambda: in_order, names, min_quality)
    kept = [unit for unit, verdict in zip(in_order, found, strict=True) if not verdict]
    rejected = [
        RejectedUnit(unit, reason)
        for unit, verdict in zip(in_order, found, strict=True)
        if (reason := REASONS[verdict]) is not None
    ]
    rejected.sort(key=lambda one: _TURNS.get(one.reason, 0))
    return kept, rejected


def deduplicate(units: Iterable[Unit]) -> tuple[list[Unit], list[RejectedUnit]]:
    """Keep, of units with the same text on both sides, the one of best quality (the first of equals).

    Returns:
        Kept units and duplicates, each in the order they came.
    """
    return _divided(list(units), repeats.duplicates, repeats.DUPLICATE)


def near_duplicates(units: Iterable[Unit], threshold: float = neardup.FILTER) -> tuple[list[Unit], list[RejectedUnit]]:
    """Keep, of units that are near-duplicates on both sides, the one of best quality (the first of equals).

    Returns:
        Kept units and near-duplicates, each in the order they came.
    """
    rejects = partial(repeats.near_duplicates, threshold=threshold)
    return _divided(list(units), rejects, repeats.NEAR_DUPLICATE)


def _divided(units: Sequence[Unit], rejects: Rejects, reason: str) -> tuple[list[Unit], list[RejectedUnit]]:
    gone = set(rejects(listed(units)).tolist())
    kept = [unit for number, unit in enumerate(units) if number not in gone]
    return kept, [RejectedUnit(unit, reason) for number, unit in enumerate(units) if number in gone]
