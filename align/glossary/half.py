"""One side made ready for pairing: candidates with their vectors, capitals, and written forms."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.glossary import candidates, side
from align.glossary.candidates import Candidates
from align.glossary.pairing import Half
from align.glossary.side import CAPITAL, Side
from align.glossary.tokens import TOKEN
from align.text import fold
from align.types import Encoder

_FORMS: int = 40  # occurrences looked at for the written forms of a candidate


class Texts:
    """The texts of a side with their tokens, cut again when a written form is asked for."""

    def __init__(self, texts: Sequence[str], tokens: Side) -> None:
        """Note texts and tokens."""
        self._texts = texts
        self._side = tokens
        self._unit = -1
        self._spans: list[tuple[int, int]] = []

    def span(self, at: int, length: int) -> tuple[int, int, int]:
        """Unit, and the characters from the token at `at` over `length` tokens."""
        unit = int(self._side.unit[at])
        if unit != self._unit:
            self._unit = unit
            self._spans = [match.span() for match in TOKEN.finditer(self._texts[unit])]
        first = at - int(self._side.starts[unit])
        return unit, self._spans[first][0], self._spans[first + length - 1][1]

    def written(self, at: int, length: int) -> str:
        """The characters of some tokens."""
        unit, start, end = self.span(at, length)
        return self._texts[unit][start:end]


def forms(found: Candidates, texts: Texts, number: int) -> Counter[str]:
    """Written forms of a candidate with their counts in its first occurrences."""
    length = int(found.length[number])
    return Counter(texts.written(int(at), length) for at in found.places(number)[:_FORMS])


def make(texts: Sequence[str], tokens: Side, encoder: Encoder, least: int) -> tuple[Half, Texts]:
    """Candidates and vectors of one side."""
    found = candidates.find(tokens, least)
    capital = np.concatenate([[0], np.cumsum((tokens.flags & CAPITAL) != 0)])
    ends = found.at + found.length[found.of]
    named = (capital[ends] - capital[found.at]) > 0
    n = len(found.words)
    share = np.bincount(found.of, named, minlength=n) / np.maximum(found.count, 1)
    in_unit = np.unique(tokens.unit[found.at].astype(np.int64) << 32 | found.of)
    units = np.bincount(in_unit & 0xFFFFFFFF, minlength=n).astype(np.int32)
    source = Texts(texts, tokens)
    order = np.argsort(found.at[found.first[:-1]], kind="stable")  # by place: each text is cut once
    written = [""] * n
    for number in order:
        written[number] = source.written(int(found.at[found.first[number]]), int(found.length[number]))
    vectors = encoder.encode(written)
    bounded = _bounded(tokens, found)
    folded = np.array([zlib.crc32(fold("".join(words)).encode()) for words in found.words], dtype=np.int64)
    return Half(tokens, found, vectors, share.astype(np.float32), units, folded, bounded), source


def _bounded(tokens: Side, found: Candidates) -> NDArray[np.float32]:
    """Share of the edges of each candidate that a mark, function word or sentence end makes, 0 to 1."""
    joining = (tokens.flags & (side.INNER | side.CAPITAL_INNER | side.HYPHEN)) != 0
    hard = (tokens.flags & (side.HARD | side.COMMA)) != 0
    capital = (tokens.flags & CAPITAL) != 0
    before, after = (_edges(tokens.unit, hard, joining, capital, step) for step in (-1, 1))
    # A capital after a small letter begins a name; in Vietnamese a small letter after a capital may go on with it.
    risen = np.zeros(len(capital), dtype=bool)
    risen[1:] = capital[1:] & ~capital[:-1]
    before |= risen
    # So does a name that both sides share, after a title: Tổng Bí thư | Tô Lâm.
    named = np.zeros(len(capital) + 1, dtype=bool)
    named[1:-1] = capital[1:] & tokens.glued[1:] & capital[:-1]
    begins = named[1:] & ~named[:-1]
    after[:-1] |= begins[1:]
    before |= begins
    left, right = before[found.at], after[found.at + found.length[found.of] - 1]
    n_words = len(found.words)
    edges = left.astype(np.float32) + right
    share: NDArray[np.float32] = (np.bincount(found.of, edges, minlength=n_words) / 2 / found.count).astype(
        np.float32
    )
    return share


def _edges(
    unit: NDArray[np.int32], hard: NDArray[np.bool_], joining: NDArray[np.bool_], capital: NDArray[np.bool_], step: int
) -> NDArray[np.bool_]:
    """Whether something bounds each token on one side: a joining word does not where a name goes on behind it."""

    def shifted(marks: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
        moved = np.roll(marks, -by)
        return moved & (np.roll(unit, -by) == unit) & _in_range(len(unit), by)

    same_unit = shifted(np.ones(len(unit), dtype=bool), step)
    goes_on = capital & shifted(joining, step) & shifted(capital, 2 * step)
    result: NDArray[np.bool_] = ~same_unit | shifted(hard, step) | (shifted(joining, step) & ~goes_on)
    return result


def _in_range(n: int, by: int) -> NDArray[np.bool_]:
    places = np.arange(n) + by
    return (places >= 0) & (places < n)
