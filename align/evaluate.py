"""Gold against predicted beads: strict and lax precision, recall and F1 as Vecalign's score does, and more.

Strict: a predicted bead counts if a gold bead has the same segments. Lax: if it shares a segment on both sides with a
gold bead. Null beads count in neither (Thompson and Koehn 2019); they have figures of their own. All counts are
summed over documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from align.types import Bead


@dataclass(frozen=True, slots=True)
class Figures:
    """Right among predicted, found among gold."""

    right: int
    predicted: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of predicted that is right; 1 where nothing was predicted."""
        return self.right / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        """Share of gold that was found; 1 where there is no gold."""
        return self.found / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.right + other.right,
            self.predicted + other.predicted,
            self.found + other.found,
            self.gold + other.gold,
        )


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures over all documents.

    Attributes:
        strict, lax: over non-null beads.
        null: over segments of both sides that stand alone.
        link: over pairs of segments that stand in one bead.
        shapes: shape -> (gold beads found, gold beads).
        documents: number of document pairs.
    """

    strict: Figures
    lax: Figures
    null: Figures
    link: Figures
    shapes: dict[str, tuple[int, int]]
    documents: int


def evaluate(pairs: Iterable[tuple[Sequence[Bead], Sequence[Bead]]]) -> Scores:
    """Compare (gold, predicted) beads of document pairs."""
    zero = Figures(0, 0, 0, 0)
    totals = [zero, zero, zero, zero]
    shapes: Counter[str] = Counter()
    found: Counter[str] = Counter()
    documents = 0
    for gold, predicted in pairs:
        documents += 1
        true, said = _links(gold), _links(predicted)
        figures = (
            _overlap(true, said),
            _lax(true, said),
            _overlap(_nulls(gold), _nulls(predicted)),
            _overlap(_cells(true), _cells(said)),
        )
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        for bead in true:
            shape = f"{len(bead[0])}-{len(bead[1])}"
            shapes[shape] += 1
            found[shape] += bead in said
    return Scores(*totals, {shape: (found[shape], shapes[shape]) for shape in sorted(shapes)}, documents)


_T = TypeVar("_T")
_Link = tuple[tuple[int, ...], tuple[int, ...]]


def _links(beads: Iterable[Bead]) -> set[_Link]:
    return {(bead.vi, bead.en) for bead in beads if not bead.is_null}


def _nulls(beads: Iterable[Bead]) -> set[tuple[str, int]]:
    alone = [bead for bead in beads if bead.is_null]
    return {("vi", k) for bead in alone for k in bead.vi} | {("en", k) for bead in alone for k in bead.en}


def _cells(links: Iterable[_Link]) -> set[tuple[int, int]]:
    return {(i, j) for vi, en in links for i in vi for j in en}


def _overlap(gold: set[_T], predicted: set[_T]) -> Figures:
    right = len(gold & predicted)
    return Figures(right, len(predicted), right, len(gold))


def _lax(gold: set[_Link], predicted: set[_Link]) -> Figures:
    gold_cells, said_cells = _cells(gold), _cells(predicted)
    right = sum(any((i, j) in gold_cells for i in vi for j in en) for vi, en in predicted)
    found = sum(any((i, j) in said_cells for i in vi for j in en) for vi, en in gold)
    return Figures(right, len(predicted), found, len(gold))
