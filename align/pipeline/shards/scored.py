"""Probability of each candidate pair of a shard before any alignment: how far it stands out from its rivals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from align.logistic import Floats
from align.matching.pairs import Measures, scores_of, usual_bimax
from align.pipeline.calendar import UNDATED_SHARD
from align.pipeline.shards.measured import PAIR, Codes, MeasuredTask, codes_of
from align.pipeline.store import Store, parquet

if TYPE_CHECKING:
    import polars as pl

OTHERS: Final = ".others.parquet"
Undated = tuple[tuple[int, float], ...]  # row of an undated document, the similarity that is usual around it


@dataclass(frozen=True)
class ScoredTask:
    """A shard and those within reach of what it can reach.

    Attributes:
        key: of the table.
        shard: number.
        measured: shard -> keys of its tables of `MeasuredTask`.
        undated: of Vietnamese and English documents without a date, which have pairs everywhere.
        least: probability from which a pair is worth an alignment.
    """

    kind: ClassVar[str] = "scored"
    key: str
    shard: int
    measured: Mapping[int, tuple[str, ...]]
    undated: tuple[Undated, Undated]
    least: float

    def run(self, store: Store) -> None:
        """Write the pairs worth an alignment, and of the others the strongest of each document."""
        import polars as pl

        own = read(store, self.measured[self.shard]).sort(*PAIR)
        around = pl.concat([read(store, keys, (*PAIR, "bimax")) for keys in self.measured.values()])
        sides = [_usual(own, around, side, known) for side, known in zip(("vi", "en"), self.undated, strict=True)]
        measures = Measures(own["features"].to_numpy(), own["offset"].to_numpy())
        usual = (sides[0] + sides[1]) / 2, own["cosine"].to_numpy()
        scores: Floats = scores_of(measures, usual) if len(own) else np.zeros(0)
        scored = own.select(*PAIR, "bimax").with_columns(pl.Series("score", scores, dtype=pl.Float64))
        listed = scored["score"] >= self.least
        others = _strongest(scored.filter(~listed))
        files = [(".parquet", parquet(scored.filter(listed))), (OTHERS, parquet(others))]
        store.write(self.kind, self.key, files)


def read(store: Store, keys: Sequence[str], columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The measured pairs of a shard."""
    import polars as pl

    return pl.concat([store.read(MeasuredTask.kind, key, columns) for key in keys])


def codes(table: pl.DataFrame, side: str) -> Codes:
    """Codes of the documents of one side of pairs."""
    return codes_of(table[f"{side}_shard"].to_numpy(), table[f"{side}_row"].to_numpy())


def usual_of(table: pl.DataFrame, side: str) -> tuple[Codes, Floats]:
    """Documents of one side, ascending, and the similarity that is usual around each."""
    distinct, owners = np.unique(codes(table, side), return_inverse=True)
    return distinct, usual_bimax(owners, table["bimax"].to_numpy(), len(distinct))


def _usual(own: pl.DataFrame, around: pl.DataFrame, side: str, undated: Undated) -> Floats:
    """The similarity that is usual around one document of each pair."""
    if not len(own):
        return np.zeros(0)
    distinct, values = usual_of(around, side)
    found: Floats = values[np.searchsorted(distinct, codes(own, side))]
    shards, rows = own[f"{side}_shard"].to_numpy(), own[f"{side}_row"].to_list()
    known = dict(undated)
    for k in np.flatnonzero(shards == UNDATED_SHARD).tolist():
        found[k] = known[rows[k]]
    return found


def _strongest(rest: pl.DataFrame) -> pl.DataFrame:
    """The strongest pairs of each document, all of them where several are equal, in the order of the refs."""
    import polars as pl

    best = [pl.col("score") == pl.col("score").max().over(*PAIR[k : k + 2]) for k in (0, 2)]
    return rest.filter(best[0] | best[1]).sort(*PAIR)
