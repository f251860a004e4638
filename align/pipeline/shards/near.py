"""The nearest documents of the other language for every document of a shard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from align.matching.neighbors import (
    CANDIDATES,
    GUESS_DAYS,
    UNDATED,
    Keys,
    Table,
    nearest,
    numbers_of,
    usual_cosine,
)
from align.pipeline.shards import usual
from align.pipeline.store import Store
from align.types import LANGS, Lang

if TYPE_CHECKING:
    import polars as pl

    from align.matching import Collection


@dataclass(frozen=True)
class NearTask:
    """A shard and those in reach.

    Attributes:
        key: of the table.
        shard: number.
        around: shard -> key of its table of `UsualTask`, this one among them.
        collection: key of the statistics of its period.
        window: largest distance of two dates in days.
    """

    kind: ClassVar[str] = "near"
    key: str
    shard: int
    around: Mapping[int, str]
    collection: str
    window: int

    def run(self, store: Store) -> None:
        """Write for each document the shards and rows of its neighbors, and the cosine that is usual around it."""
        import polars as pl

        collection = usual.collection(store.folder, self.collection)
        tables = [self._found(store, collection, lang, other) for lang, other in (LANGS, LANGS[::-1])]
        store.write_table(self.kind, self.key, pl.concat(tables))

    def _found(self, store: Store, collection: Collection, lang: Lang, other: Lang) -> pl.DataFrame:
        own = usual.documents(store, self.around[self.shard])
        own = own.filter(own["lang"] == lang)
        names = _Names(store, self.around, other)
        table = Table(np.arange(len(own)), own["day"].to_numpy(), collection.centered(_matrix(own)))
        keys = np.zeros((len(own), 2 * CANDIDATES), dtype=np.int64)
        keys[:, :CANDIDATES] = nearest(table, self._tables(store, collection, names), self.window)
        guesses = own["guess"].to_numpy()
        rows = np.flatnonzero(guesses != UNDATED)
        if len(rows):
            guessed = Table(rows, guesses[rows], table.vectors[rows])
            window = self.window + GUESS_DAYS
            keys[rows, CANDIDATES:] = nearest(guessed, self._tables(store, collection, names), window)
        return _table(own, keys, names)

    def _tables(self, store: Store, collection: Collection, names: _Names) -> Iterator[Table]:
        """Documents of the other language, one shard in memory at a time."""
        for shard in self.around:
            found = names.documents(store, shard)
            if len(found):
                vectors = collection.centered(_matrix(found))
                yield Table(names.numbers[shard], found["day"].to_numpy(), vectors)


class _Names:
    """Numbers for the documents of one language in the order of their ids, and back."""

    def __init__(self, store: Store, around: Mapping[int, str], lang: Lang) -> None:
        self._around, self._lang = around, lang
        ids: list[str] = []
        shards, rows, sizes = [], [], []
        for shard in around:
            found = self.documents(store, shard, ("lang", "doc_id", "row"))
            ids += found["doc_id"].to_list()
            shards.append(np.full(len(found), shard))
            rows.append(found["row"].to_numpy())
            sizes.append(len(found))
        order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
        number = np.empty(len(ids), dtype=np.int64)
        number[order] = np.arange(len(ids))
        parts = np.split(number, np.cumsum(sizes)[:-1]) if sizes else []
        self.numbers = dict(zip(around, parts, strict=True))
        self.shards: NDArray[Any] = np.concatenate([*shards, np.zeros(0, np.int64)])[order]
        self.rows: NDArray[Any] = np.concatenate([*rows, np.zeros(0, np.int64)])[order]

    def documents(self, store: Store, shard: int, columns: tuple[str, ...] | None = None) -> pl.DataFrame:
        """The documents of a shard in this language."""
        found = usual.documents(store, self._around[shard], columns)
        return found.filter(found["lang"] == self._lang)


def _matrix(table: pl.DataFrame) -> Any:
    return table["vector"].to_numpy()


def _table(own: pl.DataFrame, keys: Keys, names: _Names) -> pl.DataFrame:
    import polars as pl

    numbers = numbers_of(keys)
    found = numbers >= 0
    shards, rows = np.full(keys.shape, UNDATED), np.full(keys.shape, -1)
    shards[found], rows[found] = names.shards[numbers[found]], names.rows[numbers[found]]
    width = keys.shape[1]
    return pl.DataFrame(
        {
            "lang": own["lang"],
            "row": own["row"].cast(pl.Int64),
            "usual": usual_cosine(keys),
            "shards": pl.Series(shards.astype(np.int64), dtype=pl.Array(pl.Int64, width)),
            "rows": pl.Series(rows.astype(np.int64), dtype=pl.Array(pl.Int64, width)),
        }
    )
