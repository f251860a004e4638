"""Files -> documents, or the reasons why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

import numpy as np

from align.documents import boilerplate
from align.documents.boilerplate import Ends
from align.documents.ids import Source
from align.documents.readers import read_file
from align.pipeline import fingerprint
from align.pipeline.shards.columns import row_of, schema, table
from align.pipeline.store import Store, parquet
from align.types import Document, RejectedDocument

_KEY: Final = 16  # bytes of the key of a line
T = TypeVar("T")
PART: Final = 4096  # documents of a part of a table
HEADS: Final = ("doc_id", "lang", "date", "source", "digest", "reason")


@dataclass(frozen=True)
class ReadTask:
    """Some files.

    Attributes:
        key: of the table.
        sources: the files, in order.
        hashes: of the files when the run began.
        columns: field -> column of tables that has another name.
    """

    kind: ClassVar[str] = "read"
    key: str
    sources: tuple[Source, ...]
    hashes: tuple[str, ...]
    columns: Mapping[str, str]

    def run(self, store: Store) -> None:
        """Write a row for each document, and for each that was rejected, in the order they stand."""
        store.write(self.kind, self.key, self._parts())

    def _parts(self) -> Iterator[tuple[str, Callable[[Path], object]]]:
        """Tables of so many documents each, made one after the other: a file may be larger than the memory."""
        rows = (
            _row(item)
            for source, seen in zip(self.sources, self.hashes, strict=True)
            for item in _unchanged(source, seen, self.columns)
        )
        for number, part in enumerate(batched(rows, PART)):
            yield _suffix(number), parquet(table(part, _schema()))


def batched(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """Items in lists of so many; at least one list."""
    yield list(islice(items, size))
    while part := list(islice(items, size)):
        yield part


def _suffix(part: int) -> str:
    return f".{part}.parquet"


def heads(store: Store, key: str) -> Iterator[tuple[Any, ...]]:
    """The columns HEADS of all rows of a table."""
    part = 0
    while store.path(ReadTask.kind, key, _suffix(part)).exists():
        yield from store.read(ReadTask.kind, key, HEADS, _suffix(part)).iter_rows()
        part += 1


def some(store: Store, key: str, rows: Sequence[int], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Some rows of a table, in the order they stand."""
    for part, group in groupby(sorted(rows), key=lambda row: row // PART):
        found = store.read(ReadTask.kind, key, columns, _suffix(part))
        yield from found[[row - part * PART for row in group]].iter_rows(named=True)


def _unchanged(source: Source, seen: str, columns: Mapping[str, str]) -> Iterator[Document | RejectedDocument]:
    """Documents of a file, or one rejection where it is no longer what the run began with.

    Raises:
        RuntimeError: it changed while it was read; whoever tries again gets the rejection.
    """
    if fingerprint.of_file(source.path) != seen:
        yield RejectedDocument(source.name, "changed during the run: run again when it is complete")
        return
    yield from read_file(source, columns)
    if fingerprint.of_file(source.path) != seen:
        message = f"{source.name}: changed while it was read"
        raise RuntimeError(message)


def _schema() -> dict[str, Any]:
    import polars as pl

    own = {"digest": pl.Binary, "outlet": pl.String, "keys": pl.Binary, "sizes": pl.Binary, "length": pl.Int64}
    return schema() | own | {"reason": pl.String}


def _row(item: Document | RejectedDocument) -> dict[str, Any]:
    if isinstance(item, RejectedDocument):
        empty = dict.fromkeys(_schema())
        return empty | {"source": item.doc.encode("utf-8", "replace").decode(), "reason": item.reason}
    row = row_of(item)
    ends = boilerplate.ends_of(item)
    digest = hashlib.sha256(repr(sorted(row.items())).encode()).digest()[:16]
    sizes = np.array(ends.sizes, dtype=np.int32).tobytes()
    lines = {"outlet": ends.outlet.encode("utf-8", "replace").decode(), "keys": b"".join(ends.keys), "sizes": sizes}
    return row | lines | {"digest": digest, "length": ends.length, "reason": None}


def ends(store: Store, key: str, rows: Sequence[int]) -> Iterator[Ends]:
    """Lines at the ends of some documents of a table."""
    for row in some(store, key, rows, ("outlet", "keys", "sizes", "length")):
        keys = row["keys"]
        cut = [keys[k : k + _KEY] for k in range(0, len(keys), _KEY)]
        yield Ends(row["outlet"], cut, np.frombuffer(row["sizes"], dtype=np.int32).tolist(), row["length"])
