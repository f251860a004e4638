"""Matching in buckets of days, first half: documents are read, prepared and summed up, a bucket at a time.

read -> prepare -> digest, then `shard_pairs`: neighbors -> measure -> look. Documents, vectors and measures stay on
disk between the steps; what goes back to the caller are numbers and short texts, some kilobytes a document.
"""

from __future__ import annotations

import datetime as dt
import pickle
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from align import near_duplicates
from align.documents import boilerplate
from align.documents.ids import Source
from align.documents.readers import read_file
from align.encoders import load_encoder
from align.matching import Collection, MatchItem
from align.matching.collection import merged, summary
from align.matching.items import document_vectors
from align.matching.neighbors import day_of
from align.near_duplicates import Print
from align.pipeline import stages
from align.pipeline.spill import Place, SpillReader, writing
from align.types import LANGS, Document, Lang, RejectedDocument

_ENCODED: Final = 128  # documents segmented and encoded in one go


@dataclass(frozen=True, slots=True)
class Read:
    """A document that was read: where it lies, and what has to be known before its turn."""

    doc_id: str
    lang: Lang
    date: dt.date | None
    source: str
    place: Place


@dataclass(frozen=True)
class ReadBatch:
    """What some files gave: documents, rejected ones, and counts of lines at the ends of documents."""

    documents: tuple[Read, ...]
    rejected: tuple[RejectedDocument, ...]
    sizes: Counter[str]
    seen: Counter[bytes]


@dataclass(frozen=True)
class ReadTask:
    """Some files to read into the file of records of a number."""

    folder: Path
    number: int
    sources: tuple[Source, ...]
    columns: Mapping[str, str]


def read(task: ReadTask) -> ReadBatch:
    """Read files, one document in memory at a time."""
    rejected: list[RejectedDocument] = []
    found: list[Read] = []

    def stored() -> Iterator[Document]:
        for source in task.sources:
            for item in read_file(source, task.columns):
                if isinstance(item, RejectedDocument):
                    rejected.append(item)
                    continue
                place = task.number, spill.add(item)
                found.append(Read(item.doc_id, item.lang, item.date, item.source, place))
                yield item

    with writing(task.folder / f"read-{task.number}") as spill:
        sizes, seen = boilerplate.count(stored())
    return ReadBatch(tuple(found), tuple(rejected), sizes, seen)


@dataclass(frozen=True)
class BucketTask:
    """A bucket: its number, and the documents of its days as places in a file of records."""

    folder: Path
    number: int
    places: tuple[Place, ...]
    encoder: str = ""


def count(task: BucketTask) -> tuple[Counter[str], Counter[bytes]]:
    """Lines at the ends of the documents of a bucket: see `boilerplate.count`."""
    reader = SpillReader(task.folder, "read")
    found = boilerplate.count(reader.read(place) for place in task.places)
    reader.close()
    return found


def count_alone(task: tuple[BucketTask, frozenset[bytes]]) -> Counter[bytes]:
    """Documents of a bucket with repeated lines: see `boilerplate.count_alone`."""
    bucket, often = task
    reader = SpillReader(bucket.folder, "read")
    found = boilerplate.count_alone((reader.read(place) for place in bucket.places), often)
    reader.close()
    return found


@dataclass(frozen=True, slots=True)
class Stored:
    """A document that is ready for matching: what near-duplicates are found by, and where it lies."""

    print: Print
    place: Place


def prepare(task: BucketTask) -> list[Stored | RejectedDocument]:
    """Take out repeated lines, segment, encode and find anchors; in the order of the places."""
    repeated = _shared(task.folder / "repeated")
    encoder = load_encoder(task.encoder)
    reader = SpillReader(task.folder, "read")
    found: list[Stored | RejectedDocument] = []
    with writing(task.folder / f"ready-{task.number}") as spill:
        for start in range(0, len(task.places), _ENCODED):
            documents = [repeated.strip(reader.read(place)) for place in task.places[start : start + _ENCODED]]
            ready, empty = stages.prepare(documents, encoder)
            for one in ready:
                rest = replace(one, side=replace(one.side, vectors=np.zeros((0, encoder.dim), dtype=np.float32)))
                offset = spill.add(one.item)
                spill.add(rest)
                found.append(Stored(near_duplicates.print_of(one.document), (task.number, offset)))
            found += empty
    reader.close()
    return found


@lru_cache(maxsize=2)
def _shared(path: Path) -> boilerplate.Repeated:
    repeated: boilerplate.Repeated = pickle.loads(path.read_bytes())  # noqa: S301 - written by this run
    return repeated


@dataclass(frozen=True)
class DigestTask:
    """The documents of a bucket that take part: numbers and places by language."""

    folder: Path
    number: int
    members: Mapping[Lang, tuple[tuple[int, Place], ...]]


def digest(task: DigestTask) -> Collection | None:
    """Write the tables of a bucket; its part of the collection's summary."""
    reader = SpillReader(task.folder, "ready")
    parts = []
    for lang in LANGS:
        items, vectors = [], []
        for _, place in task.members[lang]:
            item: MatchItem = reader.read(place)
            vectors.append(document_vectors([item]))
            items.append(replace(item, vectors=item.vectors[:0]))
        if items:
            whole = np.concatenate(vectors)
            numbers = np.array([number for number, _ in task.members[lang]], dtype=np.int64)
            days, guesses = (
                np.array([day_of(day) for day in column], dtype=np.int64)
                for column in ([item.date for item in items], [None if i.date else i.estimate for i in items])
            )
            np.savez(table_path(task.folder, task.number, lang), numbers=numbers, days=days, guesses=guesses, v=whole)
            parts.append(summary(items, lang, whole))
    reader.close()
    return merged(parts) if parts else None


def table_path(folder: Path, number: int, lang: Lang) -> Path:
    """Where the vectors and days of the documents of a bucket and language lie."""
    return folder / f"table-{number}-{lang}.npz"
