"""The aligner as a whole: guards, properties, summaries."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.beads import align, make_side, seen_alone
from align.beads.candidates import FEATURES, find, of_beads
from align.beads.runs import KINDS
from align.beads.words import Words
from align.encoders import static_encoder
from align.formats.gold import read_gold_folder
from align.types import Bead

ROOT = Path(__file__).parents[1]
GOLD = list(read_gold_folder(ROOT / "corpus" / "gold" / "beads"))
PAIRS = [
    (document.vi[bead.vi[0]], document.en[bead.en[0]])
    for document in GOLD
    for bead in document.beads
    if bead.shape == "1-1" and min(len(document.vi[bead.vi[0]]), len(document.en[bead.en[0]])) > 40
]
FOREIGN_VI = ["Công thức nấu phở bò cần xương ống và quế.", "Mèo con ngủ trên mái ngói cả buổi chiều."]
FOREIGN_EN = ["The recipe asks for three eggs and some butter.", "My old bicycle has a squeaky wheel."]


def side(texts, lang):
    encoder = static_encoder()
    return make_side(texts, encoder.encode(texts), lang, encoder.featurizer)


def aligned(vi, en):
    return align(side(vi, "vi"), side(en, "en"), static_encoder())


def check_tiling(found, n, m):
    assert sorted(k for bead in found.beads for k in bead.vi) == list(range(n))
    assert sorted(k for bead in found.beads for k in bead.en) == list(range(m))


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ([], []),
        (["Một câu."], []),
        ([], ["A sentence."]),
        ([""], [""]),
        (["", "..."], ["!!!"]),
        (["Hà Nội mưa."], ["Hanoi is rainy."]),
        (["Xin chào."] * 30, ["Hello."] * 30),
        (["La la la."] * 12 + ["Trời sáng."] + ["La la la."] * 12, ["La la la."] * 25),
        (["日本語の文です。"], ["Текст на русском."]),
        (["x" * 100_000], ["y" * 100_000, "z"]),
    ],
)
def test_guards_tile_and_stay_finite(vi, en):
    found = aligned(vi, en)
    check_tiling(found, len(vi), len(en))
    assert np.isfinite(found.features).all()
    assert np.isfinite(found.context).all()
    assert ((found.posteriors >= 0) & (found.posteriors <= 1)).all()


def test_refrains_are_aligned_in_order():
    verses = list({vi: (vi, en) for vi, en in PAIRS}.values())[:6]  # an article may be in several document pairs
    vi = [text for pair in verses for text in (pair[0], "Chúng tôi hy vọng hòa bình.")]
    en = [text for pair in verses for text in (pair[1], "We hope for peace.")]
    links = {(bead.vi, bead.en) for bead in aligned(vi, en).links}
    assert {((k,), (k,)) for k in range(0, 12, 2)} <= links
    assert all(vi == en for vi, en in links)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(PAIRS), min_size=1, max_size=12, unique=True), st.data())
def test_any_choice_and_order_is_tiled_and_mostly_found(pairs, data):
    order = data.draw(st.permutations(range(len(pairs))))
    vi, en = [vi for vi, _ in pairs], [pairs[k][1] for k in order]
    found = aligned(vi, en)
    check_tiling(found, len(vi), len(en))
    right = {((order[j],), (j,)) for j in range(len(order))}
    wrong = [bead for bead in found.links if (bead.vi, bead.en) not in right]
    assert len(wrong) <= 1 + len(pairs) // 4


@settings(max_examples=25)
@given(st.integers(0, len(PAIRS) - 8), st.integers(3, 8), st.booleans(), st.booleans())
def test_strangers_at_either_end_change_nothing_inside(start, size, before, after):
    pairs = PAIRS[start : start + size]
    vi, en = [vi for vi, _ in pairs], [en for _, en in pairs]
    inside = {(bead.vi, bead.en) for bead in aligned(vi, en).links}
    shift_vi, shift_en = (len(FOREIGN_VI), len(FOREIGN_EN)) if before else (0, 0)
    longer = aligned(
        [*(FOREIGN_VI if before else []), *vi, *(FOREIGN_VI[::-1] if after else [])],
        [*(FOREIGN_EN if before else []), *en, *(FOREIGN_EN[::-1] if after else [])],
    )
    moved = {(tuple(k - shift_vi for k in b.vi), tuple(k - shift_en for k in b.en)) for b in longer.links}
    assert {(v, e) for v, e in moved if 0 <= v[0] < size or 0 <= e[0] < size} == inside


def test_a_moved_block_is_followed():
    pairs = PAIRS[:12]
    vi, en = [vi for vi, _ in pairs], [en for _, en in pairs]
    told = [*en[8:], *en[:8]]
    links = {(bead.vi, bead.en) for bead in aligned(vi, told).links}
    expected = {((k,), ((k + 4) % 12,)) for k in range(12)}
    assert len(links & expected) >= 11


def test_the_same_input_gives_the_same_alignment():
    document = GOLD[0]
    one, two = aligned(document.vi, document.en), aligned(document.vi, document.en)
    assert one.beads == two.beads
    assert np.array_equal(one.features, two.features)


@pytest.fixture(scope="module")
def words():
    document = GOLD[1]
    vi, en = side(document.vi, "vi"), side(document.en, "en")
    return vi, en, Words.of(vi, en, static_encoder())


def test_candidates_are_runs_within_the_documents(words):
    vi, en, looked_up = words
    found = find(vi, en, looked_up)
    seen = set()
    for row in range(len(found)):
        bead = found.bead(row)
        assert bead.vi[-1] < len(vi)
        assert bead.en[-1] < len(en)
        assert len(bead.vi) + len(bead.en) <= 5
        seen.add((bead.vi, bead.en))
    assert len(seen) == len(found)
    assert {(found.bead(row).shape) for row in range(len(found))} >= {"1-1", "1-4", "4-1", "2-3", "3-2", "2-2"}


def test_similarity_length_and_merge_features_by_hand(words):
    vi, en, looked_up = words
    beads = [Bead((0,), (0,)), Bead((1, 2), (1,)), Bead((0, 2), (1,))]
    rows = of_beads(vi, en, looked_up, beads).features
    for bead, row in zip(beads, rows, strict=True):
        value = dict(zip(FEATURES, row, strict=True))
        sums = [(s.vectors[list(k)] * s.lengths[list(k), None]).sum(axis=0) for s, k in ((vi, bead.vi), (en, bead.en))]
        cosine = sums[0] @ sums[1] / np.linalg.norm(sums[0]) / np.linalg.norm(sums[1])
        assert value["similarity"] == pytest.approx(cosine, abs=1e-5)
        lengths = vi.lengths[list(bead.vi)].sum(), en.lengths[list(bead.en)].sum()
        assert value["length"] == pytest.approx(np.log((lengths[1] + 15) / (0.914 * lengths[0] + 15)))
        assert value["merged"] == (len(bead.vi) > 1)
        assert value["gapped"] == (bead.vi == (0, 2))
        if len(bead.vi) > 1:
            parts = [vi.vectors[k] @ en.vectors[1] for k in bead.vi]
            assert value["merge_gain"] == pytest.approx(cosine - max(parts), abs=1e-5)
            assert value["merge_least_inner"] == pytest.approx(min(parts), abs=1e-5)
        others = [k for k in range(len(en)) if k not in bead.en]
        against = np.sort(en.vectors[others] @ sums[0] / np.linalg.norm(sums[0]))[::-1]
        assert value["margin_vi"] == pytest.approx(cosine - against[:3].mean(), abs=1e-5)
        assert value["lead_vi"] == pytest.approx(cosine - against[0], abs=1e-5)


def test_beads_of_other_aligners_are_scored(words):
    vi, en, _ = words
    true = [bead for bead in GOLD[1].beads if not bead.is_null]
    wrong = [Bead((k,), ((k + 5) % len(en),)) for k in range(5)]
    odd = [Bead((0, 1, 2, 3, 4), (0,))]
    scores = seen_alone(vi, en, static_encoder(), [*true, *wrong, *odd])
    assert np.median(scores[: len(true)]) > 0 > np.median(scores[len(true) : -1])
    assert scores[-1] == -7.0
    assert seen_alone(vi, en, static_encoder(), []).shape == (0,)


def test_kinds_are_ascending_offsets():
    assert all(kind[0] == 0 and list(kind) == sorted(set(kind)) for kind in KINDS)


def test_summaries_are_recorded_and_share_no_segment():
    pairs = PAIRS[::12][:9]
    vi, en = [vi for vi, _ in pairs], [en for _, en in pairs]
    # One English sentence sums up the first and the sixth Vietnamese ones, which have no other partner.
    summary = f"{en[0].rstrip('.')}, while {en[5][0].lower()}{en[5][1:]}"
    told = [summary, *(text for k, text in enumerate(en) if k not in {0, 5})]
    found = aligned(vi, told)
    assert Bead((0, 5), (0,)) in found.covers
    for cover in found.covers:
        assert cover not in found.links
