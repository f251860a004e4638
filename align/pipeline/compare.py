"""All pairs worth a look among documents of any number: candidates, scores, alignments.

The documents go through `shard_pairs.py` a bucket of days at a time. Here stand the steps that look at the whole:
neighbors of both directions put together, what is usual around a document, rivals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align import matching
from align.logistic import Floats
from align.matching import Match
from align.matching.collection import merged
from align.matching.neighbors import CANDIDATES, UNDATED, day_of, usual_cosine
from align.matching.pairs import Pairs, candidates, scores_of, usual_bimax
from align.pipeline import linking, shard_pairs, shards
from align.pipeline.gather import Run, Side
from align.pipeline.spill import Place
from align.types import Lang

_PAIRS: Final = 200  # aligned in one go
Sides = dict[Lang, Side]


@dataclass(frozen=True)
class _Scored:
    """All candidate pairs, the bucket that owns each, similarity of segments, probability before any alignment."""

    pairs: Pairs
    owner: NDArray[np.int64]
    bimax: Floats
    scores: Floats


def listings(run: Run, sides: Sides) -> tuple[list[linking.Listing], list[linking.Candidate]]:
    """The aligned candidates, best first, and the strongest others around them."""
    if not all(side.reads for side in sides.values()):
        return [], []
    scored = _scored(run, sides)
    listed = np.flatnonzero(scored.scores >= linking.least_score(run.config))
    order = listed[np.lexsort((scored.pairs[listed, 1], scored.pairs[listed, 0], -scored.scores[listed]))]
    tick = run.progress("aligning", len(order))
    found: dict[tuple[int, int], linking.Listing] = {}
    for part in run.pool.each(shard_pairs.look, _looks(run, sides, scored, listed)):
        found |= {(row.vi, row.en): row for row in part}
        tick(len(part))
    return [found[x, y] for x, y in scored.pairs[order].tolist()], _others(scored, listed)


def _looks(run: Run, sides: Sides, scored: _Scored, listed: NDArray[np.int64]) -> Iterator[shard_pairs.LookTask]:
    by_owner = listed[np.argsort(scored.owner[listed], kind="stable")].tolist()
    for _, group in groupby(by_owner, key=lambda k: int(scored.owner[k])):
        rows = list(group)
        # Small tasks: pairs are all the work of a bucket, and one process should not end up with most of them.
        for start in range(0, len(rows), _PAIRS):
            part = rows[start : start + _PAIRS]
            pairs = scored.pairs[part]
            columns = pairs.tolist(), scored.scores[part].tolist(), scored.bimax[part].tolist()
            matches = tuple(Match(x, y, score, best) for (x, y), score, best in zip(*columns, strict=True))
            yield shard_pairs.LookTask(run.folder, matches, _places(sides, pairs))


def _scored(run: Run, sides: Sides) -> _Scored:
    buckets = 1 + max(int(side.buckets.max()) for side in sides.values())
    run.keep("collection", merged(part for part in _digests(run, sides, buckets) if part))
    keys = _neighbors(run, sides, buckets)
    pairs = candidates(keys["vi"], keys["en"])
    undated = [read.date is None for read in sides["vi"].reads]
    own, other = sides["vi"].buckets[pairs[:, 0]], sides["en"].buckets[pairs[:, 1]]
    owner = np.where(np.array(undated)[pairs[:, 0]], other, own)
    order = np.argsort(owner, kind="stable")
    pairs, owner = pairs[order], owner[order]
    tick = run.progress("comparing", len(pairs))
    tasks = _pair_tasks(run, sides, pairs, owner)
    best = []
    for part in run.pool.each(shard_pairs.measure_pairs, tasks):
        best.append(part)
        tick(len(part))
    bimax = np.concatenate([*best, np.zeros(0)])
    return _Scored(pairs, owner, bimax, _probabilities(run, pairs, owner, bimax, keys))


def _digests(run: Run, sides: Sides, buckets: int) -> Iterator[matching.Collection | None]:
    members: list[dict[Lang, list[tuple[int, Place]]]] = [{"vi": [], "en": []} for _ in range(buckets)]
    for lang, side in sides.items():
        for number, (bucket, one) in enumerate(zip(side.buckets.tolist(), side.stored, strict=True)):
            members[bucket][lang].append((number, one.place))
    tasks = (
        shards.DigestTask(run.folder, k, {lang: tuple(rows) for lang, rows in of_bucket.items()})
        for k, of_bucket in enumerate(members)
    )
    return run.pool.each(shards.digest, tasks)


def _neighbors(run: Run, sides: Sides, buckets: int) -> dict[Lang, NDArray[np.int64]]:
    days: list[list[int]] = [[] for _ in range(buckets)]
    for side in sides.values():
        for bucket, read in zip(side.buckets.tolist(), side.reads, strict=True):
            days[bucket].append(day_of(read.date))
    spans = tuple((min(column, default=UNDATED), max(column, default=UNDATED)) for column in days)
    keys = {lang: np.zeros((len(side.reads), 2 * CANDIDATES), dtype=np.int64) for lang, side in sides.items()}
    tick = run.progress("matching", buckets)
    window = run.config.window_days
    tasks = (shard_pairs.NeighborTask(run.folder, k, spans, window) for k in range(buckets))
    for part in run.pool.each(shard_pairs.neighbors, tasks):
        for around in part:
            keys[around.lang][around.numbers] = around.keys
        tick(1)
    return keys


def _pair_tasks(run: Run, sides: Sides, pairs: Pairs, owner: NDArray[np.int64]) -> Iterator[shard_pairs.PairTask]:
    for number, start, end in _runs(owner):
        yield shard_pairs.PairTask(run.folder, number, pairs[start:end], _places(sides, pairs[start:end]))


def _probabilities(
    run: Run, pairs: Pairs, owner: NDArray[np.int64], bimax: Floats, keys: dict[Lang, NDArray[np.int64]]
) -> Floats:
    x, y = pairs[:, 0], pairs[:, 1]
    usual_best = (usual_bimax(x, bimax, len(keys["vi"]))[x] + usual_bimax(y, bimax, len(keys["en"]))[y]) / 2
    usual_cosines = (usual_cosine(keys["vi"])[x] + usual_cosine(keys["en"])[y]) / 2
    scores = np.zeros(len(pairs))
    for number, start, end in _runs(owner):
        rows = slice(start, end)
        measures = shard_pairs.measures_of(run.folder, number)
        scores[rows] = scores_of(measures, (usual_best[rows], usual_cosines[rows]))
    return scores


def _runs(owner: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Each value of a sorted column, with where it begins and ends."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(owner)], strict=True):
        yield int(owner[start]), start, end


def _places(sides: Sides, pairs: Pairs) -> tuple[tuple[Place, Place], ...]:
    vi, en = sides["vi"].stored, sides["en"].stored
    return tuple((vi[x].place, en[y].place) for x, y in pairs.tolist())


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
