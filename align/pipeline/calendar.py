"""Days in shards and periods: which documents are computed together, and whose statistics a pair is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from align.matching.neighbors import UNDATED

UNDATED_SHARD: Final = -1
PERIOD: Final = 8  # days; a shard never reaches over the end of one
SHARD: Final = 1000  # documents that a shard should have
_REPRESENTATIVE: Final = 2000  # documents from which on more would not change what is usual


def days_of_a_shard(documents: int, days: int) -> int:
    """Days of a shard, a power of two so that few articles more change no border: 1, 2, 4 or 8.

    Args:
        documents: dated ones.
        days: different days that they have.
    """
    a_day = documents / max(days, 1)
    length = 1
    while length < PERIOD and length * a_day < SHARD:
        length *= 2
    return length


def shard_of(day: int, length: int) -> int:
    """Number of the shard of a day (ordinal)."""
    return UNDATED_SHARD if day == UNDATED else day // length


def period_of(shard: int, length: int) -> int:
    """Number of the period of a shard."""
    return UNDATED_SHARD if shard == UNDATED_SHARD else shard * length // PERIOD


def halo(shard: int, shards: Sequence[int], length: int, window: int) -> list[int]:
    """Shards with a day within the window of a day of this one, itself and the undated one among them.

    Args:
        shard: number; everything is in reach of the undated one.
        shards: all numbers, ascending.
        length: days of a shard.
        window: days.
    """
    if shard == UNDATED_SHARD:
        return list(shards)
    first, last = (shard * length - window) // length, ((shard + 1) * length - 1 + window) // length
    return [other for other in shards if other == UNDATED_SHARD or first <= other <= last]


def surroundings(sizes: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    """Periods whose documents say what is usual in each period.

    A period and its neighbors; where they have few documents, as many more on either side as it takes; all of them, and
    the undated documents, if the collection has no more. So what is usual is the same however the days are cut into
    shards, new articles change it for some weeks alone, and a small collection is one whole.

    Args:
        sizes: documents of each period; undated ones under UNDATED_SHARD.
    """
    everything = tuple(sorted(sizes))
    dated = [period for period in everything if period != UNDATED_SHARD]
    found = {}
    for period in everything:
        found[period] = everything if period == UNDATED_SHARD else _around(period, dated, sizes) or everything
    return found


def _around(period: int, dated: Sequence[int], sizes: Mapping[int, int]) -> tuple[int, ...]:
    """The dated periods around one that have documents enough, () where all have not."""
    reach = 1
    while True:
        inside = tuple(other for other in dated if abs(other - period) <= reach)
        if sum(sizes[other] for other in inside) >= _REPRESENTATIVE:
            return inside
        if len(inside) == len(dated):
            return ()
        reach += 1
