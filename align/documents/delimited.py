"""Articles in tables of text: .csv (also with semicolons) and .tsv (quoted or not), a header first.

A record of CSV is complete when its quotes are even. So a quote that is never closed costs one record, not the rest of
the file.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from align.documents import encodings, rows, streams
from align.documents.ids import Source
from align.documents.streams import BadContentError
from align.types import Document, RejectedDocument

_MAX_LINES: Final = 10_000  # of one record: paragraphs of an article
_SHOWN: Final = 12  # columns named in an error


@dataclass(frozen=True, slots=True)
class _Table:
    """Columns of a file, what separates them, and which columns hold the fields."""

    names: list[str]
    separator: str
    columns: rows.Columns


def read(source: Source, columns: rows.Columns) -> Iterator[Document | RejectedDocument]:
    """Documents of a .csv or .tsv file; a record that cannot be used is one RejectedDocument."""
    # Set at each file, as another program of this process may set it, too: a field is bounded by its record.
    csv.field_size_limit(max(csv.field_size_limit(), streams.MAX_BYTES))
    with streams.opened(source.path) as handle:
        lines = _Lines(streams.numbered_lines(handle))
        table, mark = _header(lines, source, columns)
        found, patience = 0, streams.Patience()
        for number, record in _records(lines, table):
            if record.isspace():
                continue
            found += 1
            try:
                document = _document(record, table, source, number)
            except BadContentError as error:
                yield RejectedDocument(f"{source.name}:{number}", str(error))
                patience.bad(error)
            else:
                yield document
                patience.good()
    if not found:
        yield RejectedDocument(source.name, f"empty: no row below the header{mark}")


class _Lines:
    """Numbered lines that can be put back."""

    def __init__(self, lines: Iterator[tuple[int, bytes]]) -> None:
        self._lines = lines
        self._back: deque[tuple[int, bytes]] = deque()

    def next(self) -> tuple[int, bytes] | None:
        return self._back.popleft() if self._back else next(self._lines, None)

    def put_back(self, lines: list[tuple[int, bytes]]) -> None:
        self._back.extendleft(reversed(lines))


def _header(lines: _Lines, source: Source, columns: rows.Columns) -> tuple[_Table, str]:
    """The table that the first line announces.

    Raises:
        BadContentError: it names no column of texts.
    """
    while (first := lines.next()) is not None and not first[1].strip():
        pass
    if first is None:
        raise BadContentError("empty: no header and no row")
    if len(first[1]) > streams.MAX_BYTES:
        raise streams.too_large()
    head = _header_text(first[1]).rstrip("\r\n")
    separator = _separator(head, source.kind)
    names = [name.strip() for name in _split(head, separator)]
    known = {name.casefold(): name for name in reversed(names)}
    found = {field: known.get(columns.get(field, field).casefold(), "") for field in rows.FIELDS}
    if not found["text"]:
        wanted, shown = columns.get("text", "text"), ", ".join(names[:_SHOWN])[:200]
        raise BadContentError(f"no column '{wanted}' in the header ({shown}): name it with --column text=NAME")
    absent = [column for field, column in columns.items() if not found[field]]
    mark = f"; columns not there: {', '.join(absent)}" if absent else ""
    return _Table(names, separator, {field: name or f"\0{field}" for field, name in found.items()}), mark


def _header_text(line: bytes) -> str:
    """A header in any encoding: it is too short to tell one, and the names that count are plain."""
    try:
        return encodings.decode(line, first=True).text
    except BadContentError:
        if b"\0" in line:
            raise
        return line.decode("latin-1")


def _separator(head: str, kind: str) -> str:
    if kind == ".tsv" or ("\t" in head and "," not in head):
        return "\t"
    return ";" if head.count(";") > head.count(",") else ","


def _records(lines: _Lines, table: _Table) -> Iterator[tuple[int, bytes]]:
    """Records with the number of their first line."""
    while (first := lines.next()) is not None:
        number, line = first
        if line.count(b'"') % 2 == 0 or (table.separator == "\t" and _stands_alone(line, table)):
            yield number, line
            continue
        parts, size = [first], len(line)
        while size <= streams.MAX_BYTES and len(parts) < _MAX_LINES and (more := lines.next()) is not None:
            parts.append(more)
            size += len(more[1])
            if more[1].count(b'"') % 2:
                break
        record = b"".join(part for _, part in parts)
        if len(parts) > 1 and record.count(b'"') % 2 == 0 and _fits(record, table):
            yield number, record
        else:
            lines.put_back(parts[1:])
            yield number, line


def _stands_alone(line: bytes, table: _Table) -> bool:
    """Whether a line of a .tsv has all its fields, and none that opens with a quote: it is not quoted."""
    fields = line.rstrip(b"\r\n").split(b"\t")
    return len(fields) == len(table.names) and not any(field.startswith(b'"') for field in fields)


def _fits(record: bytes, table: _Table) -> bool:
    try:
        return len(_split(record.decode("utf-8", "surrogateescape"), table.separator)) == len(table.names)
    except BadContentError:
        return False


def _split(record: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([record], delimiter=separator, strict=separator != "\t"), [])
    except csv.Error as error:
        raise BadContentError(f"no record of a table ({error}): quotes within a quoted field are doubled") from None


def _document(record: bytes, table: _Table, source: Source, number: int) -> Document | RejectedDocument:
    if len(record) > streams.MAX_BYTES:
        raise streams.too_large()
    content = encodings.decode(record, first=False)
    fields = _fields(content.text.removesuffix("\n").removesuffix("\r"), table)
    if len(fields) != len(table.names):
        raise BadContentError(
            f"{len(fields)} fields where the header has {len(table.names)}: "
            f"quote fields that hold {_name(table.separator)}"
        )
    return rows.document(dict(zip(table.names, fields, strict=True)), table.columns, source, number, content.warnings)


def _fields(record: str, table: _Table) -> list[str]:
    """Fields of a record; of a .tsv without quoting, quotes are signs of the text."""
    if table.separator == "\t":
        plain = record.split("\t")
        if len(plain) == len(table.names) and "\n" not in record:
            return [_unquoted(field) for field in plain]
    return _split(record, table.separator)


def _unquoted(field: str) -> str:
    """A field without the quotes around it, where those within are doubled: so it was quoted."""
    inner = field[1:-1]
    if len(field) < 2 or field[0] != '"' or field[-1] != '"' or '"' in inner.replace('""', ""):
        return field
    return inner.replace('""', '"')


def _name(separator: str) -> str:
    return {"\t": "tabs", ";": "semicolons"}.get(separator, "commas")
