"""Files as bounded streams of bytes and lines, `.gz` unpacked on the way."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from align import gunzip

MAX_BYTES: Final = 20_000_000  # of an article's file, of a line, of a row: a thousand times a long article
MAX_BAD_ROWS: Final = 5_000  # one after the other; then a file is given up
_COST: Final = 200  # rows with a wrong field that count as one that is no row
_FREE_BYTES: Final = gunzip.FREE_BYTES
_CHUNK: Final = 1 << 20


class BadContentError(Exception):
    """A file or row that cannot be used; the message says found, expected and remedy."""


class BadFieldError(BadContentError):
    """A row whose fields can be told, but not used."""


class Patience:
    """Counts rows in a row that are no rows, so that a file of nothing else fills no list without end.

    Rows with a wrong field are rows: another language may fill a good part of a sound file. They count little.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._cost = 0

    def good(self) -> None:
        """A row could be read."""
        self._rows = self._cost = 0

    def bad(self, error: BadContentError) -> None:
        """A row could not be read.

        Raises:
            BadContentError: it was one too many.
        """
        self._rows += 1
        self._cost += 1 if isinstance(error, BadFieldError) else _COST
        if self._cost >= MAX_BAD_ROWS * _COST:
            message = f"{self._rows} rows in a row cannot be used: the rest of the file is left out; look at its form"
            raise BadContentError(message)


def too_large() -> BadContentError:
    """The error for a file, line or row over the bound."""
    return BadContentError(f"larger than {MAX_BYTES // 1_000_000} MB: one article is expected; split it")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading bytes; one that ends with .gz is unpacked as it is read.

    Raises:
        OSError: it cannot be opened.
        BadContentError: on reading, where packed data is broken, ends early or bursts.
    """
    with path.open("rb") as handle:
        if path.suffix.lower() != ".gz":
            yield handle
            return
        with io.BufferedReader(_Unpacked(handle, _FREE_BYTES), _CHUNK) as unpacked:
            yield unpacked


def whole(path: Path) -> bytes:
    """All bytes of a file of one article.

    Raises:
        OSError: it cannot be read.
        BadContentError: it is over the bound, or packed data is broken.
    """
    with opened(path) as handle:
        data = handle.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise too_large()
    return data


def numbered_lines(handle: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers from 1; of one over the bound only the beginning, one byte too long.

    UTF-16 with its mark is turned into UTF-8.

    Raises:
        BadContentError: packed data is broken, or UTF-16 is.
    """
    number = 0
    while line := handle.readline(MAX_BYTES + 1):
        number += 1
        if number == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield from _utf16_lines(line, handle)
            return
        yield number, line
        while line and not line.endswith(b"\n"):
            line = handle.readline(_CHUNK)


def _utf16_lines(head: bytes, handle: BinaryIO) -> Iterator[tuple[int, bytes]]:
    decoder = codecs.getincrementaldecoder("utf-16")()
    rest, number, over = "", 0, False
    data = head
    try:
        while data:
            *lines, rest = (rest + decoder.decode(data)).split("\n")
            for line in lines:
                number += 1
                yield number, b"x" * (MAX_BYTES + 1) if over else f"{line}\n".encode("utf-8", "replace")
                over = False
            if len(rest) > MAX_BYTES:
                rest, over = "", True
            data = handle.read(_CHUNK)
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BadContentError(f"not UTF-16 after line {number} ({error.reason}): convert it to UTF-8") from None
    if rest or over:
        yield number + 1, b"x" * (MAX_BYTES + 1) if over else rest.encode("utf-8", "replace")


class _Unpacked(gunzip.Unpacked):
    """Unpacked bytes of a gzip file; what is wrong with it is said as of content."""

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            return super().readinto(buffer)
        except gunzip.BurstError as error:
            raise BadContentError(f"{error}: text does not; unpack and look at it") from None
        except EOFError:
            raise BadContentError("gzip data ends early: the file is truncated; fetch it again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise BadContentError(f"gzip data is broken ({error}): fetch the file again") from None
