import itertools
import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from align.beads import align, make_side, windows
from align.beads.alignment import Part, joined
from align.beads.windows import Anchors, Window
from align.encoders import static_encoder
from align.formats.gold import read_gold_folder
from align.types import Bead


def chain_weight(points):
    return sum(weight - 1 for _, _, weight in points)


@given(st.lists(st.tuples(st.integers(0, 7), st.floats(1.01, 3)), max_size=8))
def test_the_backbone_is_the_heaviest_forward_chain(columns):
    points = [(i, j, weight) for i, (j, weight) in enumerate(columns)]
    best = max(
        chain_weight(chain)
        for size in range(len(points) + 1)
        for chain in itertools.combinations(points, size)
        if all(p[1] < q[1] for p, q in itertools.pairwise(chain))
    )
    found = windows.backbone(Anchors(*(np.array(c) for c in (list(zip(*points, strict=True)) or [[], [], []]))))
    assert (np.diff(found.j) > 0).all()
    assert abs((found.margins - 1).sum() - best) < 1e-9


@given(st.integers(0, 900), st.integers(0, 900), st.integers(0, 2**32 - 1))
def test_windows_tile_both_documents(n, m, seed):
    rng = np.random.default_rng(seed)
    k = min(n, m) // 2
    i, j = (np.sort(rng.choice(size, k, replace=False)) for size in (n, m)) if k else (np.zeros(0, int),) * 2
    cut = list(windows.cut(Anchors(i, j, np.full(k, 1.5)), n, m))
    assert [k for w in cut for k in range(w.i, w.i_stop)] == list(range(n))
    assert [k for w in cut for k in range(w.j, w.j_stop)] == list(range(m))
    assert all(w.i_stop - w.i <= 480 and w.j_stop - w.j <= 480 for w in cut)


def test_anchors_are_mutual_nearest_neighbors():
    rng = np.random.default_rng(0)
    vi = rng.normal(size=(60, 32)).astype(np.float32)
    vi /= np.linalg.norm(vi, axis=1, keepdims=True)
    order = rng.permutation(60)
    found = windows.anchors(vi, vi[order])
    assert (order[found.j] == found.i).all()
    assert len(found.i) == 60


def book(n_copies, seed=0):
    """The sample's aligned articles one after the other, several times in another order: long, and its beads known."""
    documents = [d for _ in range(n_copies) for d in random.Random(seed).sample(GOLD, len(GOLD))]
    vi, en, beads = [], [], []
    for number, document in enumerate(documents):
        links = [bead for bead in document.beads if not bead.is_null]
        beads += [Bead(tuple(k + len(vi) for k in b.vi), tuple(k + len(en) for k in b.en)) for b in links]
        vi += [f"{text} [{number}]" for text in document.vi]
        en += [f"{text} [{number}]" for text in document.en]
    return vi, en, beads


GOLD = list(read_gold_folder(__import__("pathlib").Path(__file__).parents[1] / "corpus" / "gold" / "beads"))


def sides(vi, en):
    encoder = static_encoder()
    return (
        make_side(vi, encoder.encode(vi), "vi", encoder.featurizer),
        make_side(en, encoder.encode(en), "en", encoder.featurizer),
    )


def test_a_long_document_is_aligned_nearly_as_its_parts_are(monkeypatch):
    vi, en, gold = book(2)
    monkeypatch.setattr("align.beads.aligner._EXACT_CELLS", 0)
    monkeypatch.setattr("align.beads.windows._SIZE", 60)
    found = align(*sides(vi, en), static_encoder())
    assert sorted(k for bead in found.beads for k in bead.vi) == list(range(len(vi)))
    assert sorted(k for bead in found.beads for k in bead.en) == list(range(len(en)))
    said = {(bead.vi, bead.en) for bead in found.links}
    right = sum((bead.vi, bead.en) in said for bead in gold)
    assert right / len(gold) > 0.8
    assert len(found.links) == len(found.features) == len(found.context) == len(found.posteriors)


def test_a_moved_block_of_a_long_document_is_found():
    n = 40
    found = Anchors(np.arange(n), np.r_[np.arange(10, n), np.arange(10)], np.full(n, 2.0))
    links = [Bead((k,), (k + 10,)) for k in range(n - 10)]
    empty = np.zeros((len(links), 0))

    class Whole:
        pass

    whole = Whole()
    whole.links = tuple(links)
    assert windows.moved_blocks(found, whole, n, n) == [Window(30, 40, 0, 10)]
    assert empty.shape == (30, 0)


def test_parts_put_together_keep_their_scores():
    vi, en = sides(GOLD[0].vi, GOLD[0].en)
    alone = align(vi, en, static_encoder())
    moved = joined([Part(alone, 3, 2)], len(vi) + 3, len(en) + 2)
    assert [(tuple(k - 3 for k in b.vi), tuple(k - 2 for k in b.en)) for b in moved.links] == [
        (b.vi, b.en) for b in alone.links
    ]
    assert np.array_equal(moved.features, alone.features)
    assert np.array_equal(moved.posteriors, alone.posteriors)
    assert {bead.vi for bead in moved.beads if not bead.en} >= {(0,), (1,), (2,)}
