"""Verdicts of filters over units that are read again and again, against the plain way with everything in memory."""

import random
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align import filters, formats
from align.curation import neardup
from align.digests import distinct_beside, numbered
from align.documents import furniture
from align.filters.alone import alone
from align.filters.stream import Texts
from align.filters.together import _form
from align.text import normalized
from align.types import Unit

UNIT = Unit("u", "Hai bên", "Both", 0.9, 0.6, 1.2, "1-1", "a", "b", (0,), (0,), None, None, "e")
VI = "hai bên nhất trí thúc đẩy hợp tác về thương mại và đầu tư trong năm tới giữa hai nước"
EN = "the two sides agreed to promote cooperation in trade and investment in the coming year between both"


def plain(units, names, min_quality=0.5):
    """Position -> reason, each filter by its definition, quadratic where need be."""
    reasons = {}
    for n, unit in enumerate(units):
        reason = next((name for name, fails in alone(min_quality).items() if name in names and fails(unit)), None)
        if reason:
            reasons[n] = reason
    for name in ("furniture", "one_sided", "duplicate", "near_duplicate"):
        if name in names:
            left = [n for n in range(len(units)) if n not in reasons]
            reasons |= dict.fromkeys(PLAIN[name](units, left), name)
    return [reasons.get(n) for n in range(len(units))]


def plain_furniture(units, left):
    forms = {n: (_form(units[n].vi), _form(units[n].en)) for n in left}
    known = {n: (furniture.whole_rule(units[n].vi), furniture.whole_rule(units[n].en)) for n in left}
    documents = defaultdict(set)
    groups = defaultdict(list)
    for n in left:
        if any(known[n]):
            documents["vi", forms[n][0]].add(units[n].vi_doc)
            documents["en", forms[n][1]].add(units[n].en_doc)
        if all(len(side.split(" ")) >= 5 for side in forms[n]):
            groups[forms[n]].append(n)
    for n in left:
        vi, en = known[n]
        if (vi and en) or (vi and len(documents["vi", forms[n][0]]) >= 3) or (
            en and len(documents["en", forms[n][1]]) >= 3
        ):  # fmt: skip
            yield n
    for numbers in groups.values():
        places = [{getattr(units[n], name) for n in numbers} for name in ("event", "vi_doc", "en_doc")]
        if all(len(place) >= 8 for place in places):
            yield from sorted(numbers, key=lambda n: (-units[n].quality, n))[1:]


def plain_one_sided(units, left):
    texts = {n: (normalized(units[n].vi), normalized(units[n].en)) for n in left}
    for n in left:
        for side in (0, 1):
            if len({pair for pair in texts.values() if pair[side] == texts[n][side]}) >= 4:
                yield n
                break


def plain_repeats(alike):
    def gone(units, left):
        kept = []
        for n in sorted(left, key=lambda n: (-units[n].quality, n)):
            if any(alike(units[n], units[other]) for other in kept):
                yield n
            else:
                kept.append(n)

    return gone


def same(one, other):
    return (normalized(one.vi), normalized(one.en)) == (normalized(other.vi), normalized(other.en))


def nearly(one, other):
    a, b = ((neardup.key(unit.vi), neardup.key(unit.en)) for unit in (one, other))
    # A side without a word is like another only where all is the same.
    return a == b or (a[1] != "" and all(neardup.similarity(x, y) >= 0.9 for x, y in zip(a, b, strict=True)))


PLAIN = {
    "furniture": plain_furniture,
    "one_sided": plain_one_sided,
    "duplicate": plain_repeats(same),
    "near_duplicate": plain_repeats(nearly),
}


def edited(text, edits):
    words = text.split()
    for place, word in edits:
        words.insert(place % (len(words) + 1), word)
    return " ".join(words)


EDITS = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["nữa", "5", "7", "Rồi,", "***"])), max_size=2)
LINES = st.sampled_from(
    ["Xem thêm: a", "Read more: b", "***", "Cập nhật lúc 15:10 giờ nay", "Updated at 15:12 today now"]
)
SIDES = st.tuples(
    st.one_of(st.builds(edited, st.just(VI), EDITS), LINES), st.one_of(st.builds(edited, st.just(EN), EDITS), LINES)
)
UNITS = st.lists(
    st.builds(
        lambda sides, quality, place, flag: replace(
            UNIT, vi=sides[0], en=sides[1], quality=quality, event=f"e{place}", vi_doc=f"v{place}", en_doc=f"n{place}",
            flags=(flag,)
        ),
        SIDES,
        st.sampled_from([0.2, 0.6, 0.9]),
        st.integers(0, 11),
        st.sampled_from(["length_ratio:9/99", "contradicted_by:x", "contradicted_by:y", "contradicted_by:z"]),
    ),
    max_size=40,
)  # fmt: skip


@given(UNITS, st.sets(st.sampled_from(list(filters.FILTERS))))
@settings(max_examples=150)
def test_verdicts_are_those_of_the_plain_way(tmp_path_factory, units, names):
    folder = tmp_path_factory.getbasetemp()
    found = filters.verdicts(lambda: iter(units), names, 0.5, folder)
    assert [filters.REASONS[verdict] for verdict in found] == plain(units, names)


@given(UNITS)
def test_a_list_is_judged_as_a_stream(units):
    units = [replace(unit, id=str(n)) for n, unit in enumerate(units)]
    found = filters.verdicts(lambda: iter(units), filters.FILTERS, 0.5)
    kept, rejected = filters.select(units, filters.FILTERS)
    assert [unit.id for unit in kept] == [unit.id for unit, verdict in zip(units, found, strict=True) if not verdict]
    assert {one.unit.id: one.reason for one in rejected} == {
        unit.id: filters.REASONS[verdict] for unit, verdict in zip(units, found, strict=True) if verdict
    }


def test_the_sample_is_judged_as_the_plain_way_does(sample_run, tmp_path):
    units = list(formats.read_corpus(sample_run / "corpus.tsv"))
    units += [replace(unit, vi=f"{unit.vi} thêm", en=f"{unit.en} too", quality=0.99, event="x") for unit in units[::5]]
    units += units[3:20:4]
    units += [replace(unit, event=f"y{n}", vi_doc=f"v{n}", en_doc=f"n{n}") for unit in units[:2] for n in range(9)]
    calls = []

    def read():
        calls.append(1)
        return formats.read_corpus(tmp_path / "corpus.tsv")

    formats.write_corpus("tsv", tmp_path, units)
    found = filters.verdicts(read, filters.FILTERS_ON, 0.7, tmp_path)
    expected = plain(list(formats.read_corpus(tmp_path / "corpus.tsv")), filters.FILTERS_ON, 0.7)
    assert [filters.REASONS[verdict] for verdict in found] == expected
    assert {"low_quality", "furniture", "duplicate", "near_duplicate"} <= set(expected)
    assert 4 <= len(calls) <= 6
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.tsv"]


def test_units_that_change_between_two_readings_are_told():
    lists = iter([[UNIT, UNIT], [UNIT]])
    with pytest.raises(ValueError, match="expected 2 as the first time"):
        filters.verdicts(lambda: next(lists), ["duplicate"])
    lists = iter([[UNIT], [UNIT, UNIT]])
    with pytest.raises(ValueError, match="expected 1 as the first time"):
        filters.verdicts(lambda: next(lists), ["duplicate"])


def sentences(rng, count, words, names):
    """Sentences of few words, many of them nearly another."""
    made = []
    for _ in range(count):
        base = rng.choice(made) if made and rng.random() < 0.6 else None
        drawn = [rng.randrange(words) for _ in range(rng.randint(8, 24))] if base is None else list(base)
        if base is not None:
            del drawn[rng.randrange(len(drawn)) :: rng.randint(9, 40)]
        made.append(tuple(drawn))
    return [tuple(" ".join(f"{name}{chr(97 + k)}" for k in drawn) for name in names) for drawn in dict.fromkeys(made)]


@pytest.mark.parametrize(("words", "threshold"), [(3, 0.9), (12, 0.9), (26, 0.8), (26, 0.5)])
def test_redundant_texts_of_few_words_are_those_of_brute_force(words, threshold):
    rng = random.Random(words)
    items = sentences(rng, 1500, words, ("w", "v"))
    order = rng.sample(range(len(items)), len(items))
    found = neardup.redundant(items, np.array(order), threshold)
    kept, gone = [], set()
    for n in order:
        alike = (
            all(neardup.similarity(a, b) >= threshold for a, b in zip(items[n], items[k], strict=True)) for k in kept
        )
        (gone.add if any(alike) else kept.append)(n)
    assert set(np.flatnonzero(found).tolist()) == gone
    assert 100 < len(gone) < len(items)


def test_texts_kept_aside_come_back(tmp_path):
    for folder in (None, tmp_path):
        texts = Texts(folder)
        for k in range(5):
            texts.add("hai bên " * k, f"both {k}")
        assert [texts[k] for k in (3, 0)] == [("hai bên " * 3, "both 3"), ("", "both 0")]
        assert len(texts) == len(list(texts)) == 5
        texts.close()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4))))
def test_numbers_of_rows_and_what_stands_beside(rows):
    left, right = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    numbers = numbered(left, right).tolist()
    assert [numbers.index(n) for n in numbers] == [rows.index(row) for row in rows]
    assert set(numbers) == set(range(len(set(rows))))
    groups = numbered(left)
    beside = distinct_beside(groups, numbered(right))
    assert [int(beside[group]) for group in groups] == [len({b for a, b in rows if a == own}) for own, _ in rows]
