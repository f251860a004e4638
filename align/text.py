"""Text without context: Unicode normal form, control characters, folding, tone-mark placement.

Everything here is pure and idempotent. NFC is applied once, at the door (`clean`); the rest of the house relies on it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Old style puts the tone mark of an open oa, oe, uy on the second vowel (hoà, khoẻ, thuý), new style on the first.
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_OLD_STYLE: Final = re.compile(r"([oOuU])([àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ])(?![^\W\d_])")
_Y: Final = frozenset("ỳýỷỹỵỲÝỶỸỴ")
# C0 and C1 controls but tab and newline, zero-width and bidirectional marks, BOM, soft hyphen, replacement of nothing.
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
# For regular expressions: the lower-case letters of both languages. A range such as à-ỹ would take in Ạ, Ế and Ỹ.
LOWER_CASE: Final = "a-zß-öø-ÿ" + "".join(
    chr(code) for code in (*range(0x100, 0x250), *range(0x1E00, 0x1F00)) if chr(code).islower()
)
_LINE_BREAKS: Final = re.compile(r"\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")
_SPACES: Final = re.compile(r"[^\S\n]+")


def nfc(text: str) -> str:
    """Canonical composition (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    r"""NFC, every line break as "\n", invisible and control characters out, runs of blanks as one space."""
    text = _LINE_BREAKS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    return _SPACES.sub(" ", nfc(text))


def one_line(text: str) -> str:
    """Text for one cell or one line: every white space, line separators included, becomes one space."""
    return " ".join(text.split())


def new_style_tones(text: str) -> str:
    """Move tone marks of open oa, oe, uy to the new place: hoà -> hòa, thuý -> thúy; quý and hoàn stay.

    Args:
        text: in NFC.
    """
    return text if text.isascii() else _OLD_STYLE.sub(_move_tone, text)


def _move_tone(match: re.Match[str]) -> str:
    first, second = match[1], match[2]
    if (first in "uU") != (second in _Y) or match.string[max(0, match.start() - 1) : match.start()] in ("q", "Q"):
        return match[0]  # ua, ue and oy are no such pairs, and the u of quý belongs to its consonant
    letters = unicodedata.normalize("NFD", second)
    tone = next(mark for mark in letters if mark in _TONES)
    return unicodedata.normalize("NFC", first + tone) + letters.replace(tone, "")


class _WithoutMarks(dict[int, int | None]):
    """What `str.translate` asks: combining marks go, all else stays; filled as characters are met."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        if len(self) < _REMEMBERED:
            self[code] = kept
        return kept


_REMEMBERED: Final = 8192  # characters
_WITHOUT_MARKS: Final = _WithoutMarks()
_ALPHANUMERIC: Final = re.compile(r"[^\W_]+")


def strip_diacritics(text: str) -> str:
    """Take off every diacritic, and đ becomes d: "Tô Lâm" -> "To Lam", "Đà Nẵng" -> "Da Nang"."""
    if text.isascii():
        return text
    marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", marks.translate(_WITHOUT_MARKS))


def fold(text: str) -> str:
    """Lower case without diacritics: the form in which "Tô Lâm", "TÔ LÂM" and "To Lam" are one."""
    return strip_diacritics(text.casefold())


def normalized(text: str) -> str:
    """The form in which two texts count as the same: folded letters and digits, single spaces."""
    return " ".join(_ALPHANUMERIC.findall(fold(text)))
