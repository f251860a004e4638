"""Furniture of news pages: what stands on the page but is not the story.

Each rule has a name, kept with what it took out: `dateline`, `caption`, `photo_credit`, `byline`,
`agency_tag`, `end_mark`, `closing_line`, `page_line`; other modules add `head_line`, `date_line` and `boilerplate`. In
doubt a rule leaves furniture in: a sentence of the story must never be taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from align.documents import bylines, datelines, tables
from align.types import Furniture

_MAX_CAPTION_WORDS: Final = 60
_MAX_CLOSING_WORDS: Final = 30
_MAX_PAGE_LINE: Final = 160  # characters
_AROUND: Final = " \t|•·/,;:>»«<-–—[]…"  # between and around labels of a page
_MAX_ENDS: Final = 6  # pieces of furniture at the end of a page; more are no page
_COPYRIGHT: Final = re.compile(r"(?:©|copyright|bản quyền)\s*(?:©|\(c\))?\s*(?:19|20)\d\d(?!\d)", re.IGNORECASE)
_CRUMBS: Final = re.compile(r"(?:trang chủ|home)\s?[>»›/|]\s?[^.!?]{1,80}", re.IGNORECASE)
_END_MARK: Final = re.compile(r"\s?\.?/\.$")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"”’')\]]*$")


@dataclass(frozen=True, slots=True)
class Stripped:
    """Paragraphs of the story, what was taken out in order of the page, and the dateline if there is one."""

    paragraphs: tuple[str, ...]
    furniture: tuple[Furniture, ...]
    dateline: str | None = None


@dataclass(slots=True)
class _Page:
    """The story as it is being stripped: paragraphs with their place on the page, and finds with theirs."""

    story: list[tuple[int, str]]
    finds: list[tuple[int, Furniture]] = field(default_factory=list)
    dateline: str | None = None

    def note(self, place: int, rule: str, text: str) -> None:
        self.finds.append((place, Furniture(rule, text)))


def strip(paragraphs: list[str], *, first_body: int = 0) -> Stripped:
    """Take furniture out of paragraphs (cleaned, trimmed, not empty).

    Args:
        paragraphs: in order of the page, the title included where it is one.
        first_body: index of the first paragraph that is no title; those before it are left as they are.
    """
    page = _Page(list(enumerate(paragraphs[:first_body])))
    only = len(paragraphs) - first_body == 1
    if first_body and len(paragraphs) > first_body + 1 and _is_signed_on(paragraphs[first_body]):
        page.note(first_body, "byline", paragraphs[first_body])
        paragraphs = [*paragraphs[:first_body], "", *paragraphs[first_body + 1 :]]
    for place, paragraph in enumerate(paragraphs[first_body:], first_body):
        if rest := _strip_paragraph(page, place, paragraph, only=only):
            page.story.append((place, rest))
    _strip_end(page, first_body)
    _strip_dateline(page, first_body)
    found = sorted(page.finds, key=lambda find: find[0])
    return Stripped(tuple(text for _, text in page.story), tuple(item for _, item in found), page.dateline)


def _strip_paragraph(page: _Page, place: int, paragraph: str, *, only: bool) -> str:
    """What is left of a paragraph after the rules that hold anywhere on the page."""
    if rule := whole_rule(paragraph):
        page.note(place, rule, paragraph)
        return ""
    credit = bylines.find_photo_credit(paragraph)
    if credit is None:
        return paragraph
    if not only and len(paragraph.split()) <= _MAX_CAPTION_WORDS:
        page.note(place, "caption", paragraph)
        return ""
    page.note(place, "photo_credit", paragraph[credit:].strip())
    return paragraph[:credit].rstrip(" -–—|/(")


def whole_rule(paragraph: str) -> str | None:
    """The rule by which a paragraph as a whole is furniture wherever it stands; None if it is not."""
    return next((rule for rule, holds in _WHOLE if holds(paragraph)), None)


def _strip_end(page: _Page, first_body: int) -> None:
    """Agency lines, tags and end marks at the end of the story, until none is left."""
    for _ in range(_MAX_ENDS):
        if not page.story or page.story[-1][0] < first_body:
            return
        place, paragraph = page.story[-1]
        if len(page.story) > 1 and (bylines.is_agency_line(paragraph) or _is_signed_off(page, paragraph)):
            page.note(place, "byline", paragraph)
            page.story.pop()
            continue
        if (mark := _END_MARK.search(paragraph)) and mark.start():
            rest = _with_stop(paragraph[: mark.start()])
            page.note(place, "end_mark", mark[0].strip())
        elif (tag := bylines.find_agency_tag(paragraph)) is not None:
            rest = paragraph[:tag].rstrip(" -–—(")
            page.note(place, "agency_tag", paragraph[len(rest) :].strip())
        else:
            return
        page.story[-1] = (place, rest)


def _is_signed_on(paragraph: str) -> bool:
    """Whether the line below the title is a Vietnamese name; an English one without "By" may be a heading."""
    return bylines.is_signature(paragraph) and not paragraph.isascii()


def _is_signed_off(page: _Page, paragraph: str) -> bool:
    """Whether the last paragraph is a name below a finished sentence."""
    return bylines.is_signature(paragraph) and _SENTENCE_END.search(page.story[-2][1]) is not None


def _with_stop(text: str) -> str:
    """End mark "./." stands for the last full stop too: put it back where there is none."""
    text = text.rstrip()
    return text if _SENTENCE_END.search(text) else text + "."


def _strip_dateline(page: _Page, first_body: int) -> None:
    for index, (place, paragraph) in enumerate(page.story):
        if place < first_body:
            continue
        end = datelines.find(paragraph)
        if end and paragraph[end:]:
            page.dateline = paragraph[:end].strip()
            page.note(place, "dateline", page.dateline)
            page.story[index] = (place, paragraph[end:])
        return


def _is_closing_line(paragraph: str) -> bool:
    if len(paragraph.split()) > _MAX_CLOSING_WORDS:
        return False
    return _closing_lines().match(paragraph) is not None or _COPYRIGHT.match(paragraph) is not None


def is_page_line(paragraph: str) -> bool:
    """Whether a line is nothing but buttons and labels of the page, or the way to it: "Trang chủ > Thế giới"."""
    if len(paragraph) > _MAX_PAGE_LINE:
        return False
    if _CRUMBS.fullmatch(paragraph):
        return True
    labels, rest = _page_labels(), paragraph.casefold().strip(_AROUND)
    while rest:
        end = next((match.end() for match in (labels.match(rest),) if match), 0)
        if not end:
            return False
        rest = rest[end:].lstrip(_AROUND)
    return bool(paragraph.strip(_AROUND))


@cache
def _page_labels() -> re.Pattern[str]:
    """Labels, longest first, numbers open; a label ends where a word does."""
    labels = sorted((line.casefold() for line in tables.lines("page_lines.txt")), key=len, reverse=True)
    return re.compile(
        "(?:" + "|".join(re.escape(label).replace(r"\*", r"[\d.,]{1,9}") for label in labels) + r")(?!\w)"
    )


@cache
def _closing_lines() -> re.Pattern[str]:
    phrases = (re.escape(line).replace(r"\*", ".{1,80}?") for line in tables.lines("closing_lines.txt"))
    return re.compile(rf"[>»*•\-–—\s]*(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


# Rule -> what it takes out as a whole, anywhere on the page.
_WHOLE: Final = (("closing_line", _is_closing_line), ("page_line", is_page_line), ("byline", bylines.is_byline))
