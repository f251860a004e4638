"""What is looked up once or computed by table, against the plain way to say it."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align import anchors
from align.beads.runs import KINDS, rivals, run_minima
from align.encoders import static_encoder
from align.encoders.features import folded_words
from align.text import fold, normalized, strip_diacritics


@given(st.text())
def test_folding_takes_off_marks_as_a_loop_does(text):
    marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = unicodedata.normalize("NFC", "".join(mark for mark in marks if not unicodedata.combining(mark)))
    assert strip_diacritics(text) == (text if text.isascii() else plain)


@given(st.text())
def test_normalized_keeps_letters_and_digits_as_a_loop_does(text):
    kept = "".join(char if char.isalnum() else " " for char in fold(text))
    assert normalized(text) == " ".join(kept.split())


def _by_hand(row, start, kind):
    inside = {start + offset for offset in KINDS[kind]}
    values = sorted((float(value) for k, value in enumerate(row) if k not in inside), reverse=True)[:3]
    return (np.mean(values), values[0]) if values else (0.2, 0.2)


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_rivals_are_the_best_segments_outside(m, seed):
    rng = np.random.default_rng(seed)
    against = rng.uniform(-0.9, 1, (len(KINDS), 3, m)).astype(np.float32)
    cells = [
        (a, i, b, j)
        for a in range(len(KINDS))
        for i in range(3)
        for b, kind in enumerate(KINDS)
        for j in range(m - kind[-1])
    ]
    a, i, b, j = np.array(cells).T
    mean, best = rivals(against, (a, i), (b, j))
    for row, cell in enumerate(cells):
        expected = _by_hand(against[cell[0], cell[1]], cell[3], cell[2])
        assert (mean[row], best[row]) == pytest.approx(expected, abs=1e-6)


def test_minima_of_runs():
    rows = np.array([3.0, 1.0, 2.0, 5.0])
    assert run_minima(rows)[:, 0].tolist() == [3, 1, 1, 1, 2]


def test_parts_of_words_are_the_same_when_remembered():
    featurizer = static_encoder().featurizer
    words = ["Bộ", "trưởng", "minister", "Zyxwq", "Bộ-trưởng"]
    unknown = featurizer.pieces.unk_id()
    pieces = [[piece for piece in featurizer.pieces.encode(word) if piece != unknown] for word in words]
    folded = [[featurizer.word_id(part) for part in folded_words(word)] for word in words]
    for asked in (words[:2], words, words):
        assert featurizer.parts_of_words(asked) == (pieces[: len(asked)], folded[: len(asked)])
    assert featurizer.parts_of_words([]) == ([], [])


def test_anchors_of_a_text_depend_on_its_language_alone():
    text = "Giá là 1.500 đồng ngày 03/04"
    first = anchors.find(text, "vi"), anchors.find(text, "en")
    assert (anchors.find(text, "vi"), anchors.find(text, "en")) == first
    assert first[0] != first[1]
