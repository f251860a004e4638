"""Days that a story tells of, and the guess at the day of publication; both by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.documents import event_dates, parse
from align.types import Document

THURSDAY = date(2024, 11, 21)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Lãnh đạo hai nước ngày 21/11 đồng chủ trì họp báo.", ["2024-11-21"]),
        ("Trưa 21/11, hai bên hội đàm; sáng 22/11 đoàn về nước.", ["2024-11-21", "2024-11-22"]),
        ("Cuộc họp diễn ra ngày 30/12, sau đó là ngày 2/1.", ["2024-12-30", "2025-01-02"]),
        ("Luật có hiệu lực từ ngày 1/7/2025.", ["2025-07-01"]),
        (
            "Hôm qua, đoàn đã đến Hà Nội; hôm nay, hai bên họp và ngày mai đoàn về.",
            ["2024-11-20", "2024-11-21", "2024-11-22"],
        ),
        ("Hội đồng họp hôm thứ Hai.", ["2024-11-18"]),
        ("Cầu được thông xe hôm thứ Năm.", ["2024-11-21"]),
        ("Hai bên sẽ gặp nhau vào thứ Bảy.", ["2024-11-23"]),
        ("Đoàn lên đường thứ Tư tuần tới.", ["2024-11-27"]),
        ("Thứ Năm, ngày 21/11, hai bên họp.", ["2024-11-21"]),
        ("Chợ họp vào thứ Bảy hàng tuần, mỗi Chủ nhật thì nghỉ.", ["2024-11-16"]),
        ("Tỷ lệ là 2/3, tăng 5% trong quý II, tháng 10.", []),
    ],
)
def test_days_of_a_vietnamese_story(text, days):
    assert list(event_dates.find(text, "vi", THURSDAY)) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The leaders met on November 21.", ["2024-11-21"]),
        ("He arrived on Thursday and left on Friday.", ["2024-11-21", "2024-11-15"]),
        ("They met on Thursday, November 14.", ["2024-11-14"]),
        ("The council will meet on Friday.", ["2024-11-22"]),
        ("It was held last Thursday.", ["2024-11-14"]),
        ("Yesterday he came, today he spoke, tomorrow he leaves.", ["2024-11-20", "2024-11-21", "2024-11-22"]),
        ("The law takes effect on January 1.", ["2025-01-01"]),
        ("It opened on 3 May 1998 and closed in June 2001.", ["1998-05-03"]),
        ("The market is open every Saturday.", []),
        ("They met on 11/21/2024 and on 5/6/2023.", ["2024-11-21", "2023-05-06"]),
    ],
)
def test_days_of_an_english_story(text, days):
    assert list(event_dates.find(text, "en", THURSDAY)) == days


def test_without_a_day_of_publication_only_what_is_written_is_known():
    assert event_dates.find("Trưa 21/11, thứ Năm, hôm nay.", "vi", None) == ("11-21",)
    assert event_dates.find("On Thursday, on November 21, and on May 3, 2024.", "en", None) == ("11-21", "2024-05-03")


def test_february_29_of_a_common_year_stays_open():
    assert event_dates.find("It fell on February 29.", "en", date(2022, 3, 1)) == ("02-29",)
    assert event_dates.find("It fell on February 29.", "en", date(2023, 3, 1)) == ("2024-02-29",)


def guess(text, lang="en"):
    found = parse(text, doc_id="a", lang=lang)
    assert isinstance(found, Document)
    assert found.date is None
    return event_dates.estimate(found)


FILL = "\nThe council met and agreed to repair the bridge over the river."


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The council met on November 21, 2024, in the town hall." + FILL, THURSDAY),
        ("Chiều 21/11/2024, hội đồng thị trấn họp về cây cầu." + "\nHai bên nhất trí sửa cầu.", THURSDAY),
        ("The council met on November 21, 2024, and again on November 20, 2024." + FILL, None),
        ("It met on May 3, 2024, after May 1, 2024; the day, May 3, 2024, was long." + FILL, date(2024, 5, 3)),
        ("The council will meet on November 21, 2024, in the town hall." + FILL, None),
        ("The bridge was opened on May 3, 1998, in the town." + FILL + " By 2024 it was old.", None),
        ("The country was founded on September 2, 1945, in the square." + FILL, None),
        ("The council met in the town hall." + FILL * 4 + "\nIt was opened on May 3, 2024.", None),
        ("The council met on November 21 in the town hall." + FILL, None),
        ("The rule holds from January 1, 2026." + FILL, None),
        ("Quy định có hiệu lực từ ngày 1/1/2026 ở thị trấn." + "\nHội đồng đã họp.", None),
    ],
)
def test_a_day_is_guessed_only_where_it_is_clear(text, day):
    assert guess(text, "en" if text.isascii() else "vi") == day


def test_a_guess_is_kept_apart_from_the_date():
    found = parse("The council met on November 21, 2024, in the town hall." + FILL, doc_id="a")
    assert isinstance(found, Document)
    assert (found.date, found.date_source) == (None, None)


@given(st.text(), st.sampled_from(["vi", "en"]), st.none() | st.dates())
def test_any_text_gives_days_in_one_form(text, lang, published):
    for day in event_dates.find(f"{text} hôm qua yesterday thứ Hai on Monday 29/2 {text}", lang, published):
        assert len(day) in (5, 10)
        date.fromisoformat(day if len(day) == 10 else f"2000-{day}")
