"""Datelines: "HÀ NỘI, ngày 4/3 (TTXVN) –", "HANOI, March 4 (Xinhua) --", "KUALA LUMPUR —", "(Ngày Nay) -"."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from align.documents import bylines, tables
from align.text import LOWER_CASE

_UPPER: Final = rf"[^\W\d_{LOWER_CASE}]"  # a letter that is not lower case
_WORD: Final = rf"{_UPPER}[^\W\d_]*(?:[.'’\-][^\W\d_]+)*\.?"
_PLACE: Final = rf"{_WORD}(?:,? (?:de |of |the )?{_WORD}){{0,5}}"
_CAPS_WORD: Final = rf"{_UPPER}{{2,}}(?:[.'’\-]{_UPPER}+)*\.?"
_CAPS_PLACE: Final = rf"(?:TP\. ?)?{_CAPS_WORD}(?: {_CAPS_WORD}){{0,4}}(?:, {_WORD}(?: {_WORD}){{0,2}})?"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE: Final = (
    r"(?:(?:ngày |sáng |chiều |tối |trưa )*\d{1,2}(?:[/.-]\d{1,2}|\s?tháng \d{1,2})"
    r"(?:(?:[/.-]|,? năm )\d{4})?"
    rf"|{_MONTH} \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} {_MONTH}(?:,? \d{{4}})?)"
)
_DASH: Final = r"\s?[—–-]{1,2}\s"
_LONG_DASH: Final = r"\s?(?:—|--)\s"
# The story that follows begins a sentence.
_STORY: Final = rf"(?=[\"“‘'(\[]?(?:{_UPPER}|\d))"
_MAX: Final = 90
# Organizations in capitals that a dash may follow in a first sentence.
_NO_PLACE: Final = re.compile(r"(?:ASEAN|EU|UN|NATO|WHO|UNESCO|APEC|BRICS|WTO|IMF|FDI|GDP|AI|LHQ|FIFA|COVID)\b")


def find(paragraph: str) -> int | None:
    """End of the dateline that begins a paragraph, blanks after it included; None where there is none."""
    head = paragraph[:_MAX]
    if _NO_PLACE.match(head):
        return None
    for pattern in _patterns():
        if match := pattern.match(head):
            return match.end()
    return None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The forms, each with a sign beyond the dash: a date, an agency, capitals, or a known place."""
    known = bylines.known_agencies()
    place = "|".join(re.escape(name) for name in sorted(tables.lines("places.txt"), key=len, reverse=True))
    any_place = rf"(?:(?i:{place})|{_PLACE})"
    agency = rf"\((?:{known}|[A-ZĐ]{{2,8}})(?:/(?:{known}|[A-ZĐ]{{2,8}}))*\)"
    named = rf"\((?:{known}|{_WORD}(?: [^\W\d_]+){{0,3}})\)"
    dated = rf"(?:(?i:{place})|{_PLACE}), {_DATE}(?: ?(?:{agency}|{named}))?(?:{_DASH}|: )"
    bracketed = rf"(?:(?i:{place})|{_CAPS_PLACE})(?:, {_WORD}(?: {_WORD})?)? ?{agency}(?:{_DASH}|: |[–—-])"
    any_known = rf"{any_place} ?\((?:{known})\){_DASH}"
    capitals = rf"{_CAPS_PLACE}{_LONG_DASH}"
    upper = rf"(?:{place.upper()}){_DASH}(?!{_UPPER}{{2,}})"
    signed = rf"(?:{known}){_DASH}"
    forms = (dated, bracketed, any_known, rf"{named}\s?[—–-]{{1,2}}\s?", capitals, upper, signed)
    return tuple(re.compile(form + _STORY) for form in forms)
