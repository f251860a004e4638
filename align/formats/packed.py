"""Files that may be packed by gzip: text lines in, text lines out."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from align import gunzip
from align.errors import FormatError
from align.formats.atomic import atomic_binary, atomic_text
from align.formats.reading import bounded_lines, decoded, numbered_lines, unreadable

_LEVEL: Final = 6


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """As `numbered_lines`, also of a `.gz` file.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is not UTF-8, or no gzip file.
    """
    if path.suffix.lower() != ".gz":
        yield from numbered_lines(path)
        return
    try:
        with path.open("rb") as file, gunzip.reader(file) as unpacked:
            for number, raw in bounded_lines(path, unpacked):
                yield number, decoded(path, number, raw)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FormatError(path, None, f"damaged gzip file ({error}); fetch or pack it anew") from error
    except OSError as error:
        raise unreadable(path, error) from error


@contextmanager
def text(path: Path) -> Iterator[IO[str]]:
    r"""A UTF-8 text file with "\n" line ends, packed where its name ends with `.gz`, there whole or not at all."""
    if path.suffix.lower() != ".gz":
        with atomic_text(path) as plain:
            yield plain
        return
    with (
        binary(path) as file,
        io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="\n") as wrapped,
    ):
        yield wrapped


@contextmanager
def binary(path: Path) -> Iterator[IO[bytes]]:
    """A gzip file that appears when the block ends well. Equal content gives equal bytes: no name and time inside."""
    with (
        atomic_binary(path) as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
    ):
        yield cast("IO[bytes]", packed)
