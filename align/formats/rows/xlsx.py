"""Rows of a spreadsheet: one sheet, a header, every cell written as text, so that no formula ever runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from align.errors import FormatError, OutputError
from align.formats.atomic import atomic_path
from align.formats.reading import doubles, unreadable
from align.formats.rows import workbook
from align.formats.rows.cells import Row, Source, Written, columns_of, text_of
from align.formats.tmx import xml_text

_MOST_ROWS: Final = 1_048_576  # of a sheet, its header included (Excel specifications and limits)
_MOST_CHARACTERS: Final = 32_767  # of a cell
# A text that looks like an escape of the format (_x000D_) is written with its first character escaped.
_ESCAPED: Final = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
_WIDE: Final = 60  # characters; columns of text
_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)  # not today: equal input gives equal bytes


def open_xlsx(path: Path) -> Source:
    """The first sheet of a workbook; its first row names the columns.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is no workbook, or has no header.
    """
    header = [_text(value) for value in next(_sheet(path), ())]
    while header and not header[-1]:
        header.pop()
    if not header or not all(header):
        raise FormatError(path, 1, "no header; expected a first row with the names of the columns")
    if double := doubles(header):
        raise FormatError(path, 1, f"column {', '.join(double)} stands twice; rename one")
    return Source(path, lambda: _rows(path, header), tuple(header))


def _rows(path: Path, header: Sequence[str]) -> Iterator[Row]:
    values = _sheet(path)
    next(values, None)
    for row in values:
        cells = [_text(value) for value in row[: len(header)]]
        if any(cells):
            cells += [""] * (len(header) - len(cells))
            yield dict(zip(header, cells, strict=True))


def _sheet(path: Path) -> Iterator[tuple[Any, ...]]:
    import openpyxl

    workbook.check(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its size need not be true
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                if number > _MOST_ROWS:  # rows that are left out come as empty ones, however many a number says
                    raise FormatError(path, None, f"more than {_MOST_ROWS:,} rows, which no sheet holds")
                yield row
        finally:
            book.close()
    except OSError as error:
        raise unreadable(path, error) from error
    except FormatError:
        raise
    except Exception as error:  # whatever a damaged workbook makes of the library
        reason = " ".join(str(error).split())[:200]
        raise FormatError(path, None, f"not a readable workbook ({reason}); save it anew as .xlsx") from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub("_", value) if "_x005F_" in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def write_xlsx(path: Path, source: Source) -> Written:
    """Write a workbook in bounded memory, with a frozen header and a filter. Cells are text, whatever they begin with.

    Raises:
        OutputError: more rows or longer texts than a sheet holds, or the file cannot be written.
    """
    columns = columns_of(source)
    done = Written()
    rows = ([text_of(row, name) for name in columns] for row in source.rows())
    with atomic_path(path) as temporary:
        done.rows = write_sheet(temporary, path, columns, rows)
    return done


@dataclass(frozen=True)
class Choices:
    """A column whose cells are chosen from a list, and the meaning of each choice for a second sheet."""

    column: str
    legend: list[list[str]]


@contextmanager
def new_workbook(path: Path, options: dict[str, Any]) -> Iterator[Any]:
    """A workbook of xlsxwriter, closed at the end.

    Raises:
        OSError: it cannot be written; xlsxwriter wraps that into an error of its own.
    """
    import xlsxwriter

    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            yield book
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.args[0] if error.args else None
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


def write_sheet(
    temporary: Path, path: Path, header: Sequence[str], rows: Iterator[list[str]], choices: Choices | None = None
) -> int:
    """Write one sheet to `temporary`; errors name `path`.

    Returns:
        Number of rows without the header.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    number = 0
    with new_workbook(temporary, options) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("corpus")
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for column, name in enumerate(header):
            wide = name in {"vi", "en"} or name.startswith("example")
            sheet.set_column(column, column, _WIDE if wide else None, wrap if wide else None)
        sheet.freeze_panes(1, 0)
        _write_row(sheet, path, 0, header, bold)
        for number, row in enumerate(rows, 1):
            _write_row(sheet, path, number, row, None)
        sheet.autofilter(0, 0, max(number, 1), len(header) - 1)
        if choices:
            _add_choices(book, sheet, path, choices, (header.index(choices.column), max(number, 1)))
    return number


def _add_choices(book: Any, sheet: Any, path: Path, choices: Choices, place: tuple[int, int]) -> None:
    """A menu in each cell of a column, and a sheet that explains the choices. Several codes may still be typed in."""
    column, last = place
    source = [code for code, _ in choices.legend]
    sheet.data_validation(1, column, last, column, {"validate": "list", "source": source, "error_type": "information"})
    legend = book.add_worksheet("codes")
    for number, row in enumerate(choices.legend):
        _write_row(legend, path, number, row, None)


def _write_row(sheet: Any, path: Path, number: int, cells: Sequence[str], style: Any) -> None:
    if number >= _MOST_ROWS:
        raise OutputError(f"{path}: more than {_MOST_ROWS:,} rows, which a sheet does not hold; split the corpus first")
    for column, text in enumerate(cells):
        if len(text) > _MOST_CHARACTERS:
            message = (
                f"{path}: row {number + 1} has a text of {len(text):,} characters, a cell holds {_MOST_CHARACTERS:,}"
            )
            raise OutputError(f"{message}; write another format")
        if text:
            sheet.write_string(number, column, xml_text(text), style)
