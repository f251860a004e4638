"""Gold against predicted beads: strict and lax precision, recall and F1, and more.

Strict: a predicted bead counts if a gold bead has the same segments. Lax: if it shares a segment on both
sides with one gold bead. Null beads count in neither; they have figures of their own. Recall is that of
Vecalign's score.py (Thompson and Koehn 2019); its precision counts predicted null beads too, and stands here
as `with_nulls`: compare with figures published for Vecalign by that one. Counts are summed over documents.
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
        null: over segments of both sides that stand in a null bead.
        link: over pairs of segments that stand in one bead.
        shapes: shape -> (gold beads found, gold beads).
        documents: number of document pairs.
        strict_with_nulls, lax_with_nulls: as score.py has them, predicted null beads in the precision. Such a
            bead is right if gold has the very same.
    """

    strict: Figures
    lax: Figures
    null: Figures
    link: Figures
    shapes: dict[str, tuple[int, int]]
    documents: int
    strict_with_nulls: Figures
    lax_with_nulls: Figures


def evaluate(pairs: Iterable[tuple[Sequence[Bead], Sequence[Bead]]]) -> Scores:
    """Compare (gold, predicted) beads of document pairs, streaming.

    A bead that stands twice in a list counts once.
    """
    zero = Figures(0, 0, 0, 0)
    totals = dict.fromkeys(("strict", "lax", "null", "link", "strict_with_nulls", "lax_with_nulls"), zero)
    shapes: Counter[str] = Counter()
    found: Counter[str] = Counter()
    documents = 0
    for gold, predicted in pairs:
        documents += 1
        for name, figures in _compare(gold, predicted).items():
            totals[name] += figures
        said = _links(predicted)
        for vi, en in _links(gold):
            shape = f"{len(vi)}-{len(en)}"
            shapes[shape] += 1
            found[shape] += (vi, en) in said
    by_shape = {shape: (found[shape], shapes[shape]) for shape in sorted(shapes)}
    return Scores(shapes=by_shape, documents=documents, **totals)


_T = TypeVar("_T")
_Link = tuple[tuple[int, ...], tuple[int, ...]]


def _compare(gold: Sequence[Bead], predicted: Sequence[Bead]) -> dict[str, Figures]:
    true, said = _links(gold), _links(predicted)
    strict, lax = _overlap(true, said), _lax(true, said)
    right_nulls = len(_null_beads(gold) & _null_beads(predicted))
    nulls = Figures(right_nulls, len(_null_beads(predicted)), 0, 0)
    return {
        "strict": strict,
        "lax": lax,
        "null": _overlap(_null_segments(gold), _null_segments(predicted)),
        "link": _overlap(_cells(true), _cells(said)),
        "strict_with_nulls": strict + nulls,
        "lax_with_nulls": lax + nulls,
    }


def _links(beads: Iterable[Bead]) -> set[_Link]:
    return {(bead.vi, bead.en) for bead in beads if not bead.is_null}


def _null_beads(beads: Iterable[Bead]) -> set[_Link]:
    return {(bead.vi, bead.en) for bead in beads if bead.is_null and (bead.vi or bead.en)}


def _null_segments(beads: Iterable[Bead]) -> set[tuple[str, int]]:
    nulls = _null_beads(beads)
    return {("vi", k) for vi, _ in nulls for k in vi} | {("en", k) for _, en in nulls for k in en}


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
