"""Rows of Parquet, in batches: `translation` is a struct of en and vi, other columns keep their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from align.errors import AlignError, FormatError
from align.formats.atomic import atomic_path
from align.formats.parquet import storable, trusted
from align.formats.rows.cells import NUMBERS, Row, Source, Written, ordered, to_cell
from align.formats.rows.lines import TRANSLATION, flat, nested, sided

BATCH: Final = 20_000  # rows that stand in memory as Python objects at a time, and rows of a row group
_SCALARS: Final = {bool: "bool", int: "int", float: "float", str: "text"}
_INT64: Final = 1 << 63


def open_parquet(path: Path) -> Source:
    """A Parquet file with `vi` and `en` at the top or in `translation`.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is no Parquet.
    """
    names: list[str] = []
    for name, kind in schema_of(path).items():
        fields = [(field.name, None) for field in getattr(kind, "fields", [])] if name == TRANSLATION else []
        inner = [lang if lang in {"vi", "en"} else f"{TRANSLATION}.{lang}" for lang, _ in sided(dict(fields))]
        names.extend(inner or [name])
    return Source(path, lambda: _rows(path), ordered(names))


def schema_of(path: Path) -> dict[str, Any]:
    """Columns and their types.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is no Parquet.
    """
    import polars as pl

    with trusted(path):
        return dict(pl.read_parquet_schema(path))


def batches(path: Path, size: int = BATCH) -> Iterator[Any]:
    """Frames of so many rows, in order.

    Raises:
        FormatError: the file is damaged.
    """
    import polars as pl

    with trusted(path):
        frame = pl.scan_parquet(path, glob=False)
        total = int(frame.select(pl.len()).collect().item())
    for start in range(0, total, size):
        with trusted(path):
            batch = frame.slice(start, size).collect()
        yield batch


def _rows(path: Path) -> Iterator[Row]:
    number = 0
    for frame in batches(path):
        for record in frame.iter_rows(named=True):
            number += 1
            try:
                row = flat(record)
            except ValueError as error:
                raise FormatError(path, None, f"row {number}: {error}") from error
            yield {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """Dates and other values that JSON has no form for become text."""
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def write_parquet(path: Path, source: Source) -> Written:
    """Write a Parquet file in bounded memory.

    The rows are read twice: for their columns and types, and to be written batch by batch.

    Raises:
        OutputError: the file cannot be written.
    """
    import polars as pl

    schema = _schema(source)
    done = Written()
    sink_frames(path, lambda: (pl.DataFrame(batch, schema=schema) for batch in _batches(source, schema, done)), schema)
    return done


def sink_frames(path: Path, frames: Callable[[], Iterator[Any]], schema: dict[str, Any]) -> None:
    """Write frames of one schema as they come.

    Raises:
        OutputError: the file cannot be written.
    """
    import polars as pl
    from polars.io.plugins import register_io_source

    broken: list[AlignError] = []

    def watched(*_: object) -> Iterator[pl.DataFrame]:
        try:
            yield from frames()
        except AlignError as error:  # would come out of the engine as one of its own
            broken.append(error)
            raise

    with atomic_path(path) as temporary:
        try:
            register_io_source(watched, schema=schema).sink_parquet(temporary, row_group_size=BATCH)
        except pl.exceptions.PolarsError as error:  # a full disk arrives as one of these
            raise broken[0] if broken else OSError(str(error)) from error


def _batches(source: Source, schema: dict[str, Any], done: Written) -> Iterator[list[Row]]:
    import polars as pl

    as_text = [name for name, kind in schema.items() if kind == pl.String]
    rows = source.rows()
    while batch := [_record(row, schema, as_text) for row in islice(rows, BATCH)]:
        done.rows += len(batch)
        yield batch


def _record(row: Row, schema: dict[str, Any], as_text: Sequence[str]) -> Row:
    record = nested(row)
    for name in as_text:
        value = record.get(name)
        if value is not None and not isinstance(value, str):
            record[name] = to_cell(name, value)
    return {name: storable(record.get(name)) for name in schema}


def _schema(source: Source) -> dict[str, Any]:
    """Types of all columns, by what the rows hold; a column of several kinds becomes text."""
    import polars as pl

    kinds: dict[str, set[str]] = {name: set() for name in nested(dict.fromkeys(source.columns or (), ""))}
    langs: set[str] = set()
    for row in source.rows():
        for name, value in nested(row).items():
            kinds.setdefault(name, set()).add(_kind(value))
            if name == TRANSLATION:
                langs.update(value)
    if not langs:
        langs = {"en", "vi"}
    texts = pl.Struct(dict.fromkeys(sorted(langs), pl.String))
    return {name: texts if name == TRANSLATION else _dtype(name, found - {""}) for name, found in kinds.items()}


def _kind(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        return "other"
    if isinstance(value, list):
        inner = {type(item) for item in value}
        return "list" if not inner else "indexes" if inner == {int} else "texts" if inner == {str} else "other"
    return _SCALARS.get(type(value), "other")


def _dtype(name: str, kinds: set[str]) -> Any:
    """Type of a column in which these kinds were found; an empty corpus column has its own type."""
    import polars as pl

    if kinds and kinds <= {"list", "indexes"} and ("indexes" in kinds or name.endswith("_segments")):
        return pl.List(pl.Int64)
    if kinds and kinds <= {"list", "texts"}:
        return pl.List(pl.String)
    if kinds and kinds <= {"int", "float"}:
        return pl.Float64 if "float" in kinds or name in NUMBERS else pl.Int64
    if not kinds and name in NUMBERS:
        return pl.Float64
    return pl.Boolean if kinds == {"bool"} else pl.String
