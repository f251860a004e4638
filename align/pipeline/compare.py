"""Document pairs of a run: likely candidates aligned, judged again, linked into events.

Tables are made in shards; here stands what looks at the whole: rivals and events.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from align.pipeline import linking
from align.pipeline.candidates import SIDES, Candidates
from align.pipeline.gather import Gathered
from align.pipeline.run import Run
from align.pipeline.shards import aligned
from align.pipeline.shards.aligned import AlignedTask
from align.pipeline.shards.measured import PAIR
from align.pipeline.shards.scored import OTHERS, ScoredTask
from align.pipeline.shards.shelf import Place, Ref
from align.pipeline.shards.told import Telling
from align.types import LANGS

_PAIRS: Final = 100  # aligned by one task at most
_CUT: Final = 32  # one Vietnamese document of so many ends a task, by what it says: new pairs change few tasks


@dataclass
class Compared:
    """From candidates to pairs.

    Attributes:
        run, gathered: what is worked with.
        whole: whether the beads of pairs are scored.
    """

    run: Run
    gathered: Gathered
    whole: bool = True

    @cached_property
    def _candidates(self) -> Candidates:
        return Candidates(self.run, self.gathered)

    def tellings(self) -> list[Telling]:
        """Every pair that is shown, in the order in which they are."""
        if not all(side.ids for side in self.gathered.sides.values()):
            return []
        self._candidates.find()
        return self._linked()

    def vectors_for(self, shards: Iterable[int]) -> None:
        """Make the vectors of some shards."""
        self._candidates.vectors_for(shards)

    def _linked(self) -> list[Telling]:
        listed = self._listed()
        tasks = list(_aligned_tasks(self, listed))
        sizes = [len(task.pairs) for task in tasks]
        done = self._candidates.do("align", tasks, {task.key: list(task.places) for task in tasks}, sizes)
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
        for shard, key in self._candidates.scored.items():
            table = self.run.store.read(ScoredTask.kind, key, (*PAIR, "score", "bimax"))
            collection = self._candidates.collection_of(shard)
            found += [
                _Listed(shard, ((vi_shard, vi_row), (en_shard, en_row)), score, bimax, collection)
                for vi_shard, vi_row, en_shard, en_row, score, bimax in table.iter_rows()
            ]
        return found

    def _seen(self, task: AlignedTask, part: Sequence[_Listed]) -> Iterator[_Row]:
        for k, (one, (found, error)) in enumerate(zip(part, aligned.found(self.run.store, task.key), strict=True)):
            vi, en = (self._numbers[side][ref] for side, ref in zip(SIDES, one.refs, strict=True))
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
        for key in self._candidates.scored.values():
            table = self.run.store.read(ScoredTask.kind, key, (*PAIR, "score"), OTHERS)
            for vi_shard, vi_row, en_shard, en_row, score in table.iter_rows():
                x, y = self._numbers["vi"][vi_shard, vi_row], self._numbers["en"][en_shard, en_row]
                for number, mine, known in ((x, wanted[0], best[0]), (y, wanted[1], best[1])):
                    if number in mine and (number not in known or _before((x, y, score), known[number])):
                        known[number] = (x, y, score)
        return sorted({*best[0].values(), *best[1].values()}, key=lambda one: (-one[2], one[0], one[1]))


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
