"""Rows of any corpus, and their values as text cells and back.

A row is column -> value with `vi` and `en` at the top. Text formats (TSV, TMX, XLSX, Moses) give text; JSONL and
Parquet give what they hold. The columns of `corpus.tsv` have one form in text and one as data; other columns are
text, or JSON where they hold more than that.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from align.errors import FormatError
from align.formats.tsv import COLUMNS, flags_cell

Row: TypeAlias = dict[str, Any]

SIDES: Final = ("vi", "en")
NUMBERS: Final = frozenset({"quality", "similarity", "margin"})
_INDEXES: Final = frozenset({"vi_segments", "en_segments"})
_INDEX_LIST: Final = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:,(?:0|[1-9][0-9]{0,8}))*")
_PLAIN: Final = re.compile(r"-?[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A corpus file that can be read as often as needed.

    Attributes:
        path: the file.
        rows: opens it anew.
        columns: in their order; None where only the rows tell.
    """

    path: Path
    rows: Callable[[], Iterator[Row]]
    columns: tuple[str, ...] | None = None


@dataclass(slots=True)
class Written:
    """What a writer did.

    Attributes:
        rows: number of rows written.
        left_out: rows that the format cannot hold.
        first: why, of the first one.
        columns: columns that the format has no place for.
    """

    rows: int = 0
    left_out: int = 0
    first: str = ""
    columns: tuple[str, ...] = ()

    def leave_out(self, why: str) -> None:
        """Count a row that is not written."""
        self.left_out += 1
        self.first = self.first or why


def columns_of(source: Source) -> tuple[str, ...]:
    """The columns of a source; where no header names them, all rows are read: corpus columns first.

    Raises:
        FormatError: there is no column vi or en.
    """
    columns = source.columns
    if columns is None:
        seen = dict.fromkeys(name for row in source.rows() for name in row)
        columns = ordered(seen) or SIDES  # an empty file has no other
    require_sides(source.path, columns)
    return columns


def ordered(names: Iterable[str]) -> tuple[str, ...]:
    """Columns of the corpus in their order, then the others as they came."""
    names = list(names)
    return (*(name for name in COLUMNS if name in names), *(name for name in names if name not in COLUMNS))


def require_sides(path: Path, columns: Sequence[str]) -> None:
    """Check that a corpus has both texts.

    Raises:
        FormatError: it has not.
    """
    if columns and (missing := [side for side in SIDES if side not in columns]):
        found = ", ".join(columns)[:200]
        raise FormatError(path, 1, f"no column {' and no column '.join(missing)} among {found}; name them vi and en")


def to_cell(name: str, value: Any) -> str:
    """A value as text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if name in NUMBERS and isinstance(value, float) and value == round(value, 4):
        return f"{value:.4f}"
    if isinstance(value, list) and name in _INDEXES and all(type(item) is int for item in value):
        return ",".join(map(str, value))
    if isinstance(value, list) and name == "flags" and all(isinstance(item, str) for item in value):
        return flags_cell(value)
    return json.dumps(value, ensure_ascii=False)


def to_value(name: str, value: Any) -> Any:
    """Data of a value that may be the text of a corpus column; text that does not fit stays text."""
    if not isinstance(value, str):
        return value
    read = _FROM_TEXT.get(name)
    return read(value) if read else value


def _number(text: str) -> Any:
    if not text:
        return None
    if not _PLAIN.fullmatch(text):
        return text
    number = float(text)
    # A number whose text would come back otherwise stays text: nothing is lost.
    return number if math.isfinite(number) and to_cell("quality", number) == text else text


def _indexes(text: str) -> Any:
    if not text:
        return []
    return [int(part) for part in text.split(",")] if _INDEX_LIST.fullmatch(text) else text


_FROM_TEXT: Final[dict[str, Callable[[str], Any]]] = {
    "quality": _number,
    "similarity": _number,
    "margin": _number,
    "vi_date": lambda text: text or None,
    "en_date": lambda text: text or None,
    "vi_segments": _indexes,
    "en_segments": _indexes,
    "flags": lambda text: text.split("; ") if text else [],
}


def text_of(row: Mapping[str, Any], name: str) -> str:
    """The cell of a column, "" where the row has none."""
    value = row.get(name)
    return value if isinstance(value, str) else to_cell(name, value)
