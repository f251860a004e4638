"""Documents of any number made ready for matching: read, cleaned, near-duplicates set aside.

Tables are made in shards; here stand the steps that look at the whole: ids given twice, lines that are repeated, days,
near-duplicates.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from align import documents, near_duplicates
from align.documents import boilerplate
from align.documents.boilerplate import Ends, Repeated
from align.documents.ids import Source, find_sources
from align.matching.neighbors import UNDATED, day_of
from align.near_duplicates import Print
from align.pipeline import calendar, fingerprint
from align.pipeline.repeats import Repeats
from align.pipeline.run import Run
from align.pipeline.shards import reading
from align.pipeline.shards.reading import ReadTask
from align.pipeline.shards.ready import ReadyTask, VectorTask
from align.pipeline.shards.shelf import Place, Ref
from align.pipeline.store import Store
from align.types import LANGS, Document, Lang, RejectedDocument

_BATCH_FILES: Final = 256
_BATCH_BYTES: Final = 8_000_000
_CUT: Final = 64  # one file of so many ends a batch, by its name: a new file changes its own batch alone


@dataclass(frozen=True)
class Side:
    """Documents of one language that take part in matching, in the order of their ids.

    Attributes:
        ids: of the documents.
        dates: their days of publication.
        refs: where they lie.
    """

    ids: tuple[str, ...]
    dates: tuple[date | None, ...]
    refs: tuple[Ref, ...]


@dataclass(frozen=True)
class Gathered:
    """The documents of a run.

    Attributes:
        length: days of a shard.
        places: shard -> where its documents lie.
        digests: shard -> what each of its documents says, as a hash, by row.
        sides: documents to be matched.
        repeats: near-duplicates that stand behind others.
        languages: documents by language.
        rejected: documents and files that could not be used.
    """

    length: int
    places: dict[int, Place]
    digests: dict[int, list[bytes]]
    sides: dict[Lang, Side]
    repeats: Repeats
    languages: dict[str, int]
    rejected: list[RejectedDocument]

    def documents(self, store: Store) -> Iterator[Document]:
        """Every document that could be used, without its text."""
        for place in self.places.values():
            rows = store.read(ReadyTask.kind, place.ready, ("doc_id", "lang", "url", "reason"))
            usable = rows.filter(rows["reason"].is_null())
            yield from (Document(doc_id, lang, "", url=url) for doc_id, lang, url, _ in usable.iter_rows())

    def warnings(self, store: Store) -> list[tuple[str, list[str]]]:
        """What should be known of how documents were read: their file, and the remarks."""
        found = []
        for place in self.places.values():
            rows = store.read(ReadyTask.kind, place.ready, ("doc_id", "source", "warnings", "reason"))
            rows = rows.filter((rows["warnings"].list.len() > 0) & rows["reason"].is_null())
            found += [(source or doc_id, texts) for doc_id, source, texts, _ in rows.iter_rows()]
        return sorted(found)


@dataclass
class _Reads:
    """Documents that were read: table, row and day of each, and what their shard is known by."""

    keys: list[str] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    names: list[tuple[str, str, str]] = field(default_factory=list)  # language, id, digest
    rejected: list[RejectedDocument] = field(default_factory=list)

    def ends(self, run: Run, documents: Iterable[int]) -> Iterator[Ends]:
        """Lines at the ends of documents, table by table."""
        for key, rows in self.places(documents):
            yield from reading.ends(run.store, key, rows)

    def places(self, documents: Iterable[int]) -> list[tuple[str, tuple[int, ...]]]:
        """Tables and rows of documents."""
        found: dict[int, list[int]] = {}
        for number in documents:
            found.setdefault(self.tables[number], []).append(self.rows[number])
        return [(self.keys[table], tuple(rows)) for table, rows in sorted(found.items())]


def gather(run: Run, inputs: Sequence[Path], columns: dict[str, str], hashes: Mapping[str, str]) -> Gathered:
    """Read and prepare every document of the inputs.

    Args:
        run: the run.
        inputs: files and folders.
        columns: field -> column of tables that has another name.
        hashes: of the files, as far as they are known.
    """
    reads = _read(run, inputs, columns, hashes)
    length, shards = _shards(reads)
    repeated = boilerplate.find(lambda: reads.ends(run, range(len(reads.rows))))
    places = _ready(run, reads, shards, repeated)
    return _gathered(run, length, places, reads.rejected)


def _read(run: Run, inputs: Sequence[Path], columns: dict[str, str], hashes: Mapping[str, str]) -> _Reads:
    reads = _Reads()
    batches: list[tuple[Source, ...]] = []
    for found in _batches(find_sources(inputs)):
        if isinstance(found, RejectedDocument):
            reads.rejected.append(found)
        else:
            batches.append(found)
    tasks = [_read_task(run, batch, columns, hashes) for batch in batches]
    done = run.do("read", tasks, [len(batch) for batch in batches])
    first: dict[str, str] = {}
    for task in tasks:
        if task.key in done:
            _note(run, task.key, reads, first)
        else:
            lost = "could not be read, see report.json"
            reads.rejected += [RejectedDocument(source.name, lost) for source in task.sources]
    return reads


def _read_task(run: Run, batch: tuple[Source, ...], columns: dict[str, str], hashes: Mapping[str, str]) -> ReadTask:
    seen = tuple(hashes.get(str(source.path)) or fingerprint.of_file(source.path) for source in batch)
    names = [(source.name, source.base, hashed) for source, hashed in zip(batch, seen, strict=True)]
    return ReadTask(run.store.key(ReadTask.kind, names, sorted(columns.items())), batch, seen, columns)


def _note(run: Run, key: str, reads: _Reads, first: dict[str, str]) -> None:
    """Take in the documents of a table whose ids are new."""
    table = len(reads.keys)
    reads.keys.append(key)
    for row, cells in enumerate(reading.heads(run.store, key)):
        doc_id, lang, day, source, digest, reason = cells
        if reason is not None:
            reads.rejected.append(RejectedDocument(source, reason))
        elif doc_id in first:
            reads.rejected.append(documents.given_twice(doc_id, source, first[doc_id]))
        else:
            first[doc_id] = source
            reads.tables.append(table)
            reads.rows.append(row)
            reads.days.append(day_of(day))
            reads.names.append((lang, doc_id, digest.hex()))


def _batches(sources: Iterable[Source | RejectedDocument]) -> Iterator[tuple[Source, ...] | RejectedDocument]:
    """Files in batches of some megabytes; folders that cannot be listed as they are."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        if isinstance(source, RejectedDocument):
            yield source
            continue
        batch.append(source)
        size += source.path.stat().st_size if source.path.is_file() else 0
        last = zlib.crc32(source.base.encode("utf-8", "replace")) % _CUT == 0
        if last or size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def _shards(reads: _Reads) -> tuple[int, dict[int, list[int]]]:
    """Days of a shard, and the documents of each in the order of language and id."""
    dated = [day for day in reads.days if day != UNDATED]
    length = calendar.days_of_a_shard(len(dated), len(set(dated)))
    shards: dict[int, list[int]] = {}
    for number in sorted(range(len(reads.rows)), key=lambda k: reads.names[k]):
        shards.setdefault(calendar.shard_of(reads.days[number], length), []).append(number)
    return length, dict(sorted(shards.items()))


def _ready(run: Run, reads: _Reads, shards: dict[int, list[int]], repeated: Repeated) -> dict[int, Place]:
    tasks = {}
    for shard, members in shards.items():
        lines = {key for ends in reads.ends(run, members) for key in ends.keys} if repeated.keys else set()
        taken = tuple(sorted(key.hex() for key in lines & repeated.keys))
        key = run.store.key(ReadyTask.kind, [reads.names[k] for k in members], taken)
        tasks[shard] = ReadyTask(key, tuple(reads.places(members)), taken)
    done = run.do("prepare", tasks.values(), [len(members) for members in shards.values()])
    for shard, task in tasks.items():
        if task.key not in done:
            lost = "could not be prepared with the others of its days, see report.json"
            reads.rejected += [RejectedDocument(reads.names[k][1], lost) for k in shards[shard]]
    return {
        shard: Place(task.key, run.store.key(VectorTask.kind, task.key, run.config.encoder))
        for shard, task in tasks.items()
        if task.key in done
    }


def _gathered(run: Run, length: int, places: dict[int, Place], rejected: list[RejectedDocument]) -> Gathered:
    prints: dict[Lang, list[tuple[Print, Ref]]] = {"vi": [], "en": []}
    digests: dict[int, list[bytes]] = {}
    languages: Counter[str] = Counter()
    empty = []
    columns = ("doc_id", "lang", "date", "size", "bands", "digest", "reason")
    for shard, place in places.items():
        digests[shard] = []
        for row, cells in enumerate(run.store.read(ReadyTask.kind, place.ready, columns).iter_rows()):
            doc_id, lang, day, size, bands, digest, reason = cells
            digests[shard].append(digest)
            if reason is not None:
                empty.append(RejectedDocument(doc_id, reason))
                continue
            languages[lang] += 1
            prints[lang].append((Print(doc_id, day, size, np.frombuffer(bands, dtype=np.uint64)), (shard, row)))
    sides, repeats = _without_repeats(run, prints, places)
    bad = [*rejected, *sorted(empty, key=lambda one: one.doc)]
    return Gathered(length, places, digests, sides, repeats, dict(sorted(languages.items())), bad)


def _without_repeats(
    run: Run, prints: dict[Lang, list[tuple[Print, Ref]]], places: dict[int, Place]
) -> tuple[dict[Lang, Side], Repeats]:
    """The documents of either language to be matched, and the near-duplicates that were set aside."""
    sides: dict[Lang, Side] = {}
    behind: dict[Lang, dict[str, tuple[Print, ...]]] = {}
    for lang in LANGS:
        found = sorted(prints[lang], key=lambda one: one[0].doc_id)
        listed = [one for one, _ in found]
        refs = [ref for _, ref in found]
        stands = near_duplicates.groups_of(listed, _Texts(run, places, refs), run.config.window_days)
        behind[lang] = {}
        for one in listed:
            if first := stands.get(one.doc_id):
                behind[lang][first] = (*behind[lang].get(first, ()), one)
        kept = [k for k, one in enumerate(listed) if one.doc_id not in stands]
        ids, days = tuple(listed[k].doc_id for k in kept), tuple(listed[k].date for k in kept)
        sides[lang] = Side(ids, days, tuple(refs[k] for k in kept))
    dates = {(lang, one.doc_id): one.date for lang in LANGS for one, _ in prints[lang]}
    return sides, Repeats(behind["vi"], behind["en"], dates)


class _Texts:
    """Texts of documents by their number, a shard's in memory at a time or two."""

    def __init__(self, run: Run, places: Mapping[int, Place], refs: Sequence[Ref]) -> None:
        self._refs = refs

        @lru_cache(maxsize=2)
        def texts(shard: int) -> Any:
            return run.store.read(ReadyTask.kind, places[shard].ready, ("text",))["text"]

        self._texts = texts

    def __call__(self, number: int) -> str:
        shard, row = self._refs[number]
        text: str = self._texts(shard)[row]
        return text
