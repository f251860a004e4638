"""Language of a text: Vietnamese, English, or None."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import text as texts
from align.documents.language import identify

VI = (
    "Sáng nay, đoàn công tác đã đến thăm các gia đình ở vùng lũ và trao quà cho trẻ "
    "em. Ông Trần Minh, trưởng đoàn, cho "
    "biết những ngày tới sẽ có thêm gạo và nước sạch được chuyển đến cho người dân của ba xã bị cô lập."
)
EN = (
    "This morning the team went to see families in the flooded area and gave "
    "presents to the children. Tran Minh, who "
    "leads the team, said that more rice and clean water would be sent to the people "
    "of three communes in the coming days."
)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (VI, "vi"),
        (EN, "en"),
        (VI.upper(), "vi"),
        (EN.upper(), "en"),
        (texts.strip_diacritics(VI), "vi"),
        ("Bộ trưởng thăm Lào", "vi"),
        ("Minister to visit Laos in May", "en"),
        ("Giá gạo tăng mạnh", "vi"),
        ("Rice prices are up again", "en"),
        (
            ("The Việt Nam–Lào friendship group of Hà Nội met the head of the Đồng Nai and Đà Nẵng offices in Huế"),
            "en",
        ),
        ("Theo The New York Times, Apple và Google đã ký với Microsoft một thỏa thuận về AI", "vi"),
    ],
)
def test_vietnamese_and_english_are_told(text, lang):
    assert identify(text) == lang


@pytest.mark.parametrize(
    "text",
    [
        (
            "Le ministre a dit que les deux pays vont travailler dans le domaine de la santé "
            "et de la culture pour les enfants."
        ),
        ("El ministro dijo que los dos países van a trabajar en el área de la salud y de la cultura para los niños."),
        (
            "Der Minister sagte, dass die beiden Länder auf dem Gebiet der Gesundheit und "
            "der Kultur zusammenarbeiten werden."
        ),
        (
            "Menteri mengatakan bahwa kedua negara akan bekerja sama di bidang kesehatan dan "
            "budaya untuk anak pada tahun ini."
        ),
        (
            "Beliau berkata bahawa kedua-dua negara akan bekerjasama dalam bidang kesihatan "
            "dan budaya untuk para pelajar."
        ),
        ("O ministro disse que os dois países vão trabalhar na área da saúde e da cultura para as crianças do Brasil."),
        ("Il ministro ha detto che i due paesi lavoreranno nel campo della salute e della cultura per i bambini."),
        "部长表示，两国将在卫生和文化领域开展合作。",
        "장관은 두 나라가 보건과 문화 분야에서 협력할 것이라고 말했다.",
        "รัฐมนตรีกล่าวว่าทั้งสองประเทศจะร่วมมือกัน",
        "Министр сказал, что две страны будут сотрудничать в области здравоохранения.",
        "",
        "12 345 – 67,8 %",
        "\U0001f600 !!! ***",
    ],
)
def test_other_languages_and_no_words_are_none(text):
    assert identify(text) is None


def test_half_and_half_is_too_mixed():
    assert identify(f"{VI} {EN}") is None


@pytest.mark.parametrize(("main", "guest", "lang"), [(VI, EN, "vi"), (EN, VI, "en")])
def test_a_short_quotation_in_the_other_language_does_not_matter(main, guest, lang):
    assert identify(f"{main} {main} {guest[:60]}") == lang


def test_a_long_text_is_judged_by_both_ends_and_the_middle():
    assert identify(f"{EN} " * 400) == "en"
    assert identify(f"{EN} " * 300 + f"{VI} " * 300) is None


@given(st.text())
def test_any_text_has_an_answer_that_does_not_depend_on_case_or_blanks(text):
    assert identify(text) in ("vi", "en", None)
    assert identify(f"  {text}\n") == identify(text)
