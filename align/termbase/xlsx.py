"""A workbook to read and judge: frozen header, filters, wrapped contexts, colors of the tiers, a list of statuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from align.formats.atomic import atomic_path
from align.formats.rows.xlsx import new_workbook
from align.formats.tmx import xml_text
from align.glossary.types import STATUSES, Entry
from align.termbase.table import COLUMNS, cells

_WIDTHS: Final = {
    "vi": 34,
    "en": 38,
    "kind": 13,
    "alternatives": 30,
    "variants_vi": 24,
    "variants_en": 24,
    "example_vi": 60,
    "example_en": 60,
    "example_id": 14,
    "reasons": 40,
    "note": 30,
}
_ORDER: Final = ("vi", "en", "kind", "tier", "status", "note", "acronym", "variants_vi", "variants_en", "alternatives")
_NUMBERS: Final = ("score", "frequency", "documents")
_COLORS: Final = {"sure": "#E2F0D9", "likely": "#FFF6D6", "check": "#FBE5E1"}
_LONGEST: Final = 32_000  # characters that a cell of the format holds, with room


def write(path: Path, entries: Sequence[Entry]) -> None:
    """Write the workbook. Text is written as text: no cell becomes a formula or a link."""
    header = [*_ORDER, *(name for name in COLUMNS if name not in _ORDER)]
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with atomic_path(path) as temporary, new_workbook(temporary, options) as book:
        # A fixed date: the same glossary gives the same file.
        book.set_properties({"title": "Glossary", "created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        sheet = book.add_worksheet("Glossary")
        _write_header(book, sheet, header)
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        tiers = {name: book.add_format({"bg_color": color, "valign": "top"}) for name, color in _COLORS.items()}
        for row, entry in enumerate(entries, 1):
            values = dict(zip(COLUMNS, cells(entry), strict=True))
            for column, name in enumerate(header):
                style = tiers[entry.tier] if name == "tier" else plain
                if name in _NUMBERS:
                    sheet.write_number(row, column, float(values[name]), style)
                else:
                    sheet.write_string(row, column, xml_text(values[name])[:_LONGEST], style)
        _finish(sheet, header, len(entries))


def _write_header(book: Any, sheet: Any, header: Sequence[str]) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEEEEE", "valign": "top"})
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, _WIDTHS.get(name, 11))


def _finish(sheet: Any, header: Sequence[str], rows: int) -> None:
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(rows, 1), len(header) - 1)
    column = header.index("status")
    choices = {"validate": "list", "source": [name for name in STATUSES if name], "ignore_blank": True}
    sheet.data_validation(1, column, max(rows, 1), column, choices)
