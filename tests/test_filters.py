"""Each filter rejects what it names and lets its look-alikes stay; switches, order and reasons."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import filters
from align.config import FILTERS, FILTERS_ON
from align.filters.alone import alone
from align.filters.together import TOGETHER
from align.scoring import judge
from align.text import normalized
from align.types import Unit

UNIT = Unit("u1", "Tuyên bố chung", "Joint Statement", 0.9, 0.6, 1.2, "1-1", "a", "b", (0,), (0,), None, None, "e")
EVERY = tuple(FILTERS)


def made(vi, en, **changes):
    """A unit with the flags that a build gives it."""
    return replace(UNIT, vi=vi, en=en, flags=judge([vi], [en])[0].flags, **changes)


def reason(unit, names=FILTERS_ON, min_quality=0.5):
    kept, rejected = filters.select([unit], names, min_quality)
    assert len(kept) + len(rejected) == 1
    return rejected[0].reason if rejected else None


WORDS = "Hai bên nhất trí tăng cường hợp tác kinh tế và đối thoại quốc phòng trong những năm tới ."
ENGLISH = "The two sides agreed to step up economic cooperation and defense dialogue in the coming years ."
CASES = [
    ("***", "Joint Statement", "no_words"),
    ("21/11", "November 21", "no_words"),
    ("ASEAN – EU", "Asean - EU", "untranslated"),
    (ENGLISH, ENGLISH, "untranslated"),
    (ENGLISH, "Both sides want more trade, and talks on defense.", "wrong_language"),
    (WORDS, "Hai nước muốn có thêm thương mại và đối thoại quốc phòng.", "wrong_language"),
    (" ".join([WORDS] * 20), " ".join([ENGLISH] * 20), "too_long"),
    ("a" * 1000 + " " + "b" * 1000, "a " + "c" * 1990, "too_long"),
    (WORDS, "They agreed on this.", "length_ratio"),
    ("1 Hà Nội 12,5 15,3 20,1 31,0", "1 Hanoi 12.5 15.3 20.1 31.0", "mostly_names_or_numbers"),
    ("Lê Văn Bình, Trần Thị Mão, Phạm Gia Khanh và Vũ Tú",
     "Le Van Binh, Tran Thi Mao, Pham Gia Khanh and Vu Tu", "mostly_names_or_numbers"),
    ("Tác giả: Lê Văn Bình", "By Le Van Binh", "furniture"),
    ("Xem thêm: Hội nghị cấp cao", "Read more: The summit", "furniture"),
]  # fmt: skip


@pytest.mark.parametrize(("vi", "en", "expected"), CASES)
def test_each_filter_rejects_what_it_names(vi, en, expected):
    unit = made(vi, en)
    assert reason(unit) == expected
    assert reason(unit, [expected]) == expected
    assert reason(unit, [name for name in EVERY if name != expected]) != expected


STAYS = [
    ("Tuyên bố chung", "Joint Statement"),
    ("Vâng.", "Yes."),
    ("Bộ Ngoại giao Việt Nam", "Ministry of Foreign Affairs of Viet Nam"),
    ("Ngày 21/11/2024", "November 21, 2024"),
    ("Thông cáo báo chí số 3", "Press Release No. 3"),
    ("THỦ TƯỚNG LÊ VĂN BÌNH SẮP THĂM LÀO", "PRIME MINISTER LE VAN BINH TO VISIT LAOS"),
    ("Đại sứ Lê Văn Bình gặp ông John Carter Hill tại Hà Nội", "Ambassador Le Van Binh Meets John Carter Hill"),
    ("Vitamin D và Canxi", "Vitamin D and Calcium"),
    ("Theo dõi sát tình hình Biển Đông", "Closely following the situation in the East Sea"),
    (WORDS, ENGLISH),
]  # fmt: skip


@pytest.mark.parametrize(("vi", "en"), STAYS)
def test_nothing_useful_is_rejected_by_default(vi, en):
    assert reason(made(vi, en)) is None


def test_filters_that_are_off_by_default():
    short, wrong = made("Tuyên bố chung", "Joint Statement"), made(
        "Kim ngạch thương mại đạt 46,2 tỷ USD trong năm 2024.", "Trade reached US$42.6 billion in 2024."
    )  # fmt: skip
    assert any(flag.startswith("number_mismatch") for flag in wrong.flags)
    assert [reason(unit) for unit in (short, wrong)] == [None, None]
    assert reason(short, ["too_short"]) == "too_short"
    assert reason(wrong, ["number_mismatch"]) == "number_mismatch"
    assert reason(made(WORDS, ENGLISH), ["too_short", "number_mismatch"]) is None


def test_low_quality_is_told_last_of_a_unit_alone():
    assert reason(replace(UNIT, quality=0.49)) == "low_quality"
    assert reason(replace(UNIT, quality=0.5)) is None
    assert reason(replace(UNIT, quality=0.0), min_quality=0.0) is None
    assert reason(made(WORDS, "They agreed on this.", quality=0.1)) == "length_ratio"


def test_units_of_another_origin_have_no_flags_and_stay():
    unit = replace(UNIT, vi=WORDS, en="They agreed on this.")
    assert reason(unit) is None


def repeated(count, vi="Cập nhật lúc 15:{0} giờ", en="Updated at 15:{0} local time", **changes):
    return [
        replace(UNIT, id=f"u{n}", vi=vi.format(10 + n), en=en.format(10 + n), vi_doc=f"v{n}", en_doc=f"e{n}",
                event=f"event {n}", quality=0.8 + n / 100, **changes)
        for n in range(count)
    ]  # fmt: skip


def test_a_line_of_eight_events_is_furniture_and_the_best_stays():
    kept, rejected = filters.select(repeated(8), ["furniture"])
    assert [unit.id for unit in kept] == ["u7"]
    assert [one.reason for one in rejected] == ["furniture"] * 7
    assert filters.select(repeated(7), ["furniture"])[1] == []


def test_a_numbered_heading_is_no_line_of_the_page():
    units = repeated(12, vi="Điều {0}", en="Article {0}")
    assert filters.select(units, ["furniture"])[1] == []
    assert len(filters.select(units)[0]) == 12


def test_a_line_of_one_event_is_the_story():
    units = [replace(unit, event="one") for unit in repeated(12)]
    assert filters.select(units, ["furniture"])[1] == []


def test_a_line_that_one_language_knows_counts_from_three_documents():
    units = repeated(3, vi="Mời bạn đọc xem tiếp số {0}", en="There is more in issue {0}")
    assert len(filters.select(units, ["furniture"])[1]) == 3
    assert filters.select(units[:2], ["furniture"])[1] == []


def test_one_sided_takes_all_units_of_a_text_with_four_counterparts():
    others = ["One", "Two", "Three", "Four"]
    units = [replace(UNIT, id=f"u{n}", en=en) for n, en in enumerate(others)]
    keep = replace(UNIT, id="k", vi="Thông cáo", en="Four things")
    kept, rejected = filters.select([*units, keep], ["one_sided"])
    assert kept == [keep]
    assert {one.reason for one in rejected} == {"one_sided"}
    assert filters.select([*units[:3], units[0]], ["one_sided"])[1] == []
    swapped = [replace(UNIT, id=f"u{n}", vi=en, en="Same") for n, en in enumerate(others)]
    assert len(filters.select(swapped, ["one_sided"])[1]) == 4


def test_normalized():
    assert normalized("  Hoà bình, ổn định! ") == "hoa binh on dinh"


def test_the_best_of_equal_texts_stays():
    units = [UNIT, replace(UNIT, id="u2", vi="Tuyên bố  chung.", quality=0.95), replace(UNIT, id="u3", en="Statement")]
    kept, duplicates = filters.deduplicate(units)
    assert [unit.id for unit in kept] == ["u2", "u3"]
    assert [(d.unit.id, d.reason) for d in duplicates] == [("u1", "duplicate")]


def test_the_table_of_names_is_that_of_the_filters():
    there = [*alone(0.5), *TOGETHER]
    assert there == list(FILTERS)
    assert {name for name, on in FILTERS.items() if not on} == {"too_short", "number_mismatch", "one_sided"}


SHORT = st.sampled_from(["Tuyên bố chung", "Một hai ba", "***", "Xem thêm: a", "5 6 7 8 9 10", "Vâng", "b" * 2001])
MANY = st.lists(
    st.builds(
        lambda vi, en, quality, doc, flag: replace(
            UNIT, vi=vi, en=en, quality=quality, vi_doc=doc, en_doc=doc, event=doc, flags=(flag,)
        ),
        SHORT,
        SHORT,
        st.sampled_from([0.2, 0.6, 0.9]),
        st.sampled_from("abcdefghij"),
        st.sampled_from(["length_ratio:9/99", "number_mismatch:1/2", "language_vi:en", "contradicted_by:x"]),
    ),
    max_size=25,
)


@given(MANY, st.sets(st.sampled_from(EVERY)))
def test_every_unit_is_kept_or_rejected_once_by_a_filter_that_is_on(units, names):
    units = [replace(unit, id=str(number)) for number, unit in enumerate(units)]
    kept, rejected = filters.select(units, names)
    assert sorted([*(u.id for u in kept), *(r.unit.id for r in rejected)], key=int) == [u.id for u in units]
    assert [u.id for u in kept] == sorted((u.id for u in kept), key=int)
    assert {one.reason for one in rejected} <= names
    again, none = filters.select(kept, names - {"furniture", "one_sided"})
    assert (again, none) == (kept, [])
