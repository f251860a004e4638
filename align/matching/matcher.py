"""Matching of a collection that is in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from align.logistic import Floats, LogisticModel
from align.matching.collection import merged, summary
from align.matching.items import MatchItem, document_vectors
from align.matching.neighbors import Keys, collected, guesses, tables, usual_cosine
from align.matching.pairs import (
    Match,
    Measures,
    Pairs,
    candidates,
    measure,
    scores_of,
    usual_bimax,
    with_margins,
)
from align.types import Vectors

_TABLE: Final = 512  # documents of a language that are compared at a time


class Matcher:
    """Scores pairs of one collection."""

    def __init__(self, vi: Sequence[MatchItem], en: Sequence[MatchItem], window_days: int) -> None:
        """Prepare the collection.

        Args:
            vi: Vietnamese documents, each with at least one segment.
            en: English documents, each with at least one segment.
            window_days: largest distance of two dates.
        """
        self.vi, self.en = vi, en
        raw = document_vectors(vi), document_vectors(en)
        self.collection = merged([summary(vi, "vi", raw[0]), summary(en, "en", raw[1])])
        self._vectors = self.collection.centered(raw[0]), self.collection.centered(raw[1])
        around = neighbors(vi, en, self._vectors, window_days)
        self._usual = usual_cosine(around[0]), usual_cosine(around[1])
        self.pairs: Pairs = candidates(*around)

    def features(self) -> tuple[Floats, list[Match]]:
        """Feature rows [candidates, len(FEATURES)], and the candidates with their score still 0."""
        measures, usual = self._measured()
        best = measures.rows[:, 0].tolist()
        matches = [Match(x, y, 0.0, found) for (x, y), found in zip(self.pairs.tolist(), best, strict=True)]
        return with_margins(measures.rows, usual), matches

    def matches(self, model: LogisticModel | None = None) -> list[Match]:
        """All candidate pairs with their probability, best first."""
        measures, usual = self._measured()
        columns = self.pairs.tolist(), scores_of(measures, usual, model).tolist(), measures.rows[:, 0].tolist()
        found = [Match(x, y, score, best) for (x, y), score, best in zip(*columns, strict=True)]
        return sorted(found, key=lambda m: (-m.score, m.vi, m.en))

    def _measured(self) -> tuple[Measures, tuple[Floats, Floats]]:
        """What each pair says, and what is usual around it."""
        x, y = self.pairs[:, 0], self.pairs[:, 1]
        vectors = self._vectors
        sides = [((self.vi[i], vectors[0][i]), (self.en[j], vectors[1][j])) for i, j in self.pairs.tolist()]
        measures = measure(sides, self.collection.rarity([*self.vi, *self.en]))
        best = measures.rows[:, 0]
        around = usual_bimax(x, best, len(self.vi))[x], usual_bimax(y, best, len(self.en))[y]
        return measures, ((around[0] + around[1]) / 2, (self._usual[0][x] + self._usual[1][y]) / 2)


def neighbors(
    vi: Sequence[MatchItem], en: Sequence[MatchItem], vectors: tuple[Vectors, Vectors], window_days: int
) -> tuple[Keys, Keys]:
    """Neighbors of each Vietnamese and of each English document, as `candidates` takes them.

    Args:
        vi: documents in the order of their ids.
        en: the same.
        vectors: centered ones of both.
        window_days: largest distance of two dates.
    """
    cuts = tables(vi, vectors[0], _TABLE), tables(en, vectors[1], _TABLE)
    guessed = guesses(vi, vectors[0]), guesses(en, vectors[1])
    return (
        collected(len(vi), cuts[0], guessed[0], cuts[1], window_days),
        collected(len(en), cuts[1], guessed[1], cuts[0], window_days),
    )


def match(
    vi: Sequence[MatchItem], en: Sequence[MatchItem], window_days: int, model: LogisticModel | None = None
) -> list[Match]:
    """All candidate pairs with their probability, best first.

    Args:
        vi: Vietnamese documents, each with at least one segment.
        en: English documents, each with at least one segment.
        window_days: largest distance of two dates in days.
        model: the shipped one if None.
    """
    return Matcher(vi, en, window_days).matches(model) if vi and en else []
