"""Counts of chrF for many segments at once: n-grams as numbers, counted by sorting.

The counts are those of sacrebleu's CHRF with one reference (tests/test_bench_metrics.py compares them), in a third of
its time. With several references sacrebleu chooses one a segment, and counts itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from align.bench.records import Stats

if TYPE_CHECKING:
    from sacrebleu.metrics.chrf import CHRF

_BLOCK: Final = 256  # segments at a time: bounds memory, and leaves 55 bits for an n-gram
_BITS: Final = 63
Ints = NDArray[np.int64]


def chrf(metric: CHRF, hypotheses: Sequence[str], refs: Sequence[str]) -> Stats | None:
    """Counts of each segment, float64 [segments, 3 * orders]; None where a text has too many different letters.

    Args:
        metric: without lower-casing and with white space left out, as it comes.
        hypotheses: translations.
        refs: one reference each.
    """
    blocks = []
    for start in range(0, len(refs), _BLOCK):
        ours, theirs = (texts[start : start + _BLOCK] for texts in (hypotheses, refs))
        characters = _matches(list(map(_characters, ours)), list(map(_characters, theirs)), metric.char_order)
        words = _matches([_words(metric, t) for t in ours], [_words(metric, t) for t in theirs], metric.word_order)
        if characters is None or words is None:
            return None
        blocks.append(np.concatenate([characters, words], axis=1))
    return np.concatenate(blocks).astype(np.float64)


def _characters(text: str) -> list[int]:
    joined = "".join(text.split())
    return list(map(ord, joined))


def _words(metric: CHRF, text: str) -> list[str]:
    return metric._remove_punctuation(text) if metric.word_order else []  # noqa: SLF001 - chrF's own tokenization


def _matches(hypotheses: Sequence[Sequence[object]], refs: Sequence[Sequence[object]], orders: int) -> Ints | None:
    """Counts of hypothesis, reference and both for each order, int64 [segments, 3 * orders]."""
    sides = (hypotheses, refs)
    numbers = {item: k for k, item in enumerate(dict.fromkeys(chain.from_iterable(chain(*sides))))}
    bits = max(1, len(numbers).bit_length())
    if orders * bits + _BLOCK.bit_length() > _BITS:
        return None
    codes = [np.array([numbers[item] for item in chain.from_iterable(side)], dtype=np.int64) for side in sides]
    lengths = [np.array([len(row) for row in side], dtype=np.int64) for side in sides]
    columns: list[Ints] = []
    for order in range(1, orders + 1):
        ours, theirs = (np.maximum(length - order + 1, 0) for length in lengths)
        one, other = (_grams(code, length, order, bits) for code, length in zip(codes, lengths, strict=True))
        # No hits are counted where the reference has no such n-gram.
        columns += [np.where(theirs > 0, ours, 0), theirs, _shared(one, other, len(ours), order * bits)]
    return np.stack(columns, axis=1) if columns else np.zeros((len(sides[0]), 0), dtype=np.int64)


def _grams(codes: Ints, lengths: Ints, order: int, bits: int) -> tuple[Ints, Ints]:
    """Distinct n-grams of each segment in ascending order, the segment in the upper bits, and how often each is."""
    n = max(0, len(codes) - order + 1)
    segment = np.repeat(np.arange(len(lengths)), lengths)
    gram = segment[:n].copy()
    for k in range(order):
        gram = gram << bits | codes[k : k + n]
    gram = np.sort(gram[segment[:n] == segment[order - 1 : order - 1 + n]])
    starts = np.flatnonzero(np.r_[True, gram[1:] != gram[:-1]]) if len(gram) else np.zeros(0, dtype=np.int64)
    return gram[starts], np.diff(np.r_[starts, len(gram)])


def _shared(ours: tuple[Ints, Ints], theirs: tuple[Ints, Ints], segments: int, shift: int) -> Ints:
    """How many n-grams of each segment both sides have."""
    grams, mine, other = np.intersect1d(ours[0], theirs[0], assume_unique=True, return_indices=True)
    both = np.minimum(ours[1][mine], theirs[1][other])
    return np.bincount(grams >> shift, weights=both, minlength=segments).astype(np.int64)
