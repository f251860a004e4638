"""Anchors: what pairs share and what they must not, offsets, arbitrary text, time on hostile text."""

import time
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import anchors
from align.anchors import exonyms, tables
from align.anchors.quantities import canonical, value_of_digits, value_of_words
from align.text import fold
from align.types import Anchor

AGREE = """
10h30|10.30 a.m.
19h45|7.45pm
19h45|7:45pm
18,5 tỷ|18.5 billion
18,5 tỉ|18.5bn
18,5 tỷ|18.5 bn
1.250.000 người|1,250,000 people
1.000 hộ|1,000 households
2,3 lần|2.3 times
12 triệu|12 million
12 triệu|12m people
3 nghìn tỷ|3 trillion
3 ngàn|3,000
1,5 triệu|1.5 mln
1.5 triệu|1.5 million
1.250.000|1.250.000
200,000 người|200,000 people
18,5 mét|18.5 meters
18,5|18,5
18 tỷ 500 triệu|18.5 billion
2 triệu rưỡi|2.5 million
một triệu|a million
một tỷ|one billion
hai trăm|two hundred
hai mươi mốt|twenty-one
mười lăm|fifteen
hai mươi tư|twenty-four
một trăm năm mươi|one hundred and fifty
hai trăm linh năm|two hundred and five
năm trăm nghìn|five hundred thousand
năm nước|five countries
bốn nước|four countries
mười năm|ten years
ba mươi năm|thirty years
hàng trăm người|hundreds of people
hàng chục nghìn|tens of thousands
hàng triệu|millions
lần thứ 8|the 8th
lần thứ tám|the eighth
lần thứ năm|the fifth
lần thứ ba mươi|the 30th
lần thứ 21|the twenty-first
Đại hội lần thứ XIV|the 14th
7,2%|7.2 percent
7,2%|7.2 per cent
7,2 phần trăm|7.2%
10-15%|10-15%
10-15 tỷ đồng|10-15 billion dong
2 điểm phần trăm|2 percentage points
18,5 tỷ USD|US$18.5 billion
18,5 tỷ đô la Mỹ|$18.5 billion
18,5 tỷ USD|USD 18.5 billion
5 triệu đô-la|$5m
500 triệu euro|€500 million
20 nghìn tỷ đồng|VND20 trillion
500.000 đồng|VND500,000
300 triệu nhân dân tệ|300 million yuan
2.000 yên|2,000 yen
20 triệu ringgit|RM20 million
18,5 tỷ USD|18.5 billion
300km|300 km
21/11|November 21
21-11-2024|Nov. 21, 2024
ngày 21-11|21 November
ngày 21/11/2024|2024-11-21
ngày 21 tháng 11 năm 2024|the 21st of November, 2024
ngày 21 tháng 11|11/21
mùng 4/3|March 4
20-22/7|July 20-22
từ ngày 20 đến 22/7|July 20 to 22
tháng 7|in July
tháng Bảy|in July
tháng 5|in May
tháng 7/2025|July 2025
tháng 12 năm 2024|December 2024
quý I/2025|the first quarter of 2025
quý 3|Q3
năm 2025|in 2025
giai đoạn 2025-2030|the 2025-2030 period
những năm 1980|the 1980s
thứ Năm|Thursday
sáng thứ hai|Monday
chủ nhật|Sunday
Chủ Nhật|on Sunday
lúc 19h30|at 7:30 p.m.
Tổng Bí thư Tô Lâm|General Secretary To Lam
Thủ tướng Phạm Minh Chính|Prime Minister Pham Minh Chinh
gặp ông Anwar Ibrahim|met Anwar Ibrahim
gặp ông Anwar Ibrahim|met Mr. Anwar Ibrahim's
Kim Jong-un|Kim Jong Un
Tập Cận Bình|Xi Jinping
tàu C-17|a C-17
máy bay A320|an A320
Nghị định 16/2025/NĐ-CP|the 16/2025/ND-CP decree
Việt Nam - Malaysia|Vietnam - Malaysia
Việt Nam|Vietnamese
VIỆT NAM|Viet Nam
Mỹ|the U.S.
Hoa Kỳ|the United States
Mỹ - Trung|US-China
người Anh|British
Thủ tướng Đức|the German leader
với Pháp và Ý|with France and Italy
Liên Hợp Quốc|the UN
Liên hợp quốc|United Nations
LHQ|U.N.
Biển Đông|the South China Sea
Biển Đông|the East Sea
Đông Nam Á|Southeast Asia
châu Á|Asian
ASEAN|Association of Southeast Asian Nations
Công ước Liên hợp quốc về Luật Biển|UNCLOS
TP. HCM|Ho Chi Minh City
TP.HCM|HCM City
Ngân hàng Thế giới|the World Bank
Toà án Hình sự Quốc tế|the ICC
Thuỵ Sĩ|Switzerland
Ma-lai-xi-a|Malaysian
Bắc Kinh|Beijing
Mát-xcơ-va|Moscow
Hà Nội|Ha Noi
""".strip().split("\n")

DISAGREE = """
18,5 tỷ|18.5 million
1.250|1.25
2,3|23
1.000|1.001
7,2%|7.3%
hai bên|two sides
một trong những|one of the
năm nay|five
hàng năm|five
tỷ lệ 5|5 billion
đầu tư|four
công khai|two
Ba Đình|three
phần ba|three
bộ phận thứ ba|Tuesday
lần thứ ba|Tuesday
lần thứ năm|Thursday
24/7|July 24
1/3 dân số|March 1
trước 3-1|January 3
21/11|November 22
21/11|December 21
ngày 31/2|February 28
tháng 5|You may go
tháng 3|They march on
tháng 7/2025|August 2024
năm 2025|in 2024
thứ Hai|Tuesday
5 người|15 people
hàng trăm|100
0912345678|912345678
+84 24 3825 1234|24 and 3825
Boeing 737-800|737 and 800
16/2025/NĐ-CP|16 in 2025
A-123|123
Anh đã đến|British
nói với anh|British
Nguyễn Đức Anh|German and British
Tôn Đức Thắng|Germany
Hiến pháp|France
Pháp luật quy định|France
Ý kiến|Italy
Áo dài|Austria
Hà Nội - Trung ương Đảng|China
Mỹ thuật|America
Chủ nhật|Japan
Triều Tiên|South Korea
Nam Phi|South Asia
Hàn Quốc|China
Mỹ Latinh|America
Tô Lâm|Lam Dong
quốc hội|WHO
""".strip().split("\n")


def said(text, lang):
    found = anchors.find(text, lang)
    return {fact for anchor in found for fact in anchors.facts(anchor)} | {a.key for a in found if a.kind == "name"}


@pytest.mark.parametrize("line", AGREE)
def test_pairs_that_say_the_same(line):
    vi, en = line.split("|")
    assert said(vi, "vi") == said(en, "en") != set()


@pytest.mark.parametrize("line", DISAGREE)
def test_pairs_that_share_nothing(line):
    vi, en = line.split("|")
    assert not said(vi, "vi") & said(en, "en")


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        (
            "18,5 tỷ USD, 7,2% và 12",
            "vi",
            [("money", "usd:18500000000"), ("percent", "7.2"), ("number", "12")],
        ),
        ("Ông Tô Lâm ngày 21/11/2024", "vi", [("name", "to lam"), ("date", "2024-11-21")]),
        ("by US$5m on July 4", "en", [("money", "usd:5000000"), ("date", "07-04")]),
        ("He met Ibrahim. Then he left", "en", [("name", "ibrahim")]),
        ("Chiều thứ Năm, 20-22/7", "vi", [("date", "weekday:thu"), ("date", "07-20"), ("date", "07-22")]),
        ("", "vi", []),
    ],
)
def test_kinds_and_keys(text, lang, expected):
    assert [(anchor.kind, anchor.key) for anchor in anchors.find(text, lang)] == expected


def test_the_characters_stand_at_the_offsets():
    text = "Thủ tướng Anwar Ibrahim ký 18,5 tỷ USD với Việt Nam hôm 21/11."
    pieces = [text[anchor.start : anchor.end] for anchor in anchors.find(text, "vi")]
    assert pieces == ["Anwar", "Ibrahim", "18,5 tỷ USD", "Việt Nam", "21/11"]


def test_a_possessive_is_no_part_of_a_name():
    (anchor,) = anchors.find("about Macron's", "en")
    assert (anchor.key, anchor.start, anchor.end) == ("macron", 6, 12)


def test_compare_counts_by_hand():
    vi = anchors.find("Ông Anwar thăm Việt Nam ngày 21/11 với 30 người và 5 tỷ USD", "vi")
    en = anchors.find("Mr. Anwar left Thailand on Nov. 22 with 30 people and 6 billion", "en")
    assert anchors.compare(vi, en) == anchors.AnchorMatch(
        numbers_shared=1,
        numbers_vi_only=1,
        numbers_en_only=1,
        names_shared=1,
        names_vi_only=1,
        names_en_only=1,
        dates_shared=0,
        dates_conflicting=1,
    )


def test_a_year_on_one_side_is_no_conflict():
    found = anchors.compare(anchors.find("21/11/2024", "vi"), anchors.find("November 21", "en"))
    assert (found.dates_shared, found.dates_conflicting) == (1, 0)


def test_money_meets_the_bare_number():
    found = anchors.compare(anchors.find("18,5 tỷ USD", "vi"), anchors.find("18.5 billion", "en"))
    assert (found.numbers_shared, found.numbers_vi_only, found.numbers_en_only) == (1, 0, 0)


@given(
    st.text() | st.text(alphabet="Aa Bộ.,-/%$0123456789ỷtvà năm\nI", max_size=60),
    st.sampled_from(["vi", "en"]),
)
def test_any_text_gives_valid_anchors_in_order(text, lang):
    found = anchors.find(text, lang)
    assert all(0 <= anchor.start < anchor.end <= len(text) and anchor.key for anchor in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert {anchor.kind for anchor in found} <= {"number", "percent", "money", "date", "name"}


@given(st.integers(0, 10**12), st.sampled_from(["vi", "en"]))
def test_grouped_digits_are_read_back(number, lang):
    written = f"{number:,}"
    written = written.replace(",", ".") if lang == "vi" else written
    assert value_of_digits(written, lang) == number


@given(st.integers(0, 10**6), st.integers(1, 99))
def test_decimals_agree(whole, hundredths):
    vi = f"{whole:,}".replace(",", ".") + f",{hundredths:02}"
    en = f"{whole:,}.{hundredths:02}"
    expected = Decimal(whole) + Decimal(hundredths) / 100
    assert value_of_digits(vi, "vi") == value_of_digits(en, "en") == expected


VI_UNITS = ["", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
EN_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
EN_UNITS += ["thirteen", "fourteen", "fifteen", "sixteen"]
EN_UNITS += ["seventeen", "eighteen", "nineteen"]
EN_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_vietnamese(n):
    hundreds, tens, unit = n // 100, n // 10 % 10, n % 10
    words = [VI_UNITS[hundreds], "trăm"] if hundreds else []
    if tens:
        words += ["mười"] if tens == 1 else [VI_UNITS[tens], "mươi"]
    elif hundreds and unit:
        words.append("linh")
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm" if tens else "năm"}.get(unit, VI_UNITS[unit])
    return " ".join([*words, last]).strip()


def in_english(n):
    hundreds, rest = divmod(n, 100)
    words = [EN_UNITS[hundreds], "hundred"] if hundreds else []
    words += ["and"] if hundreds and rest else []
    if rest:
        words.append(
            EN_UNITS[rest] if rest < 20 else "-".join([EN_TENS[rest // 10], *EN_UNITS[rest % 10 :][: rest % 10 > 0]])
        )
    return " ".join(words)


@pytest.mark.parametrize("number", [4, *range(6, 1000)])
def test_every_number_below_a_thousand_in_words(number):
    key = str(number)
    for text, lang in ((in_vietnamese(number), "vi"), (in_english(number), "en")):
        found = anchors.find(f"({text})", lang)
        assert [(anchor.kind, anchor.key) for anchor in found] == [("number", key)], text
        assert (found[0].start, found[0].end) == (1, len(text) + 1)


def test_words_that_make_no_single_number():
    assert value_of_words(["four", "five"], "en") is None
    assert value_of_words(["ba", "bốn"], "vi") is None


def test_canonical_has_neither_exponent_nor_zeros():
    assert canonical(Decimal("1.50E+3")) == "1500"
    assert canonical(Decimal("7.20")) == "7.2"


@pytest.mark.parametrize("row", tables.rows("exonyms", 3), ids=lambda row: fold(tables.forms(row[1])[0]))
def test_every_english_form_of_the_table_has_the_key(row):
    known = exonyms.lexicon("en").forms
    keys = {form.key for forms in known.values() for _, form in forms}
    assert fold(tables.forms(row[1])[0]) in keys
    assert row[2] in {"place", "org", "person"}


def test_every_country_is_found_in_both_languages():
    wrong = []
    for vi, en in tables.rows("territories", 2):
        sides = (anchors.find(f"tại {vi} và", "vi"), anchors.find(f"in {en} and", "en"))
        if not {a.key for a in sides[0]} & {a.key for a in sides[1]}:
            wrong.append(vi)
    assert wrong == []


def test_the_same_form_has_one_key():
    seen = {}
    for vi, en, _ in tables.rows("exonyms", 3):
        for form in tables.forms(en):
            assert seen.setdefault(form, fold(tables.forms(en)[0])) == fold(tables.forms(en)[0]), (form, vi)


@pytest.mark.parametrize(
    "piece",
    [
        "7",
        "A ",
        "1,",
        "1.",
        "Ab-",
        "hai ",
        "$",
        "1-",
        "21/11 ",
        "two ",
        "I",
        "Ngày 1 ",
        "Mỹ - ",
        "năm ",
        "+1 ",
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_time_is_linear_on_hostile_text(piece, lang):
    def seconds(size):
        text = piece * (size // len(piece))
        begun = time.process_time()
        anchors.find(text, lang)
        return time.process_time() - begun

    seconds(2_500)  # tables and patterns
    small, large = max(seconds(12_500), 0.005), seconds(100_000)
    assert large < 30 * small  # eight times the text; quadratic would be 64 times


def test_facts_of_a_name_are_none():
    assert anchors.facts(Anchor("name", "vietnam", 0, 8)) == ()
    assert anchors.facts(Anchor("date", "2025-07-21", 0, 8)) == ("07-21", "2025")
    assert anchors.facts(Anchor("date", "2025-07", 0, 8)) == ("07", "2025")
