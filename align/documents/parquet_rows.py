"""Articles in a Parquet file: a row each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from align.documents import rows, streams
from align.documents.ids import Source
from align.documents.streams import BadContentError
from align.types import Document, RejectedDocument

if TYPE_CHECKING:
    import polars as pl

_BATCH: Final = 2_000  # rows that are in memory at a time, texts that are equal once
_AS_PYTHON: Final = 16  # of them as Python objects
_LONG: Final = "\0long"
_SHOWN: Final = 12
_MAX_UNPACKED: Final = 4 << 30  # bytes of a .parquet.gz on disk
_Result = TypeVar("_Result")


def read(source: Source, columns: rows.Columns) -> Iterator[Document | RejectedDocument]:
    """Documents of a .parquet file; a row that cannot be used is one RejectedDocument."""
    if source.path.suffix.lower() != ".gz":
        yield from _read(source.path, source, columns)
        return
    # Parquet is read from its end: a packed one has to be on disk.
    with tempfile.TemporaryDirectory(prefix="align-") as folder:
        plain = Path(folder, "rows.parquet")
        with streams.opened(source.path) as packed, plain.open("wb") as file:
            while block := packed.read(1 << 20):
                if file.tell() > _MAX_UNPACKED:
                    raise BadContentError(f"unpacks to more than {_MAX_UNPACKED >> 30} GB: give it unpacked")
                file.write(block)
        yield from _read(plain, source, columns)


def _read(path: Path, source: Source, columns: rows.Columns) -> Iterator[Document | RejectedDocument]:
    import polars as pl

    names = _trusted(lambda: list(pl.read_parquet_schema(path)))
    wanted = {field: columns.get(field, field) for field in rows.FIELDS}
    if wanted["text"] not in names:
        shown = ", ".join(names[:_SHOWN])[:200]
        raise BadContentError(f"no column '{wanted['text']}' ({shown}): name it with --column text=NAME")
    frame = _bounded(path, [name for name in dict.fromkeys(wanted.values()) if name in names])
    number, patience = 0, streams.Patience()
    while len(batch := _trusted(lambda start=number: frame.slice(start, _BATCH).collect())):  # type: ignore[misc]
        for row in batch.iter_rows(named=True, buffer_size=_AS_PYTHON):
            number += 1
            try:
                if row.pop(_LONG):
                    raise streams.too_large()
                document = rows.document(row, columns, source, number)
            except BadContentError as error:
                yield RejectedDocument(f"{source.name}:{number}", str(error))
                patience.bad(error)
            else:
                yield document
                patience.good()
    if not number:
        yield RejectedDocument(source.name, "empty: no row")


def _bounded(path: Path, names: list[str]) -> pl.LazyFrame:
    """The columns asked for; texts over the bound are left out, and their rows marked, before they are copied."""
    import polars as pl
    from polars import selectors

    frame = pl.scan_parquet(path, glob=False).select(names)
    length = selectors.string().str.len_bytes()
    marked = frame.with_columns(pl.any_horizontal(pl.lit(False), length.fill_null(0) > streams.MAX_BYTES).alias(_LONG))
    return marked.with_columns(pl.when(~pl.col(_LONG)).then(selectors.string()).name.keep())


def _trusted(read: Callable[[], _Result]) -> _Result:
    """Result of a call into the Parquet reader, which panics on some broken files instead of raising.

    Raises:
        BadContentError: the file is no Parquet, or broken.
    """
    import polars as pl

    try:
        return read()
    except (pl.exceptions.PolarsError, ValueError, OverflowError, MemoryError) as error:
        first = str(error).split("\n", maxsplit=1)[0][:160]
        raise BadContentError(f"no Parquet that can be read ({first}): write it again") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise BadContentError("no Parquet that can be read (its inner sizes are wrong): write it again") from None
