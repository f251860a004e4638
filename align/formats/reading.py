"""Text files line by line, with the errors that a user can act on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

from align.errors import FormatError, InputError

_BOM: Final = b"\xef\xbb\xbf"
MAX_LINE: Final = 128 << 20  # bytes: both articles of a pair, 20 MB each, with their segments as JSON


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""Lines of a UTF-8 file with their numbers, from 1, without their ends; streamed.

    A line ends with "\n" or "\r\n" and nothing else: str.splitlines would also break at U+0085, U+2028 and
    others that stand inside texts. A final line end makes no further line, a byte order mark is passed over.

    Raises:
        InputError: the file is missing or cannot be read.
        FormatError: a line is not UTF-8, or longer than MAX_LINE.
    """
    try:
        with path.open("rb") as file:
            for number, raw in bounded_lines(path, file):
                yield number, decoded(path, number, raw)
    except OSError as error:
        raise unreadable(path, error) from error


def bounded_lines(path: Path, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines as bytes with their ends and their numbers, from 1.

    Raises:
        FormatError: a line is longer than MAX_LINE.
    """
    number = 0
    while raw := file.readline(MAX_LINE + 1):
        number += 1
        if len(raw) > MAX_LINE:
            raise FormatError(path, number, f"a line of more than {MAX_LINE >> 20} MB; look for missing line ends")
        yield number, raw


def json_of(text: str | bytes) -> Any:
    """Data of a JSON text.

    Raises:
        ValueError: it is no JSON, or nested deeper than Python reads it.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def doubles(names: Sequence[str]) -> list[str]:
    """Names that stand twice, sorted."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


def unreadable(path: Path, error: OSError) -> InputError:
    """The error to raise for a file that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"{path}: no such file; check the name")
    return InputError(f"{path}: cannot be read ({error.strerror or error}); check what it is and its permissions")


def decoded(path: Path, number: int, raw: bytes) -> str:
    """Text of a line without its end, and without the byte order mark of the first.

    Raises:
        FormatError: it is not UTF-8.
    """
    if number == 1:
        raw = raw.removeprefix(_BOM)
    try:
        return raw.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 (byte {error.start + 1} of the line); convert the file, for example with iconv"
        raise FormatError(path, number, message) from error
