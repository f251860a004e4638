"""Parquet with the columns of the JSON lines; `translation` is a struct of en and vi."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from align.errors import FormatError
from align.formats import jsonl
from align.formats.atomic import atomic_path
from align.formats.reading import unreadable
from align.types import Unit

_BATCH: Final = 20_000  # units that stand in memory as Python objects at a time, and rows of a row group


def write(path: Path, units: Iterable[Unit]) -> None:
    """Write a Parquet file.

    Memory: the compact columns of the whole corpus (about the size of its texts), since the file's index is
    written last; units become columns in batches.
    """
    import polars as pl

    schema = _schema()
    empty = pl.DataFrame(schema=schema)
    frames = [pl.DataFrame(batch, schema=schema) for batch in _batches(units)]
    with atomic_path(path) as temporary:
        try:
            pl.concat([empty, *frames]).write_parquet(temporary, row_group_size=_BATCH)
        except pl.exceptions.PolarsError as error:  # a full disk arrives as one of these
            raise OSError(str(error)) from error


def read(path: Path) -> Iterator[Unit]:
    """Read a corpus written by `write`, in batches; other columns are passed over.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is no Parquet, or a row is no unit.
    """
    for number, row in enumerate(read_rows(path), 1):
        try:
            unit = jsonl.unit_of_record(row)
        except ValueError as error:
            raise FormatError(path, None, f"row {number}: {error}") from error
        yield unit


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of any Parquet file, column -> value.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is no Parquet.
    """
    import polars as pl

    with trusted(path):
        frame = pl.read_parquet(path, glob=False)
    return frame.iter_rows(named=True, buffer_size=_BATCH)


@contextmanager
def trusted(path: Path) -> Iterator[None]:
    """Calls into the Parquet reader, which panics on some broken files instead of raising.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is no Parquet, or broken.
    """
    import polars as pl

    try:
        yield
    except OSError as error:
        raise unreadable(path, error) from error
    except (pl.exceptions.PolarsError, ValueError, OverflowError, MemoryError) as error:
        reason = str(error).split("\n", maxsplit=1)[0][:200]
        raise FormatError(path, None, f"not a Parquet file: {reason}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise FormatError(path, None, "not a Parquet file: its inner sizes are wrong; write it again") from error


def _schema() -> dict[str, Any]:
    import polars as pl

    text, number, indexes = pl.String, pl.Float64, pl.List(pl.Int64)
    return {
        "id": text,
        "translation": pl.Struct({"en": text, "vi": text}),
        "quality": number,
        "similarity": number,
        "margin": number,
        "shape": text,
        "vi_doc": text,
        "en_doc": text,
        "vi_segments": indexes,
        "en_segments": indexes,
        "vi_date": text,
        "en_date": text,
        "event": text,
        "flags": pl.List(text),
    }


def _batches(units: Iterable[Unit]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(units)
    while batch := [storable(jsonl.record(unit)) for unit in islice(rest, _BATCH)]:
        yield batch


def storable(value: Any) -> Any:
    """Half a surrogate pair becomes "?", as in the text formats: Arrow strings are UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value
