"""Dates of a document: from metadata, a head line, a dateline, or the name of its file."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

_HEAD: Final = re.compile(r"\s*date (\d{4}-\d{2}-\d{2})(?:\s+|$)")
_IN_NAME: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_./]?)(\d{2})\2(\d{2})(?!\d)")
_VI: Final = re.compile(r"(\d{1,2})(?:/|-|\.| tháng )(\d{1,2})(?:/|-|\.|,? năm )(\d{4})", re.IGNORECASE)
_EN: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})|(\d{1,2}) ([A-Za-z]{3,9})\.?,? (\d{4})")
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


def from_name(name: str) -> date | None:
    """First full date in a name or path: 2025-03-04-visit, news/20250304_visit, 2025/03/04/visit."""
    for match in _IN_NAME.finditer(name):
        if (found := _date(match[1], match[3], match[4])) is not None:
            return found
    return None


def from_dateline(text: str) -> date | None:
    """Date of a dateline where it says the year ("HANOI, March 4, 2025"), else None."""
    if match := _VI.search(text):
        return _date(match[3], match[2], match[1])
    if (match := _EN.search(text)) is None:
        return None
    name, day, year = match.groups()[:3] if match[1] else (match[5], match[4], match[6])
    month = name[:3].lower()
    return _date(year, str(_MONTHS.index(month) + 1), day) if month in _MONTHS else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
