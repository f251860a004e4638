"""Layouts of news files in both languages: where the date stands, what is title, story and furniture."""

from __future__ import annotations

from datetime import date

import pytest

from align.documents import parse
from align.documents.article import Page
from align.types import Document

VI = "Hội đồng thị trấn họp hôm thứ Hai và nhất trí sửa cây cầu cũ bắc qua sông."
VI2 = "Việc sửa cầu sẽ bắt đầu vào mùa xuân và kéo dài trong ba tháng."
VT = "Thị trấn sửa cầu cũ"
EN = "The council of the town met on Monday and agreed to repair the old bridge over the river."
EN2 = "Work on the bridge will begin in the spring and last for three months."
ET = "Town to repair old bridge"
DAY = date(2024, 11, 4)  # day and month can be told apart only by the language


def lines(*parts):
    return "\n".join(parts)


def read(raw, name="a.txt", **fields):
    found = parse(raw, doc_id="a", page=Page(name=name), **fields)
    assert isinstance(found, Document), found
    return found


# What is read, with the date, and where the date was found. The story is always the two sentences.
VI_DATES = [
    (lines("date 2024-11-04 " + VT, VI, VI2), "head_line"),
    (lines("date 2024-11-04", VT, "", VI, VI2), "head_line"),
    (lines("Tiêu đề: " + VT, "Ngày: 4/11/2024", "", VI, VI2), "head_line"),
    (lines("Title: " + VT, "Date: 2024-11-04", "URL: https://vidu.vn/cau", VI, VI2), "head_line"),
    (lines(VT, "Thứ Hai, 4/11/2024, 15:30 (GMT+7)", VI, VI2), "date_line"),
    (lines(VT, "Thứ hai, 04/11/2024 - 15:30", VI, VI2), "date_line"),
    (lines("Thứ Hai, ngày 04/11/2024 15:30 GMT+7", VT, VI, VI2), "date_line"),
    (lines(VT, "04/11/2024 15:30 GMT+7", VI, VI2), "date_line"),
    (lines(VT, "15:30 04/11/2024", VI, VI2), "date_line"),
    (lines(VT, "15:30 | 04/11/2024", VI, VI2), "date_line"),
    (lines(VT, "15h30 ngày 4/11/2024", VI, VI2), "date_line"),
    (lines(VT, "Ngày 4 tháng 11 năm 2024", VI, VI2), "date_line"),
    (lines(VT, "Cập nhật lúc 15:30, 04-11-2024", VI, VI2), "date_line"),
    (lines(VT, "Ngày đăng: 4.11.2024", VI, VI2), "date_line"),
    (lines(VT, "Chủ nhật, 2024-11-04", VI, VI2), "date_line"),
    (lines(VT, "Cập nhật: 05/11/2024", "Đăng lúc: 04/11/2024 15:30", VI, VI2), "date_line"),
    (lines(VT, "Trần Thị Hòa - 04/11/2024 15:30", VI, VI2), "date_line"),
    (lines(VT, VI, VI2, "04/11/2024"), "date_line"),
    (lines(VT, f"HÀ NỘI, ngày 4/11/2024 (TTXVN) – {VI}", VI2), "dateline"),
    (lines(VT, f"Hà Nội, 4 tháng 11 năm 2024 – {VI}", VI2), "dateline"),
]
EN_DATES = [
    (lines("date 2024-11-04 " + ET, EN, EN2), "head_line"),
    (lines("Title: " + ET, "Date: November 4, 2024", "", EN, EN2), "head_line"),
    (lines("Headline: " + ET, "Author: Mary Lee", "Published: 2024-11-04T08:00:00+07:00", EN, EN2), "head_line"),
    (lines(ET, "November 4, 2024", EN, EN2), "date_line"),
    (lines(ET, "Nov. 4, 2024", EN, EN2), "date_line"),
    (lines(ET, "4 November 2024", EN, EN2), "date_line"),
    (lines(ET, "Monday, November 4, 2024 - 15:30", EN, EN2), "date_line"),
    (lines(ET, "Mon, 4th November 2024", EN, EN2), "date_line"),
    (lines(ET, "Published: November 4, 2024 3:30 PM", EN, EN2), "date_line"),
    (lines(ET, "Posted on November 4, 2024", EN, EN2), "date_line"),
    (lines(ET, "Updated: November 5, 2024", "Published: November 4, 2024", EN, EN2), "date_line"),
    (lines(ET, "2024-11-04", EN, EN2), "date_line"),
    (lines(ET, "2024/11/04 15:30 (GMT+7)", EN, EN2), "date_line"),
    (lines(ET, "11/04/2024", EN, EN2), "date_line"),
    (lines("08:22, November 04, 2024", ET, EN, EN2), "date_line"),
    (lines(ET, "By Mary Lee | November 4, 2024", EN, EN2), "date_line"),
    (lines(ET, f"HANOI, November 4, 2024 (VNA) – {EN}", EN2), "dateline"),
    (lines(ET, f"HANOI, 4 Nov 2024 — {EN}", EN2), "dateline"),
    (lines(ET, EN, EN2, "Published: Monday, 4 November 2024"), "date_line"),
    (lines("Home > Region", ET, "Share | Tweet | Print", "November 4, 2024", EN, EN2), "date_line"),
]


@pytest.mark.parametrize(("raw", "source"), VI_DATES)
def test_vietnamese_layouts(raw, source):
    found = read(raw)
    assert (found.lang, found.title, found.date, found.date_source) == ("vi", VT, DAY, source)
    assert found.text == lines(VT, VI, VI2)


@pytest.mark.parametrize(("raw", "source"), EN_DATES)
def test_english_layouts(raw, source):
    found = read(raw)
    assert (found.lang, found.title, found.date, found.date_source) == ("en", ET, DAY, source)
    assert found.text == lines(ET, EN, EN2)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://vidu.vn/2024/11/04/cau-cu.html", DAY),
        ("https://vidu.vn/cau-cu-20241104153000123.htm", DAY),
        ("https://vidu.vn/cau-cu-196241104153000123.htm", DAY),
        ("https://vidu.vn/tin/04-11-2024/cau-cu", DAY),
        ("https://vidu.vn/cau-cu-post123456.html", None),
        ("https://vidu.vn/cau-cu?d=2024-11-04", None),
        ("https://vidu.vn/so-4839201.html", None),
        ("https://example.com/bai-196241104153000123.htm", None),
    ],
)
def test_the_date_of_an_address(url, day):
    found = read(lines(VT, VI, VI2), url=url)
    assert (found.date, found.date_source) == (day, "url" if day else None)


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("2024-11-04-cau.txt", DAY, DAY),
        ("x/20241104_cau.txt", DAY, DAY),
        ("04-11-2024-cau.txt", DAY, None),  # English could mean either
        ("cau-21.11.2024.txt", date(2024, 11, 21), date(2024, 11, 21)),
        ("cau-2024.txt", None, None),
        ("cau-31-02-2024.txt", None, None),
    ],
)
def test_the_date_of_a_file_name(name, vi, en):
    assert read(lines(VT, VI, VI2), name).date == vi
    assert read(lines(ET, EN, EN2), name).date == en


@pytest.mark.parametrize(
    ("line", "url", "day"),
    [
        ("04/11/2024 15:30", None, date(2024, 4, 11)),
        ("04/11/2024 15:30 (GMT+7)", None, DAY),
        ("04/11/2024", "https://en.vidu.vn/bridge", DAY),
        ("04/11/2024", "https://example.com/bridge", date(2024, 4, 11)),
        ("21/11/2024", None, date(2024, 11, 21)),
    ],
)
def test_english_pages_of_vietnamese_sites_write_the_day_first(line, url, day):
    assert read(lines(ET, line, EN, EN2), url=url).date == day


def test_what_is_said_nearer_to_the_story_wins():
    raw = lines(VT, "04/11/2024", f"HÀ NỘI, ngày 5/11/2024 (TTXVN) – {VI}", VI2)
    fields = {"url": "https://vidu.vn/2024/11/06/a", "name": "2024-11-07.txt"}
    assert read(raw, date=date(2024, 11, 3), **fields).date == date(2024, 11, 3)
    assert read("date 2024-11-02\n" + raw, **fields).date == date(2024, 11, 2)
    assert read(raw, **fields).date == date(2024, 11, 4)
    assert read(raw.replace("04/11/2024\n", ""), **fields).date == date(2024, 11, 5)
    assert read(lines(VT, VI, VI2), **fields).date == date(2024, 11, 6)
    assert read(lines(VT, VI, VI2), "2024-11-07.txt").date == date(2024, 11, 7)
    assert read(lines(VT, VI, VI2)).date is None


@pytest.mark.parametrize(
    ("language", "raw", "story"),
    [
        ("vi", lines(VT, VI, "Chia sẻ", "Facebook Zalo Sao chép liên kết", VI2, "Bình luận (12)"), (VT, VI, VI2)),
        ("vi", lines("Trang chủ > Thời sự", VT, VI, VI2, "Từ khóa: cầu, sông"), (VT, VI, VI2)),
        ("vi", lines(VT, VI, ">> Xem thêm: Cầu mới ở huyện bên", VI2, "Đăng ký bản tin của chúng tôi"), (VT, VI, VI2)),
        ("vi", lines(VT, VI, "Quảng cáo", VI2, "Theo dõi Báo Ví Dụ trên Google News"), (VT, VI, VI2)),
        ("vi", lines(VT, f"Hà Nội (TTXVN) - {VI}", "Cầu cũ. Ảnh: TTXVN", f"{VI2}/.", "Trần Thị Hòa"), (VT, VI, VI2)),
        ("vi", lines(VT, VI, VI2, "© 2024 Báo Ví Dụ", "Bản quyền thuộc Báo Ví Dụ"), (VT, VI, VI2)),
        ("vi", lines(VT, VI, VI2, "Tin liên quan", "Cùng chuyên mục", "Tin khác"), (VT, VI, VI2)),
        ("en", lines(ET, EN, "Advertisement", EN2, "Share", "3 comments"), (ET, EN, EN2)),
        ("en", lines(ET, EN, "Read more: A new bridge", EN2, "Sign up for our newsletter"), (ET, EN, EN2)),
        ("en", lines(ET, EN, EN2, "Follow us on Facebook", "© 2024 Example Times"), (ET, EN, EN2)),
        ("en", lines(ET, "By Mary Lee", f"HANOI — {EN}", "The bridge. (Photo: VNA)", f"{EN2} — VNS"), (ET, EN, EN2)),
        ("en", lines(ET, EN, EN2, "Topics: bridge, river", "Copyright 2024 Example Times"), (ET, EN, EN2)),
        ("en", lines("Home / Region", ET, EN, EN2, "Related stories", "Most read"), (ET, EN, EN2)),
    ],
)
def test_furniture_of_whole_pages(language, raw, story):
    found = read(raw)
    assert found.lang == language
    assert tuple(found.text.split("\n")) == story
    taken = sum(len(item.text.split()) for item in found.furniture)
    assert taken == len(raw.split()) - len(found.text.split()) + ("/." in raw)


@pytest.mark.parametrize(
    "sentence",
    [
        "Chia sẻ với bà con, ông Nam nói cầu sẽ bền hơn.",
        "Facebook cho biết sẽ trả thuế tại Việt Nam.",
        "Bình luận về việc này, ông Nam nói cầu đã cũ.",
        "Ngày 4/11/2024, hội đồng đã họp.",
        "Bản quyền của bài hát thuộc về ông Nam.",
        "Quảng cáo trên mạng tăng 10% so với năm 2023.",
        "Trang chủ của thị trấn đã đăng tin này.",
        "Cập nhật đến ngày 4/11/2024, đã có 12 cây cầu được sửa.",
        "Facebook said it would pay taxes in Viet Nam.",
        "Share prices fell by a tenth in 2024.",
        "On November 4, 2024, the council met.",
        "November 4, 2024 was the day when the bridge fell.",
        "Copyright law was changed in the spring.",
        "Home is where the bridge is.",
        "Print runs were cut in half.",
        "Updated on Monday, the list holds 12 bridges.",
    ],
)
def test_sentences_that_begin_like_furniture_stay(sentence):
    vietnamese = not sentence.isascii()
    title, first, last = (VT, VI, VI2) if vietnamese else (ET, EN, EN2)
    for raw in (
        lines(title, sentence, first, last),
        lines(title, first, sentence, last),
        lines(title, first, sentence),
    ):
        assert read(raw).text == raw
        assert read(raw).date is None


def test_a_chronicle_keeps_its_days():
    raw = lines("Các mốc của cây cầu", "01/11/2024", VI, "02/11/2024", VI2, "03/11/2024", "Cầu được thông xe.")
    assert read(raw).text == raw


@pytest.mark.parametrize("title", ["Quốc Khánh Việt Nam 2/9/2024", "Kết quả bóng đá ngày 4/11/2024"])
def test_a_title_that_ends_with_a_date_stays(title):
    assert read(lines(title, VI, VI2)).title == title


def test_a_head_block_gives_author_site_and_address():
    raw = lines("Title: " + ET, "Author: Mary Lee", "Source: Example Times", "URL: https://www.example.com/a", EN, EN2)
    found = read(raw)
    assert (found.author, found.site, found.url) == ("Mary Lee", "Example Times", "https://www.example.com/a")
    assert {item.rule for item in found.furniture} == {"head_line"}


def test_one_labeled_line_is_no_head_block():
    assert read(lines("Title: " + ET, EN, EN2)).text.startswith("Title: ")
