"""Tab-separated tables: a header, never quoted, no tab or line break inside a cell.

Cells are data for machines: what a spreadsheet would take for a formula is not altered here (a defused "=..." would
no longer be the text of the article); the XLSX export is the one for spreadsheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from align.errors import FormatError
from align.formats.atomic import atomic_text
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
_BREAKS: Final = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def cell(text: str) -> str:
    """Text for one cell: tabs and all line breaks become one space."""
    return _BREAKS.sub(" ", text)


def unit_cells(unit: Unit) -> list[str]:
    """The cells of a unit in the order of COLUMNS; lists are separated by "; ", segment indexes by ","."""
    return [
        unit.id,
        cell(unit.vi),
        cell(unit.en),
        f"{unit.quality:.4f}",
        f"{unit.similarity:.4f}",
        f"{unit.margin:.4f}",
        unit.shape,
        cell(unit.vi_doc),
        cell(unit.en_doc),
        ",".join(map(str, unit.vi_segments)),
        ",".join(map(str, unit.en_segments)),
        unit.vi_date.isoformat() if unit.vi_date else "",
        unit.en_date.isoformat() if unit.en_date else "",
        cell(unit.event),
        cell("; ".join(unit.flags)),
    ]


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


def read_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows as (line number, column -> cell). Lines end with "\\n" or "\\r\\n" and nothing else.

    Raises:
        FormatError: no header, or a row with another number of cells.
    """
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        header: list[str] | None = None
        for number, line in enumerate(file, 1):
            cells = line.removesuffix("\n").removesuffix("\r").split("\t")
            if header is None:
                header = cells
            elif len(cells) != len(header):
                raise FormatError(path, number, f"{len(cells)} cells, the header has {len(header)}")
            else:
                yield number, dict(zip(header, cells, strict=True))
        if header is None:
            raise FormatError(path, 1, "empty file, expected a header line")


def read(path: Path) -> Iterator[Unit]:
    """Read a corpus written by `write`; columns in any order, others are passed over.

    Raises:
        FormatError: a column is missing, or a cell cannot be read.
    """
    for number, row in read_table(path):
        missing = [name for name in COLUMNS if name not in row]
        if missing:
            raise FormatError(path, 1, f"no column {', '.join(missing)}; a corpus has {' '.join(COLUMNS)}")
        try:
            yield _unit(row)
        except ValueError as error:
            raise FormatError(path, number, str(error)) from error


def _unit(row: dict[str, Any]) -> Unit:
    return Unit(
        id=row["id"],
        vi=row["vi"],
        en=row["en"],
        quality=float(row["quality"]),
        similarity=float(row["similarity"]),
        margin=float(row["margin"]),
        shape=row["shape"],
        vi_doc=row["vi_doc"],
        en_doc=row["en_doc"],
        vi_segments=_indexes(row["vi_segments"]),
        en_segments=_indexes(row["en_segments"]),
        vi_date=date.fromisoformat(row["vi_date"]) if row["vi_date"] else None,
        en_date=date.fromisoformat(row["en_date"]) if row["en_date"] else None,
        event=row["event"],
        flags=tuple(row["flags"].split("; ")) if row["flags"] else (),
    )


def _indexes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",")) if text else ()
