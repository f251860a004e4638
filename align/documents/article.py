"""One article: raw text -> cleaned document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is the name of a parameter here
from typing import Final

from align import text as texts
from align.documents import datelines, dates, furniture, language
from align.types import Document, Lang, RejectedDocument

_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_MAX_TITLE_CHARS: Final = 220
_MAX_TITLE_WORDS: Final = 32
_TITLE_END: Final = tuple(".!?…:;,\"”’'")
_CONTRADICTION_WORDS: Final = 20  # from this length on the text is believed over a given language


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article besides its text; None where it is not."""

    lang: Lang | None = None
    date: Date | None = None
    title: str | None = None
    url: str | None = None


def parse(
    raw: str,
    *,
    doc_id: str,
    meta: Metadata = Metadata(),  # noqa: B008 - frozen
    source: str = "",
) -> Document | RejectedDocument:
    """Clean one article: normal form, date of the head line, title, furniture, language.

    Args:
        raw: text as it was read, any line breaks, any normal form.
        doc_id: taken as it is.
        meta: what is known; it wins over what the text says, but a language that the text contradicts is an error.
        source: where the article stands, for messages: "articles.jsonl:41".
    """
    place = source or doc_id
    head_date, body = dates.split_head(_clean(raw))
    lines = [line for part in body.split("\n") if (line := part.strip())]
    title, paragraphs = _find_title(lines, _clean_title(meta.title))
    stripped = furniture.strip(paragraphs, first_body=1 if title is not None else 0)
    if len(stripped.paragraphs) == (title is not None) or not any(map(str.isalpha, "".join(stripped.paragraphs))):
        return RejectedDocument(place, _nothing_left(lines))
    text = "\n".join(stripped.paragraphs)
    lang = _language(text, meta.lang)
    if lang not in ("vi", "en"):
        return RejectedDocument(place, lang)
    date = meta.date or head_date or dates.from_dateline(stripped.dateline or "")
    url = texts.one_line(_clean(meta.url)) if meta.url else None
    return Document(doc_id, lang, text, title, date, url or None, source, stripped.furniture)
