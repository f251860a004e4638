"""One article: raw text -> cleaned document."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from align import text as texts
from align.documents import bylines, datelines, dates, furniture, head, language, mojibake, published
from align.types import LANGS, Document, Lang, RejectedDocument

_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_WORDS: Final = re.compile(r"\w+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_MAX_TITLE_CHARS: Final = 220
_MAX_TITLE_WORDS: Final = 32
_NO_TITLE_END: Final = tuple(".!?…:;,")
_CLOSING_QUOTES: Final = "\"”’'"
_SURE_WORDS: Final = 20  # from this length on the text is believed over the language that it is said to have
_SHOWN: Final = 80  # characters of an address that a warning shows
_BARE: Final = "reads as Vietnamese without diacritics: its words are matched and encoded less well"


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader knows of an article beyond its fields.

    Attributes:
        author, site: as metadata says.
        name: path of its file, where a date may stand.
        warnings: on how it was read.
    """

    author: str | None = None
    site: str | None = None
    name: str = ""
    warnings: tuple[str, ...] = ()


def parse(  # noqa: PLR0913 - the fields of a document, by name
    raw: str,
    *,
    doc_id: str,
    lang: Lang | None = None,
    date: dt.date | None = None,
    title: str | None = None,
    url: str | None = None,
    source: str = "",
    page: Page | None = None,
) -> Document | RejectedDocument:
    """Clean one article: garbled letters, normal form, head lines, title, furniture, language, date.

    What is given wins over what the text says; but a given language that the text contradicts rejects the
    document.

    Args:
        raw: text as it was read: any line breaks, any normal form.
        doc_id: taken as it is.
        lang: found from the text where None.
        date: where None, found from a head line ("date 2025-03-04"), a date line, the dateline, the address or
            the name of the file.
        title: the first line where None and the first line looks like one.
        url: of the page.
        source: where the article stands, for messages: "articles.jsonl:41".
        page: what else is known.
    """
    page = page or Page()
    repaired, mended = mojibake.repair(raw)
    head_date, body = dates.split_head(_clean(repaired))
    top = head.split([line for part in body.split("\n") if (line := part.strip())])
    lines = list(top.lines)
    known, paragraphs = _place_title(lines, texts.one_line(_clean(title or top.fields.get("title", ""))) or None)
    stripped = furniture.strip(paragraphs, first_body=int(known is not None))
    text = "\n".join(stripped.paragraphs)
    if _LETTER.search(text, len(known or "")) is None:
        return RejectedDocument(source or doc_id, _why_empty(lines))
    verdict = language.detect(text)
    found = _agree(verdict, lang, len(text.split()))
    if found not in LANGS:
        return RejectedDocument(source or doc_id, found)
    place = texts.one_line(_clean(url or top.fields.get("url", "")))
    address = published.address(place)
    broken = (f"url {place[:_SHOWN]!r} is no address: left out",) if place and address is None else ()
    said = published.Said(date, head_date, top, stripped.dateline or "", address, page.name)
    day, day_source = published.choose(said, found)
    bare = (_BARE,) if verdict.bare and found == "vi" else ()
    return Document(
        doc_id=doc_id,
        lang=found,
        text=text,
        title=known,
        date=day,
        url=address,
        source=source,
        furniture=(*top.furniture, *stripped.furniture),
        author=_line(page.author or top.fields.get("author")),
        site=_line(page.site or top.fields.get("site")) or published.host(address),
        date_source=day_source,
        warnings=(*page.warnings, *mended, *bare, *broken),
    )


def _line(text: str | None) -> str | None:
    return texts.one_line(_clean(text or "")) or None


def _clean(text: str) -> str:
    """`text.clean` without lone surrogates, which no file could take."""
    return texts.clean(_SURROGATES.sub("", text))


def _place_title(lines: list[str], title: str | None) -> tuple[str | None, list[str]]:
    """Title, and the lines with it as the first, once; without a title the lines as they are."""
    if title is None:
        return (lines[0], lines) if _has_title(lines) else (None, lines)
    if lines and _key(lines[0]) == _key(title):
        return title, [title, *lines[1:]]
    if lines and _key(lines[0]).startswith(_key(title)) and lines[0].startswith(title):
        # The title is run into the text: cut it off, so that it stands once and as a line of its own.
        rest = lines[0][len(title) :].lstrip(" .:-–—|")
        return title, [title, rest, *lines[1:]]
    return title, [title, *lines]


def _has_title(lines: list[str]) -> bool:
    """Whether the first line is short, ends like no sentence, is no furniture, and a longer line follows."""
    if len(lines) < 2:
        return False
    first = lines[0]
    if (
        len(first) > _MAX_TITLE_CHARS
        or len(first.split()) > _MAX_TITLE_WORDS
        or first.rstrip(_CLOSING_QUOTES).endswith(_NO_TITLE_END)
    ):
        return False
    if first[0] in "\"“‘'" and first.endswith(tuple(_CLOSING_QUOTES)):
        return False  # a paragraph of direct speech
    if first[0].islower() or first[0] in "*•-–—(" or _LETTER.search(first) is None:
        return False
    if datelines.find(first) or bylines.is_byline(first) or bylines.find_photo_credit(first) is not None:
        return False
    return any(len(line) > len(first) or line.endswith((".", ".”", '."')) for line in lines[1:4])


def _key(text: str) -> str:
    """Words of a title in one form, so that a full stop, quotes or tone-mark places make no difference."""
    return " ".join(_WORDS.findall(texts.new_style_tones(text).casefold()))


def _agree(verdict: language.Verdict, given: Lang | None, words: int) -> Lang | str:
    """The language of a text, or why it has none that can be used."""
    found = verdict.lang
    if given is None:
        return found or verdict.reason
    if found is not None and found != given and words >= _SURE_WORDS:
        return f"lang is given as '{given}' but the text reads as '{found}': correct lang"
    if verdict.other is not None and words >= _SURE_WORDS:
        return f"lang is given as '{given}' but the text reads as {verdict.other}: correct lang"
    return given


def _why_empty(lines: list[str]) -> str:
    if not lines:
        return "empty: no text but white space"
    return "no story: nothing is left but the title, captions, bylines or closing lines"
