"""Ready documents of several shards, read when they are needed; only so many are kept in memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from align.beads import Side
from align.matching import MatchItem
from align.pipeline.shards.columns import document_of
from align.pipeline.shards.ready import ReadyTask, VectorTask, segments_of
from align.pipeline.stages import Prepared
from align.pipeline.store import Store
from align.types import Document, Vectors

if TYPE_CHECKING:
    import polars as pl

Ref = tuple[int, int]  # number of a shard, row of its table of ready documents
_HELD: Final = 3000  # documents

_ITEM: Final = ("doc_id", "date", "estimate", "facts", "names", "starts")


@dataclass(frozen=True)
class Place:
    """Where the documents of a shard lie: keys of their table and of their vectors ("" where those are not needed)."""

    ready: str
    vectors: str = ""


class _Shard:
    """Tables of a shard."""

    def __init__(self, store: Store, place: Place, columns: tuple[str, ...] | None) -> None:
        self.rows: pl.DataFrame = store.read(ReadyTask.kind, place.ready, columns)
        self._store, self._place = store, place
        lengths = self.rows["starts"].list.len().fill_null(0).to_numpy().astype(np.int64)
        self.first = np.concatenate([[0], np.cumsum(lengths)])

    @cached_property
    def _vectors(self) -> Vectors:
        found: Vectors = np.load(self._store.path(VectorTask.kind, self._place.vectors, ".npy"), mmap_mode="r")
        return found

    def vectors(self, row: int) -> Vectors:
        """Vectors of a document, float32 [segments, dim]; no row where the place names none."""
        if not self._place.vectors:
            return np.zeros((0, 0), dtype=np.float32)
        return np.array(self._vectors[self.first[row] : self.first[row + 1]])


class _Shelf(ABC):
    """Shards by their numbers."""

    columns: tuple[str, ...] | None = None

    def __init__(self, store: Store, places: Mapping[int, Place]) -> None:
        self._store, self._places = store, places
        self._shards: dict[int, _Shard] = {}
        self._held: OrderedDict[Ref, Any] = OrderedDict()

    def _shard(self, number: int) -> _Shard:
        if number not in self._shards:
            self._shards[number] = _Shard(self._store, self._places[number], self.columns)
        return self._shards[number]

    def _get(self, ref: Ref) -> Any:
        if ref in self._held:
            self._held.move_to_end(ref)
            return self._held[ref]
        shard = self._shard(ref[0])
        found = self._made(shard, ref[1], shard.rows.row(ref[1], named=True))
        self._held[ref] = found
        if len(self._held) > _HELD:
            self._held.popitem(last=False)
        return found

    @abstractmethod
    def _made(self, shard: _Shard, row: int, cells: Mapping[str, Any]) -> Any:
        """A document from its row."""


class ItemShelf(_Shelf):
    """Documents as matching sees them."""

    columns = _ITEM

    def __call__(self, ref: Ref) -> MatchItem:
        """A document."""
        found: MatchItem = self._get(ref)
        return found

    def _made(self, shard: _Shard, row: int, cells: Mapping[str, Any]) -> MatchItem:
        return _item(cells, shard.vectors(row))


def _item(cells: Mapping[str, Any], vectors: Vectors) -> MatchItem:
    facts, names = (_union(cells[name]) for name in ("facts", "names"))
    return MatchItem(cells["doc_id"], cells["date"], vectors, facts, names, cells["estimate"])


def _union(keys: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(key for row in keys for key in row)


class DocumentShelf(_Shelf):
    """Documents ready to be aligned; with no vectors where the place of their shard names none."""

    def __call__(self, ref: Ref) -> Prepared:
        """A document."""
        found: Prepared = self._get(ref)
        return found

    def _made(self, shard: _Shard, row: int, cells: Mapping[str, Any]) -> Prepared:
        return _prepared(document_of(cells), cells, shard.vectors(row))


def _prepared(document: Document, cells: Mapping[str, Any], vectors: Vectors) -> Prepared:
    segments = segments_of(cells)
    side = Side(
        np.array([len(piece.text) for piece in segments], dtype=np.float64),
        vectors,
        tuple(map(frozenset, cells["facts"])),
        tuple(map(frozenset, cells["names"])),
        np.frombuffer(cells["tokens"], dtype=np.int32),
        np.frombuffer(cells["offsets"], dtype=np.int32).astype(np.int64),
        headline=document.title is not None,
    )
    return Prepared(document, segments, side)
