"""For each document the nearest ones of the other language that its date allows.

Documents come in tables, one a run of days: only tables within reach of each other are compared, one after the other,
and the best of each are kept. The result does not depend on how the days are cut into tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.logistic import Floats
from align.matching.items import MatchItem
from align.types import Vectors

CANDIDATES: Final = 12  # per document and direction; the right partner was among them for every development pair
RIVALS: Final = slice(3, 9)  # ranks of a document's neighbors that stand for "unrelated": several may be true
UNDATED: Final = -(10**6)  # a day before all others
# Days by which a window is wider where a day is guessed from the text: a report may speak of what happened last week.
GUESS_DAYS: Final = 4
_NO_RIVAL_COSINE: Final = 0.10  # background of a collection too small to have one (mean of the development set)
_BLOCK: Final = 256  # documents compared at a time
_STEPS: Final = 10**6  # of a cosine: last bits depend on the size of the block that a product is computed in
_LAST: Final = 2**32 - 1  # numbers are below it

Days = NDArray[np.int64]
Keys = NDArray[np.int64]  # cosine and number of a neighbor in one integer, larger is better; 0 for none


@dataclass(frozen=True)
class Table:
    """Documents of one language and some days.

    Attributes:
        numbers: place of each in the order of all ids of its language, int64 [n].
        days: ordinal of each, UNDATED where not known, int64 [n].
        vectors: as of `Collection.centered`, float32 [n, dim].
    """

    numbers: NDArray[np.int64]
    days: Days
    vectors: Vectors

    def take(self, rows: NDArray[np.int64]) -> Table:
        """Some of the documents."""
        return Table(self.numbers[rows], self.days[rows], self.vectors[rows])


def day_of(day: date | None) -> int:
    """Ordinal of a day, UNDATED for none."""
    return day.toordinal() if day else UNDATED


def tables(items: Sequence[MatchItem], vectors: Vectors, size: int) -> list[Table]:
    """Documents in the order of their ids as tables of whole days, `size` or more each, undated ones apart."""
    days = np.array([day_of(item.date) for item in items], dtype=np.int64)
    whole = Table(np.arange(len(items), dtype=np.int64), days, vectors)
    return [whole.take(rows) for rows in cut(days, size)]


def guesses(items: Sequence[MatchItem], vectors: Vectors) -> Table:
    """The undated documents whose text lets their day be guessed, with that day."""
    days = [UNDATED if item.date else day_of(item.estimate) for item in items]
    whole = Table(np.arange(len(items), dtype=np.int64), np.array(days, dtype=np.int64), vectors)
    return whole.take(np.flatnonzero(whole.days != UNDATED))


def cut(days: Days, size: int) -> list[NDArray[np.int64]]:
    """Positions in runs of whole days with `size` documents or more each, in order; the undated ones come first."""
    order = np.argsort(days, kind="stable")
    ordered = days[order]
    bounds = np.flatnonzero(np.diff(ordered, prepend=UNDATED - 1))
    runs, start = [], 0
    for bound in [*bounds.tolist()[1:], len(order)]:
        if bound - start >= size or bound == len(order) or ordered[start] == UNDATED:
            runs.append(order[start:bound])
            start = bound
    return [np.sort(run) for run in runs if len(run)]


def in_reach(one: Days, other: Days, window: int) -> bool:
    """Whether any two documents of two tables may be one event by their days."""
    if not (len(one) and len(other)):
        return False
    if (one == UNDATED).any() or (other == UNDATED).any():
        return True
    return bool(one.min() - window <= other.max() and other.min() <= one.max() + window)


def nearest(own: Table, others: Iterable[Table], window: int) -> Keys:
    """The best neighbors of each document, best first: int64 [n, CANDIDATES].

    Args:
        own: documents.
        others: tables of the other language; those out of reach make no difference.
        window: largest distance of two days; undated documents go with every day.
    """
    best = np.zeros((len(own.days), CANDIDATES), dtype=np.int64)
    for other in others:
        if not in_reach(own.days, other.days, window):
            continue
        target = other.vectors.astype(np.float64).T
        for start in range(0, len(own.days), _BLOCK):
            rows = slice(start, start + _BLOCK)
            apart = np.abs(own.days[rows, None] - other.days[None, :]) > window
            undated = (own.days[rows] == UNDATED)[:, None] | (other.days == UNDATED)[None, :]
            # In double precision, then rounded: the same number whatever the table.
            steps = np.rint((own.vectors[rows].astype(np.float64) @ target) * _STEPS).astype(np.int64) + 2 * _STEPS
            keys = steps << 32 | (_LAST - other.numbers)[None, :]
            keys[apart & ~undated] = 0
            best[rows] = best_of(np.concatenate([best[rows], keys], axis=1))
    return best


def collected(n: int, own: Iterable[Table], guessed: Table, others: Sequence[Table], window: int) -> Keys:
    """Neighbors of all n documents of a language: int64 [n, 2 * CANDIDATES].

    A document whose day is guessed has those of any day and, in the second half of its row, those near that day.
    """
    found = np.zeros((n, 2 * CANDIDATES), dtype=np.int64)
    for table in own:
        found[table.numbers, :CANDIDATES] = nearest(table, others, window)
    if len(guessed.days):
        found[guessed.numbers, CANDIDATES:] = nearest(guessed, others, window + GUESS_DAYS)
    return found


def best_of(keys: Keys) -> Keys:
    """The largest of each row, largest first: int64 [n, CANDIDATES]."""
    top = np.partition(keys, keys.shape[1] - CANDIDATES, axis=1)[:, -CANDIDATES:]
    return np.ascontiguousarray(np.sort(top, axis=1)[:, ::-1])


def numbers_of(keys: Keys) -> NDArray[np.int64]:
    """Number of each neighbor, -1 where there is none."""
    found: NDArray[np.int64] = np.where(keys > 0, _LAST - (keys & _LAST), -1)
    return found


def usual_cosine(keys: Keys) -> Floats:
    """Mean cosine of each document's rivals among its neighbors of any day, float64 [n]."""
    keys = keys[:, :CANDIDATES]
    cosines = np.where(keys > 0, (keys >> 32) / _STEPS - 2, -np.inf)
    return background(cosines, _NO_RIVAL_COSINE)


def background(ranked: Floats, default: float) -> Floats:
    """Mean score of each row's rivals: those after the best few; scores [n, ranks], best first, -inf where none."""
    rivals = ranked[:, RIVALS]
    known = np.isfinite(rivals)
    total = np.where(known, rivals, 0).sum(axis=1)
    # With few rivals the default keeps a say: it counts as two of them.
    usual: Floats = (total + 2 * default) / (known.sum(axis=1) + 2)
    return usual
