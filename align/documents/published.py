"""The day a document was published: the best of what metadata, head, dateline, address and file name say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from align.documents import dates
from align.documents.head import Head
from align.types import Lang

_HOST: Final = re.compile(r"\w+://(?:www\.)?([\w.-]+)", re.IGNORECASE)

_VIETNAM_TIME: Final = re.compile(r"(?:GMT|UTC)\s?\+\s?0?7|Hanoi time|\bICT\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """Everything around a story that may hold its date."""

    given: date | None
    head_line: date | None
    head: Head
    dateline: str
    url: str | None
    name: str


def choose(said: Said, lang: Lang) -> tuple[date | None, str | None]:
    """The date, and where it comes from: "given", "head_line", "date_line", "dateline", "url", "file_name".

    English pages of Vietnamese sites write the day first, as their Vietnamese ones do.
    """
    lines = "\n".join(said.head.when)
    if (host(said.url) or "").endswith(".vn") or _VIETNAM_TIME.search(lines):
        lang = "vi"
    sources: tuple[tuple[str, Callable[[], date | None]], ...] = (
        ("given", lambda: said.given),
        ("head_line", lambda: said.head_line or _of_field(said.head.fields.get("date", ""), lang)),
        ("date_line", lambda: dates.from_dateline(lines, lang)),
        ("dateline", lambda: dates.from_dateline(said.dateline, lang)),
        ("url", lambda: dates.from_url(said.url or "", lang)),
        ("file_name", lambda: dates.from_name(said.name, lang)),
    )
    for name, find in sources:
        if (day := find()) is not None:
            return day, name
    return None, None


def _of_field(value: str, lang: Lang) -> date | None:
    return dates.from_iso(value) or dates.from_dateline(value, lang)


def address(text: str) -> str | None:
    """An address that programs can take apart, None where it is none: "http://[x" stops some of them."""
    try:
        urlsplit(text)
    except ValueError:
        return None
    return text or None


def host(url: str | None) -> str | None:
    """Site of an address: "https://www.example.vn/a" -> "example.vn"."""
    match = _HOST.match(url or "")
    return match[1].lower() if match else None
