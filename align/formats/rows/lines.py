"""Rows of formats with a line a row: TSV, JSON lines and Moses pairs, each also packed by gzip."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from align.errors import ConfigError, FormatError
from align.formats import packed
from align.formats.reading import doubles, json_of
from align.formats.rows.cells import SIDES, Row, Source, Written, columns_of, text_of, to_value
from align.formats.tsv import cell
from align.text import one_line

_BREAKS: Final = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # those of `tsv.cell` but the tab
TRANSLATION: Final = "translation"
# JSON allows these raw, but programs that split a file with str.splitlines would break a record at them.
_ESCAPES: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def open_tsv(path: Path) -> Source:
    """A table with a header. Cells are never quoted.

    Raises:
        InputError: the file cannot be read.
        FormatError: there is no header, or a column stands twice.
    """
    header = next(packed.lines(path), (1, ""))[1].split("\t")
    if header == [""]:
        raise FormatError(path, 1, "no header; expected a line with the names of the columns")
    if double := doubles(header):
        raise FormatError(path, 1, f"column {', '.join(double)} stands twice; rename one")
    return Source(path, lambda: _tsv_rows(path, header), tuple(header))


def _tsv_rows(path: Path, header: list[str]) -> Iterator[Row]:
    found = packed.lines(path)
    next(found)
    for number, line in found:
        cells = line.split("\t")
        if len(cells) != len(header):
            message = f"{len(cells)} cells, expected {len(header)}; look for a stray tab or line break"
            raise FormatError(path, number, message)
        yield dict(zip(header, cells, strict=True))


def write_tsv(path: Path, source: Source) -> Written:
    """Write a table; tabs and line breaks inside a cell become one space."""
    columns = columns_of(source)
    done = Written()
    with packed.text(path) as file:
        file.write("\t".join(map(cell, columns)) + "\n")
        for row in source.rows():
            cells = [value if type(value := row.get(name, "")) is str else text_of(row, name) for name in columns]
            line = "\t".join(cells)
            if line.count("\t") >= len(columns) or _BREAKS.search(line):
                line = "\t".join(map(cell, cells))
            file.write(line + "\n")
            done.rows += 1
    return done


def open_jsonl(path: Path) -> Source:
    """JSON lines with `vi` and `en` at the top or in `translation`."""
    return Source(path, lambda: _jsonl_rows(path))


def _jsonl_rows(path: Path) -> Iterator[Row]:
    for number, line in packed.lines(path):
        if not line.strip():
            continue
        try:
            yield flat(json_of(line))
        except json.JSONDecodeError as error:
            raise FormatError(path, number, f"not JSON: {error.msg} at character {error.pos + 1}") from error
        except ValueError as error:
            raise FormatError(path, number, str(error)) from error


def flat(data: Any) -> Row:
    """A record with the texts of `translation` at the top.

    Raises:
        ValueError: it is no object, or has not both texts.
    """
    if not isinstance(data, dict):
        raise ValueError(f"{str(data)[:40]!r} is no object, expected one with vi and en")  # noqa: TRY004 - data
    row: Row = {}
    for name, value in data.items():
        if name == TRANSLATION and isinstance(value, dict):
            row |= {lang if lang in SIDES else f"{TRANSLATION}.{lang}": text for lang, text in sided(value)}
        else:
            row[name] = value
    for side in SIDES:
        if not isinstance(row.get(side), str):
            raise ValueError(f"no text {side!r}, neither at the top nor in 'translation'")  # noqa: TRY004 - data
    return row


def sided(translation: dict[str, Any]) -> list[tuple[str, Any]]:
    """Items of a `translation`, Vietnamese before English, as in the columns of the corpus."""
    return sorted(translation.items(), key=lambda item: {"vi": 0, "en": 1}.get(item[0], 2))


def nested(row: Row) -> Row:
    """A record of a row, the texts as `translation` with its keys sorted, corpus columns as data.

    Raises:
        ConfigError: a column is called translation.
    """
    if TRANSLATION in row:
        raise ConfigError(f"a column is called {TRANSLATION!r}, which JSONL and Parquet need for the texts; rename it")
    inner = {name.removeprefix(f"{TRANSLATION}."): text for name, text in row.items() if _is_text(name)}
    record: Row = {}
    for name, value in row.items():
        if not _is_text(name):
            record[name] = to_value(name, value)
        elif TRANSLATION not in record:
            record[TRANSLATION] = {lang: inner[lang] for lang in sorted(inner)}
    return record


def _is_text(name: str) -> bool:
    return name in SIDES or name.startswith(f"{TRANSLATION}.")


def write_jsonl(path: Path, source: Source) -> Written:
    """Write one JSON object a line."""
    done = Written()
    with packed.text(path) as file:
        for row in source.rows():
            try:
                line = json.dumps(nested(row), ensure_ascii=False, allow_nan=False)
            except ValueError as error:
                message = f"row {done.rows + 1} holds a number that JSON has no form for (NaN or infinite)"
                raise FormatError(source.path, None, message) from error
            file.write(line.translate(_ESCAPES) + "\n")
            done.rows += 1
    return done


def open_moses(path: Path) -> Source:
    """Either file of a pair PREFIX.vi and PREFIX.en (.gz)."""
    return Source(path, lambda: _moses_rows(*moses_paths(path)), SIDES)


def moses_paths(path: Path) -> tuple[Path, Path]:
    """Both files of the pair that one file belongs to."""
    packing = ".gz" if path.name.lower().endswith(".gz") else ""
    prefix = path.name[: len(path.name) - len(packing) - 3]
    return path.with_name(f"{prefix}.vi{packing}"), path.with_name(f"{prefix}.en{packing}")


def _moses_rows(vi_path: Path, en_path: Path) -> Iterator[Row]:
    for vi, en in zip_longest(packed.lines(vi_path), packed.lines(en_path)):
        if vi is None or en is None:
            longer, shorter, number = (vi_path, en_path, vi[0]) if en is None else (en_path, vi_path, en[0])
            message = f"a line too many: {shorter.name} has {number - 1}; a pair needs equal numbers of lines"
            raise FormatError(longer, number, message)
        yield {"vi": vi[1], "en": en[1]}


def write_moses(path: Path, source: Source) -> Written:
    """Write PREFIX.vi and PREFIX.en; runs of white space become one space."""
    columns = columns_of(source)
    done = Written(columns=tuple(name for name in columns if name not in SIDES))
    with ExitStack() as files:
        vi_file, en_file = (files.enter_context(packed.text(side)) for side in moses_paths(path))
        for row in source.rows():
            vi_file.write(one_line(text_of(row, "vi")) + "\n")
            en_file.write(one_line(text_of(row, "en")) + "\n")
            done.rows += 1
    return done
