"""Matching in buckets of days: each step is a function of one bucket and what lies within reach of its days.

read -> prepare -> digest -> neighbors -> measure -> look. Documents, vectors and measures stay on disk between the
steps; what goes back to the caller are numbers, some hundred bytes a document.
"""

from __future__ import annotations

import datetime as dt
import pickle
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align import near_duplicates
from align.documents import boilerplate
from align.documents.ids import Source
from align.documents.readers import read_file
from align.encoders import load_encoder
from align.logistic import Floats
from align.matching import Collection, Match, MatchItem
from align.matching.collection import merged, summary
from align.matching.items import document_vectors
from align.matching.neighbors import CANDIDATES, GUESS_DAYS, UNDATED, Keys, Table, day_of, in_reach, nearest
from align.matching.pairs import Measures, Pairs, measure
from align.near_duplicates import Print
from align.pipeline import stages
from align.pipeline.linking import Listing
from align.pipeline.spill import Place, SpillReader, writing
from align.pipeline.stages import Prepared
from align.types import LANGS, Document, Lang, RejectedDocument

_ENCODED: Final = 128  # documents segmented and encoded in one go
_HELD: Final = 4000  # documents that a step keeps in memory besides the bucket's own vectors


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@lru_cache(maxsize=2)
def _collection(path: Path) -> Collection:
    collection: Collection = pickle.loads(path.read_bytes())  # noqa: S301 - written by this run
    return collection


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
            np.savez(_table_path(task.folder, task.number, lang), numbers=numbers, days=days, guesses=guesses, v=whole)
            parts.append(summary(items, lang, whole))
    reader.close()
    return merged(parts) if parts else None


def _table_path(folder: Path, number: int, lang: Lang) -> Path:
    return folder / f"table-{number}-{lang}.npz"


def _table(folder: Path, number: int, lang: Lang) -> tuple[Table, Table] | None:
    """Documents of a bucket with centered vectors, and those of them with a guessed day."""
    path = _table_path(folder, number, lang)
    if not path.exists():
        return None
    with np.load(path) as stored:
        vectors = _collection(folder / "collection").centered(stored["v"])
        whole = Table(stored["numbers"], stored["days"], vectors)
        guessed = Table(stored["numbers"], stored["guesses"], vectors)
    return whole, guessed.take(np.flatnonzero(guessed.days != UNDATED))


@dataclass(frozen=True)
class NeighborTask:
    """A bucket, its days, and the days of all buckets (first and last ordinal)."""

    folder: Path
    number: int
    spans: tuple[tuple[int, int], ...]
    window: int


@dataclass(frozen=True)
class Around:
    """Numbers of documents of one language and their neighbors."""

    lang: Lang
    numbers: NDArray[np.int64]
    keys: Keys


def neighbors(task: NeighborTask) -> list[Around]:
    """The nearest of the other language for every document of a bucket, as `neighbors.collected` orders them."""
    found = []
    for lang, other in (LANGS, LANGS[::-1]):
        tables = _table(task.folder, task.number, lang)
        if tables is None:
            continue
        own, guessed = tables
        keys = np.zeros((len(own.numbers), 2 * CANDIDATES), dtype=np.int64)
        keys[:, :CANDIDATES] = nearest(own, _within(task, own, other, task.window), task.window)
        if len(guessed.days):
            window = task.window + GUESS_DAYS
            rows = np.searchsorted(own.numbers, guessed.numbers)
            keys[rows, CANDIDATES:] = nearest(guessed, _within(task, guessed, other, window), window)
        found.append(Around(lang, own.numbers, keys))
    return found


def _within(task: NeighborTask, own: Table, other: Lang, window: int) -> Iterator[Table]:
    """Tables of the other language within reach, one in memory at a time."""
    for number, span in enumerate(task.spans):
        if in_reach(own.days, np.array(span, dtype=np.int64), window):
            tables = _table(task.folder, number, other)
            if tables is not None:
                yield tables[0]


@dataclass(frozen=True)
class PairTask:
    """Candidate pairs that a bucket owns.

    Attributes:
        folder, number: of the bucket.
        pairs: numbers of both documents.
        places: place of the documents of each row of `pairs`, Vietnamese and English.
    """

    folder: Path
    number: int
    pairs: Pairs
    places: tuple[tuple[Place, Place], ...]


class _Held:
    """Documents read when they are needed; only so many are kept."""

    def __init__(self, folder: Path) -> None:
        self.collection = _collection(folder / "collection")
        self.reader = SpillReader(folder, "ready")
        self.rarity: tuple[dict[str, float], dict[str, float]] = ({}, {})
        self._held: OrderedDict[Place, tuple[MatchItem, NDArray[np.float32]]] = OrderedDict()

    def __call__(self, place: Place) -> tuple[MatchItem, NDArray[np.float32]]:
        if place in self._held:
            self._held.move_to_end(place)
            return self._held[place]
        item: MatchItem = self.reader.read(place)
        for known, new in zip(self.rarity, self.collection.rarity([item]), strict=True):
            known.update(new)
        self._held[place] = item, self.collection.centered(document_vectors([item]))[0]
        if len(self._held) > _HELD:
            self._held.popitem(last=False)
        return self._held[place]


def measure_pairs(task: PairTask) -> Floats:
    """Measure pairs, write the rows; similarity of the segments of each, float64 [pairs]."""
    held = _Held(task.folder)
    rows, offsets = [], []
    for vi, en in task.places:
        measured = measure([(held(vi), held(en))], held.rarity)
        rows.append(measured.rows)
        offsets.append(measured.offsets)
    held.reader.close()
    whole = np.concatenate(rows)
    np.savez(task.folder / f"measures-{task.number}.npz", rows=whole, offsets=np.concatenate(offsets))
    best: Floats = whole[:, 0]
    return best


def measures_of(folder: Path, number: int) -> Measures:
    """What `measure_pairs` wrote."""
    with np.load(folder / f"measures-{number}.npz") as stored:
        return Measures(stored["rows"], stored["offsets"])


@dataclass(frozen=True)
class LookTask:
    """Pairs of a bucket that are worth aligning, with their places."""

    folder: Path
    matches: tuple[Match, ...]
    places: tuple[tuple[Place, Place], ...]


def look(task: LookTask) -> list[Listing]:
    """Align pairs."""
    reader = SpillReader(task.folder, "ready")
    collection = _collection(task.folder / "collection")
    found = []
    for match, (vi, en) in zip(task.matches, task.places, strict=True):
        one, other = prepared(reader, vi), prepared(reader, en)
        found.append(stages.listing(match, one, other, stages.look(one, other), collection))
    reader.close()
    return found


def prepared(reader: SpillReader, place: Place) -> Prepared:
    """A document with its vectors."""
    item: MatchItem = reader.read(place)
    rest: Prepared = reader.read_next(place)
    return replace(rest, side=replace(rest.side, vectors=item.vectors))


def text_of(reader: SpillReader, place: Place) -> str:
    """The text of a document."""
    reader.read(place)
    rest: Prepared = reader.read_next(place)
    return rest.document.text
