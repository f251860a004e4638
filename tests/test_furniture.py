"""Furniture of news pages: each rule takes its own out and leaves the story in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.documents import parse
from align.documents.furniture import strip
from align.types import Document

BODY = "The council of the town met on Monday and agreed to repair the old bridge over the river."
END = "Work on the bridge will begin in the spring."
VI_BODY = "Hội đồng thị trấn họp hôm thứ Hai và nhất trí sửa cây cầu cũ bắc qua sông."
VI_END = "Việc sửa cầu sẽ bắt đầu vào mùa xuân."


def rules(paragraphs, first_body=0):
    return [(item.rule, item.text) for item in strip(paragraphs, first_body=first_body).furniture]


@pytest.mark.parametrize(
    "dateline",
    [
        "KUALA LUMPUR — ",
        "HÀ NỘI, ngày 4/3 (BVS) – ",
        "Hà Nội (TTXVN) - ",
        "Hanoi (BVS) - ",
        "HANOI, March 4 (Xinhua) -- ",
        "HANOI, 4 March — ",
        "Hanoi, March 4, 2025 (VNA) – ",
        "HÀ NỘI — ",
        "HANOI - ",
        "TP. HCM - ",
        "(Ngày Nay) - ",
        "(TTXVN) – ",
        "(PLO)- ",
        "NEW YORK (AP) — ",
        "HANOI, Vietnam (AP) — ",
        "San Diego, California (CNN) -- ",
        "BẮC KINH (THX) – ",
        "VOV.VN - ",
        "Vientiane (VNA) – ",
    ],
)
@pytest.mark.parametrize("body", [BODY, VI_BODY])
def test_a_dateline_is_cut_off_the_first_body_paragraph(dateline, body):
    stripped = strip([dateline + body, END])
    assert stripped.paragraphs == (body, END)
    assert stripped.dateline == dateline.strip()
    assert [item.rule for item in stripped.furniture] == ["dateline"]


def test_a_dateline_after_the_title_is_cut_and_one_further_down_is_not():
    title = "Town to repair bridge"
    assert strip([title, f"HANOI — {BODY}"], first_body=1).paragraphs == (title, BODY)
    assert strip([BODY, f"HANOI — {END}"]).paragraphs == (BODY, f"HANOI — {END}")


@pytest.mark.parametrize(
    "sentence",
    [
        "Việt Nam - Malaysia nâng cấp quan hệ trong năm nay.",
        "VIỆT NAM - MALAYSIA nâng cấp quan hệ trong năm nay.",
        "ASEAN - Nhật Bản nhất trí tăng cường hợp tác.",
        "Ông Nam – người đứng đầu đoàn – cho biết cầu đã cũ.",
        "Samsung (SEV) - công ty lớn nhất tỉnh - xây nhà máy mới.",
        "Hà Nội - thành phố vì hòa bình - đón khách.",
        "Hanoi - a city of lakes - is old.",
        "COVID-19 - the disease of that year - is gone.",
        "The mayor — a farmer — said so.",
        "Peter Brown, 45, said he would stay.",
        "On March 4 - a Tuesday - it rained.",
        "NATO — The alliance met on Monday.",
    ],
)
def test_a_dash_in_a_first_sentence_makes_no_dateline(sentence):
    assert strip([sentence, END]).paragraphs == (sentence, END)


@pytest.mark.parametrize(
    "caption",
    [
        "Ông Trần Minh nói chuyện với người dân. Ảnh: TTXVN",
        "Cây cầu cũ (Ảnh: Lan Anh/Vietnam+)",
        "Cây cầu cũ nhìn từ trên cao. (Ảnh: TTXVN phát)",
        "Ảnh: TTXVN",
        "(Ảnh: VGP/Nhật Minh)",
        "Cảnh trong làng. Ảnh minh họa",
        "Cây cầu cũ. Nguồn: Reuters",
        "The old bridge in May. (Photo: VNA)",
        "The old bridge - Photo: Lan Anh",
        "The old bridge. Photo by John Brown",
        "The old bridge seen from above. VNA/VNS Photo Lan Anh",
        "The old bridge. — VNA/VNS Photo",
        "(Photo: VNA)",
        "Photo courtesy of the town council",
    ],
)
def test_a_short_paragraph_with_a_photo_credit_is_a_caption(caption):
    assert strip([BODY, caption, END]).paragraphs == (BODY, END)
    assert rules([BODY, caption, END]) == [("caption", caption)]


@pytest.mark.parametrize(
    ("credit", "body"),
    [("(Photo: VNA)", BODY), ("Ảnh: TTXVN", VI_BODY), ("(Ảnh: TTXVN)", VI_BODY), ("Photo: Lan Anh", BODY)],
)
def test_of_a_long_or_only_paragraph_no_more_than_the_credit_goes(credit, body):
    long = " ".join([body] * 6)
    assert strip([f"{long} {credit}", body]).paragraphs == (long, body)
    assert rules([f"{long} {credit}", body]) == [("photo_credit", credit)]
    assert strip([f"{body} {credit}"]).paragraphs == (body,)


@pytest.mark.parametrize(
    "sentence",
    [
        "Có hai bức ảnh: một chụp năm 1975, một chụp năm nay.",
        "Ảnh: một thứ mà ai cũng có, theo lời ông, là kỷ niệm đã được lưu giữ.",
        "She took a photo: the bridge was gone.",
        "The photo by the door shows a bridge that was torn down.",
        "He showed a photo of the bridge.",
        "Photo: The bridge was torn down. It will be rebuilt.",
        "Nguồn: nước đã cạn. Dân phải đi xa.",
    ],
)
def test_talk_of_photos_is_story(sentence):
    assert strip([BODY, sentence, END]).paragraphs == (BODY, sentence, END)


@pytest.mark.parametrize(
    "byline",
    [
        "By Lan Anh",
        "By John Brown and Mary Lee",
        "By JOHN BROWN, VNA",
        "Reported by Lan Anh",
        "Theo TTXVN",
        "Theo Reuters, AFP",
        "(Theo Vietnam+)",
        "Nguyễn Văn A (TTXVN)",
        "Lan Anh/VNA",
        "Tác giả: Nguyễn Văn A",
        "Nguồn: TTXVN",
        "Source: VNA",
        "PV: Lan Anh",
        "VNA",
        "VNS",
        "— VNS",
        "TTXVN/Vietnam+",
        "(TTXVN/Vietnam+)",
    ],
)
def test_a_byline_on_a_line_of_its_own_goes(byline):
    assert strip([BODY, byline]).paragraphs == (BODY,)
    assert rules([BODY, byline]) == [("byline", byline)]
    assert strip([byline, BODY, END]).paragraphs == (BODY, END)


@pytest.mark.parametrize(
    "sentence",
    [
        "VNA reported that the bridge is old.",
        "By 2030, the town will have three bridges.",
        "By Monday the work was done.",
        "Theo Bộ Ngoại giao, cây cầu đã cũ.",
        "Theo ông Nam, cây cầu đã cũ.",
        "Theo dõi mực nước là việc của trạm.",
        "Nguồn nước đã cạn.",
        "By Land and Sea",
        "A closer look",
        "Cầu mới (2025)",
        "The plan is backed by the World Health Organization (WHO).",
        "TTXVN đưa tin về cây cầu.",
    ],
)
def test_a_sentence_or_heading_is_no_byline(sentence):
    assert strip([BODY, sentence]).paragraphs == (BODY, sentence)
    assert strip([BODY, sentence, END]).paragraphs == (BODY, sentence, END)


@pytest.mark.parametrize(
    ("tail", "rule"),
    [
        (" — VNS", "agency_tag"),
        (" – VNA", "agency_tag"),
        (" VNA/VNS", "agency_tag"),
        (" (TTXVN)", "agency_tag"),
        ("/.", "end_mark"),
    ],
)
@pytest.mark.parametrize("body", [BODY, VI_BODY])
def test_a_tag_after_the_last_sentence_goes(tail, rule, body):
    stripped = strip([END, body + tail])
    assert stripped.paragraphs == (END, body)
    # The end mark takes the full stop before it along and gives it back.
    taken = "./." if rule == "end_mark" else tail.strip()
    assert [(item.rule, item.text) for item in stripped.furniture] == [(rule, taken)]


def test_the_end_mark_leaves_the_full_stop_and_a_tag_behind_it_goes_too():
    bare = VI_BODY.removesuffix(".")
    assert strip([f"{bare}./."]).paragraphs == (VI_BODY,)
    assert strip([f"{bare} ./."]).paragraphs == (VI_BODY,)
    assert strip([f"{bare}./. (TTXVN)"]).paragraphs == (VI_BODY,)
    assert strip([f"{VI_BODY}/.", "TTXVN", "— VNS"]).paragraphs == (VI_BODY,)


@pytest.mark.parametrize(
    "sentence",
    [
        "He works for the BBC.",
        "The talks were held by ASEAN",
        "He quit. It was over (NATO said).",
        "It costs 5/.",
    ],
)
def test_a_last_sentence_that_ends_with_a_name_stays(sentence):
    assert "".join(strip([BODY, sentence]).paragraphs).startswith(BODY + sentence.removesuffix("/."))


@pytest.mark.parametrize(
    "line",
    [
        "Mời quý vị và các bạn theo dõi chương trình tối nay!",
        "Mời bạn đọc xem thêm các tin khác.",
        "Xem thêm: Cầu mới ở huyện bên",
        "Đọc thêm: Cầu mới",
        "Theo dõi báo Vidu trên Facebook",
        ">> Xem thêm: Cầu mới",
        "Read more: A new bridge",
        "Read also: A new bridge",
        "Follow us on Facebook and Telegram.",
        "Follow the Example Times on Facebook",
        "Subscribe to our newsletter.",
    ],
)
def test_a_closing_line_goes(line):
    assert strip([BODY, line]).paragraphs == (BODY,)
    assert rules([BODY, line]) == [("closing_line", line)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mời thầy về dạy là ý của dân làng.",
        "Theo dõi trên ba năm, bác sĩ thấy bệnh giảm.",
        "Readers more than doubled in a year.",
        "Follow-up talks are set for May.",
        "Subscribers rose by a third.",
        "Đọc thêm " + "sách là cách tốt nhất để hiểu " * 6 + "đời.",
    ],
)
def test_a_sentence_that_begins_alike_is_story(sentence):
    assert strip([BODY, sentence]).paragraphs == (BODY, sentence)


def test_furniture_is_listed_in_order_of_the_page():
    page = [f"HANOI — {BODY}", "The bridge. (Photo: VNA)", f"{END} — VNS", "Read more: A new bridge"]
    assert [rule for rule, _ in rules(page)] == ["dateline", "caption", "agency_tag", "closing_line"]


PIECES = st.sampled_from(
    [
        BODY,
        END,
        VI_BODY,
        f"HANOI — {BODY}",
        "(Photo: VNA)",
        "The bridge. Ảnh: TTXVN",
        "By Lan Anh",
        "VNA",
        f"{END}/.",
        f"{END} — VNS",
        "Read more: it",
        "A short line",
        f"{VI_BODY} (TTXVN)",
        "— VNS",
        "./.",
        "x" * 30,
    ],
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=8))
def test_nothing_is_lost_or_invented(page):
    stripped = strip(page)
    shown = " ".join(stripped.paragraphs)
    taken = " ".join(item.text for item in stripped.furniture)
    assert all(any(item.text in paragraph for paragraph in page) for item in stripped.furniture)
    assert sum(map(len, "".join(page).split())) <= len(shown.replace(" ", "")) + len(taken.replace(" ", ""))
    assert strip(page) == stripped


def test_cleaning_a_cleaned_article_changes_nothing():
    first = parse(f"Town to repair bridge\nHANOI — {BODY}\nThe bridge. (Photo: VNA)\n{END} — VNS", doc_id="a")
    assert isinstance(first, Document)
    second = parse(first.text, doc_id="a")
    assert isinstance(second, Document)
    assert (second.text, second.title, second.furniture) == (first.text, first.title, ())


HOSTILE = [
    "(",
    "— ",
    "A",
    "A ",
    "Ảnh: ",
    "VNA/",
    ". — ",
    "Photo by A ",
    "Theo ",
    "xem thêm ",
    "By A B, ",
    "./.",
    "HANOI, ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_line_takes_no_time(piece):
    # The bound of the test run is the oracle: exponential or quadratic rules would not come back.
    text = piece * (300_000 // len(piece))
    assert strip([BODY, text, BODY]).paragraphs[0] == BODY
    assert strip([text])
    assert strip([piece * 8, piece * 20, piece * 40])
