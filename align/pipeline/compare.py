"""Document pairs of a run: candidates, scores, alignments, links.

Tables are made in shards; here stand the steps that look at the whole: what is usual in a period, what is usual around
a document without a date, rivals and events.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from align.pipeline import calendar, linking
from align.pipeline.calendar import UNDATED_SHARD
from align.pipeline.gather import Gathered
from align.pipeline.run import Run
from align.pipeline.shards import aligned, scored
from align.pipeline.shards.aligned import AlignedTask
from align.pipeline.shards.measured import PAIR, MeasuredTask
from align.pipeline.shards.near import NearTask
from align.pipeline.shards.ready import VectorTask
from align.pipeline.shards.scored import OTHERS, ScoredTask, Undated, usual_of
from align.pipeline.shards.shelf import Place, Ref
from align.pipeline.shards.told import Telling
from align.pipeline.shards.usual import CollectionTask, UsualTask
from align.types import LANGS

if TYPE_CHECKING:
    import polars as pl

    from align.pipeline.engine import Task

_PAIRS: Final = 100  # aligned by one task at most
_CUT: Final = 32  # one Vietnamese document of so many ends a task, by what it says: new pairs change few tasks
_SIDES: Final = ("vi", "en")
Keys = dict[int, str]  # shard -> key of its table


@dataclass
class Compared:
    """The steps from ready documents to pairs; each fills in what the next needs.

    Attributes:
        run, gathered: what is worked with.
        whole: whether the beads of pairs are scored.
        usual, near, measured, scored: keys of tables.
        collections: period -> key of its statistics.
    """

    run: Run
    gathered: Gathered
    whole: bool = True
    usual: Keys = field(default_factory=dict)
    near: Keys = field(default_factory=dict)
    measured: dict[int, tuple[str, ...]] = field(default_factory=dict)
    scored: Keys = field(default_factory=dict)
    collections: dict[int, str] = field(default_factory=dict)

    def tellings(self) -> list[Telling]:
        """Every pair that is shown, in the order in which they are."""
        if not all(side.ids for side in self.gathered.sides.values()):
            return []
        self._find_usual()
        self._find_near()
        self._measure()
        self._score()
        return self._linked()

    # What is usual

    def _find_usual(self) -> None:
        rows: dict[int, tuple[list[int], list[int]]] = {}
        for k, lang in enumerate(LANGS):
            for shard, row in self.gathered.sides[lang].refs:
                rows.setdefault(shard, ([], []))[k].append(row)
        tasks = {}
        for shard, sides in sorted(rows.items()):
            place = self.gathered.places[shard]
            members = (tuple(sides[0]), tuple(sides[1]))
            key = self.run.store.key(UsualTask.kind, place.ready, place.vectors, members)
            tasks[shard] = UsualTask(key, place, members)
        self.usual = self._done("encode", tasks, lambda shard: [shard])
        sizes: dict[int, int] = {}
        for shard in self.usual:
            period = calendar.period_of(shard, self.gathered.length)
            sizes[period] = sizes.get(period, 0) + sum(map(len, rows[shard]))
        parts = {period: self._usual_of(around) for period, around in calendar.surroundings(sizes).items()}
        self.collections = {period: self.run.store.key(CollectionTask.kind, keys) for period, keys in parts.items()}
        distinct = {key: CollectionTask(key, parts[period]) for period, key in self.collections.items()}
        self.run.do("match", distinct.values())

    def _usual_of(self, periods: Iterable[int]) -> tuple[str, ...]:
        wanted = set(periods)
        return tuple(
            key for shard, key in self.usual.items() if calendar.period_of(shard, self.gathered.length) in wanted
        )

    def _collection(self, shard: int) -> str:
        return self.collections[calendar.period_of(shard, self.gathered.length)]

    # Candidates

    def _halo(self, shard: int, among: Mapping[int, object]) -> list[int]:
        return calendar.halo(shard, list(among), self.gathered.length, self.run.config.window_days)

    def _find_near(self) -> None:
        tasks = {}
        window = self.run.config.window_days
        for shard in self.usual:
            around = {other: self.usual[other] for other in self._halo(shard, self.usual)}
            collection = self._collection(shard)
            key = self.run.store.key(NearTask.kind, shard, list(around.items()), collection, window)
            tasks[shard] = NearTask(key, shard, around, collection, window)
        self.near = self._done("match", tasks)

    def _measure(self) -> None:
        tasks: dict[int, list[MeasuredTask]] = {}
        for shard in self.near:
            around = self._halo(shard, self.near)
            dated = [other for other in around if other != UNDATED_SHARD]
            if shard != UNDATED_SHARD:
                tasks.setdefault(shard, []).append(self._measured_task(shard, dated, undated=False))
            if UNDATED_SHARD in around:
                tasks.setdefault(shard, []).append(
                    self._measured_task(shard, sorted({shard, UNDATED_SHARD}), undated=True)
                )
        listed = [task for of_shard in tasks.values() for task in of_shard]
        done = self._do("compare", listed, {task.key: list(task.near) for task in listed})
        whole = {shard: tuple(task.key for task in of_shard) for shard, of_shard in tasks.items()}
        self.measured = {shard: keys for shard, keys in whole.items() if done.issuperset(keys)}

    def _measured_task(self, shard: int, around: Sequence[int], *, undated: bool) -> MeasuredTask:
        near, usual = ({other: keys[other] for other in around} for keys in (self.near, self.usual))
        places = {other: self.gathered.places[other] for other in around}
        collection = self._collection(shard)
        parts = shard, list(near.items()), list(usual.items()), collection, undated
        key = self.run.store.key(MeasuredTask.kind, *parts)
        return MeasuredTask(key, shard, near, places, usual, collection, undated)

    def _score(self) -> None:
        least = linking.least_score(self.run.config)
        undated = _undated(self.run, self.measured) if UNDATED_SHARD in self.usual else {}
        tasks = {}
        for shard in self.measured:
            around = {other: self.measured[other] for other in self._twice_around(shard)}
            known = undated.get(shard, ((), ()))
            key = self.run.store.key(ScoredTask.kind, shard, list(around.items()), known, least)
            tasks[shard] = ScoredTask(key, shard, around, known, least)
        self.scored = self._done("compare", tasks)

    def _twice_around(self, shard: int) -> list[int]:
        """Shards that hold pairs of a document that is in a pair of this one; undated documents aside."""
        if shard == UNDATED_SHARD:
            return [shard]
        dated = dict.fromkeys((other for other in self.measured if other != UNDATED_SHARD), "")
        found = {far for near in self._halo(shard, dated) for far in self._halo(near, dated)}
        return sorted(found | {shard})

    # Alignment and links

    def _linked(self) -> list[Telling]:
        listed = self._listed()
        tasks = list(_aligned_tasks(self, listed))
        sizes = [len(task.pairs) for task in tasks]
        done = self._do("align", tasks, {task.key: list(task.places) for task in tasks}, sizes)
        rows: list[_Row] = []
        at = 0
        for task in tasks:
            part = listed[at : at + len(task.pairs)]
            at += len(task.pairs)
            if task.key in done:
                rows += self._seen(task, part)
        rows.sort(key=lambda row: (-row.listing.score, row.listing.vi, row.listing.en))
        listings = [row.listing for row in rows]
        pairs = linking.link(listings, self._others(listings), self._ids, self.run.config)
        shown = [
            Telling(pair, row.refs, row.aligned, row.bimax, row.listing.found.good, row.collection)
            for pair, row in zip(pairs, rows, strict=True)
            if linking.is_listed(pair, self.run.config)
        ]
        return sorted(shown, key=lambda one: linking.order_of_pairs(one.pair))

    def _listed(self) -> list[_Listed]:
        found = []
        for shard, key in self.scored.items():
            table = self.run.store.read(ScoredTask.kind, key, (*PAIR, "score", "bimax"))
            collection = self._collection(shard)
            found += [
                _Listed(shard, ((vi_shard, vi_row), (en_shard, en_row)), score, bimax, collection)
                for vi_shard, vi_row, en_shard, en_row, score, bimax in table.iter_rows()
            ]
        return found

    def _seen(self, task: AlignedTask, part: Sequence[_Listed]) -> Iterator[_Row]:
        for k, (one, (found, error)) in enumerate(zip(part, aligned.found(self.run.store, task.key), strict=True)):
            vi, en = (self._numbers[side][ref] for side, ref in zip(_SIDES, one.refs, strict=True))
            if error:
                self.run.set_aside(" and ".join(self._ids(vi, en)), error)
                continue
            dates = [self.gathered.sides[lang].dates[n] for lang, n in zip(LANGS, (vi, en), strict=True)]
            listing = linking.Listing(vi, en, *self._ids(vi, en), dates[0], dates[1], one.score, found, ())
            yield _Row(listing, one.refs, (task.key, k), one.bimax, one.collection)

    @cached_property
    def _numbers(self) -> dict[str, dict[Ref, int]]:
        """Language -> place of a document -> its number in the order of ids."""
        sides = self.gathered.sides.items()
        return {lang: {ref: number for number, ref in enumerate(side.refs)} for lang, side in sides}

    def _ids(self, vi: int, en: int) -> tuple[str, str]:
        return self.gathered.sides["vi"].ids[vi], self.gathered.sides["en"].ids[en]

    def _others(self, listings: Sequence[linking.Listing]) -> list[linking.Candidate]:
        """The strongest candidate that was not aligned of each document of a listed pair."""
        wanted = {row.vi for row in listings}, {row.en for row in listings}
        best: tuple[dict[int, linking.Candidate], dict[int, linking.Candidate]] = ({}, {})
        for key in self.scored.values():
            table = self.run.store.read(ScoredTask.kind, key, (*PAIR, "score"), OTHERS)
            for vi_shard, vi_row, en_shard, en_row, score in table.iter_rows():
                x, y = self._numbers["vi"][vi_shard, vi_row], self._numbers["en"][en_shard, en_row]
                for number, mine, known in ((x, wanted[0], best[0]), (y, wanted[1], best[1])):
                    if number in mine and (number not in known or _before((x, y, score), known[number])):
                        known[number] = (x, y, score)
        return sorted({*best[0].values(), *best[1].values()}, key=lambda one: (-one[2], one[0], one[1]))

    # Tasks

    def _done(self, stage: str, tasks: Mapping[int, Task], needs: Any = None) -> Keys:
        """Run the tasks of shards; keys of those that are there."""
        wanted = {task.key: needs(shard) for shard, task in tasks.items()} if needs else {}
        done = self._do(stage, list(tasks.values()), wanted)
        return {shard: task.key for shard, task in tasks.items() if task.key in done}

    def _do(
        self, stage: str, tasks: Sequence[Task], needs: Mapping[str, Sequence[int]], sizes: Sequence[int] | None = None
    ) -> set[str]:
        """Run tasks; first make the vectors that they need, if any of them has to be run at all."""
        self.vectors_for(shard for task in tasks if not self._there(task) for shard in needs.get(task.key, ()))
        return self.run.do(stage, tasks, sizes)

    def _there(self, task: Task) -> bool:
        return self.run.store.is_finished(task.kind, task.key)

    def vectors_for(self, shards: Iterable[int]) -> None:
        """Make the vectors of some shards."""
        places = [self.gathered.places[shard] for shard in sorted(set(shards))]
        tasks = [VectorTask(place.vectors, place.ready, self.run.config.encoder) for place in places]
        self.run.do("encode", [task for task in tasks if not self._there(task)])


@dataclass(frozen=True, slots=True)
class _Listed:
    """A pair worth an alignment: its shard, its documents, what they say of each other, whose statistics count."""

    shard: int
    refs: tuple[Ref, Ref]
    score: float
    bimax: float
    collection: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A pair that was aligned: for linking, and for what is told of it."""

    listing: linking.Listing
    refs: tuple[Ref, Ref]
    aligned: tuple[str, int]
    bimax: float
    collection: str


def _before(one: linking.Candidate, other: linking.Candidate) -> bool:
    return (-one[2], one[0], one[1]) < (-other[2], other[0], other[1])


def _aligned_tasks(compared: Compared, listed: Sequence[_Listed]) -> Iterator[AlignedTask]:
    """Pairs cut into tasks where what they say tells to."""
    start = 0
    digests = compared.gathered.digests
    for k, one in enumerate(listed):
        (vi_shard, vi_row), _ = one.refs
        ends = k + 1 == len(listed) or listed[k + 1].shard != one.shard or k + 1 - start >= _PAIRS
        if ends or zlib.crc32(digests[vi_shard][vi_row]) % _CUT == 0:
            part = listed[start : k + 1]
            start = k + 1
            said = [[digests[shard][row].hex() for shard, row in pair.refs] for pair in part]
            key = compared.run.store.key(AlignedTask.kind, compared.whole, compared.run.config.encoder, said)
            yield AlignedTask(key, tuple(pair.refs for pair in part), places_of(compared, part), compared.whole)


def places_of(compared: Compared, pairs: Iterable[Any]) -> dict[int, Place]:
    """Where the documents of some pairs lie."""
    return {shard: compared.gathered.places[shard] for shard in sorted({ref[0] for pair in pairs for ref in pair.refs})}


def _undated(run: Run, measured: Mapping[int, tuple[str, ...]]) -> dict[int, tuple[Undated, Undated]]:
    """For each shard the undated documents in its pairs, with what is usual around them in all shards."""
    import polars as pl

    tables = {shard: scored.read(run.store, keys, (*PAIR, "bimax")) for shard, keys in measured.items()}
    parts = {
        shard: table.filter((pl.col("vi_shard") == UNDATED_SHARD) | (pl.col("en_shard") == UNDATED_SHARD))
        for shard, table in tables.items()
    }
    whole = pl.concat(list(parts.values()))
    known: list[dict[int, float]] = []
    for side in _SIDES:
        codes, values = usual_of(whole.filter(pl.col(f"{side}_shard") == UNDATED_SHARD), side)
        rows: NDArray[np.int64] = codes - UNDATED_SHARD * 2**32
        known.append(dict(zip(rows.tolist(), values.tolist(), strict=True)))
    return {shard: (_known(table, "vi", known[0]), _known(table, "en", known[1])) for shard, table in parts.items()}


def _known(table: pl.DataFrame, side: str, known: Mapping[int, float]) -> Undated:
    rows = table.filter(table[f"{side}_shard"] == UNDATED_SHARD)[f"{side}_row"].unique().sort().to_list()
    return tuple((row, known[row]) for row in rows)
