"""Text files line by line, with the errors that a user can act on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from align.errors import FormatError, InputError

_BOM: Final = b"\xef\xbb\xbf"


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""Lines of a UTF-8 file with their numbers, from 1, without their ends; streamed.

    A line ends with "\n" or "\r\n" and nothing else: str.splitlines would also break at U+0085, U+2028 and
    others that stand inside texts. A final line end makes no further line, a byte order mark is passed over.

    Raises:
        InputError: the file is missing or cannot be read.
        FormatError: a line is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                yield number, _decoded(path, number, raw)
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> InputError:
    """The error to raise for a file that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"{path}: no such file; check the name")
    return InputError(f"{path}: cannot be read ({error.strerror or error}); check what it is and its permissions")


def _decoded(path: Path, number: int, raw: bytes) -> str:
    if number == 1:
        raw = raw.removeprefix(_BOM)
    try:
        return raw.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 (byte {error.start + 1} of the line); convert the file, for example with iconv"
        raise FormatError(path, number, message) from error
