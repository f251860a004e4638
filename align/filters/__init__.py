"""Why a unit does not enter the corpus: nothing is dropped in silence, the rejects carry the reason.

The names of the filters are the reasons; `align.config.FILTERS` lists them and says which are on by default. Filters of
`alone` look at one unit, those of `together` at all units that the former let through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from align.config import FILTERS, FILTERS_ON
from align.filters.alone import alone
from align.filters.repeats import deduplicate, near_duplicates
from align.filters.together import TOGETHER
from align.types import RejectedUnit, Unit

__all__ = ["FILTERS", "FILTERS_ON", "deduplicate", "near_duplicates", "select"]


def select(
    units: Iterable[Unit], names: Collection[str] = FILTERS_ON, min_quality: float = 0.5
) -> tuple[list[Unit], list[RejectedUnit]]:
    """Units that no filter rejects, and the others with their reason: the first filter in order of FILTERS.

    Args:
        units: with the flags of `align.scoring`; filters that read flags let units without them through.
        names: filters that are switched on.
        min_quality: what `low_quality` asks for.

    Returns:
        Kept units in the order they came; rejected ones filter by filter.
    """
    tests = {name: fails for name, fails in alone(min_quality).items() if name in names}
    kept: list[Unit] = []
    rejected: list[RejectedUnit] = []
    for unit in units:
        reason = next((name for name, fails in tests.items() if fails(unit)), None)
        if reason is None:
            kept.append(unit)
        else:
            rejected.append(RejectedUnit(unit, reason))
    for name, divide in TOGETHER.items():
        if name in names:
            kept, gone = divide(kept)
            rejected += gone
    return kept, rejected
