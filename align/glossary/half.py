"""One side made ready for pairing: candidates with their vectors, capitals, and written forms."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.glossary import candidates, side
from align.glossary.candidates import Candidates
from align.glossary.lexicon import Lexicon
from align.glossary.names import place
from align.glossary.pairing import Half
from align.glossary.side import CAPITAL, Side
from align.glossary.spans import matches
from align.glossary.tokens import TOKEN
from align.glossary.wordlists import is_adjective, kind_cues
from align.text import fold
from align.types import Encoder

_HEAD_EDGE: Final = 0.65  # weight of the edge at which the head stands; the other edge has the rest
_MODIFIER: Final = 1.5  # taken off an English word or adjective that a noun always follows: "joint"
_SELDOM: Final = 0.05
_FORMS: Final = 16  # occurrences looked at for the written forms of a candidate


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


def make(texts: Sequence[str], tokens: Side, encoder: Encoder, words: Lexicon, least: int) -> tuple[Half, Texts]:
    """Candidates of one side with their vectors and what their words translate to."""
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
    phrases = words.vi(written) if tokens.lang == "vi" else words.en(written)
    begins = np.bincount(found.of, (tokens.flags[found.at] & CAPITAL) != 0, minlength=n) / np.maximum(found.count, 1)
    capitals = (share.astype(np.float32), begins.astype(np.float32))
    return Half(tokens, found, vectors, phrases, *capitals, units, folded, bounded), source


def _bounded(tokens: Side, found: Candidates) -> NDArray[np.float32]:
    """How well the edges of each candidate are bounded, -1 to 1.

    1 by marks, function words or the end of the unit, 0 by plain words, less than 0 where a name goes on.
    """
    before, after = _edges(tokens, -1), _edges(tokens, 1)
    # What modifies stands after its head in Vietnamese and before it in English: the open edge of a modifier says more.
    first = _HEAD_EDGE if tokens.lang == "vi" else 1 - _HEAD_EDGE
    right = after[found.at + found.length[found.of] - 1]
    edges = first * before[found.at] + (1 - first) * right
    share = np.bincount(found.of, edges, minlength=len(found.words)) / found.count
    if tokens.lang == "en":
        ends = np.bincount(found.of, right > 0, minlength=len(found.words)) / found.count
        alone = np.array([len(words) == 1 or is_adjective(words[-1]) for words in found.words] or [False])
        share -= _MODIFIER * (alone[: len(share)] & (ends < _SELDOM))
    return np.asarray(share, dtype=np.float32)


def _edges(tokens: Side, step: int) -> NDArray[np.float32]:
    """What stands beside each token on one side: 1 what bounds it, 0 a plain word, -1 more of a name."""
    flags = tokens.flags
    capital = (flags & CAPITAL) != 0
    joining = (flags & (side.INNER | side.CAPITAL_INNER | side.HYPHEN)) != 0
    hard = (flags & (side.HARD | side.COMMA)) != 0

    def beside(marks: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
        """The marks of the tokens so many places away within the unit."""
        places = np.arange(len(marks)) + by
        there = (places >= 0) & (places < len(marks))
        places = np.clip(places, 0, max(len(marks) - 1, 0))
        held: NDArray[np.bool_] = there & (tokens.unit[places] == tokens.unit) & marks[places]
        return held

    inside = beside(np.ones(len(flags), dtype=bool), step)
    bounded = ~inside | beside(hard, step) | beside(joining, step) | _name_begins(tokens, step)
    # A joining word bounds nothing where a name goes on behind it: University of Science | and Technology.
    goes_on = capital & beside(joining, step) & beside(capital, 2 * step)
    # "Vietnamese | Minister", but "Royal Australian".
    goes_on |= capital & beside(capital & (~_demonyms(tokens) | (step > 0)), step)
    if tokens.lang == "en" and step > 0:
        goes_on |= beside(_are(tokens, "of"), 1)  # a head without its complement: exchange | of notes
    goes_on &= ~_name_begins(tokens, step)
    if tokens.lang == "vi" and step < 0:
        goes_on |= capital & beside(_heads(tokens), -1)  # Ngân hàng | Đầu tư
    return np.where(goes_on, np.float32(-1), bounded.astype(np.float32))


def _name_begins(tokens: Side, step: int) -> NDArray[np.bool_]:
    """Whether a name begins between each token and its neighbor on one side.

    A capital after a word in small letters begins one, and so does a name that both sides share: Tổng Bí thư | Tô Lâm.
    """
    n = len(tokens.flags)
    capital, glued = (tokens.flags & CAPITAL) != 0, tokens.glued
    begins = np.zeros(n + 1, dtype=bool)  # between the tokens at - 1 and at
    if n > 2:
        small_word = ~capital[:-1] & ~(glued[:-1] & np.concatenate([[False], capital[:-2]]))
        shared = np.concatenate([glued[2:] & capital[2:] & capital[1:-1], [False]])
        begins[1:n] = capital[1:] & ~glued[1:] & (small_word | shared)
    return begins[:n] if step < 0 else begins[1:]


def _heads(tokens: Side) -> NDArray[np.bool_]:
    """Last tokens of Vietnamese words that names of bodies and instruments begin with, where they are so written."""
    ends = np.zeros(len(tokens.flags), dtype=bool)
    numbers = {word: number for number, word in enumerate(tokens.vocabulary)}
    for cue in kind_cues():
        for head in cue.vi if cue.kind in ("organisation", "treaty", "document") else ():
            ids = [numbers.get(word, -1) for word in head.split()]
            if len(ids) > 1 and min(ids) >= 0:
                first = np.flatnonzero((tokens.keys == ids[0]) & ((tokens.flags & CAPITAL) != 0))
                ends[matches(tokens, first, ids) + len(ids) - 1] = True
    return ends


def _are(tokens: Side, word: str) -> NDArray[np.bool_]:
    """Which tokens are a word."""
    return np.array([key == word for key in tokens.vocabulary] or [False])[tokens.keys]


def _demonyms(tokens: Side) -> NDArray[np.bool_]:
    """Which tokens name a place by themselves: Vietnamese Minister of ..."""
    return np.array([bool(place((key,), tokens.lang)) for key in tokens.vocabulary] or [False])[tokens.keys]
