"""A short cut through TMX that `rows.tmx` wrote: a line a unit, read by regular expressions.

An XML parser reports some fifty events a unit, and a million units are to be read in less than a minute. A line is
taken only if it has exactly the form that is written, in which nothing can be read in two ways: no comment, no CDATA,
no inline code, no entity but the four that are written. At the first other line the file is read again by `tmx_events`,
which also says what is wrong with it; the rows that were given already are passed over.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, Final

from align.formats.rows import tmx_events
from align.formats.rows.cells import Row, Source
from align.formats.tmx import DOCTYPE
from align.formats.tmx_reader import opened

_LONGEST: Final = 1 << 24  # bytes of a line; longer ones are not held in memory here
_HEAD: Final = re.compile(
    rf'<\?xml version="1\.0" encoding="UTF-8"\?>\n(?:{re.escape(DOCTYPE)}\n)?<tmx version="1\.4">\n'
    r"<header [^\n]*</header>\n<body>\n"
)
_HEAD_LINES: Final = 5
_END: Final = b"</body>\n</tmx>\n"
# What XML forbids or alters: control characters, and U+FFFE and U+FFFF in UTF-8.
_CONTROLS: Final = bytes(range(0x20))
_NONCHARACTER: Final = re.compile(b"\xef\xbf[\xbe\xbf]")
_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot);)")  # another one than those that are written here
_PROPS: Final = r'((?:<prop type="[^<>"]*">[^<>]*</prop>)*+)'
_SIDE: Final = rf'<tuv xml:lang="([^<>"]*)">{_PROPS}<seg>([^<>]*)</seg></tuv>'
_UNIT: Final = re.compile(rf'<tu(?: tuid="([^<>"]*)")?>{_PROPS}{_SIDE}{_SIDE}</tu>')
_PROP: Final = re.compile(r'<prop type="([^"]*)">([^<]*)</prop>')


def open_tmx(path: Path) -> Source:
    """A TMX of any origin, also packed by gzip.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is not well-formed, declares entities, or is no TMX.
    """
    source = tmx_events.open_tmx(path)
    if source.columns is None:
        return source
    return Source(path, lambda: _rows(path, source), source.columns)


def _rows(path: Path, source: Source) -> Iterator[Row]:
    """Rows of a file whose header names its columns."""
    empty = dict.fromkeys(source.columns or (), "")
    for count, row in enumerate(plain_rows(path)):
        if row is None:
            yield from islice(source.rows(), count, None)
            return
        yield tmx_events.completed(empty, row)


def plain_rows(path: Path) -> Iterator[Row | None]:
    """Rows of the plain lines of a file; None where something else begins, and nothing after it."""
    try:
        with opened(path) as file:
            yield from _of_lines(file)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        yield None  # whoever reads it again will meet it again, and knows how to say it


def _of_lines(file: IO[bytes]) -> Iterator[Row | None]:
    if not _is_plain_head(file):
        yield None
        return
    while (line := file.readline(_LONGEST)).startswith(b"<tu"):
        row = _row(line)
        yield row
        if row is None:
            return
    if line + file.read(len(_END)) != _END or file.read(1):
        yield None


def _is_plain_head(file: IO[bytes]) -> bool:
    head = ""
    for _ in range(_HEAD_LINES):
        head += file.readline(_LONGEST).decode("utf-8")
        if head.endswith("<body>\n"):
            break
    return _HEAD.fullmatch(head) is not None and "<!" not in head.replace(DOCTYPE, "", 1)


def _row(line: bytes) -> Row | None:
    """The row of a line with its line end, as `tmx_events` gives it; None if it is not plain.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    # The line end is the only control character.
    if not line.endswith(b"\n") or len(line.translate(None, _CONTROLS)) != len(line) - 1:
        return None
    text = line[:-1].decode("utf-8")
    if _ENTITY.search(text) or (b"\xef\xbf" in line and _NONCHARACTER.search(line)):
        return None
    found = _UNIT.fullmatch(text)
    if found is None:
        return None
    tuid, props, *sides = found.groups()
    row: Row = {"id": _unescaped(tuid or ""), "vi": "", "en": ""}
    for kind, value in _PROP.findall(props):
        name = _column(kind)
        if name in row:
            return None
        row[name] = _unescaped(value)
    if not (_add_side(row, *sides[:3]) and _add_side(row, *sides[3:])):
        return None
    return tmx_events.finished(row)


def _add_side(row: Row, code: str, props: str, text: str) -> bool:
    """Add the text and props of one language; False where the parser must say what they mean."""
    lang = tmx_events.language(code)
    if lang is None or row[lang] or not text or text.isspace():
        return False
    row[lang] = _unescaped(text)
    for kind, value in _PROP.findall(props):
        if kind not in tmx_events.SIDE_KINDS:
            return False
        name = f"{lang}_{kind[2:]}"
        if name in row:
            return False
        row[name] = _unescaped(value)
    return True


@cache
def _column(kind: str) -> str:
    return tmx_events.column(_unescaped(kind))


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
