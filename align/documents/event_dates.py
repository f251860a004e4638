"""Days that a story tells of, apart from the day it was published; and a guess at that day where nothing says it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

from align.anchors import dates as finder
from align.anchors.sheet import Sheet
from align.documents import dates
from align.types import Anchor, Document, Lang

_MAX_TEXT: Final = 20_000  # characters looked at
_MAX_DATES: Final = 24
_LEAD: Final = 3  # paragraphs in which the day of publication may be guessed from
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NEAR: Final = 6  # characters between a weekday and the date that it only repeats
_BEFORE: Final = 80  # characters in front of a date that say what it is
_YEAR: Final = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,]\d|\d|%)")
_FIRST_YEAR: Final = 1990  # older dates in a lead are history
_AHEAD: Final = {
    "vi": re.compile(r"\b(?:sẽ|dự kiến|sắp)\b[^.!?]{0,60}$", re.IGNORECASE),
    "en": re.compile(r"\b(?:will|due to|to be held|scheduled|expected to|next|upcoming)\b[^.!?]{0,60}$", re.IGNORECASE),
}
# What sets a term or looks back or ahead: "từ ngày 1/1/2026", "since May 3, 2020".
_BOUND: Final = re.compile(
    r"\b(?:từ|đến|tới|trước|sau|kể từ|hạn|from|since|before|until|till|by|after|effective|starting|founded|established)"
    r"(?: on)?(?: ngày)?\W*$",
    re.IGNORECASE,
)
_AHEAD_AFTER: Final = re.compile(r"\W?(?:tuần )?(?:tới|sau)\b", re.IGNORECASE)
_ALWAYS: Final = re.compile(r"\b(?:mỗi|hàng tuần|hằng tuần|every|each|vào các)\W*(?:ngày )?$", re.IGNORECASE)
_SPOKEN: Final[dict[Lang, tuple[tuple[re.Pattern[str], int], ...]]] = {
    "vi": (
        (re.compile(r"\b(?:hôm|sáng|trưa|chiều|tối) nay\b", re.IGNORECASE), 0),
        (re.compile(r"\b(?:hôm|sáng|trưa|chiều|tối|đêm) qua\b", re.IGNORECASE), -1),
        (re.compile(r"\b(?:ngày|sáng|chiều|tối) mai\b", re.IGNORECASE), 1),
    ),
    "en": (
        (re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", re.IGNORECASE), 0),
        (re.compile(r"\b(?:yesterday|last night)\b", re.IGNORECASE), -1),
        (re.compile(r"\btomorrow\b", re.IGNORECASE), 1),
    ),
}


def of_document(document: Document) -> tuple[str, ...]:
    """Days told of in a document: see `find`."""
    return find(document.text, document.lang, document.date)


def find(text: str, lang: Lang, published: date | None) -> tuple[str, ...]:
    """Days told of in a text, in order of mention, each once: "2024-11-21", or "11-21" where the year is open.

    Args:
        text: in NFC.
        lang: settles the order of day and month.
        published: with it, days without a year get the nearest one, and weekdays and "hôm qua" become days.
    """
    text = text[:_MAX_TEXT]
    found = sorted({**_spoken(text, lang, published), **_written(text, lang, published)}.items())
    return tuple(dict.fromkeys(day for _, day in found))[:_MAX_DATES]


def estimate(document: Document) -> date | None:
    """The day that a document without date was likely published on, None where that is not clear.

    Clear is one full date in the lead, or one more often there than all others, in the latest year that the story
    speaks of, and not said to be ahead. It is a guess: it never stands in `document.date`.
    """
    lead = "\n".join(document.text.split("\n")[: _LEAD + (document.title is not None)])
    full: Counter[date] = Counter()
    for anchor in _anchors(lead, document.lang):
        day = dates.from_iso(anchor.key) if len(anchor.key) == len("2024-11-21") else None
        before = lead[max(0, anchor.start - _BEFORE) : anchor.start]
        if day is not None and not (_AHEAD[document.lang].search(before) or _BOUND.search(before)):
            full[day] += 1
    if not full:
        return None
    (best, times), *others = full.most_common()
    years = [int(year) for year in _YEAR.findall(document.text[:_MAX_TEXT])]
    clear = times > sum(count for _, count in others) and best.year >= max((_FIRST_YEAR, *years))
    return best if clear else None


def _anchors(text: str, lang: Lang) -> list[Anchor]:
    sheet = Sheet(text)
    finder.take(sheet, lang)
    return list(sheet.anchors())


def _written(text: str, lang: Lang, published: date | None) -> dict[int, str]:
    """Place -> day, of dates and weekdays."""
    anchors = _anchors(text, lang)
    days = [anchor for anchor in anchors if re.fullmatch(r"(?:\d{4}-)?\d\d-\d\d", anchor.key)]
    found = {anchor.start: _with_year(anchor.key, published) for anchor in days if not _is_year_month(anchor.key)}
    if published is not None:
        found |= dict(_weekdays(text, lang, anchors, published))
    return found


def _is_year_month(key: str) -> bool:
    return len(key) == len("2024-11") and int(key[:2]) > 12


def _with_year(key: str, published: date | None) -> str:
    """A day without year in the year that brings it nearest to the day of publication."""
    if len(key) > len("11-21") or published is None:
        return key
    years = range(max(MINYEAR, published.year - 1), min(MAXYEAR, published.year + 1) + 1)
    near = [day for year in years if (day := dates.from_iso(f"{year:04}-{key}")) is not None]
    return min(near, key=lambda day: abs(day - published)).isoformat() if near else key


def _weekdays(text: str, lang: Lang, anchors: list[Anchor], published: date) -> Iterator[tuple[int, str]]:
    dated = [(anchor.start, anchor.end) for anchor in anchors if anchor.key[:1].isdigit()]
    for anchor in anchors:
        kind, _, name = anchor.key.partition(":")
        if kind != "weekday" or _ALWAYS.search(text[max(0, anchor.start - 20) : anchor.start]):
            continue
        if any(0 <= start - anchor.end <= _NEAR or 0 <= anchor.start - end <= _NEAR for start, end in dated):
            continue
        back = (published.weekday() - _WEEKDAYS.index(name)) % 7
        before = text[max(0, anchor.start - _BEFORE) : anchor.start]
        if _AHEAD[lang].search(before) or (lang == "vi" and _AHEAD_AFTER.match(text, anchor.end)):
            back -= 7
        elif before.lower().rstrip().endswith(" last") and not back:
            back = 7
        if (day := _shifted(published, -back)) is not None:
            yield anchor.start, day


def _spoken(text: str, lang: Lang, published: date | None) -> dict[int, str]:
    if published is None:
        return {}
    places = ((match.start(), shift) for form, shift in _SPOKEN[lang] for match in form.finditer(text))
    return {place: day for place, shift in places if (day := _shifted(published, shift)) is not None}


def _shifted(day: date, days: int) -> str | None:
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        return None
