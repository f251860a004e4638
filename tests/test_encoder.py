import math
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.encoders import static_encoder
from align.encoders.features import folded_words
from align.encoders.static import pack, random_rows, unpack
from align.errors import EncoderError
from align.formats.gold import read_gold_folder


@pytest.fixture(scope="module")
def encoder():
    return static_encoder()


def test_true_pairs_are_nearest(encoder):
    vi = [
        "Hai bên nhất trí thúc đẩy hợp tác trong lĩnh vực năng lượng tái tạo.",
        "Thủ tướng bày tỏ lo ngại về tình hình ở Biển Đông.",
        "Mưa lớn đã làm ngập nhiều tuyến đường ở Hà Nội sáng nay.",
        "Ngân hàng trung ương giữ nguyên lãi suất ở mức 4,5%.",
    ]
    en = [
        "The two sides agreed to boost cooperation in renewable energy.",
        "The Prime Minister expressed concern over the situation in the South China Sea.",
        "Heavy rain flooded many streets in Hanoi this morning.",
        "The central bank kept its interest rate unchanged at 4.5 percent.",
    ]
    similarity = encoder.encode(vi) @ encoder.encode(en).T
    assert similarity.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert similarity.argmax(axis=0).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "text", ["", " ", "...", "?!", "\n\t", "🎉🎉", "你好世界", "a" * 100_000, "Привет, мир", "\x00"]
)
def test_odd_texts_give_finite_rows(encoder, text):
    row = encoder.encode([text])[0]
    assert np.isfinite(row).all()
    assert math.isclose(float(np.linalg.norm(row)), 1, abs_tol=1e-4) or not row.any()


def test_no_text_gives_no_row(encoder):
    assert encoder.encode([]).shape == (0, encoder.dim)


@pytest.mark.parametrize("text", ["Tổng thống đã đến Hà Nội", "quyết định hòa giải", "Đường Nguyễn Huệ"])
def test_nfd_gives_the_vector_of_nfc(encoder, text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    one, other = encoder.encode(forms)
    assert np.array_equal(one, other)


def test_old_and_new_tone_marks_give_one_vector(encoder):
    one, other = encoder.encode(["hoà bình và thuỷ sản", "hòa bình và thủy sản"])
    assert np.array_equal(one, other)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_a_row_does_not_depend_on_the_others(encoder, texts):
    together = encoder.encode(texts)
    alone = [encoder.encode([text])[0] for text in texts]
    assert all(np.allclose(row, single, atol=1e-6) for row, single in zip(together, alone, strict=True))


def test_folded_words_by_hand():
    folded = "ong to lam 18 5 ty usd tp ho chi minh"
    assert folded_words("Ông Tô Lâm, 18,5 tỷ USD – TP. Hồ Chí Minh") == folded.split()
    assert folded_words("Đà Nẵng") == ["da", "nang"]


def test_pack_is_exact_to_half_a_step():
    table = np.random.default_rng(3).normal(size=(50, 8)).astype(np.float32)
    restored = unpack(*pack(table))
    step = np.abs(table).max(axis=1, keepdims=True) / 7
    assert (np.abs(restored - table) <= step * 0.51 + 1e-3).all()
    assert not unpack(*pack(np.zeros((2, 4), np.float32))).any()


def test_random_rows_are_the_same_each_time():
    rows = random_rows(100, 64, 1.5)
    assert np.array_equal(rows, random_rows(100, 64, 1.5))
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.5)
    assert abs(rows @ rows.T - np.diag([2.25] * 100)).mean() < 0.3


def test_signature_names_the_weights(encoder):
    assert encoder.signature.startswith("align-vien-static/")
    assert f"dim={encoder.dim}" in encoder.signature


def test_an_unknown_name_is_a_clear_error(tmp_path):
    with pytest.raises(EncoderError, match="neither 'embedded' nor a folder"):
        static_encoder("labze")
    with pytest.raises(EncoderError, match="missing"):
        static_encoder(str(tmp_path))


def test_words_are_nearest_to_their_translation(encoder):
    vi = ["kinh tế", "bộ trưởng", "biển", "an ninh", "sông", "hòa bình", "UNCLOS"]
    en = ["economy", "minister", "sea", "security", "river", "peace", "UNCLOS"]
    similarity = encoder.word_similarity(vi, en)
    assert similarity.shape == (7, 7)
    assert similarity.argmax(axis=1).tolist() == list(range(7))
    assert similarity.argmax(axis=0).tolist() == list(range(7))


def test_word_coverage_tells_true_beads_from_neighbors(encoder):
    def coverage(vi, en):
        similarity = encoder.word_similarity(re.findall(r"\w+", vi), re.findall(r"\w+", en))
        return (similarity.max(axis=1).mean() + similarity.max(axis=0).mean()) / 2

    true, neighbors = [], []
    for document in read_gold_folder(Path(__file__).resolve().parents[1] / "corpus" / "gold" / "beads"):
        for bead in (b for b in document.beads if not b.is_null):
            vi = " ".join(document.vi[k] for k in bead.vi)
            true.append(coverage(vi, " ".join(document.en[k] for k in bead.en)))
            around = [k for k in (bead.en[0] - 1, bead.en[-1] + 1) if 0 <= k < len(document.en)]
            neighbors += [coverage(vi, document.en[k]) for k in around]
    area = (np.array(true)[:, None] > np.array(neighbors)[None, :]).mean()
    assert area > 0.985
