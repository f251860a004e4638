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
from align.types import Encoder, Lang

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


def make(texts: Sequence[str], lang: Lang, encoder: Encoder, least: int) -> tuple[Half, Texts]:
    """Tokens, candidates and vectors of one side."""
    tokens = side.encode(texts, lang)
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
    bounding = (tokens.flags & (side.HARD | side.INNER | side.CAPITAL_INNER | side.COMMA | side.HYPHEN)) != 0
    n = len(bounding)
    padded = np.concatenate([[True], bounding, [True]])
    ends = found.at + found.length[found.of]
    unit = np.concatenate([[-1], tokens.unit, [-1]])
    left = padded[found.at] | (unit[found.at] != tokens.unit[found.at])
    right = padded[ends + 1] | (unit[np.minimum(ends + 1, n + 1)] != tokens.unit[found.at])
    edges = left.astype(np.float32) + right
    share: NDArray[np.float32] = (np.bincount(found.of, edges, minlength=len(found.words)) / 2 / found.count).astype(
        np.float32
    )
    return share
