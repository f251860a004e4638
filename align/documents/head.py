"""What stands around a story in a text file: a block of "Title: ...", lines that only say when it was published."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from align.documents import bylines, furniture
from align.types import Furniture

_TOP: Final = 6  # lines in which a date line may begin the page
_BOTTOM: Final = 3  # and end it
_MAX_BARE: Final = 2  # dates on lines of their own; more are the headings of a chronicle
_MAX_LINE: Final = 120
_FIELDS: Final = {
    "title": "title|headline|tiêu đề|tựa đề|đầu đề",
    "date": "date|published|publication date|pub date|ngày|ngày đăng|ngày xuất bản|thời gian|đăng ngày",
    "url": "url|link|đường dẫn|địa chỉ",
    "author": "author|byline|tác giả",
    "site": "source|site|outlet|nguồn|báo",
    "lang": "lang|language|ngôn ngữ",
    "id": "id",
}
_FIELD: Final = re.compile(
    "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items()) + r")\s?: ?(?P<value>\S.*)",
    re.IGNORECASE,
)
_LABEL: Final = (
    r"(?:last updated|updated|published|posted|publication date|date|ngày đăng|ngày xuất bản|ngày cập nhật|ngày|"
    r"đăng ngày|đăng lúc|xuất bản|cập nhật lúc|cập nhật|thời gian|lần cuối)(?:\s?:| on| at| lúc| ngày)?:?\s?"
)
_WEEKDAY: Final = (
    r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|cn|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"mon|tue|wed|thu|fri|sat|sun)\.?"
)
_TIME: Final = r"\d{1,2}(?::|h|g|giờ )\d{2}(?::\d{2})?(?: ?phút)?(?: ?[ap]\.?m\b\.?)?"
_ZONE: Final = r"\(?(?:gmt|utc|ict|hanoi time|giờ hà nội)?\s?(?:[+-]\s?\d{1,2}(?::?\d{2})?)?\)?"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_TH: Final = "(?:st|nd|rd|th)?"
_DATE: Final = (
    r"(?:ngày )?(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d{2}|(?:19|20)\d{2}[/.-]\d{1,2}[/.-]\d{1,2}(?:T[\d:.]{5,12}Z?)?"
    rf"|\d{{1,2}} tháng \d{{1,2}},? (?:năm )?(?:19|20)\d{{2}}|{_MONTH} \d{{1,2}}{_TH},? (?:19|20)\d{{2}}"
    rf"|\d{{1,2}}{_TH} {_MONTH},? (?:19|20)\d{{2}})"
)
_SEP: Final = r"[\s,|/•·–—-]{0,4}"
_WHEN: Final = (
    rf"(?:{_WEEKDAY}{_SEP})?(?:{_TIME}{_SEP})?(?:{_WEEKDAY}{_SEP})?{_DATE}(?:{_SEP}{_TIME})?(?:{_SEP}{_ZONE})?"
)
_DATE_LINE: Final = re.compile(rf"[(\[]?(?:{_LABEL})?{_WHEN}[)\]]?\.?", re.IGNORECASE)
_BARE: Final = re.compile(_DATE, re.IGNORECASE)
_AT_END: Final = re.compile(rf"(?:\s?[,|/•·–—-]\s?|\s)(?:{_LABEL})?{_WHEN}$", re.IGNORECASE)
_UPDATED: Final = re.compile(r"(?:last )?updated|cập nhật|lần cuối", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """Lines of the story, what was said around it, and what was taken out.

    `fields` holds title, date, url, author, site of a head block; `when` the texts of date lines, best first.
    """

    lines: tuple[str, ...]
    fields: dict[str, str] = field(default_factory=dict)
    when: tuple[str, ...] = ()
    furniture: tuple[Furniture, ...] = ()


def split(lines: list[str]) -> Head:
    """Take the head block and the date lines off a page.

    Args:
        lines: cleaned, trimmed, not empty.
    """
    first = _first_story_line(lines)
    labels = tuple(Furniture("page_line", line) for line in lines[:first])
    fields, rest = _block(lines[first:])
    block = tuple(Furniture("head_line", line) for line in lines[first : len(lines) - len(rest)])
    dated = _date_lines(rest)
    kept = tuple(line for place, line in enumerate(rest) if place not in dated)
    when = sorted(dated.values(), key=lambda line: _UPDATED.search(line) is not None)
    found = (Furniture("byline" if _with_name(line) else "date_line", line) for line in dated.values())
    return Head(kept, fields, tuple(when), (*labels, *block, *found))


def _first_story_line(lines: list[str]) -> int:
    """Index of the first line that is no label of the page; 0 where all are."""
    return next((place for place, line in enumerate(lines[:_TOP]) if not furniture.is_page_line(line)), 0)


def _block(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Two or more lines "Name: value" at the top, a title, date or address among them."""
    fields: dict[str, str] = {}
    for line in lines[:-1]:
        match = _FIELD.fullmatch(line)
        name = next((name for name in _FIELDS if match and match[name]), None)
        if match is None or name is None or name in fields:
            break
        fields[name] = match["value"].strip()
    if len(fields) >= 2 and {"title", "date", "url"} & fields.keys():
        return fields, lines[len(fields) :]
    return {}, lines


def _date_lines(lines: list[str]) -> dict[int, str]:
    """Place -> line, of those at both ends of the page that only say when, or who and when."""
    ends = {*range(min(_TOP, len(lines))), *range(max(0, len(lines) - _BOTTOM), len(lines))}
    found = {place: lines[place] for place in sorted(ends) if _is_date_line(lines[place])}
    bare = sum(len(line) <= _MAX_LINE and _BARE.fullmatch(line) is not None for line in lines)
    if bare > _MAX_BARE:
        found = {place: line for place, line in found.items() if _BARE.fullmatch(line) is None}
    named = {place: lines[place] for place in sorted(ends) if place < _TOP and _with_name(lines[place])}
    return found if len(found) == len(lines) else dict(sorted((found | named).items()))


def _is_date_line(line: str) -> bool:
    return len(line) <= _MAX_LINE and _DATE_LINE.fullmatch(line) is not None


def _with_name(line: str) -> bool:
    """Whether a line says who and when: "By Lan Anh | November 21, 2024", "Nguyễn Văn A - 21/11/2024 15:30"."""
    if len(line) > _MAX_LINE or _is_date_line(line) or (match := _AT_END.search(line)) is None:
        return False
    name = line[: match.start()].rstrip(" ,|/•·–—-")
    if bylines.is_byline(name):
        return True
    # A name alone has to be set off from the date: "Quốc Khánh Việt Nam 2/9/2024" is a title.
    return not match[0][:3].strip()[:1].isalnum() and bylines.is_signature(name) and not name.isascii()
