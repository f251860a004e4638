"""Documents of a run of days made ready: repeated lines taken out, segmented, anchors and features found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from align import beads, near_duplicates
from align.documents import event_dates
from align.documents.boilerplate import Repeated
from align.encoders import load_encoder, static_encoder
from align.encoders.static import StaticEncoder
from align.pipeline.shards import reading
from align.pipeline.shards.columns import DOCUMENT, document_of, row_of, schema, table
from align.pipeline.store import Store
from align.segment import segment
from align.types import Document, Segment, Vectors

if TYPE_CHECKING:
    import polars as pl

Rows = tuple[tuple[str, tuple[int, ...]], ...]  # keys of tables of documents read, and rows of each
_TOGETHER: Final = 64  # documents whose features are found in one go


@dataclass(frozen=True)
class ReadyTask:
    """Documents of a run of days.

    Attributes:
        key: of the table.
        rows: where the documents stand.
        repeated: keys of the lines that are taken out.
    """

    kind: ClassVar[str] = "ready"
    key: str
    rows: Rows
    repeated: tuple[str, ...]

    def run(self, store: Store) -> None:
        """Write a row for each document in the order of language and id; `reason` where it cannot be used."""
        strip = Repeated(frozenset(bytes.fromhex(key) for key in self.repeated)).strip
        found = sorted(_read(store, self.rows), key=lambda document: (document.lang, document.doc_id))
        rows = []
        for start in range(0, len(found), _TOGETHER):
            rows += _ready(found[start : start + _TOGETHER], strip)
        store.write_table(self.kind, self.key, table(rows, _schema()))


def _schema() -> dict[str, Any]:
    import polars as pl

    lists = {"starts": pl.List(pl.Int32), "ends": pl.List(pl.Int32)}
    anchors = dict.fromkeys(("facts", "names"), pl.List(pl.List(pl.String)))
    binary = dict.fromkeys(("tokens", "offsets", "bands", "digest"), pl.Binary)
    return schema() | lists | anchors | binary | {"estimate": pl.Date, "size": pl.Int64, "reason": pl.String}


def _read(store: Store, rows: Rows) -> Iterator[Document]:
    for key, numbers in rows:
        yield from map(document_of, reading.some(store, key, numbers, DOCUMENT))


def _ready(documents: Sequence[Document], strip: Any) -> list[dict[str, Any]]:
    """Rows of some documents; one that something goes wrong with costs itself alone."""
    try:
        return _rows([strip(document) for document in documents])
    except Exception as error:  # noqa: BLE001 - one bad document must not end the run
        if len(documents) > 1:
            return [row for document in documents for row in _ready([document], strip)]
        return [_unusable(documents[0], f"cannot be prepared ({type(error).__name__}: {error})"[:300])]


def _rows(documents: Sequence[Document]) -> list[dict[str, Any]]:
    segmented = [segment(document) for document in documents]
    texts = [piece.text for segments in segmented for piece in segments]
    ids, offsets = static_encoder().featurizer.ids(texts)
    rows, first = [], 0
    for document, segments in zip(documents, segmented, strict=True):
        if not segments:
            rows.append(_unusable(document, "no sentence in it"))
            continue
        own = offsets[first : first + len(segments) + 1]
        first += len(segments)
        rows.append(_row(document, segments, (ids[own[0] : own[-1]], own - own[0])))
    return rows


def _unusable(document: Document, reason: str) -> dict[str, Any]:
    return dict.fromkeys(_schema()) | row_of(document) | {"reason": reason}


def _row(document: Document, segments: Sequence[Segment], features: tuple[Any, Any]) -> dict[str, Any]:
    side = beads.side_of([piece.text for piece in segments], document.lang, features)
    bands = near_duplicates.print_of(document).bands
    same = repr((document.text, document.lang, document.title is not None))
    return row_of(document) | {
        "starts": [piece.start for piece in segments],
        "ends": [piece.end for piece in segments],
        "facts": [sorted(keys) for keys in side.facts],
        "names": [sorted(keys) for keys in side.names],
        "tokens": side.tokens.tobytes(),
        "offsets": side.offsets.astype(np.int32).tobytes(),
        "bands": bands.tobytes(),
        "digest": hashlib.sha256(same.encode("utf-8", "replace")).digest()[:16],
        "estimate": None if document.date else event_dates.estimate(document),
        "size": len(document.text),
        "reason": None,
    }


def segments_of(row: Mapping[str, Any]) -> tuple[Segment, ...]:
    """Segments of a row of a table."""
    text = row["text"]
    return tuple(Segment(text[a:b], a, b) for a, b in zip(row["starts"], row["ends"], strict=True))


@dataclass(frozen=True)
class VectorTask:
    """Vectors of the segments of a table of ready documents, one after the other; not kept when a run has ended."""

    kind: ClassVar[str] = "vectors"
    key: str
    ready: str
    encoder: str

    def run(self, store: Store) -> None:
        """Write float32 [segments, dim] as `.npy`."""
        columns = ("reason", "tokens", "offsets", "text", "starts", "ends")
        rows = store.read(ReadyTask.kind, self.ready, columns)
        encoder = load_encoder(self.encoder)
        parts = [encoder.encode([]).reshape(0, encoder.dim)]
        parts += [_vectors(rows[start : start + _TOGETHER], encoder) for start in range(0, len(rows), _TOGETHER)]
        store.write(self.kind, self.key, [(".npy", lambda path: _save(path, np.concatenate(parts)))])


def _save(path: Any, vectors: Vectors) -> None:
    with path.open("wb") as file:
        np.save(file, vectors, allow_pickle=False)


def _vectors(rows: pl.DataFrame, encoder: Any) -> Vectors:
    usable: Iterable[dict[str, Any]] = (row for row in rows.iter_rows(named=True) if row["reason"] is None)
    if not isinstance(encoder, StaticEncoder) or encoder.signature != static_encoder().signature:
        texts = [piece.text for row in usable for piece in segments_of(row)]
        found: Vectors = encoder.encode(texts).reshape(len(texts), encoder.dim)
        return found
    tokens, ends = [np.zeros(0, np.int32)], [np.zeros(1, np.int64)]
    total = 0
    for row in usable:
        tokens.append(np.frombuffer(row["tokens"], dtype=np.int32))
        ends.append(np.frombuffer(row["offsets"], dtype=np.int32)[1:].astype(np.int64) + total)
        total += len(tokens[-1])
    return encoder.encode_ids(np.concatenate(tokens), np.concatenate(ends))
