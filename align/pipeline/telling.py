"""What is told of the pairs that were found: evidence, units and lines, in the order of the corpus."""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from align.pipeline.compare import Compared, places_of
from align.pipeline.run import Run
from align.pipeline.shards import told
from align.pipeline.shards.told import Telling, ToldTask
from align.types import DocumentPair, Unit

_PAIRS: Final = 200  # told of by one task at most, but for events with more
_HELD: Final = 100_000  # units, about a kilobyte each
_CUT: Final = 64  # one event of so many ends a task, by its first document


@dataclass(frozen=True)
class Told:
    """What was told of some pairs.

    Attributes:
        run: the run.
        tasks: in order; each tells of the pairs after those of the one before.
    """

    run: Run
    tasks: tuple[ToldTask, ...]
    _held: list[Unit] = field(default_factory=list, repr=False)

    @property
    def tellings(self) -> list[Telling]:
        """The pairs, in order."""
        return [one for task in self.tasks for one in task.tellings]

    def pairs(self) -> Iterator[DocumentPair]:
        """The pairs with all their evidence."""
        for task in self.tasks:
            evidence = self.run.store.read(ToldTask.kind, task.key, ("evidence",))["evidence"].to_list()
            for one, lines in zip(task.tellings, evidence, strict=True):
                yield dataclasses.replace(one.pair, evidence=tuple(lines))

    def units(self) -> Iterator[Unit]:
        """Every unit of the accepted pairs in the order of the corpus, those that filters reject among them.

        They are asked for a dozen times: as many as memory bears are held after the first.
        """
        if self._held:
            return iter(self._held)
        return self._read()

    def _read(self) -> Iterator[Unit]:
        held: list[Unit] = []
        total = 0
        for task in self.tasks:
            for unit in told.units(self.run.store, task.key):
                total += 1
                if total <= _HELD:
                    held.append(unit)
                elif held:
                    held.clear()
                yield unit
        if total <= _HELD:
            self._held[:] = held

    def lines(self, fates: Iterator[str]) -> Iterator[str]:
        """Lines of `alignments.jsonl`.

        Args:
            fates: what became of each unit, in their order.
        """
        for task in self.tasks:
            lines = self.run.store.read(ToldTask.kind, task.key, ("line",))["line"].to_list()
            for one, line in zip(task.tellings, lines, strict=True):
                yield (line if one.pair.pair_class == "related" else _with_fates(line, fates)) + "\n"


def _with_fates(line: str, fates: Iterator[str]) -> str:
    record = json.loads(line)
    for bead in record["beads"]:
        if "id" in bead:
            bead["fate"] = next(fates)
    return json.dumps(record, ensure_ascii=False)


def tell(compared: Compared, tellings: Sequence[Telling]) -> Told:
    """Find what there is to tell of pairs."""
    run = compared.run
    tasks = [_task(compared, part) for part in _parts(tellings)]
    # Vectors are asked for only where reports of one event may contradict each other.
    wanted = [task for task in tasks if compared.whole and not run.store.is_finished(task.kind, task.key)]
    compared.vectors_for(shard for task in wanted for shard in _compared_shards(task.tellings))
    sizes = [len(task.tellings) for task in tasks]
    done = run.do("score" if compared.whole else "explain", tasks, sizes)
    return Told(run, tuple(task for task in tasks if task.key in done))


def _parts(tellings: Sequence[Telling]) -> Iterator[list[Telling]]:
    """Whole events in parts; a border depends on the event before it alone, as far as that goes."""
    part: list[Telling] = []
    for _, group in groupby(enumerate(tellings), key=lambda one: one[1].pair.event or one[0]):
        part += [one for _, one in group]
        if len(part) >= _PAIRS or zlib.crc32(part[-1].pair.vi_doc.encode()) % _CUT == 0:
            yield part
            part = []
    if part:
        yield part


def _task(compared: Compared, part: Sequence[Telling]) -> ToldTask:
    content = [
        [
            dataclasses.astuple(one.pair),
            one.aligned,
            one.bimax,
            one.collection,
        ]
        for one in part
    ]
    places = places_of(compared, part)
    ready = [place.ready for place in places.values()]
    key = compared.run.store.key(ToldTask.kind, compared.whole, content, ready)
    return ToldTask(key, tuple(part), places, compared.whole)


def _compared_shards(tellings: Sequence[Telling]) -> set[int]:
    accepted = [one for one in tellings if one.pair.pair_class != "related"]
    events = Counter(one.pair.event for one in accepted)
    return {shard for one in accepted if events[one.pair.event] > 1 for shard, _ in one.refs}
