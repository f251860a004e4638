import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.near_duplicates import groups, jaccard, shingles, signature
from align.pipeline.repeats import Repeats, repeated_pairs
from align.types import Document, DocumentPair

WORDS = [f"từ{k}" for k in range(400)]


def story(seed, n=200):
    return " ".join(random.Random(seed).choices(WORDS, k=n))


def document(doc_id, text, day=None):
    return Document(doc_id, "vi", text, date=day)


def test_shingles_are_those_of_five_folded_words():
    assert len(shingles("một hai ba bốn năm sáu")) == 2
    assert set(shingles("Một hai, ba: BỐN năm.").tolist()) == set(shingles("mot hai ba bon nam").tolist())
    assert len(shingles("hai từ")) == 1
    assert len(shingles(" ... ")) == 0


@given(st.sets(st.integers(0, 60), min_size=1), st.sets(st.integers(0, 60), min_size=1))
def test_jaccard_agrees_with_sets(one, other):
    left, right = (shingles(" ".join(f"w{k}" for k in sorted(side))) for side in (one, other))
    expected = len(set(left.tolist()) & set(right.tolist())) / len(set(left.tolist()) | set(right.tolist()))
    assert jaccard(left, right) == pytest.approx(expected)


def test_signatures_agree_as_often_as_sets_overlap():
    words = story(1, 600).split()
    one, other = shingles(" ".join(words[:500])), shingles(" ".join(words[100:600]))
    equal = (signature(one) == signature(other)).mean()
    assert equal == pytest.approx(jaccard(one, other), abs=0.2)


def test_the_longest_stands_for_copies_and_updates():
    base = story(2)
    found = groups(
        [
            document("b-copy", base),
            document("a-copy", base),
            document("update", base + " " + story(3, 20)),
            document("other", story(4)),
            document("empty", "..."),
        ],
        3,
    )
    assert found == {"a-copy": "update", "b-copy": "update"}


def test_of_equals_the_first_id_stands():
    assert groups([document("b", story(5)), document("a", story(5))], 3) == {"b": "a"}


def test_the_same_words_a_year_later_are_another_story():
    base = story(6)
    early, late = document("early", base, date(2024, 5, 1)), document("late", base, date(2025, 5, 1))
    assert groups([early, late], 3) == {}
    assert groups([early, document("undated", base)], 3) == {"undated": "early"}


def test_two_reports_of_one_event_are_no_duplicates():
    base = story(7, 300).split()
    other = " ".join([*base[:100], *story(8, 100).split(), *base[200:]])
    assert groups([document("a", " ".join(base)), document("b", other)], 3) == {}


@given(st.permutations(range(6)))
def test_the_order_of_documents_makes_no_difference(order):
    texts = [story(9), story(9), story(9) + " thêm vài từ", story(10), story(10), story(11)]
    listed = [document(f"d{k}", texts[k]) for k in range(6)]
    assert groups([listed[k] for k in order], 3) == groups(listed, 3)


def test_repeats_get_the_pairs_of_those_that_stand_for_them():
    pair = DocumentPair("v", "e", 0.9, "same_event", "2024-05-01-01", 1, ("dates",))
    behind = {"v": (Document("v2", "vi", "x", date=date(2024, 5, 3)),)}
    repeats = Repeats(behind, {"e": (Document("e2", "en", "x"),)}, {("vi", "v"): date(2024, 5, 1), ("en", "e"): None})
    found = repeated_pairs([pair], repeats)
    assert [(p.vi_doc, p.en_doc, p.days_apart) for p in found] == [
        ("v", "e2", None),
        ("v2", "e", None),
        ("v2", "e2", None),
    ]
    assert found[2].evidence == ("near-duplicate of v", "near-duplicate of e")
    assert {p.event for p in found} == {pair.event}
