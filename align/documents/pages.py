"""Web pages: main text, title, date, author, site found by trafilatura (Barbaresi 2021)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from align.documents import dates, encodings, streams
from align.documents.article import Page, parse
from align.documents.ids import Source
from align.documents.rows import Columns
from align.documents.streams import BadContentError
from align.types import Document, RejectedDocument

MAX_PAGE: Final = 8_000_000  # bytes; a long article with everything around it has half a million
_HEAD: Final = 5_000  # characters in which a page opens
_MAX_DEPTH: Final = 400  # elements within each other; pages of news stay below 60
_MAX_TAGS: Final = 60_000  # finding the story takes a tenth of a second for a thousand tags
_TAG: Final = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]*)")
# Elements that need no end, or that the next of their kind ends: they nest no deeper however often they stand.
_FLAT: Final = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li dt dd option tr td th tbody thead "
    b"tfoot body html head".split()
)
_NO_TITLE: Final = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,40}$")
# Fixed, so that a page has the same date on every day: by default dates after today are not believed.
_LAST_DAY: Final = "2099-12-31"


@dataclass(frozen=True, slots=True)
class _Story:
    text: str
    title: str | None
    date: str | None
    author: str | None
    site: str | None
    url: str | None


def read(source: Source, _columns: Columns) -> Iterator[Document | RejectedDocument]:
    """The document of a .html or .htm file."""
    data = streams.whole(source.path)
    if len(data) > MAX_PAGE:
        raise BadContentError(f"larger than {MAX_PAGE // 1_000_000} MB: one page with an article is expected")
    check_shape(data.replace(b"\0", b""))
    decoded = encodings.decode_page(data)
    story = _extract(decoded.text)
    yield parse(
        story.text,
        doc_id=source.base,
        date=dates.from_iso(story.date) if story.date else None,
        title=story.title,
        url=story.url,
        source=source.name,
        page=Page(story.author, story.site, source.name, decoded.warnings),
    )


def check_shape(data: bytes) -> None:
    """Refuse pages that are made to keep a parser busy.

    Raises:
        BadContentError: elements are nested too deep, or there are too many.
    """
    depth = tags = 0
    for match in _TAG.finditer(data):
        tags += 1
        if match[2].lower() not in _FLAT:
            depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _MAX_DEPTH:
            raise BadContentError(f"elements nested over {_MAX_DEPTH} deep: a web page with an article is expected")
    if tags > _MAX_TAGS:
        raise BadContentError(f"{tags} tags, more than {_MAX_TAGS}: a web page with one article is expected")


def _extract(page: str) -> _Story:
    """The story of a page.

    Raises:
        BadContentError: there is none.
    """
    # A piece of a page is read as a whole one; of the first letters only, for a page may quote the tag.
    found = _bare(page if "<html" in page[:_HEAD].lower() else f"<!DOCTYPE html><html>{page}</html>")
    text = getattr(found, "text", None)
    if not isinstance(text, str) or not text.strip():
        raise BadContentError("no story is found on the page: nothing but menus, links or scripts")
    title = _field(found, "title")
    site = _field(found, "hostname") or _field(found, "sitename")
    return _Story(
        text,
        title and _title(title, _field(found, "sitename")),
        _field(found, "date"),
        _author(found),
        site,
        _field(found, "url"),
    )


def _bare(page: str) -> Any:
    from trafilatura import bare_extraction

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is wrong with a page is said once, by us
    dating = {"extensive_search": False, "original_date": True, "max_date": _LAST_DAY}
    try:
        return bare_extraction(
            page, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params=dating
        )
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, ArithmeticError) as error:
        raise BadContentError(f"the page cannot be read ({type(error).__name__}): valid HTML is expected") from error


def _field(found: Any, name: str) -> str | None:
    value = getattr(found, name, None)
    return value.strip() or None if isinstance(value, str) else None


def _author(found: Any) -> str | None:
    author = _field(found, "author")
    return author if author and len(author) <= 120 else None


def _title(title: str, site: str | None) -> str:
    """A title without the name of the site behind it."""
    match = _NO_TITLE.search(title)
    known = match is not None and site is not None and site.casefold() in match[0].casefold()
    return title[: match.start()] if match and known else title
