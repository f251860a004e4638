"""`glossary.html`: one file, no network; search with and without diacritics, filters, order, contexts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from align.formats.atomic import atomic_text
from align.glossary.types import KINDS, Context, Entry
from align.report import page


def write(path: Path, entries: Sequence[Entry], title: str) -> None:
    """Write the page.

    Args:
        path: the file.
        entries: best first.
        title: what the glossary was made from.
    """
    there = {entry.kind for entry in entries}
    values = {
        "title": title,
        "kinds": [kind for kind in KINDS if kind in there],
        "entries": [_record(entry) for entry in entries],
    }
    with atomic_text(path) as file:
        for piece in page.chunks(page.render("glossary.html", values, ["glossary.css"], ["glossary.js"])):
            file.write(piece)


def _record(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "contexts": [_context(context) for context in entry.contexts]}


def _context(context: Context) -> dict[str, Any]:
    """A context with its sentences cut around the term: offsets of Python are none of JavaScript."""
    record = asdict(context)
    return {
        **{name: record[name] for name in ("id", "vi_doc", "en_doc", "date")},
        "vi": _cut(context.vi, context.vi_span),
        "en": _cut(context.en, context.en_span),
    }


def _cut(text: str, span: tuple[int, int]) -> list[str]:
    return [text[: span[0]], text[span[0] : span[1]], text[span[1] :]]
