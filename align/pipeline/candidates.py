"""Candidate pairs of a run and their probability before any alignment.

Tables are made in shards; here stands what looks at the whole: what is usual in a period, and around a document without
a date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from align.pipeline import calendar, linking
from align.pipeline.calendar import UNDATED_SHARD
from align.pipeline.gather import Gathered
from align.pipeline.run import Run
from align.pipeline.shards import scored
from align.pipeline.shards.measured import PAIR, MeasuredTask
from align.pipeline.shards.near import NearTask
from align.pipeline.shards.ready import VectorTask
from align.pipeline.shards.scored import ScoredTask, Undated, usual_of
from align.pipeline.shards.usual import CollectionTask, UsualTask
from align.types import LANGS

if TYPE_CHECKING:
    import polars as pl

    from align.pipeline.tasks import Task

SIDES: Final = ("vi", "en")
Keys = dict[int, str]  # shard -> key of its table


@dataclass
class Candidates:
    """The steps from ready documents to candidate pairs; each fills in what the next needs.

    Attributes:
        run, gathered: what is worked with.
        usual, near, measured, scored: keys of tables.
        collections: period -> key of its statistics.
    """

    run: Run
    gathered: Gathered
    usual: Keys = field(default_factory=dict)
    near: Keys = field(default_factory=dict)
    measured: dict[int, tuple[str, ...]] = field(default_factory=dict)
    scored: Keys = field(default_factory=dict)
    collections: dict[int, str] = field(default_factory=dict)

    def find(self) -> None:
        """Make the tables of all steps."""
        self._find_usual()
        self._find_near()
        self._measure()
        self._score()

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

    def collection_of(self, shard: int) -> str:
        """Key of the statistics of a shard's period."""
        return self.collections[calendar.period_of(shard, self.gathered.length)]

    def _halo(self, shard: int, among: Mapping[int, object]) -> list[int]:
        return calendar.halo(shard, list(among), self.gathered.length, self.run.config.window_days)

    def _find_near(self) -> None:
        tasks = {}
        window = self.run.config.window_days
        for shard in self.usual:
            around = {other: self.usual[other] for other in self._halo(shard, self.usual)}
            collection = self.collection_of(shard)
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
        done = self.do("compare", listed, {task.key: list(task.near) for task in listed})
        whole = {shard: tuple(task.key for task in of_shard) for shard, of_shard in tasks.items()}
        self.measured = {shard: keys for shard, keys in whole.items() if done.issuperset(keys)}

    def _measured_task(self, shard: int, around: Sequence[int], *, undated: bool) -> MeasuredTask:
        near, usual = ({other: keys[other] for other in around} for keys in (self.near, self.usual))
        places = {other: self.gathered.places[other] for other in around}
        collection = self.collection_of(shard)
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

    def _done(self, stage: str, tasks: Mapping[int, Task], needs: Callable[[int], Sequence[int]] | None = None) -> Keys:
        """Run the tasks of shards; keys of those that are there."""
        wanted = {task.key: needs(shard) for shard, task in tasks.items()} if needs else {}
        done = self.do(stage, list(tasks.values()), wanted)
        return {shard: task.key for shard, task in tasks.items() if task.key in done}

    def do(
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
    for side in SIDES:
        codes, values = usual_of(whole.filter(pl.col(f"{side}_shard") == UNDATED_SHARD), side)
        rows: NDArray[np.int64] = codes - UNDATED_SHARD * 2**32
        known.append(dict(zip(rows.tolist(), values.tolist(), strict=True)))
    return {shard: (_known(table, "vi", known[0]), _known(table, "en", known[1])) for shard, table in parts.items()}


def _known(table: pl.DataFrame, side: str, known: Mapping[int, float]) -> Undated:
    rows = table.filter(table[f"{side}_shard"] == UNDATED_SHARD)[f"{side}_row"].unique().sort().to_list()
    return tuple((row, known[row]) for row in rows)
