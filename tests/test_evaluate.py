"""Scores of alignments, against counts by hand and against the definitions written out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.evaluate import Figures, evaluate
from align.types import Bead


def beads(*pairs):
    return [Bead(tuple(vi), tuple(en)) for vi, en in pairs]


GOLD = beads(([0], [0]), ([1, 2], [1]), ([3], [2, 4]), ([4], []), ([], [3]), ([5], [5]))
SAID = beads(([0], [0]), ([1], [1]), ([2], [2]), ([3, 4], [3, 4]), ([5], []), ([], [5]))


def test_by_hand():
    scores = evaluate([(GOLD, SAID)])
    # Gold links 4, predicted links 4: only 0:0 is the same.
    assert scores.strict == Figures(1, 4, 1, 4)
    # 0:0, 1:1 (part of 1,2:1) and 3,4:3,4 (shares 3-4 with 3:2,4) touch; 2:2 touches none, 5:5 is not found.
    assert scores.lax == Figures(3, 4, 3, 4)
    # Alone in gold: vi 4, en 3; predicted: vi 5, en 5.
    assert scores.null == Figures(0, 2, 0, 2)
    # Gold pairs 0-0 1-1 2-1 3-2 3-4 5-5; predicted 0-0 1-1 2-2 3-3 3-4 4-3 4-4; common 0-0 1-1 3-4.
    assert scores.link == Figures(3, 7, 3, 6)
    assert scores.shapes == {"1-1": (1, 2), "1-2": (0, 1), "2-1": (0, 1)}
    assert scores.documents == 1
    # Two predicted null beads more in the precision, none of them in gold.
    assert scores.strict_with_nulls == Figures(1, 6, 1, 4)
    assert scores.lax_with_nulls == Figures(3, 6, 3, 4)
    assert (scores.strict.precision, scores.strict.recall, scores.strict.f1) == (0.25, 0.25, 0.25)
    assert scores.link.f1 == pytest.approx(6 / 13)


def test_right_null_beads_count_in_the_precision_with_nulls_only():
    gold = beads(([0], [0]), ([1], []))
    scores = evaluate([(gold, gold)])
    assert scores.strict == Figures(1, 1, 1, 1)
    assert scores.strict_with_nulls == Figures(2, 2, 1, 1)
    assert scores.null.f1 == 1


def test_null_segments_count_however_they_are_grouped():
    gold, said = beads(([0], []), ([1], []), ([], [0])), beads(([0, 1], []), ([], [0]))
    assert evaluate([(gold, said)]).null == Figures(3, 3, 3, 3)


def test_counts_are_summed_over_documents_not_averaged():
    many = beads(*(([k], [k]) for k in range(9)))
    one = beads(([0], []), ([], [0]))
    scores = evaluate([(many, many), (beads(([0], [0])), one)])
    assert scores.strict == Figures(9, 9, 9, 10)
    assert scores.strict.recall == 0.9
    assert scores.shapes == {"1-1": (9, 10)}


def test_nothing_to_find_and_nothing_found():
    assert evaluate([]).strict.f1 == 1
    assert evaluate([]).documents == 0
    assert evaluate([(beads(([0], [0])), [])]).strict.f1 == 0
    assert evaluate([([], beads(([0], [0])))]).strict.f1 == 0


def tilings(n, m):
    """Contiguous tilings of n and m segments, null beads included, with a crossing now and then."""

    def build(steps, swap):
        found, i, j = [], 0, 0
        for a, b in steps:
            vi, en = tuple(range(i, min(i + a, n))), tuple(range(j, min(j + b, m)))
            i, j = i + len(vi), j + len(en)
            if vi or en:
                found.append((vi, en))
        found += [((k,), ()) for k in range(i, n)] + [((), (k,)) for k in range(j, m)]
        if swap and len(found) > 1:
            (v1, e1), (v2, e2) = found[0], found[1]
            found[:2] = [(v1, e2), (v2, e1)]
        return [Bead(vi, en) for vi, en in found if vi or en]

    return st.builds(build, st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=5), st.booleans())


PAIRS = st.tuples(st.integers(0, 5), st.integers(0, 5)).flatmap(lambda nm: st.tuples(tilings(*nm), tilings(*nm)))


def touches(one, others):
    return any(set(one.vi) & set(other.vi) and set(one.en) & set(other.en) for other in others)


@given(st.lists(PAIRS, max_size=3))
def test_strict_and_lax_are_their_definitions(pairs):
    scores = evaluate(pairs)
    right = predicted = gold_count = lax_right = lax_found = 0
    for gold, said in pairs:
        gold_links = [bead for bead in gold if not bead.is_null]
        said_links = [bead for bead in said if not bead.is_null]
        right += sum(bead in gold_links for bead in said_links)
        lax_right += sum(touches(bead, gold_links) for bead in said_links)
        lax_found += sum(touches(bead, said_links) for bead in gold_links)
        predicted += len(said_links)
        gold_count += len(gold_links)
    assert scores.strict == Figures(right, predicted, right, gold_count)
    assert scores.lax == Figures(lax_right, predicted, lax_found, gold_count)
    assert sum(found for found, _ in scores.shapes.values()) == right
    assert sum(total for _, total in scores.shapes.values()) == gold_count


@given(st.lists(PAIRS, max_size=3))
def test_swapping_gold_and_predicted_swaps_precision_and_recall(pairs):
    there, back = evaluate(pairs), evaluate([(said, gold) for gold, said in pairs])
    for name in ("strict", "lax", "null", "link"):
        one, other = getattr(there, name), getattr(back, name)
        assert (one.precision, one.recall) == (other.recall, other.precision)


@given(st.lists(PAIRS, max_size=3))
def test_swapping_the_sides_changes_no_figure(pairs):
    swapped = [tuple([Bead(bead.en, bead.vi) for bead in side] for side in pair) for pair in pairs]
    there, back = evaluate(pairs), evaluate(swapped)
    for name in ("strict", "lax", "null", "link", "strict_with_nulls", "lax_with_nulls"):
        assert getattr(there, name) == getattr(back, name)


@given(PAIRS)
def test_gold_against_itself_is_perfect(pair):
    gold, _ = pair
    scores = evaluate([(gold, gold)])
    for name in ("strict", "lax", "null", "link", "strict_with_nulls", "lax_with_nulls"):
        assert getattr(scores, name).f1 == 1


@given(PAIRS)
def test_lax_is_never_below_strict(pair):
    scores = evaluate([pair])
    assert scores.lax.right >= scores.strict.right
    assert scores.lax.found >= scores.strict.found
