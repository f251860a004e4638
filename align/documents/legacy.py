"""Vietnamese before Unicode: TCVN3 (ABC fonts), VNI fonts, windows-1258; told by what the result reads like.

Tables: TCVN 5712:1993 (VN3), VNI-Windows, and Python's own cp1258.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from align.documents import language, syllables

_MIN_WORDS: Final = 4  # marked words that must speak for an encoding
_SURE: Final = 0.92  # share of them that must be Vietnamese syllables
_CLEAR: Final = 0.15  # what the next best encoding must lack
_SAMPLE: Final = 60_000  # characters on which encodings are compared
_MAX_ENGLISH_MARKED: Final = 0.03  # share of words of an English text that may carry a mark: café, Việt

_TCVN3_CODES: Final = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ "
    "CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở "
    "ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
# What the standard (VN1) has beyond the fonts (VN3): capitals with tones, some where Western fonts have quotes.
_TCVN_CAPITALS: Final = (
    "AFẰ BAẲ BFẴ C0Ắ C1Ầ C2Ẩ C3Ẫ C4Ấ C5Ề CDỂ D9Ễ DAẾ DBỒ E0Ổ F0Ỗ FFỐ B0\u0300 B1\u0309 B2\u0303 B3\u0301 B4\u0323"
)
_TCVN_LOW: Final = (
    "01Ú 02Ụ 04Ừ 05Ử 06Ữ 11Ứ 12Ự 13Ỳ 14Ỷ 15Ỹ 16Ý 17Ỵ 80À 81Ả 82Ã 83Á 84Ạ 85Ặ 86Ậ 87È 88Ẻ 89Ẽ 8AÉ 8BẸ 8CỆ 8DÌ 8EỈ "
    "8FĨ 90Í 91Ị 92Ò 93Ỏ 94Õ 95Ó 96Ọ 97Ộ 98Ờ 99Ở 9AỠ 9BỚ 9CỢ 9DÙ 9EỦ 9FŨ"
)
_WESTERN: Final = re.compile(rb"[\x85\x91-\x97]")  # dots, quotes, bullet, dashes: all that such a text would have
_LOW: Final = re.compile(rb"[\x01\x02\x04-\x06\x11-\x17\x80-\x9f]")
_IN_WORD: Final = re.compile(rb"[A-Za-z][\x91\x93-\x97][A-Za-z]")
# A letter is followed by the sign of its tone, or of circumflex or breve with the tone; some letters have codes alone.
_VNI_TONES: Final = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_A: Final = dict(zip("âáàåãäêéèúüë", "âấầẩẫậăắằẳẵặ", strict=True))
_VNI_EO: Final = {
    "â": "\u0302",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
}
_VNI_ALONE: Final = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}


@dataclass(frozen=True, slots=True)
class Conversion:
    """A text turned into Unicode, and the name of what it was in."""

    text: str
    encoding: str


def convert(data: bytes) -> Conversion | None:
    """Text of bytes that are not UTF-8, or None where no one encoding is certain."""
    texts = {name: text for name, decode in _DECODERS.items() if (text := decode(data)) is not None}
    return _english(data) or _surest(texts)


def convert_text(text: str) -> Conversion | None:
    """Unicode of a text typed in a TCVN3 or VNI font and saved as if it were Western: "ViÖt Nam", "Vieät Nam"."""
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        try:
            data = text.encode("cp1252")
        except UnicodeEncodeError:
            return None
    texts = {name: found for name in ("TCVN3", "VNI") if (found := _DECODERS[name](data)) is not None}
    return _surest(texts | {"as it is": text}, unwanted="as it is")


def _surest(texts: dict[str, str], unwanted: str = "") -> Conversion | None:
    """The text that is Vietnamese beyond doubt while no other one is."""
    ranked = sorted(((_score(text), name) for name, text in texts.items()), reverse=True)
    if not ranked or ranked[0][0] < _SURE or ranked[0][1] == unwanted:
        return None
    if len(ranked) > 1 and ranked[1][0] > ranked[0][0] - _CLEAR and texts[ranked[1][1]] != texts[ranked[0][1]]:
        return None
    name = ranked[0][1]
    return Conversion(texts[name], name) if language.identify(texts[name]) == "vi" else None


def _score(text: str) -> float:
    share, marked = syllables.share(text[:_SAMPLE])
    return share if marked >= _MIN_WORDS else 0.0


def _english(data: bytes) -> Conversion | None:
    """English in windows-1252 with its curly quotes, pound signs and the odd é."""
    text = _cp1252(data)
    if text is None or language.identify(text) != "en":
        return None
    words = re.findall(r"[^\W\d_]+", text[:_SAMPLE])
    marked = sum(not word.isascii() for word in words)
    return Conversion(text, "windows-1252") if marked <= _MAX_ENGLISH_MARKED * len(words) else None


def _cp1252(data: bytes) -> str | None:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None


def _cp1258(data: bytes) -> str | None:
    try:
        return unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def _tcvn3(data: bytes) -> str | None:
    """TCVN3; the signs of Western fonts stay where all of them are quotes and dashes, and none is within a word."""
    western = _IN_WORD.search(data) is None and _LOW.search(_WESTERN.sub(b"", data)) is None
    text = data.decode("latin-1").translate(_tcvn_table(western=western))
    return unicodedata.normalize("NFC", text)


@cache
def _tcvn_table(*, western: bool) -> dict[int, str]:
    pairs = f"{_TCVN3_CODES} {_TCVN_CAPITALS}".split(" ")
    table = {int(pair[:2], 16): pair[2:] for pair in pairs}
    if western:
        return table | {code: bytes([code]).decode("cp1252") for code in (0x85, *range(0x91, 0x98))}
    return table | {int(pair[:2], 16): pair[2:] for pair in _TCVN_LOW.split()}


def _vni(data: bytes) -> str | None:
    text = _cp1252(data)
    return None if text is None else _vni_signs().sub(_vni_letter, text)


@cache
def _vni_signs() -> re.Pattern[str]:
    tones = "".join(_VNI_TONES)
    forms = (f"a[{tones}{''.join(_VNI_A)}]", f"[eo][{tones}{''.join(_VNI_EO)}]", f"[uyôö][{tones}]")
    return re.compile("|".join((*forms, f"[{''.join(_VNI_ALONE)}]")), re.IGNORECASE)


def _vni_letter(match: re.Match[str]) -> str:
    pair = match[0].lower()
    base = _VNI_ALONE.get(pair[0], pair[0])
    if len(pair) == 1:
        letter = base
    elif pair[1] in _VNI_TONES:
        letter = base + _VNI_TONES[pair[1]]
    else:
        letter = _VNI_A[pair[1]] if base == "a" else base + _VNI_EO[pair[1]]
    letter = unicodedata.normalize("NFC", letter)
    return letter.upper() if match[0][0].isupper() else letter


_DECODERS: Final[dict[str, Callable[[bytes], str | None]]] = {"TCVN3": _tcvn3, "VNI": _vni, "windows-1258": _cp1258}
