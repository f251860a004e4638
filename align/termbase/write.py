"""All files of a glossary in one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from align.glossary.types import Entry
from align.termbase import omegat, page, tbx, xlsx
from align.termbase.table import write_table

FILES: Final = (
    "glossary.tsv",
    "glossary.xlsx",
    "glossary.tbx",
    "glossary.v2.tbx",
    "glossary.vi-en.utf8",
    "glossary.en-vi.utf8",
    "glossary.html",
)


def write(folder: Path, entries: Sequence[Entry], title: str) -> None:
    """Write FILES into an existing folder.

    Args:
        folder: where.
        entries: best first.
        title: what the glossary was made from, for the page.

    Raises:
        OutputError: the folder cannot be written.
    """
    xlsx.write(folder / "glossary.xlsx", entries)
    tbx.write(folder / "glossary.tbx", entries)
    tbx.write(folder / "glossary.v2.tbx", entries, version=2)
    omegat.write(folder / "glossary.vi-en.utf8", entries, "vi")
    omegat.write(folder / "glossary.en-vi.utf8", entries, "en")
    page.write(folder / "glossary.html", entries, title)
    write_table(folder / "glossary.tsv", entries)
