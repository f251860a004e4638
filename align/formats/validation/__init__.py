"""Checks TMX and TBX as a stream: what breaks the format, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from align.errors import FormatError, InputError
from align.formats.validation.checker import Checker, Problem
from align.formats.validation.tbx import TbxChecker
from align.formats.validation.tmx import TmxChecker
from align.formats.xml_events import parse

__all__ = ["CHECKERS", "Problem", "validate"]

CHECKERS: Final[dict[str, Callable[[Path], Checker]]] = {
    ".tmx": TmxChecker,
    ".tmx.gz": TmxChecker,
    ".tbx": TbxChecker,
    ".tbx.gz": TbxChecker,
}


def validate(path: Path) -> Iterator[Problem]:
    """Problems of a TMX or TBX file in order of their lines; a file that is not well-formed ends with that one.

    Raises:
        InputError: the file cannot be read, or is neither by its name.
    """
    for ending, make in CHECKERS.items():
        if path.name.lower().endswith(ending):
            return _problems(make(path))
    raise InputError(f"{path}: neither TMX nor TBX by its name; expected one that ends with {', '.join(CHECKERS)}")


def _problems(checker: Checker) -> Iterator[Problem]:
    try:
        for _ in parse(checker):
            yield from checker.take()
    except FormatError as error:
        yield from checker.take()
        yield Problem(error.line or 1, str(error).removeprefix(f"{error.path}:{error.line}: "))
