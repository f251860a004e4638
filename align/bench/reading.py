"""Files of a benchmark, one segment a line, with lengths checked: sacrebleu's API takes unequal ones in silence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from align.bench.records import Output, Place, TestSet
from align.documents.language import identify
from align.errors import ConfigError, FormatError, InputError
from align.formats import tsv
from align.formats.reading import numbered_lines
from align.text import nfc
from align.types import LANGS, Lang

_NAME: Final = re.compile(r"\w[\w.:+ -]{0,63}")
_PROBE: Final = 400  # lines by which the language is told


@dataclass(frozen=True, slots=True)
class Files:
    """Names of the files of a test set.

    `docids` holds a document id a line, or is a table with a header and columns doc, event, outlet, date (any of them).
    """

    refs: tuple[Path, ...]
    src: Path | None = None
    docids: Path | None = None
    lang: str | None = None


def read_test_set(files: Files) -> TestSet:
    """Read and check a test set.

    Raises:
        InputError: a file is missing, empty, or has another number of lines than the first reference.
        ConfigError: the language is neither "vi" nor "en", or cannot be told.
    """
    refs = tuple(read_lines(path) for path in files.refs)
    if not refs or not refs[0]:
        raise InputError(f"{files.refs[0] if files.refs else '--ref'}: no line; expected one segment a line")
    for path, lines in zip(files.refs[1:], refs[1:], strict=True):
        check_length(path, len(lines), files.refs[0], len(refs[0]))
    src = read_lines(files.src) if files.src else None
    if src is not None and files.src is not None:
        check_length(files.src, len(src), files.refs[0], len(refs[0]))
    places = _read_places(files.docids) if files.docids else ()
    if files.docids:
        check_length(files.docids, len(places), files.refs[0], len(refs[0]))
    return TestSet(_language(files, refs[0]), refs, src, places, name=files.refs[0].name)


def read_lines(path: Path) -> tuple[str, ...]:
    """Lines without white space at their ends, as sacrebleu's command line reads them."""
    return tuple(line.rstrip() for _, line in numbered_lines(path))


def read_output(path: Path, test_set: TestSet) -> Output:
    """Translations from a file.

    Raises:
        InputError: the file is missing or has another number of lines than the references.
    """
    lines = read_lines(path)
    check_length(path, len(lines), f"the reference {test_set.name}", len(test_set))
    return Output(lines, f"file {path.name}")


def read_segment_scores(path: Path, test_set: TestSet) -> tuple[float, ...]:
    """A number a line, as COMET, MetricX and others write them: the last cell where there are several.

    Raises:
        FormatError: a line does not end with a finite number.
        InputError: the file has another number of lines than the references.
    """
    found = []
    for number, line in numbered_lines(path):
        text = line.split("\t")[-1].strip()
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise FormatError(path, number, f"score {text[:40]!r}, expected one number a line such as 0.8312")
        found.append(value)
    check_length(path, len(found), f"the reference {test_set.name}", len(test_set))
    return tuple(found)


def named(argument: str, option: str) -> tuple[str, str]:
    """NAME and value of "NAME=value".

    Raises:
        ConfigError: there is no "=", or the name is no name.
    """
    name, equals, value = argument.partition("=")
    if not equals or not value.strip() or not _NAME.fullmatch(nfc(name)):
        form = "NAME=FILE" if option != "--system" else "NAME='COMMAND'"
        message = "a name begins with a letter or digit and has up to 64 letters, digits, blanks or . : + - _"
        raise ConfigError(f"{option} {argument!r}: expected {form}; {message}")
    return nfc(name), value


def check_length(path: Path | str, found: int, against: Path | str, expected: int) -> None:
    """Refuse files of unequal length.

    Raises:
        InputError: naming both counts.
    """
    if found != expected:
        remedy = "give one line a segment, an empty one where there is no text"
        raise InputError(f"{path}: {found:,} lines, but {against} has {expected:,}; {remedy}")


def _language(files: Files, lines: Sequence[str]) -> Lang:
    if files.lang is not None:
        if files.lang not in LANGS:
            raise ConfigError(f"--lang {files.lang!r}, expected the language of the translations: vi or en")
        return "vi" if files.lang == "vi" else "en"
    found = identify(nfc("\n".join(lines[:_PROBE])))
    if found is None:
        raise ConfigError(f"{files.refs[0]}: neither Vietnamese nor English as it seems; say --lang vi or --lang en")
    return found


def _read_places(path: Path) -> tuple[Place, ...]:
    lines = [line for _, line in numbered_lines(path)]
    header = lines[0].split("\t") if lines else []
    if "doc" not in header:
        if any("\t" in line for line in lines):
            raise FormatError(path, 1, "no column doc; expected one document id a line, or a table with a header")
        return tuple(Place(doc=line.strip()) for line in lines)
    names = Place.__dataclass_fields__
    rows = (row for _, row in tsv.read_table(path, ("doc",)))
    return tuple(Place(**{name: cell for name, cell in row.items() if name in names}) for row in rows)
