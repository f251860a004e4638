"""Days, months, quarters and weekdays; a bare year is read with the numbers.

Keys: "2025-07-21", "07-21", "2025-07", "07", "2025-q3", "q3", "weekday:mon", "time:19:30".
"""

from __future__ import annotations

import calendar
import re
from itertools import pairwise
from typing import Final

from align.anchors.sheet import Sheet, has_digits
from align.types import Anchor, Lang

_D: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_M: Final = r"(?:0?[1-9]|1[0-2])"
_Y: Final = r"(?:19|20)\d\d"
_END: Final = r"(?!\w|[/.,-]\d)"
_START: Final = r"(?<!\w)(?<!\w[/.,-])"

_VI_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("giêng", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"),
        start=1,
    )
    for name in (names,)
} | {"một": 1, "bẩy": 7, "chạp": 12}
_VI_MONTH: Final = (
    rf"(?P<m>{_M}(?!\w|[.,]\d)|(?i:mười một|mười hai|giêng|một|hai|ba|tư|năm(?! (?:19|20)\d)"
    r"|sáu|bảy|bẩy|tám|chín|mười|chạp)(?!\w))"
)
_TO: Final = r"\s?(?:-|–|đến|tới|và)(?: ngày)?\s?"
_VI_NUMERIC: Final = re.compile(
    rf"{_START}(?:(?P<d0>{_D}){_TO})?(?P<d>{_D})(?P<sep>[/.-])(?P<m>{_M})(?:(?P=sep)(?P<y>{_Y}))?{_END}"
)
_VI_SPELLED: Final = re.compile(
    rf"(?:(?<!\w)(?:(?P<d0>{_D}){_TO})?(?P<d>{_D}) )?(?<!\w)[Tt]háng {_VI_MONTH}"
    rf"(?:(?:\s?[/-]\s?|,? năm |,? )(?P<y>{_Y})(?!\w|[.,]\d))?"
)
_VI_MONTH_YEAR: Final = re.compile(rf"{_START}(?P<m>{_M})/(?P<y>{_Y}){_END}")
_VI_QUARTER: Final = re.compile(rf"(?<!\w)[Qq]u[ýí] (?P<q>I{{1,3}}|IV|[1-4])(?:(?:\s?[/-]\s?| năm )(?P<y>{_Y}))?(?!\w)")
_VI_WEEKDAY: Final = re.compile(
    r"(?<!\w)(?:(?P<sun>[Cc]hủ [Nn]hật)|(?P<cue>(?:sáng|trưa|chiều|tối|đêm|ngày|hôm|vào|từ|đến|tới|và) )?"
    r"[Tt]hứ "
    r"(?P<day>[Hh]ai|[Bb]a|[Tt]ư|[Nn]ăm|[Ss]áu|[Bb]ảy|[2-7]))(?!\w)"
    r"(?P<after>(?= tuần| ngày| hàng tuần|,? \(?\d\d?[/-]))?"
)
_VI_DAYS: Final = {
    "hai": "mon", "2": "mon", "ba": "tue", "3": "tue", "tư": "wed", "4": "wed", "năm": "thu", "5": "thu",
    "sáu": "fri", "6": "fri", "bảy": "sat", "7": "sat",
}  # fmt: skip
_ROMAN: Final = {"I": 1, "II": 2, "III": 3, "IV": 4}
# What makes a date of "1/3" or "24/7"; only the first few do of "21-11", which may be a score.
_VI_DAY_CUE: Final = re.compile(r"(?i:ngày|mùng|mồng|hôm|sáng|trưa|chiều|tối|đêm),? ?\(?$")
_VI_CUE: Final = re.compile(
    r"(?i:từ|đến|tới|thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|hết|kể từ|trước|sau),? ?\(?$|\($|\x1f,? ?\(?$"
)

_EN_MONTHS: Final = (
    {name.lower(): k for k, name in enumerate(calendar.month_name) if name}
    | {name.lower(): k for k, name in enumerate(calendar.month_abbr) if name}
    | {"sept": 9}
)
_EN_MONTH: Final = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?:\.|(?= \d)))"
)
_EN_MONTH_STARTS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TH: Final = r"(?:st|nd|rd|th)?"
_DASH: Final = r"\s?(?:-|–|to|and)\s?"
_EN_MONTH_FIRST: Final = re.compile(
    rf"(?<!\w){_EN_MONTH}(?: (?:the )?(?P<d>{_D}){_TH}(?:{_DASH}(?P<d2>{_D}){_TH})?(?![\w:]|[.,]\d|%))?"
    rf"(?:,? (?:of )?(?P<y>{_Y}))?(?!\w)"
)
_EN_DAY_FIRST: Final = re.compile(
    rf"{_START}(?:(?P<d0>{_D}){_TH}{_DASH})?(?P<d>{_D}){_TH} (?:of )?{_EN_MONTH}(?:,? (?P<y>{_Y}))?(?!\w)"
)
_EN_MODAL: Final = re.compile(
    r"(?:^|[ (])(?i:in|since|by|until|last|this|next|of|early|late|mid|from|to|through|and|for|between)[ -]$"
)
_EN_NUMERIC: Final = re.compile(rf"{_START}(?P<a>\d\d?)/(?P<b>\d\d?)(?:/(?P<y>{_Y}))?{_END}")
_EN_QUARTER: Final = re.compile(
    r"(?<!\w)(?:Q(?P<q>[1-4])|(?P<word>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)[ -]quarter)"
    rf"(?:,? (?:of )?(?P<y>{_Y}))?(?!\w)"
)
_EN_QUARTERS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_EN_WEEKDAY: Final = re.compile(r"(?<!\w)(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?(?!\w)")
_ISO: Final = re.compile(rf"{_START}(?P<y>{_Y})-(?P<m>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])(?!\w|-)")
_TIME: Final = re.compile(
    r"(?<![\w:.,])(?P<h>[01]?\d|2[0-3])(?:(?::|h|g)(?P<min>[0-5]\d)(?![\w:])|[.:](?P<later>[0-5]\d)(?= ?[ap]\.?m\b))"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?"
)


def take(sheet: Sheet, lang: Lang) -> None:
    """Take dates from a sheet."""
    # Cheap looks for a needed letter group spare most segments the search.
    digits = has_digits(sheet.rest)
    if digits:
        sheet.sweep(_ISO, _read_full)
        sheet.sweep(_TIME, _read_time)
    if lang == "vi":
        _take_vi(sheet, digits=digits)
    else:
        _take_en(sheet, digits=digits)


def _take_vi(sheet: Sheet, *, digits: bool) -> None:
    text = sheet.text
    if "uý " in text or "uí " in text:
        sheet.sweep(_VI_QUARTER, _read_vi_quarter)
    if "hứ" in text or "hủ" in text:
        sheet.sweep(_VI_WEEKDAY, _read_vi_weekday)
    if digits and ("/" in text or "-" in text or "." in text):
        sheet.sweep(_VI_NUMERIC, _read_vi_numeric)
        sheet.sweep(_VI_MONTH_YEAR, _read_full)
    if "háng" in text:
        sheet.sweep(_VI_SPELLED, _read_vi_spelled)


def _take_en(sheet: Sheet, *, digits: bool) -> None:
    text = sheet.text
    if "quarter" in text or "Q" in text:
        sheet.sweep(_EN_QUARTER, _read_en_quarter)
    if "day" in text:
        sheet.sweep(_EN_WEEKDAY, _read_en_weekday)
    if digits and "/" in text:
        sheet.sweep(_EN_NUMERIC, _read_en_numeric)
    if any(start in text for start in _EN_MONTH_STARTS):
        if digits:
            sheet.sweep(_EN_DAY_FIRST, _read_en_day_first)
        sheet.sweep(_EN_MONTH_FIRST, _read_en_month_first)


def _date(span: tuple[int, int], month: int, day: str | None, year: str | None) -> Anchor | None:
    """A date anchor, or None for a day that its month does not have."""
    parts = [year] if year else []
    parts.append(f"{month:02}")
    if day is not None:
        if int(day) > calendar.monthrange(int(year) if year else 2000, month)[1]:
            return None
        parts.append(f"{int(day):02}")
    return Anchor("date", "-".join(parts), *span)


def _dates(match: re.Match[str], month: int, days: tuple[str, ...]) -> tuple[Anchor, ...] | None:
    """Anchors of the one or two days ("d0", "d2" and "d" of a range) of a match."""
    found = []
    groups = [(match.start(name), match[name]) for name in days if match[name]]
    spans = _spread(match, [start for start, _ in groups])
    for (_, day), span in zip(groups, spans, strict=True):
        anchor = _date(span, month, day, match["y"])
        if anchor is None:
            return None
        found.append(anchor)
    return tuple(found)


def _spread(match: re.Match[str], starts: list[int]) -> list[tuple[int, int]]:
    """Parts of a match, one for each start, that cover it whole."""
    edges = [match.start(), *starts[1:], match.end()]
    return list(pairwise(edges))


def _read_full(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    day = match.groupdict().get("d")
    anchor = _date(match.span(), int(match["m"]), day, match["y"])
    return None if anchor is None else (anchor,)


def _read_time(match: re.Match[str]) -> tuple[Anchor, ...]:
    hour = int(match["h"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    return (Anchor("date", f"time:{hour:02}:{match['min'] or match['later']}", *match.span()),)


def _read_vi_numeric(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    before = match.string[max(0, match.start() - 12) : match.start()]
    if match["y"] is None and (match["sep"] == "." or not (_cued(before, match["sep"]) or _dated(match))):
        return None
    return _dates(match, int(match["m"]), ("d0", "d"))


def _cued(before: str, separator: str) -> bool:
    return bool(_VI_DAY_CUE.search(before) or (separator == "/" and _VI_CUE.search(before)))


def _dated(match: re.Match[str]) -> bool:
    """Whether day and month without a cue are a date: with a slash, and neither a fraction (2/3) nor 24/7."""
    day, month = int(match["d"]), int(match["m"])
    if match["sep"] != "/" or (day, month) == (24, 7):
        return False
    return not (day < month <= 10 and match["d0"] is None and len(match["d"]) == 1)


def _read_vi_spelled(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    word = match["m"].lower()
    month = int(word) if word.isdecimal() else _VI_MONTHS[word]
    if match["d"]:
        return _dates(match, month, ("d0", "d"))
    return _read_month(match, month)


def _read_month(match: re.Match[str], month: int) -> tuple[Anchor, ...] | None:
    anchor = _date(match.span(), month, None, match["y"])
    return None if anchor is None else (anchor,)


def _read_vi_quarter(match: re.Match[str]) -> tuple[Anchor, ...]:
    return _quarter(match, _ROMAN[match["q"]] if match["q"] in _ROMAN else int(match["q"]))


def _quarter(match: re.Match[str], number: int) -> tuple[Anchor, ...]:
    year = f"{match['y']}-" if match["y"] else ""
    return (Anchor("date", f"{year}q{number}", *match.span()),)


def _read_vi_weekday(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    if match["sun"]:
        return (Anchor("date", "weekday:sun", *match.span("sun")),)
    before = match.string[max(0, match.start() - 5) : match.start()]
    if before.endswith("lần "):
        return None
    word = match["day"]
    # "thứ Ba" is a day; "thứ ba" and "thứ 3" only beside a word that says so, else an ordinal.
    if not (match["cue"] or match["after"] is not None or word[0].isupper()):
        return None
    end = match.end("day")
    return (Anchor("date", f"weekday:{_VI_DAYS[word.lower()]}", match.start(), end),)


def _read_en_quarter(match: re.Match[str]) -> tuple[Anchor, ...]:
    return _quarter(match, int(match["q"]) if match["q"] else _EN_QUARTERS[match["word"].lower()])


def _read_en_weekday(match: re.Match[str]) -> tuple[Anchor, ...]:
    return (Anchor("date", f"weekday:{match[1][:3].lower()}", *match.span()),)


def _read_en_month_first(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    name = match["month"].rstrip(".")
    month = _EN_MONTHS[name.lower()]
    if match["d"]:
        return _dates(match, month, ("d", "d2"))
    before = match.string[max(0, match.start() - 9) : match.start()]
    if name in {"May", "March"} and not match["y"] and not _EN_MODAL.search(before):
        return None
    return _read_month(match, month)


def _read_en_day_first(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    return _dates(match, _EN_MONTHS[match["month"].rstrip(".").lower()], ("d0", "d"))


def _read_en_numeric(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    first, second = int(match["a"]), int(match["b"])
    if match["y"] is None and (first < second <= 10 or (first, second) == (24, 7)):
        return None
    month, day = (first, match["b"]) if first <= 12 else (second, match["a"])
    if not (1 <= month <= 12 and int(day) >= 1):
        return None
    anchor = _date(match.span(), month, day, match["y"])
    return None if anchor is None else (anchor,)
