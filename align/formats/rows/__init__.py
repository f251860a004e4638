"""Any corpus file, row by row: what `align convert` reads and writes. Nothing is held in memory but a batch.

To add a format: a function that opens it as a `Source`, one that writes a `Source`, an entry in OPENERS and WRITERS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from align.errors import InputError
from align.formats.rows import glossary, lines, parquet, tmx, tmx_lines, xlsx
from align.formats.rows.cells import Row, Source, Written, columns_of, text_of
from align.formats.tbx import Version
from align.formats.tmx import TmxOptions

__all__ = [
    "OPENERS",
    "WRITERS",
    "Row",
    "Source",
    "WriteOptions",
    "Written",
    "columns_of",
    "convert",
    "open_rows",
    "text_of",
]

Opener = Callable[[Path], Source]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How files are written: language codes and the like of TMX, the version of TBX."""

    tmx: TmxOptions = field(default_factory=TmxOptions)
    tbx: Version = 3


Writer = Callable[[Path, Source, WriteOptions], Written]

OPENERS: Final[dict[str, Opener]] = {
    ".tsv": lines.open_tsv,
    ".tsv.gz": lines.open_tsv,
    ".tmx": tmx_lines.open_tmx,
    ".tmx.gz": tmx_lines.open_tmx,
    ".jsonl": lines.open_jsonl,
    ".jsonl.gz": lines.open_jsonl,
    ".parquet": parquet.open_parquet,
    ".xlsx": xlsx.open_xlsx,
    ".tbx": glossary.open_tbx,
    ".vi": lines.open_moses,
    ".en": lines.open_moses,
    ".vi.gz": lines.open_moses,
    ".en.gz": lines.open_moses,
}

WRITERS: Final[dict[str, Writer]] = {
    ".tsv": lambda path, source, _: lines.write_tsv(path, source),
    ".tsv.gz": lambda path, source, _: lines.write_tsv(path, source),
    ".tmx": lambda path, source, options: tmx.write_tmx(path, source, options.tmx),
    ".tmx.gz": lambda path, source, options: tmx.write_tmx(path, source, options.tmx),
    ".jsonl": lambda path, source, _: lines.write_jsonl(path, source),
    ".jsonl.gz": lambda path, source, _: lines.write_jsonl(path, source),
    ".parquet": lambda path, source, _: parquet.write_parquet(path, source),
    ".xlsx": lambda path, source, _: xlsx.write_xlsx(path, source),
    ".tbx": lambda path, source, options: glossary.write_tbx(path, source, options.tbx),
    ".vi": lambda path, source, _: lines.write_moses(path, source),
    ".en": lambda path, source, _: lines.write_moses(path, source),
    ".vi.gz": lambda path, source, _: lines.write_moses(path, source),
    ".en.gz": lambda path, source, _: lines.write_moses(path, source),
}


def open_rows(path: Path) -> Source:
    """Open a corpus of any origin by the end of its name.

    Raises:
        InputError: there is no reader for such a name, or the file cannot be read.
        FormatError: the file breaks its format.
    """
    return _by_name(path, OPENERS)(path)


def convert(source: Path, target: Path, options: WriteOptions | None = None) -> Written:
    """Write a corpus in another format, by the end of both names.

    Raises:
        InputError: a name's end is not known, or the file cannot be read.
        FormatError: the file breaks its format.
        OutputError: the target cannot be written.
    """
    write = _by_name(target, WRITERS)
    return write(target, open_rows(source), options or WriteOptions())


def _by_name(path: Path, table: dict[str, _T]) -> _T:
    name = path.name.lower()
    for ending in sorted(table, key=len, reverse=True):
        if name.endswith(ending) and len(name) > len(ending):
            return table[ending]
    known = ", ".join(table)
    raise InputError(f"{path}: not known as a corpus by its name; expected one that ends with {known}")
