"""Matching in buckets of days, second half: each step is a function of one bucket and what its days reach.

Every candidate pair is owned by one bucket, and what is said of it depends on its two documents, on their neighbors and
on the summary of the collection: on no cut between buckets.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.logistic import Floats
from align.matching import Collection, Match, MatchItem
from align.matching.items import document_vectors
from align.matching.neighbors import CANDIDATES, GUESS_DAYS, UNDATED, Keys, Table, in_reach, nearest
from align.matching.pairs import Measures, Pairs, measure
from align.pipeline import stages
from align.pipeline.linking import Listing
from align.pipeline.shards import table_path
from align.pipeline.spill import Place, SpillReader
from align.pipeline.stages import Prepared
from align.types import LANGS, Lang

_HELD: Final = 4000  # documents that a step keeps in memory besides the bucket's own vectors


@lru_cache(maxsize=2)
def _collection(path: Path) -> Collection:
    collection: Collection = pickle.loads(path.read_bytes())  # noqa: S301 - written by this run
    return collection


def _table(folder: Path, number: int, lang: Lang) -> tuple[Table, Table] | None:
    """Documents of a bucket with centered vectors, and those of them with a guessed day."""
    path = table_path(folder, number, lang)
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
