"""`glossary.html`: one file, no network; search with and without diacritics, filters, sorting, contexts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from align.formats.atomic import atomic_text
from align.glossary.types import Context, Entry


def write(path: Path, entries: Sequence[Entry], title: str) -> None:
    """Write the page.

    Args:
        path: the file.
        entries: best first.
        title: what the glossary was made from.
    """
    template = resources.files("align.termbase").joinpath("page.html").read_text(encoding="utf-8")
    data = json.dumps({"title": title, "entries": [_record(entry) for entry in entries]}, ensure_ascii=False)
    # Inside a script element only "<" can do harm.
    page = template.replace("/*DATA*/", data.replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " "))
    with atomic_text(path) as file:
        file.write(page)


def _record(entry: Entry) -> dict[str, Any]:
    return {
        "vi": entry.vi,
        "en": entry.en,
        "kind": entry.kind,
        "tier": entry.tier,
        "score": entry.score,
        "n": entry.frequency,
        "docs": entry.documents,
        "acronym": entry.acronym,
        "vvi": entry.variants_vi,
        "ven": entry.variants_en,
        "alt": [[o.en, o.share, o.units, o.documents, o.first_seen, o.last_seen] for o in entry.alternatives],
        "first": entry.first_seen,
        "last": entry.last_seen,
        "why": entry.reasons,
        "status": entry.status,
        "note": entry.note,
        "contexts": [_context(context) for context in entry.contexts],
    }


def _context(context: Context) -> dict[str, Any]:
    """A context with its sentences cut around the term: offsets of Python are none of JavaScript."""
    return {
        "vi": _cut(context.vi, context.vi_span),
        "en": _cut(context.en, context.en_span),
        "viDoc": context.vi_doc,
        "enDoc": context.en_doc,
        "date": context.date,
        "id": context.id,
    }


def _cut(text: str, span: tuple[int, int]) -> list[str]:
    return [text[: span[0]], text[span[0] : span[1]], text[span[1] :]]
