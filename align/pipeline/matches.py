"""`align match`: which articles report the same event, for collections of any size.

The documents go through the steps of `shards.py`, a bucket of days at a time, on as many processes as there are jobs.
Here stand the steps that look at the whole: ids given twice, near-duplicates, numbers, rivals, events. They hold some
hundred bytes a document. Neither the buckets nor the jobs make a difference to the result.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align import documents, formats, matching, near_duplicates
from align.config import BuildConfig
from align.documents import boilerplate
from align.documents.ids import Source, find_sources
from align.documents.rows import parse_columns
from align.encoders import load_encoder
from align.errors import OutputError
from align.logistic import Floats
from align.matching import Match
from align.matching.collection import merged
from align.matching.neighbors import CANDIDATES, UNDATED, cut, day_of, usual_cosine
from align.matching.pairs import Pairs, candidates, scores_of, usual_bimax
from align.near_duplicates import Print
from align.pipeline import linking, shards, stages
from align.pipeline.progress import Progress, silent
from align.pipeline.shards import Read, Stored
from align.pipeline.spill import Place, SpillReader, Workers, workers
from align.pipeline.tables import DOCUMENT_COLUMNS, document_row
from align.types import LANGS, Lang, RejectedDocument

BUCKET: Final = 3000  # documents of a bucket at least, so that its halo of days costs little beside it
_BATCH_FILES: Final = 256
_BATCH_BYTES: Final = 8_000_000
_PAIRS: Final = 200  # aligned in one go


@dataclass(frozen=True)
class Matched:
    """What matching found.

    Attributes:
        pairs: accepted ones, near-duplicates left out.
        documents: read, by language.
        rejected: documents and files that could not be used.
    """

    pairs: int
    documents: dict[str, int]
    rejected: int


def match(inputs: Sequence[Path], out: Path, config: BuildConfig | None = None, progress: Progress = silent) -> Matched:
    """Match documents and write the table of pairs alone; `units` counts good beads, before any filter of a build.

    Raises:
        InputError: an input is missing, or none holds an article.
        OutputError: the table, or the folder for what is kept aside beside it, cannot be written.
    """
    config = config or BuildConfig()
    documents.require_articles(inputs)
    columns = parse_columns(config.columns)
    load_encoder(config.encoder)  # what is wrong there is said before anything is done
    formats.make_folder(out.parent)
    with _aside(out) as folder, workers(config.jobs) as pool:
        run = Run(folder, config, pool, progress)
        found, rows = run.rows(inputs, columns)
        formats.write_table(out, DOCUMENT_COLUMNS, rows)
    return found


@contextmanager
def _aside(out: Path) -> Iterator[Path]:
    """A folder beside a file for what need not be in memory; gone when the block ends."""
    beside = out.resolve().parent if out.is_file() or not out.exists() else None  # a pipe has no folder of its own
    try:
        folder = Path(tempfile.mkdtemp(prefix=".align-", dir=beside))
    except OSError as error:
        message = f"{beside}: no folder can be made in it ({error.strerror}); choose another folder"
        raise OutputError(message) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class _Side:
    """Documents of one language that take part, in the order of their ids."""

    reads: tuple[Read, ...]
    stored: tuple[Stored, ...]
    buckets: NDArray[np.int64]


@dataclass(frozen=True)
class _Scored:
    """All candidate pairs, the bucket that owns each, similarity of segments, probability before any alignment."""

    pairs: Pairs
    owner: NDArray[np.int64]
    bimax: Floats
    scores: Floats


class Run:
    """One run of matching."""

    def __init__(self, folder: Path, config: BuildConfig, pool: Workers, progress: Progress) -> None:
        """Prepare a run.

        Args:
            folder: empty, for this run alone.
            config: settings.
            pool: processes.
            progress: told of every stage.
        """
        self.folder, self.config, self.pool, self.progress = folder, config, pool, progress
        self.bucket = BUCKET

    def rows(self, inputs: Sequence[Path], columns: dict[str, str]) -> tuple[Matched, list[tuple[str, ...]]]:
        """What was found, and the rows of the table of pairs."""
        reads, rejected = self._read(inputs, columns)
        stored, empty = self._prepare(reads)
        sides, repeats = self._without_repeats(reads, stored)
        listings, others = self._listings(sides)
        pairs = linking.link(listings, others, partial(_ids, sides), self.config)
        units = [listing.found.good for listing in listings]
        rows = [(pair, n) for pair, n in zip(pairs, units, strict=True)]
        rows += [(pair, 0) for pair in stages.repeated_pairs(pairs, repeats)]
        rows.sort(key=lambda row: linking.order_of_pairs(row[0]))
        accepted = sum(pair.pair_class != "related" for pair in pairs)
        languages = Counter(str(read.lang) for read in reads)
        return Matched(accepted, dict(sorted(languages.items())), rejected + empty), [document_row(*r) for r in rows]

    def _read(self, inputs: Sequence[Path], columns: dict[str, str]) -> tuple[list[Read], int]:
        """Documents in the order they were read, an id taken once; and how many were rejected."""
        tick = self.progress("reading", None)
        sizes: Counter[str] = Counter()
        seen: Counter[bytes] = Counter()
        reads: dict[str, Read] = {}
        rejected = 0
        tasks = (
            shards.ReadTask(self.folder, k, batch, columns) for k, batch in enumerate(_batches(find_sources(inputs)))
        )
        for batch in self.pool.each(shards.read, tasks):
            sizes.update(batch.sizes)
            seen.update(batch.seen)
            rejected += len(batch.rejected)
            for read in batch.documents:
                rejected += reads.setdefault(read.doc_id, read) is not read
            tick(len(batch.documents))
        found = list(reads.values())
        self._note_repeated(found, None if sizes.total() > len(found) else (sizes, seen))
        return found, rejected

    def _note_repeated(self, reads: Sequence[Read], counts: tuple[Counter[str], Counter[bytes]] | None) -> None:
        """Find the lines that are repeated; counted anew where the first count took in documents that are no more."""
        buckets = self._buckets(reads)
        if counts is None:
            counts = Counter[str](), Counter[bytes]()
            for sizes, seen in self.pool.each(shards.count, buckets):
                counts[0].update(sizes)
                counts[1].update(seen)
        often = boilerplate.frequent(counts[1])
        alone: Counter[bytes] = Counter()
        if often:
            for part in self.pool.each(shards.count_alone, ((bucket, often) for bucket in buckets)):
                alone.update(part)
        self._keep("repeated", boilerplate.Repeated(counts[0], alone))

    def _keep(self, name: str, record: Any) -> None:
        (self.folder / name).write_bytes(pickle.dumps(record, protocol=pickle.HIGHEST_PROTOCOL))

    def _buckets(self, reads: Sequence[Read]) -> list[shards.BucketTask]:
        """Runs of whole days."""
        return [
            shards.BucketTask(self.folder, number, tuple(reads[k].place for k in rows.tolist()), self.config.encoder)
            for number, rows in enumerate(self._cut(reads))
        ]

    def _cut(self, reads: Sequence[Read]) -> list[NDArray[np.int64]]:
        return cut(np.array([day_of(read.date) for read in reads], dtype=np.int64), self.bucket)

    def _prepare(self, reads: Sequence[Read]) -> tuple[dict[int, Stored], int]:
        """What is known of each document that has a segment, by its place in `reads`; and how many have none."""
        tick = self.progress("encoding", len(reads))
        stored: dict[int, Stored] = {}
        for rows, found in zip(self._cut(reads), self.pool.each(shards.prepare, self._buckets(reads)), strict=True):
            by_id = {one.print.doc_id: one for one in found if isinstance(one, Stored)}
            stored |= {k: by_id[reads[k].doc_id] for k in rows.tolist() if reads[k].doc_id in by_id}
            tick(len(rows))
        return stored, len(reads) - len(stored)

    def _without_repeats(
        self, reads: Sequence[Read], stored: dict[int, Stored]
    ) -> tuple[dict[Lang, _Side], stages.Repeats]:
        """The documents of either language to be matched, and the near-duplicates that were set aside."""
        bucket_of = {k: number for number, rows in enumerate(self._cut(reads)) for k in rows.tolist()}
        sides: dict[Lang, _Side] = {}
        behind: dict[Lang, dict[str, tuple[Print, ...]]] = {}
        reader = SpillReader(self.folder, "ready")
        for lang in LANGS:
            rows = sorted((k for k in stored if reads[k].lang == lang), key=lambda k: reads[k].doc_id)
            places = [stored[k].place for k in rows]
            prints = [stored[k].print for k in rows]
            text = partial(_text, reader, places)
            stands = near_duplicates.groups_of(prints, text, self.config.window_days)
            behind[lang] = {}
            for one in prints:
                if first := stands.get(one.doc_id):
                    behind[lang][first] = (*behind[lang].get(first, ()), one)
            kept = [k for k in rows if reads[k].doc_id not in stands]
            buckets = np.array([bucket_of[k] for k in kept], dtype=np.int64)
            sides[lang] = _Side(tuple(reads[k] for k in kept), tuple(stored[k] for k in kept), buckets)
        reader.close()
        dates = {(read.lang, read.doc_id): read.date for read in reads}
        return sides, stages.Repeats(behind["vi"], behind["en"], dates)

    def _listings(self, sides: dict[Lang, _Side]) -> tuple[list[linking.Listing], list[linking.Candidate]]:
        """The aligned candidates, best first, and the strongest others around them."""
        if not all(side.reads for side in sides.values()):
            return [], []
        scored = self._scored(sides)
        listed = np.flatnonzero(scored.scores >= self.config.related_score)
        order = listed[np.lexsort((scored.pairs[listed, 1], scored.pairs[listed, 0], -scored.scores[listed]))]
        tick = self.progress("aligning", len(order))
        found: dict[tuple[int, int], linking.Listing] = {}
        for part in self.pool.each(shards.look, self._looks(sides, scored, listed)):
            found |= {(row.vi, row.en): row for row in part}
            tick(len(part))
        return [found[x, y] for x, y in scored.pairs[order].tolist()], _others(scored, listed)

    def _looks(self, sides: dict[Lang, _Side], scored: _Scored, listed: NDArray[np.int64]) -> Iterator[shards.LookTask]:
        by_owner = listed[np.argsort(scored.owner[listed], kind="stable")].tolist()
        for _, group in groupby(by_owner, key=lambda k: int(scored.owner[k])):
            rows = list(group)
            # Small tasks: pairs are all the work of a bucket, and one process should not end up with most of them.
            for start in range(0, len(rows), _PAIRS):
                part = rows[start : start + _PAIRS]
                pairs = scored.pairs[part]
                columns = pairs.tolist(), scored.scores[part].tolist(), scored.bimax[part].tolist()
                matches = tuple(Match(x, y, score, best) for (x, y), score, best in zip(*columns, strict=True))
                yield shards.LookTask(self.folder, matches, _places(sides, pairs))

    def _scored(self, sides: dict[Lang, _Side]) -> _Scored:
        buckets = 1 + max(int(side.buckets.max()) for side in sides.values())
        self._keep("collection", merged(part for part in self._digests(sides, buckets) if part))
        keys = self._neighbors(sides, buckets)
        pairs = candidates(keys["vi"], keys["en"])
        undated = [read.date is None for read in sides["vi"].reads]
        own, other = sides["vi"].buckets[pairs[:, 0]], sides["en"].buckets[pairs[:, 1]]
        owner = np.where(np.array(undated)[pairs[:, 0]], other, own)
        order = np.argsort(owner, kind="stable")
        pairs, owner = pairs[order], owner[order]
        tick = self.progress("comparing", len(pairs))
        tasks = self._pair_tasks(sides, pairs, owner)
        best = []
        for part in self.pool.each(shards.measure_pairs, tasks):
            best.append(part)
            tick(len(part))
        bimax = np.concatenate([*best, np.zeros(0)])
        return _Scored(pairs, owner, bimax, self._probabilities(pairs, owner, bimax, keys))

    def _digests(self, sides: dict[Lang, _Side], buckets: int) -> Iterator[matching.Collection | None]:
        members: list[dict[Lang, list[tuple[int, Place]]]] = [{"vi": [], "en": []} for _ in range(buckets)]
        for lang, side in sides.items():
            for number, (bucket, one) in enumerate(zip(side.buckets.tolist(), side.stored, strict=True)):
                members[bucket][lang].append((number, one.place))
        tasks = (
            shards.DigestTask(self.folder, k, {lang: tuple(rows) for lang, rows in of_bucket.items()})
            for k, of_bucket in enumerate(members)
        )
        return self.pool.each(shards.digest, tasks)

    def _neighbors(self, sides: dict[Lang, _Side], buckets: int) -> dict[Lang, NDArray[np.int64]]:
        days: list[list[int]] = [[] for _ in range(buckets)]
        for side in sides.values():
            for bucket, read in zip(side.buckets.tolist(), side.reads, strict=True):
                days[bucket].append(day_of(read.date))
        spans = tuple((min(column, default=UNDATED), max(column, default=UNDATED)) for column in days)
        keys = {lang: np.zeros((len(side.reads), 2 * CANDIDATES), dtype=np.int64) for lang, side in sides.items()}
        tick = self.progress("matching", buckets)
        window = self.config.window_days
        tasks = (shards.NeighborTask(self.folder, k, spans, window) for k in range(buckets))
        for part in self.pool.each(shards.neighbors, tasks):
            for around in part:
                keys[around.lang][around.numbers] = around.keys
            tick(1)
        return keys

    def _pair_tasks(
        self, sides: dict[Lang, _Side], pairs: Pairs, owner: NDArray[np.int64]
    ) -> Iterator[shards.PairTask]:
        for number, start, end in _runs(owner):
            yield shards.PairTask(self.folder, number, pairs[start:end], _places(sides, pairs[start:end]))

    def _probabilities(
        self, pairs: Pairs, owner: NDArray[np.int64], bimax: Floats, keys: dict[Lang, NDArray[np.int64]]
    ) -> Floats:
        x, y = pairs[:, 0], pairs[:, 1]
        usual_best = (usual_bimax(x, bimax, len(keys["vi"]))[x] + usual_bimax(y, bimax, len(keys["en"]))[y]) / 2
        usual_cosines = (usual_cosine(keys["vi"])[x] + usual_cosine(keys["en"])[y]) / 2
        scores = np.zeros(len(pairs))
        for number, start, end in _runs(owner):
            rows = slice(start, end)
            measures = shards.measures_of(self.folder, number)
            scores[rows] = scores_of(measures, (usual_best[rows], usual_cosines[rows]))
        return scores


def _runs(owner: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Each value of a sorted column, with where it begins and ends."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(owner)], strict=True):
        yield int(owner[start]), start, end


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
    return shards.text_of(reader, places[k])


def _places(sides: dict[Lang, _Side], pairs: Pairs) -> tuple[tuple[Place, Place], ...]:
    vi, en = sides["vi"].stored, sides["en"].stored
    return tuple((vi[x].place, en[y].place) for x, y in pairs.tolist())


def _ids(sides: dict[Lang, _Side], x: int, y: int) -> tuple[str, str]:
    return sides["vi"].reads[x].doc_id, sides["en"].reads[y].doc_id


def _others(scored: _Scored, listed: NDArray[np.int64]) -> list[linking.Candidate]:
    """The strongest candidate that was not aligned of each document of a listed pair."""
    rest = np.ones(len(scored.pairs), dtype=bool)
    rest[listed] = False
    chosen: list[NDArray[np.int64]] = []
    for side in (0, 1):
        wanted = np.isin(scored.pairs[:, side], scored.pairs[listed, side])
        rows = np.flatnonzero(rest & wanted)
        order = rows[np.lexsort((scored.pairs[rows, 1], scored.pairs[rows, 0], -scored.scores[rows]))]
        _, first = np.unique(scored.pairs[order, side], return_index=True)
        chosen.append(order[first])
    kept = np.unique(np.concatenate(chosen))
    kept = kept[np.lexsort((scored.pairs[kept, 1], scored.pairs[kept, 0], -scored.scores[kept]))]
    return [
        (x, y, score) for (x, y), score in zip(scored.pairs[kept].tolist(), scored.scores[kept].tolist(), strict=True)
    ]
