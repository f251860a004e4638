"""Documents of any number made ready for matching: read, cleaned, encoded, near-duplicates set aside.

The documents go through `shards.py` a bucket of days at a time. Here stand the steps that look at the whole: ids given
twice, lines that are repeated, near-duplicates, numbers.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align import near_duplicates
from align.config import BuildConfig
from align.documents import boilerplate
from align.documents.ids import Source, find_sources
from align.matching.neighbors import cut, day_of
from align.near_duplicates import Print
from align.pipeline import shard_pairs, shards
from align.pipeline.progress import Progress
from align.pipeline.repeats import Repeats
from align.pipeline.shards import Read, Stored
from align.pipeline.spill import Place, SpillReader, Workers
from align.types import LANGS, Lang, RejectedDocument

BUCKET: Final = 3000  # documents of a bucket at least, so that its halo of days costs little beside it
_BATCH_FILES: Final = 256
_BATCH_BYTES: Final = 8_000_000


@dataclass(frozen=True)
class Run:
    """Where and how a run works.

    Attributes:
        folder: for this run alone.
        config: settings.
        pool: processes.
        progress: told of every stage.
    """

    folder: Path
    config: BuildConfig
    pool: Workers
    progress: Progress

    def keep(self, name: str, record: Any) -> None:
        """Write a record that every process needs."""
        (self.folder / name).write_bytes(pickle.dumps(record, protocol=pickle.HIGHEST_PROTOCOL))


@dataclass(frozen=True)
class Side:
    """Documents of one language that take part, in the order of their ids."""

    reads: tuple[Read, ...]
    stored: tuple[Stored, ...]
    buckets: NDArray[np.int64]


@dataclass(frozen=True)
class Gathered:
    """The documents of a run.

    Attributes:
        sides: those to be matched.
        repeats: near-duplicates that stand behind others.
        documents: read, by language.
        rejected: number of documents and files that could not be used.
    """

    sides: dict[Lang, Side]
    repeats: Repeats
    documents: dict[str, int]
    rejected: int


def gather(run: Run, inputs: Sequence[Path], columns: dict[str, str]) -> Gathered:
    """Read and prepare every document of the inputs."""
    reads, rejected = _read(run, inputs, columns)
    stored, empty = _prepare(run, reads)
    sides, repeats = _without_repeats(run, reads, stored)
    languages = Counter(str(read.lang) for read in reads)
    return Gathered(sides, repeats, dict(sorted(languages.items())), rejected + empty)


def _read(run: Run, inputs: Sequence[Path], columns: dict[str, str]) -> tuple[list[Read], int]:
    """Documents in the order they were read, an id taken once; and how many were rejected."""
    tick = run.progress("reading", None)
    sizes: Counter[str] = Counter()
    seen: Counter[bytes] = Counter()
    reads: dict[str, Read] = {}
    rejected = 0
    tasks = (shards.ReadTask(run.folder, k, batch, columns) for k, batch in enumerate(_batches(find_sources(inputs))))
    for batch in run.pool.each(shards.read, tasks):
        sizes.update(batch.sizes)
        seen.update(batch.seen)
        rejected += len(batch.rejected)
        for read in batch.documents:
            rejected += reads.setdefault(read.doc_id, read) is not read
        tick(len(batch.documents))
    found = list(reads.values())
    _note_repeated(run, found, None if sizes.total() > len(found) else (sizes, seen))
    return found, rejected


def _note_repeated(run: Run, reads: Sequence[Read], counts: tuple[Counter[str], Counter[bytes]] | None) -> None:
    """Find the lines that are repeated; counted anew where the first count took in documents that are no more."""
    buckets = _buckets(run, reads)
    if counts is None:
        counts = Counter[str](), Counter[bytes]()
        for sizes, seen in run.pool.each(shards.count, buckets):
            counts[0].update(sizes)
            counts[1].update(seen)
    often = boilerplate.frequent(counts[1])
    alone: Counter[bytes] = Counter()
    if often:
        for part in run.pool.each(shards.count_alone, ((bucket, often) for bucket in buckets)):
            alone.update(part)
    run.keep("repeated", boilerplate.Repeated(counts[0], alone))


def _buckets(run: Run, reads: Sequence[Read]) -> list[shards.BucketTask]:
    """Runs of whole days."""
    return [
        shards.BucketTask(run.folder, number, tuple(reads[k].place for k in rows.tolist()), run.config.encoder)
        for number, rows in enumerate(_cut(reads))
    ]


def _cut(reads: Sequence[Read]) -> list[NDArray[np.int64]]:
    return cut(np.array([day_of(read.date) for read in reads], dtype=np.int64), BUCKET)


def _prepare(run: Run, reads: Sequence[Read]) -> tuple[dict[int, Stored], int]:
    """What is known of each document that has a segment, by its place in `reads`; and how many have none."""
    tick = run.progress("encoding", len(reads))
    stored: dict[int, Stored] = {}
    for rows, found in zip(_cut(reads), run.pool.each(shards.prepare, _buckets(run, reads)), strict=True):
        by_id = {one.print.doc_id: one for one in found if isinstance(one, Stored)}
        stored |= {k: by_id[reads[k].doc_id] for k in rows.tolist() if reads[k].doc_id in by_id}
        tick(len(rows))
    return stored, len(reads) - len(stored)


def _without_repeats(run: Run, reads: Sequence[Read], stored: dict[int, Stored]) -> tuple[dict[Lang, Side], Repeats]:
    """The documents of either language to be matched, and the near-duplicates that were set aside."""
    bucket_of = {k: number for number, rows in enumerate(_cut(reads)) for k in rows.tolist()}
    sides: dict[Lang, Side] = {}
    behind: dict[Lang, dict[str, tuple[Print, ...]]] = {}
    reader = SpillReader(run.folder, "ready")
    for lang in LANGS:
        rows = sorted((k for k in stored if reads[k].lang == lang), key=lambda k: reads[k].doc_id)
        places = [stored[k].place for k in rows]
        prints = [stored[k].print for k in rows]
        text = partial(_text, reader, places)
        stands = near_duplicates.groups_of(prints, text, run.config.window_days)
        behind[lang] = {}
        for one in prints:
            if first := stands.get(one.doc_id):
                behind[lang][first] = (*behind[lang].get(first, ()), one)
        kept = [k for k in rows if reads[k].doc_id not in stands]
        buckets = np.array([bucket_of[k] for k in kept], dtype=np.int64)
        sides[lang] = Side(tuple(reads[k] for k in kept), tuple(stored[k] for k in kept), buckets)
    reader.close()
    dates = {(read.lang, read.doc_id): read.date for read in reads}
    return sides, Repeats(behind["vi"], behind["en"], dates)


def _batches(sources: Iterable[Source | RejectedDocument]) -> Iterator[tuple[Source, ...]]:
    """Files in batches of some megabytes; folders that cannot be listed are left out."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        if isinstance(source, RejectedDocument):
            continue
        batch.append(source)
        size += source.path.stat().st_size if source.path.is_file() else 0
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def _text(reader: SpillReader, places: Sequence[Place], k: int) -> str:
    return shard_pairs.text_of(reader, places[k])
