import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.text import LOWER_CASE, clean, fold, host, new_style_tones, nfc, normalized, one_line, strip_diacritics


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"),
        ("khoẻ", "khỏe"),
        ("thuý", "thúy"),
        ("Hoà, Thuỷ.", "Hòa, Thủy."),
        ("HOÀ BÌNH", "HÒA BÌNH"),
        ("quý", "quý"),
        ("Quỳnh quỳ", "Quỳnh quỳ"),
        ("hoàn toán loè", "hoàn toán lòe"),
        ("mùa của huyện", "mùa của huyện"),
        ("uỷ ban, uỷ_", "ủy ban, ủy_"),
        ("plain ascii", "plain ascii"),
        ("quà quá hoá", "quà quá hóa"),
    ],
)
def test_tone_marks_move_to_the_new_place(old, new):
    assert new_style_tones(old) == new


def test_folding_by_hand():
    assert fold("Đà Nẵng, TÔ LÂM, Straße") == "da nang, to lam, strasse"
    assert strip_diacritics("Ấn Độ") == "An Do"


def test_cleaning_by_hand():
    assert clean("a\r\nb\rc\u2028d\u0085e") == "a\nb\nc\nd\ne"
    assert clean("x\u00a0\t y\ufeff\x00\u200bz") == "x yz"
    assert one_line(" a \n b\u2028c ") == "a b c"


def test_lower_case_letters_hold_no_capital():
    assert not [letter for letter in LOWER_CASE if letter.isupper()]
    assert set("ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđăơư") <= set(LOWER_CASE)


@given(st.text())
def test_everything_is_idempotent(text):
    for function in (nfc, clean, one_line, strip_diacritics):
        once = function(text)
        assert function(once) == once
    folded = new_style_tones(nfc(text))
    assert new_style_tones(folded) == folded


@given(st.text())
def test_cleaned_text_is_nfc_without_controls(text):
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [char for char in cleaned if unicodedata.category(char) == "Cc" and char != "\n"]


def bare(text):
    """Without diacritics, by the definition: every combining character out."""
    marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if not unicodedata.combining(mark)))


def test_forms_of_every_character_are_those_of_their_definitions():
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        stripped = bare(char.casefold())
        assert strip_diacritics(char) == bare(char), hex(code)
        words = "".join(part if part.isalnum() else " " for part in stripped).split()
        assert normalized(char) == " ".join(words), hex(code)


@given(st.text())
def test_diacritics_of_any_text_go_as_defined(text):
    assert strip_diacritics(text) == bare(text)
    assert normalized(text) == " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


@pytest.mark.parametrize(
    ("address", "name"),
    [("https://News.example.org:8080/a?b", "news.example.org"), ("http://[x", ""), ("no address", ""), (None, "")],
)
def test_hosts_of_addresses(address, name):
    assert host(address) == name
