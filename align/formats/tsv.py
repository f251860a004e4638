"""Tab-separated tables: a header, never quoted, no tab or line break inside a cell.

Cells are data for machines: what a spreadsheet would take for a formula is not altered here (a defused "=..."
would no longer be the text of the article); the XLSX export is the one for spreadsheets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from align.errors import FormatError
from align.formats.atomic import atomic_text
from align.formats.reading import doubles, numbered_lines
from align.types import RejectedUnit, Unit

COLUMNS: Final = (
    "id",
    "vi",
    "en",
    "quality",
    "similarity",
    "margin",
    "shape",
    "vi_doc",
    "en_doc",
    "vi_segments",
    "en_segments",
    "vi_date",
    "en_date",
    "event",
    "flags",
)
_SEPARATOR: Final = re.compile(r";\s")
_BREAKS: Final = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def cell(text: str) -> str:
    """Text for one cell: tabs and all line breaks become one space."""
    return _BREAKS.sub(" ", text)


def unit_cells(unit: Unit) -> list[str]:
    """The cells of a unit in the order of COLUMNS; lists are separated by "; ", segment indexes by ","."""
    return [
        cell(unit.id),
        cell(unit.vi),
        cell(unit.en),
        f"{unit.quality:.4f}",
        f"{unit.similarity:.4f}",
        f"{unit.margin:.4f}",
        unit.shape,
        cell(unit.vi_doc),
        cell(unit.en_doc),
        index_cell(unit.vi_segments),
        index_cell(unit.en_segments),
        date_cell(unit.vi_date),
        date_cell(unit.en_date),
        cell(unit.event),
        flags_cell(map(cell, unit.flags)),
    ]


def flags_cell(flags: Iterable[str]) -> str:
    """Flags as "a; b"; a flag that holds the separator gets a comma there, so that as many come back."""
    return "; ".join(_SEPARATOR.sub(", ", flag) for flag in flags)


def index_cell(indexes: Iterable[int]) -> str:
    """Segment indexes as "3" or "3,4"."""
    return ",".join(map(str, indexes))


def date_cell(day: date | None) -> str:
    """A date as "2024-11-21", an absent one as nothing."""
    return day.isoformat() if day else ""


def unit_of_cells(row: Mapping[str, str]) -> Unit:
    """The unit that `unit_cells` wrote.

    Args:
        row: column -> cell, all of COLUMNS; others are passed over.

    Raises:
        ValueError: a cell is malformed; the message names the column.
    """
    return Unit(
        id=row["id"],
        vi=row["vi"],
        en=row["en"],
        quality=_number(row, "quality"),
        similarity=_number(row, "similarity"),
        margin=_number(row, "margin"),
        shape=row["shape"],
        vi_doc=row["vi_doc"],
        en_doc=row["en_doc"],
        vi_segments=_indexes(row, "vi_segments"),
        en_segments=_indexes(row, "en_segments"),
        vi_date=_date(row, "vi_date"),
        en_date=_date(row, "en_date"),
        event=row["event"],
        flags=tuple(row["flags"].split("; ")) if row["flags"] else (),
    )


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table; each row has a cell for each column of the header."""
    with atomic_text(path) as file:
        file.write("\t".join(header) + "\n")
        for row in rows:
            if len(row) != len(header):
                raise ValueError(f"{len(row)} cells for {len(header)} columns: {row!r}")
            file.write("\t".join(map(cell, row)) + "\n")


def write(path: Path, units: Iterable[Unit]) -> None:
    """Write the parallel corpus."""
    write_table(path, COLUMNS, map(unit_cells, units))


def write_rejected(path: Path, rejected: Iterable[RejectedUnit]) -> None:
    """Write rejected units with their reason."""
    write_table(path, (*COLUMNS, "reason"), ([*unit_cells(r.unit), r.reason] for r in rejected))


def read_table(path: Path, required: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    r"""Rows as (line number, column -> cell), streamed. Lines end with "\n" or "\r\n" and nothing else.

    Args:
        path: the table.
        required: columns that it must have, in any order and among others.

    Raises:
        InputError: the file cannot be read.
        FormatError: no header, a column missing or double, or a row with another number of cells.
    """
    lines = numbered_lines(path)
    header = next(lines, (1, ""))[1].split("\t")
    _check_header(path, header, required)
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != len(header):
            message = f"{len(cells)} cells, expected {len(header)}; look for a stray tab or line break"
            raise FormatError(path, number, message)
        yield number, dict(zip(header, cells, strict=True))


def read(path: Path) -> Iterator[Unit]:
    """Read a corpus written by `write`; columns in any order, others are passed over.

    Raises:
        InputError: the file cannot be read.
        FormatError: a column is missing, or a cell is malformed.
    """
    for number, row in read_table(path, COLUMNS):
        try:
            unit = unit_of_cells(row)
        except ValueError as error:
            raise FormatError(path, number, str(error)) from error
        yield unit


def _check_header(path: Path, header: Sequence[str], required: Sequence[str]) -> None:
    if list(header) == [""]:
        raise FormatError(path, 1, "no header; expected a line with the names of the columns")
    if double := doubles(header):
        raise FormatError(path, 1, f"column {', '.join(double)} stands twice; rename one")
    if missing := [name for name in required if name not in header]:
        raise FormatError(path, 1, f"no column {', '.join(missing)}; expected {' '.join(required)}")


def _number(row: Mapping[str, str], name: str) -> float:
    try:
        number = float(row[name])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} is {row[name]!r}, expected a number such as 0.9312")
    return number


def _indexes(row: Mapping[str, str], name: str) -> tuple[int, ...]:
    parts = row[name].split(",") if row[name] else []
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"{name} is {row[name]!r}, expected segment indexes such as 3 or 3,4")
    return tuple(map(int, parts))


def _date(row: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(row[name]) if row[name] else None
    except ValueError as error:
        raise ValueError(f"{name} is {row[name]!r}, expected a date such as 2024-11-21") from error
