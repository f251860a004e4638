"""What is usual: document vectors of a shard and its part of the statistics of its period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from align.matching import Collection
from align.matching.collection import Counts, merged, summary
from align.matching.items import document_vectors
from align.matching.neighbors import day_of
from align.pipeline.shards.shelf import ItemShelf, Place
from align.pipeline.store import Store, parquet
from align.types import LANGS, Vectors

if TYPE_CHECKING:
    import polars as pl

SUMMARY: Final = ".summary.parquet"


@dataclass(frozen=True)
class UsualTask:
    """Documents of a shard that take part in matching.

    Attributes:
        key: of the table.
        place: where they lie.
        rows: of Vietnamese and of English documents.
    """

    kind: ClassVar[str] = "usual"
    key: str
    place: Place
    rows: tuple[tuple[int, ...], tuple[int, ...]]

    def run(self, store: Store) -> None:
        """Write row, language, id, days and vector of each document, and the summary."""
        import polars as pl

        shelf = ItemShelf(store, {0: self.place})
        parts, tables = [], []
        for lang, rows in zip(LANGS, self.rows, strict=True):
            items, vectors = [], []
            for row in rows:
                item = shelf((0, row))
                vectors.append(document_vectors([item]))
                items.append(replace(item, vectors=item.vectors[:0]))
            if items:
                whole: Vectors = np.concatenate(vectors)
                parts.append(summary(items, lang, whole))
                columns = {
                    "row": rows,
                    "lang": [lang] * len(rows),
                    "doc_id": [item.doc_id for item in items],
                    "day": [day_of(item.date) for item in items],
                    "guess": [day_of(None if item.date else item.estimate) for item in items],
                    "vector": pl.Series(whole, dtype=pl.Array(pl.Float32, whole.shape[1])),
                }
                tables.append(pl.DataFrame(columns))
        files = [(".parquet", parquet(pl.concat(tables))), (SUMMARY, parquet(_table(merged(parts))))]
        store.write(self.kind, self.key, files)


def _table(collection: Collection) -> pl.DataFrame:
    """A summary as a table of one row."""
    import polars as pl

    columns: dict[str, Any] = {"n_vi": [collection.n_vi], "n_en": [collection.n_en], "total": [collection.total]}
    for name in ("facts", "names"):
        counts: Counts = getattr(collection, name)
        columns |= {f"{name}_keys": [counts.keys], f"{name}_counts": [counts.counts]}
    kinds = {"total": pl.Int64, "facts_keys": pl.UInt64, "facts_counts": pl.Int64}
    kinds |= {"names_keys": pl.UInt64, "names_counts": pl.Int64}
    series = [
        pl.Series(name, [values[0].tolist()], dtype=pl.List(kinds[name])) if name in kinds else pl.Series(name, values)
        for name, values in columns.items()
    ]
    return pl.DataFrame(series)


def _collection(table: pl.DataFrame) -> Collection:
    def column(name: str) -> Any:
        return table[name].explode().drop_nulls().to_numpy()

    counts = {name: Counts(column(f"{name}_keys"), column(f"{name}_counts")) for name in ("facts", "names")}
    return Collection(table["n_vi"][0], table["n_en"][0], column("total"), **counts)


@dataclass(frozen=True)
class CollectionTask:
    """The statistics of some periods together.

    Attributes:
        key: of the table.
        parts: keys of the tables of `UsualTask` that they are the sum of.
    """

    kind: ClassVar[str] = "collection"
    key: str
    parts: tuple[str, ...]

    def run(self, store: Store) -> None:
        """Write the sum."""
        parts = (_collection(store.read(UsualTask.kind, key, suffix=SUMMARY)) for key in self.parts)
        store.write_table(self.kind, self.key, _table(merged(parts)))


@lru_cache(maxsize=4)
def collection(folder: Path, key: str) -> Collection:
    """Statistics that a `CollectionTask` wrote."""
    return _collection(Store(folder, "").read(CollectionTask.kind, key))


def documents(store: Store, key: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """What a `UsualTask` wrote of each document."""
    return store.read(UsualTask.kind, key, columns)
