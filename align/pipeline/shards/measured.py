"""Candidate pairs of a shard and what their documents say of each other.

A pair is owned by the shard of its Vietnamese document, or, where that has no date, of its English one. Pairs with a
document without a date have tables of their own: such documents see the whole collection, and so change with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from align.logistic import Floats
from align.matching import Collection, MatchItem
from align.matching.pairs import FEATURES, measure
from align.pipeline.calendar import UNDATED_SHARD
from align.pipeline.shards import usual
from align.pipeline.shards.near import NearTask
from align.pipeline.shards.shelf import ItemShelf, Place, Ref
from align.pipeline.store import Store
from align.types import LANGS

if TYPE_CHECKING:
    import polars as pl

PAIR: Final = ("vi_shard", "vi_row", "en_shard", "en_row")
Refs = NDArray[np.int64]  # [pairs, 4], columns as PAIR
Codes = NDArray[np.int64]


def codes_of(shards: Codes, rows: Codes) -> Codes:
    """Shard and row of a document in one number."""
    codes: Codes = shards.astype(np.int64) * 2**32 + rows
    return codes


@dataclass(frozen=True)
class MeasuredTask:
    """A shard and those in reach.

    Attributes:
        key: of the table.
        shard: number.
        near: shard -> key of its table of `NearTask`, this one among them.
        places: shard -> where its documents lie.
        usual: shard -> key of its table of `UsualTask`.
        collection: key of the statistics of the shard's period.
        undated: whether pairs with an undated document are measured, or those without.
    """

    kind: ClassVar[str] = "measured"
    key: str
    shard: int
    near: Mapping[int, str]
    places: Mapping[int, Place]
    usual: Mapping[int, str]
    collection: str
    undated: bool

    def run(self, store: Store) -> None:
        """Write refs, features and usual cosines of each pair, in the order of the refs."""
        import polars as pl

        tables = {shard: store.read(NearTask.kind, key) for shard, key in self.near.items()}
        pairs = _owned(tables, self.shard)
        pairs = pairs[(pairs[:, [0, 2]] == UNDATED_SHARD).any(axis=1) == self.undated]
        rows, offsets = _measures(_Held(self, store), pairs)
        around = _usual_cosines(tables)
        cosines = (_at(around, pairs[:, 0], pairs[:, 1], "vi") + _at(around, pairs[:, 2], pairs[:, 3], "en")) / 2
        columns: dict[str, Any] = dict(zip(PAIR, pairs.T, strict=True))
        columns |= {"bimax": rows[:, 0], "offset": offsets, "cosine": cosines}
        columns["features"] = pl.Series(rows, dtype=pl.Array(pl.Float64, len(FEATURES)))
        store.write_table(self.kind, self.key, pl.DataFrame(columns))


def _owned(tables: Mapping[int, pl.DataFrame], shard: int) -> Refs:
    """Pairs that a shard owns, sorted."""
    parts = []
    for number, table in tables.items():
        for lang in LANGS:
            own = table.filter(table["lang"] == lang)
            shards, rows = own["shards"].to_numpy(), own["rows"].to_numpy()
            mine = np.broadcast_to(own["row"].to_numpy()[:, None], rows.shape)
            here = np.full(rows.shape, number)
            columns = (here, mine, shards, rows) if lang == "vi" else (shards, rows, here, mine)
            refs = np.stack([column.ravel() for column in columns], axis=1)
            owner = np.where(refs[:, 0] == UNDATED_SHARD, refs[:, 2], refs[:, 0])
            parts.append(refs[(rows.ravel() >= 0) & (owner == shard)])
    found: Refs = np.unique(np.concatenate([*parts, np.zeros((0, 4), np.int64)]), axis=0)
    return found


class _Held:
    """Documents with their centered vectors, and how rare their names and facts are."""

    def __init__(self, task: MeasuredTask, store: Store) -> None:
        self.items = ItemShelf(store, task.places)
        self.collection: Collection = usual.collection(store.folder, task.collection)
        self.rarity: tuple[dict[str, float], dict[str, float]] = ({}, {})
        self._known: set[Ref] = set()
        self._vectors: dict[Ref, NDArray[np.float32]] = {}
        for shard, key in task.usual.items():
            found = usual.documents(store, key, ("row", "vector"))
            vectors = self.collection.centered(found["vector"].to_numpy())
            self._vectors |= {(shard, row): vectors[k] for k, row in enumerate(found["row"].to_list())}

    def __call__(self, ref: Ref) -> tuple[MatchItem, NDArray[np.float32]]:
        item = self.items(ref)
        if ref not in self._known:
            self._known.add(ref)
            for known, new in zip(self.rarity, self.collection.rarity([item]), strict=True):
                known.update(new)
        return item, self._vectors[ref]


def _measures(held: _Held, pairs: Refs) -> tuple[Floats, Floats]:
    rows, offsets = np.zeros((len(pairs), len(FEATURES))), np.zeros(len(pairs))
    for k, (vi_shard, vi_row, en_shard, en_row) in enumerate(pairs.tolist()):
        measured = measure([(held((vi_shard, vi_row)), held((en_shard, en_row)))], held.rarity)
        rows[k], offsets[k] = measured.rows[0], measured.offsets[0]
    return rows, offsets


def _usual_cosines(tables: Mapping[int, pl.DataFrame]) -> dict[str, tuple[Codes, Floats]]:
    """Language -> codes of documents, ascending, and the cosine that is usual around each."""
    found: dict[str, tuple[Codes, Floats]] = {}
    for lang in LANGS:
        codes, values = [np.zeros(0, np.int64)], [np.zeros(0)]
        for number, table in tables.items():
            own = table.filter(table["lang"] == lang)
            rows = own["row"].to_numpy()
            codes.append(codes_of(np.full(len(rows), number), rows))
            values.append(own["usual"].to_numpy())
        joined = np.concatenate(codes)
        order = np.argsort(joined)
        found[lang] = joined[order], np.concatenate(values)[order]
    return found


def _at(around: Mapping[str, tuple[Codes, Floats]], shards: Codes, rows: Codes, lang: str) -> Floats:
    codes, values = around[lang]
    found: Floats = values[np.searchsorted(codes, codes_of(shards, rows))] if len(shards) else np.zeros(0)
    return found
