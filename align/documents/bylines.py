"""Who wrote, took and sent it: bylines, photo credits, tags of agencies."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from align.documents import tables
from align.text import LOWER_CASE

_CAPS: Final = r"[A-ZĐ]{2,8}"
_NAME_WORD: Final = rf"[^\W\d_{LOWER_CASE}][^\W\d_]*(?:['’.\-][^\W\d_]+)*\.?"
_NAME: Final = rf"{_NAME_WORD}(?: {_NAME_WORD}){{1,4}}"
_LABELS: Final = (
    r"Theo|Nguồn|Nguồn tin|Sources?|Tác giả|Author|Reported by|Reporting by|Written by|Edited by|Editing by|"
    r"Biên tập|Phóng viên|PV|Người dịch|Dịch|Biên dịch|Tổng hợp|Thực hiện|"
    r"Bài|Bài và ảnh|Bài, ảnh|Translated by|Translation|Byline|By"
)
_LABELED: Final = re.compile(rf"(?:{_LABELS})\s?:\s?([^.:;!?]{{2,80}}(?:\.vn|\.com)?)$", re.IGNORECASE)
_BY: Final = re.compile(
    rf"(?:By|BY|Reported by|Written by|Edited by) {_NAME}(?:(?:, | and | & ){_NAME})*"
    rf"(?: in {_NAME_WORD}(?: {_NAME_WORD}){{0,2}})?(?:[,/|] ?(.+))?$",
)
_SIGNATURE: Final = re.compile(rf"(?:(?:Theo |PV )?{_NAME}|{_NAME} (?:thực hiện|ghi|lược dịch|tổng hợp|dịch))")
_PHOTO_LABEL: Final = (
    r"Ảnh minh (?:họa|hoạ)|Ảnh tư liệu|Nguồn ảnh|Ảnh|Hình ảnh|Nguồn|"
    r"Photo courtesy of|Photo courtesy|Photos?|Image|Pictures?"
)
_PHOTO: Final = re.compile(
    rf"(?:(?<=[\s(\[.,;/|–—-])|^)(?:(?:{_PHOTO_LABEL})\s?:\s?|Photos? (?:by|courtesy of) |"
    r"(?:Ảnh minh (?:họa|hoạ)|Ảnh tư liệu)(?=[).\s]*$))([^:;!?]{0,70})$",
)
_PHOTO_AFTER: Final = re.compile(rf"((?:{_CAPS})(?:/{_CAPS})*) [Pp]hotos?(?: by)?( {_NAME})?\)?\.?$")
_LAST_WORDS: Final = 120  # characters at the end of a paragraph in which a credit is looked for
_MAX_CREDIT_WORDS: Final = 9
_STOP_INSIDE: Final = re.compile(r"[^\W\d_]{3,}[.!?] [^\W\d_]")
_FINITE: Final = re.compile(r"\b(?:was|were|is|are|has|have|said|shows?|đã|được|cho|là|bị|chụp|của)\b")


def is_byline(paragraph: str) -> bool:
    """Whether a paragraph only says who wrote it: "By Lan Anh", "Theo TTXVN", "Nguyễn Văn A (TTXVN)"."""
    if len(paragraph) > 100 or paragraph.endswith((".", "!", "?", ":", ";")):
        return False
    if match := _LABELED.match(paragraph):
        return len(match[1].split()) <= 8 and _FINITE.search(match[1]) is None
    if match := _BY.match(paragraph):
        return match[1] is None or _is_credit(match[1])
    return _theo().fullmatch(paragraph) is not None or _signed().fullmatch(paragraph) is not None


def is_signature(paragraph: str) -> bool:
    """Whether a line at the edge of the story is only a name, such as a pen name: "Xuân Bính", "Theo Tin Lạc Việt".

    Inside the story such a line may be a heading: ask only for the first line after the title and for the last ones.
    """
    return len(paragraph) <= 60 and _SIGNATURE.fullmatch(paragraph) is not None


def is_agency_line(paragraph: str) -> bool:
    """Whether a last paragraph is only agencies: "VNA", "VNA/VNS", "— VNS", "(TTXVN/Vietnam+)"."""
    bare = paragraph.strip(" -–—().[]|")
    return len(bare) <= 60 and _agencies_or_caps().fullmatch(bare) is not None


def find_photo_credit(paragraph: str) -> int | None:
    """Where the photo credit ending a paragraph begins: "Ảnh: TTXVN", "(Photo: VNA)", "VNA Photo Lan Anh"."""
    low = max(0, len(paragraph) - _LAST_WORDS)
    match = _PHOTO.search(paragraph, low)
    if match is not None and _is_credit(match[1].strip(" ).]")):
        start = match.start()
        return start - 1 if start and paragraph[start - 1] in "([" else start
    after = _PHOTO_AFTER.search(paragraph, low)
    if after is not None and _agencies_or_caps().fullmatch(after[1]):
        return after.start()
    return None


def find_agency_tag(paragraph: str) -> int | None:
    """Where the agency tag after the last sentence begins: "— VNS", "(TTXVN)", "VNA/VNS"."""
    match = _tag().search(paragraph, max(0, len(paragraph) - _LAST_WORDS))
    return None if match is None or not match.start() else match.start(1)


def _is_credit(text: str) -> bool:
    """Whether a credit is short, one piece, and tells nothing."""
    return len(text.split()) <= _MAX_CREDIT_WORDS and not (_STOP_INSIDE.search(text) or _FINITE.search(text))


def known_agencies() -> str:
    """Alternation of the agencies of data/agencies.txt, longest first, as source of a regular expression."""
    return "|".join(re.escape(name) for name in sorted(tables.lines("agencies.txt"), key=len, reverse=True))


@cache
def _theo() -> re.Pattern[str]:
    agency = rf"(?:{known_agencies()}|{_CAPS})"
    return re.compile(rf"\(?Theo (?:báo |hãng |trang )?{agency}(?:(?:/|, | và ){agency})*\)?")


@cache
def _signed() -> re.Pattern[str]:
    """A name with its agency, or known agencies joined by slashes."""
    agency = known_agencies()
    joined = rf"(?:{agency})(?:(?:/|, | - )(?:{agency}))*"
    return re.compile(rf"(?:{_NAME} \(?(?:{joined})\)|{_NAME}/(?:{agency})|[—–-] ?{joined}|\({joined}\)|{joined})")


@cache
def _agencies_or_caps() -> re.Pattern[str]:
    agency = rf"(?:{known_agencies()}|{_CAPS})"
    return re.compile(rf"{agency}(?:(?:/|, | - ){agency})*")


@cache
def _tag() -> re.Pattern[str]:
    """Set off by a dash or brackets any agency counts, else only a known one."""
    loose = rf"(?:{known_agencies()}|{_CAPS})"
    known = rf"(?:{known_agencies()})"
    stop = r"(?<=[.!?…\"”’')])"
    bare = rf"\s?{known}(?:/{known})*"
    return re.compile(
        rf"{stop}(\s?(?:[—–-]{{1,2}}\s?{loose}(?:/{loose})*|\({loose}(?:/{loose})*\))|{bare})\.?$",
    )
