"""Files that are there whole or not at all: written beside their place, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from align.errors import OutputError

_REMEDIES: Final = {
    errno.ENOSPC: "free space or choose another disk",
    errno.EDQUOT: "free space or choose another disk",
    errno.EFBIG: "choose a disk that holds larger files",
    errno.ENOENT: "make its folder first",
    errno.EISDIR: "give the name of a file, not of a folder",
}


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path in the folder of `path` that takes its place when the block ends well.

    A device or pipe (/dev/stdout) is written to directly, and a link keeps pointing where it points.

    Raises:
        OutputError: the folder cannot be written, or the disk is full. Nothing half-written is left.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with _as_output_error(path):
            yield path
        return
    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _as_output_error(path):
            temporary.touch()
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(target)
    finally:
        # The error that brought us here says more than one from tidying up.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def _as_output_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = _REMEDIES.get(error.errno or 0, "free space, mend its permissions or choose another folder")
        raise OutputError(f"{path}: cannot be written ({reason}); {remedy}") from error


@contextmanager
def atomic_text(path: Path) -> Iterator[IO[str]]:
    r"""A UTF-8 text file with "\n" line ends that appears when the block ends well.

    Half a surrogate pair (JSON input can hold one), which UTF-8 has no form for, is written as "?".
    """
    with (
        atomic_path(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="replace", newline="\n") as file,
    ):
        yield file


@contextmanager
def atomic_binary(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that appears when the block ends well."""
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        yield file


def write_lines(path: Path, lines: Iterable[str]) -> None:
    r"""Write lines, each with its "\n", as one atomic file."""
    with atomic_text(path) as file:
        file.writelines(lines)
