"""Gzip files unpacked as they are read, as long as they stay within a ratio: a small file fills no disk and no hour."""

from __future__ import annotations

import gzip
import io
from typing import BinaryIO, Final

# Text packs 3- to 10-fold, very repetitive rows about 50-fold, what is made to burst up to 1000-fold.
MAX_RATIO: Final = 200
FREE_BYTES: Final = 16 << 20  # unpacked bytes before the ratio counts
_CHUNK: Final = 1 << 20


class BurstError(gzip.BadGzipFile):
    """A file unpacks to more than text does."""


class Unpacked(io.RawIOBase):
    """Unpacked bytes of a gzip file.

    Reading raises what `gzip` does (gzip.BadGzipFile, EOFError, zlib.error), and BurstError.
    """

    def __init__(self, packed: BinaryIO, free: int | None = None) -> None:
        """Begin.

        Args:
            packed: the file, at its beginning.
            free: unpacked bytes before the ratio counts; FREE_BYTES if None.
        """
        self._packed, self._free = packed, FREE_BYTES if free is None else free
        self._gzip = gzip.GzipFile(fileobj=packed)
        self._size = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the beginning of a buffer; 0 at the end."""
        data = self._gzip.read1(min(len(buffer), _CHUNK))
        self._size += len(data)
        if self._size > max(self._free, MAX_RATIO * self._packed.tell()):
            raise BurstError(f"unpacks to more than {MAX_RATIO} times its size")
        buffer[: len(data)] = data
        return len(data)


def reader(packed: BinaryIO) -> io.BufferedReader:
    """The same, buffered, to be read by lines or blocks."""
    return io.BufferedReader(Unpacked(packed), _CHUNK)
