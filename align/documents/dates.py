"""Published dates as metadata, head lines, datelines, addresses and file names write them.

Day and month of a date in numbers are in the order of its language: 4/3 is March 4 in Vietnamese, April 3 in English,
unless only one order exists.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from align.types import Lang

_HEAD: Final = re.compile(r"\s*date (\d{4}-\d{2}-\d{2})(?:\s+|$)")
_IN_NAME: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_./]?)(\d{2})\2(\d{2})(?!\d)")
_DAY_FIRST_IN_NAME: Final = re.compile(r"(?<!\d)(\d{1,2})([-_.])(\d{1,2})\2((?:19|20)\d{2})(?!\d)")
_CLOCK: Final = r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
# Article numbers that are a moment: 20241121153000123, or a channel and the year in two digits: 196241121153000123.
_STAMP: Final = re.compile(rf"(?<!\d)(?:(20\d{{2}})(\d{{2}})(\d{{2}}){_CLOCK}(?:\d{{3}})?)(?!\d)")
_SHORT_STAMP: Final = re.compile(rf"(?<!\d)1\d\d(\d{{2}})(\d{{2}})(\d{{2}}){_CLOCK}\d{{3}}(?!\d)")
_NUMBERS: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:/|-|\.| tháng )(\d{1,2})(?:/|-|\.|,? năm )(\d{4})(?!\d)", re.IGNORECASE
)
_YEAR_FIRST: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_WORDS: Final = re.compile(
    r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})|(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? (\d{4})"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def from_iso(value: str) -> date | None:
    """Date of an ISO 8601 date or datetime, None where it is neither."""
    try:
        return datetime.fromisoformat(value.strip()).date()
    except ValueError:
        return None


def split_head(text: str) -> tuple[date | None, str]:
    """Take a leading "date YYYY-MM-DD" off a text; a date that does not exist stays in it."""
    match = _HEAD.match(text)
    found = from_iso(match[1]) if match else None
    return (None, text) if match is None or found is None else (found, text[match.end() :])


def from_name(name: str, lang: Lang | None = None) -> date | None:
    """First full date in a name or path: 2025-03-04-visit, 20250304_visit, 2025/03/04/visit, 04-03-2025-visit.

    Args:
        name: of a file, or the path of an address.
        lang: settles the order of 04-03-2025; without it only 21-11-2025 is read.
    """
    for match in _IN_NAME.finditer(name):
        if (found := _date(match[1], match[3], match[4])) is not None:
            return found
    if stamp := _STAMP.search(name):
        return _date(*stamp.groups())
    for numbers in _DAY_FIRST_IN_NAME.finditer(name):
        if (found := _ordered(numbers[1], numbers[3], numbers[4], "vi" if lang == "vi" else None)) is not None:
            return found
    return None


def from_url(url: str, lang: Lang | None = None) -> date | None:
    """Date in the path of an address, query and fragment left out."""
    host, _, path = re.sub(r"^\w+://", "", url).partition("/")
    path = re.split(r"[?#]", path, maxsplit=1)[0]
    if (found := from_name(path, lang)) is not None:
        return found
    match = _SHORT_STAMP.search(path) if host.endswith(".vn") else None
    return _date(f"20{match[1]}", match[2], match[3]) if match else None


def from_numbers(value: str, lang: Lang | None) -> date | None:
    """Date of "21/11/2024", "21-11-2024 15:30" or "2024/11/21"; None where the order of day and month is open."""
    if match := _YEAR_FIRST.match(value.strip()):
        return _date(*match.groups())
    match = _NUMBERS.match(value.strip())
    return _ordered(match[1], match[2], match[3], "vi" if lang == "vi" else None) if match else None


def from_dateline(text: str, lang: Lang = "vi") -> date | None:
    """First date with its year in a dateline or date line ("HANOI, March 4, 2025"), else None."""
    if match := _YEAR_FIRST.search(text):
        return _date(*match.groups())
    if match := _NUMBERS.search(text):
        return _ordered(match[1], match[2], match[3], lang)
    for match in _WORDS.finditer(text):
        name, day, year = match.groups()[:3] if match[1] else (match[5], match[4], match[6])
        month = name[:3].lower()
        if month in _MONTHS:
            return _date(year, str(_MONTHS.index(month) + 1), day)
    return None


def _ordered(first: str, second: str, year: str, lang: Lang | None) -> date | None:
    """Day and month in the order of a language; with none, only where they can stand in one order alone."""
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if lang is None and None not in (day_first, month_first) and day_first != month_first:
        return None
    return (month_first or day_first) if lang == "en" else (day_first or month_first)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
