import itertools
from pathlib import Path

import numpy as np
import pytest

from align.beads import make_side
from align.beads.lexical import Lexical
from align.beads.runs import KINDS
from align.encoders import embedded, static_encoder
from align.encoders.translations import Direction, Translations, estimate, load, save
from align.formats.gold import read_gold_folder


@pytest.fixture(scope="module")
def toy():
    """0 nhà, 1 đỏ, 2 xanh; 3 house, 4 red, 5 green: Model 1's textbook case."""
    vi = [np.array(p) for p in ([0, 1], [0, 2], [0])] * 20
    en = [np.array(p) for p in ([3, 4], [3, 5], [3])] * 20
    return estimate(vi, en, 6)


def test_model_1_finds_the_translations(toy):
    chances = toy.to_en.dense(np.array([0, 1, 2, 6]), np.array([3, 4, 5]))
    assert chances[:3].argmax(axis=1).tolist() == [0, 1, 2]
    assert chances[0, 0] > 0.8
    assert chances[1, 1] > 0.6
    assert np.allclose(toy.to_en.unigram[[3, 4, 5]], np.array([61, 21, 21]) / 106, atol=1e-3)


def test_rows_sum_to_one_at_most(toy):
    rows = toy.to_vi.dense(np.arange(7), np.arange(6)).sum(axis=1)
    assert (rows < 1.05).all()  # rounding of the logarithms to 255 levels
    assert rows[3] > 0.9


def test_one_step_of_estimation_by_hand(monkeypatch):
    monkeypatch.setattr("align.encoders.translations._STEPS", 1)
    monkeypatch.setattr("align.encoders.translations._DISCOUNT", 0.0)
    # First step from equal chances: in {0}-{1 2}, with the empty word (3) beside 0, each gets half of each target.
    table = estimate([np.array([0])], [np.array([1, 2])], 3).to_en.dense(np.array([0, 3]), np.array([1, 2]))
    assert np.allclose(table, 0.5, atol=0.02)


def test_what_was_not_asked_for_is_not_mixed_up(toy):
    whole = toy.to_en.dense(np.arange(7), np.arange(6))
    some = toy.to_en.dense(np.array([2, 0]), np.array([5, 3]))
    assert np.array_equal(some, whole[[2, 0]][:, [5, 3]])


def test_saved_and_read_again(toy, tmp_path):
    save(toy, tmp_path)
    again = load(tmp_path)
    for one, other in ((toy.to_en, again.to_en), (toy.to_vi, again.to_vi)):
        assert np.array_equal(one.dense(np.arange(7), np.arange(6)), other.dense(np.arange(7), np.arange(6)))


def test_the_shipped_table_knows_words_of_news():
    encoder = static_encoder()
    pieces = encoder.featurizer.pieces
    for vi, en in (("▁nước", "▁water"), ("▁năm", "▁year"), ("▁trường", "▁school"), ("▁mỹ", "▁us")):
        source, target = pieces.piece_to_id(vi), pieces.piece_to_id(en)
        row = encoder.translations.to_en.dense(np.array([source]), np.arange(encoder.translations.empty))[0]
        assert target in np.argsort(-row)[:8], (vi, en)
    assert embedded().translations is encoder.translations or encoder.translations.empty


def tokens(side, segment):
    return side.tokens[side.offsets[segment] : side.offsets[segment + 1]]


def test_log_likelihood_ratios_agree_with_loops():
    encoder = static_encoder()
    table = encoder.translations
    vi_texts = ["Hai bên ký hiệp định.", "Trời mưa to ở Hà Nội.", "Giá dầu tăng 3%.", "Ông đến Jakarta."]
    en_texts = ["Both sides signed an agreement.", "Oil prices rose by 3 percent.", "", "He arrived in Jakarta."]
    vi = make_side(vi_texts, encoder.encode(vi_texts), "vi", encoder.featurizer)
    en = make_side(en_texts, encoder.encode(en_texts), "en", encoder.featurizer)
    found = Lexical(vi, en, table)

    def pieces(side, start, kind):
        return [t for k in KINDS[kind] for t in sorted(set(tokens(side, start + k).tolist())) if t < table.empty]

    for a, b in itertools.product(range(2), range(2)):
        for i, j in itertools.product(range(len(vi_texts) - a), range(len(en_texts) - b)):
            given, explained = pieces(vi, i, a), pieces(en, j, b)
            ratios = [mean_ratio(table.to_en, given, piece) for piece in explained]
            expected = sum(ratios) / max(len(ratios), 1)
            assert found.en[a, i, b, j] == pytest.approx(expected, abs=1e-3)


def mean_ratio(direction: Direction, given, piece):
    chances = direction.dense(np.array([*given, len(direction.unigram)]), np.array([piece]))
    common = float(direction.unigram[piece])
    ratio = np.log((float(chances.sum()) / (len(given) + 1) + 0.02 * common) / (1.02 * common))
    return min(max(ratio, -3.0), 8.0)


def test_true_sentences_explain_each_other_best():
    encoder = static_encoder()
    documents = list(read_gold_folder(Path(__file__).parents[1] / "corpus" / "gold" / "beads"))
    pairs = [(d.vi[b.vi[0]], d.en[b.en[0]]) for d in documents for b in d.beads if b.shape == "1-1"]
    vi_texts, en_texts = ([pair[side] for pair in pairs] for side in (0, 1))
    vi = make_side(vi_texts, encoder.encode(vi_texts), "vi", encoder.featurizer)
    en = make_side(en_texts, encoder.encode(en_texts), "en", encoder.featurizer)
    found = Lexical(vi, en, encoder.translations)
    grid = found.vi[0, :, 0] + found.en[0, :, 0]
    assert (grid.argmax(axis=1) == np.arange(len(grid))).mean() > 0.8


def test_both_directions_are_kept_apart(toy):
    assert isinstance(toy, Translations)
    assert toy.empty == 6
    assert toy.to_vi.dense(np.array([3]), np.array([0]))[0, 0] > 0.8
