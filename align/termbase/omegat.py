"""Glossary files of OmegaT: `source TAB target TAB comment`, UTF-8, one for each direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from align.formats.atomic import write_lines
from align.formats.tsv import cell
from align.glossary.types import Entry


def write(path: Path, entries: Sequence[Entry], source: str) -> None:
    """Write one direction; rejected entries stay out, variants of the source are rows of their own.

    Args:
        path: the file; OmegaT takes `.utf8` for UTF-8.
        entries: in their order.
        source: language of the source, "vi" or "en".
    """
    write_lines(path, (line for entry in entries if entry.status != "rejected" for line in _lines(entry, source)))


def _lines(entry: Entry, source: str) -> Iterator[str]:
    vi, en = (entry.vi, *entry.variants_vi), (entry.en, *entry.variants_en)
    sources, target = (vi, entry.en) if source == "vi" else (en, entry.vi)
    others = ", ".join(other.en for other in entry.alternatives) if source == "vi" else ""
    comment = ", ".join(part for part in (entry.kind, entry.acronym, f"also: {others}" if others else "") if part)
    for form in dict.fromkeys(sources):
        # A line that begins with # would be a comment.
        yield "\t".join(map(cell, (form.lstrip("#"), target, comment))) + "\n"
