from dataclasses import replace

import numpy as np
import pytest

from align.beads import Side
from align.bitext import Bitext, Link
from align.pipeline.crosscheck import contradicted
from align.types import Bead, Document, DocumentPair, Segment

AXES = np.eye(3, dtype=np.float32)


def side(*rows):
    n = len(rows)
    none = tuple(frozenset() for _ in rows)
    return Side(np.full(n, 50.0), np.stack(rows), none, none, np.zeros(0, np.int32), np.zeros(n + 1, np.int64))


def bitext(vi_doc, en_doc, quality, kind="same_event"):
    bead = Bead((0,), (0,), 1.0, quality)
    segment = (Segment("x", 0, 1),)
    return Bitext(
        DocumentPair(vi_doc, en_doc, 0.9, kind, "e1", 0),
        Document(vi_doc, "vi", "x"),
        Document(en_doc, "en", "x"),
        segment,
        segment,
        (bead,),
        (Link(bead, quality, 0.5, 1.2),),
    )


def sides(first, second):
    return {("vi", "a"): side(first), ("vi", "b"): side(second), ("en", "y"): side(AXES[0])}


def test_a_surer_claim_that_does_not_resemble_lowers_the_weaker():
    weak, sure = bitext("a", "y", 0.8), bitext("b", "y", 0.97)
    lowered, kept = contradicted([weak, sure], sides(AXES[0], AXES[1]))
    assert lowered.links[0].quality == pytest.approx(0.03)
    assert lowered.beads[0].quality == pytest.approx(0.03)
    assert lowered.links[0].flags == ("contradicted_by:b",)
    assert kept is sure


def test_claims_that_resemble_each_other_both_stay():
    near = (AXES[0] + 0.5 * AXES[1]) / np.float32(1.25**0.5)
    pairs = [bitext("a", "y", 0.8), bitext("b", "y", 0.97)]
    assert contradicted(pairs, sides(AXES[0], near)) == pairs


@pytest.mark.parametrize("qualities", [(0.8, 0.89), (0.95, 0.95), (0.01, 0.97)])
def test_unsure_equal_and_lower_claims_change_nothing(qualities):
    pairs = [bitext("a", "y", qualities[0]), bitext("b", "y", qualities[1])]
    assert [b.links[0].quality for b in contradicted(pairs, sides(AXES[0], AXES[1]))] == list(qualities)


def test_related_pairs_have_no_say():
    pairs = [bitext("a", "y", 0.8), bitext("b", "y", 0.97, "related")]
    assert contradicted(pairs, sides(AXES[0], AXES[1])) == pairs


def test_other_segments_of_the_document_do_not_compete():
    pairs = [bitext("a", "y", 0.8), bitext("b", "y", 0.97)]
    bead = replace(pairs[1].links[0].bead, en=(1,))
    pairs[1] = replace(pairs[1], beads=(bead,), links=(replace(pairs[1].links[0], bead=bead),))
    table = sides(AXES[0], AXES[1]) | {("en", "y"): side(AXES[0], AXES[2])}
    assert contradicted(pairs, table) == pairs
