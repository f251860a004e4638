"""A glossary as files: TSV, XLSX, TBX 3 and 2, OmegaT, and a page to search."""

from __future__ import annotations

from align.glossary.types import Entry
from align.termbase.table import COLUMNS, merged, read_decisions, write_table
from align.termbase.write import FILES, write

__all__ = ["COLUMNS", "FILES", "Entry", "merged", "read_decisions", "write", "write_table"]
