"""Files -> documents: one reader a suffix, bad content rejected row by row, nothing read without a bound."""

from __future__ import annotations

import codecs
import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO, Final, TypeAlias, cast

from align.documents import dates
from align.documents.article import parse
from align.documents.ids import Source, safe_id
from align.types import LANGS, Document, Lang, RejectedDocument

MAX_BYTES: Final = 20_000_000  # of a .txt file, and of a line of .jsonl: a thousand times a long article
Reader: TypeAlias = Callable[[Source], Iterator[Document | RejectedDocument]]
_CHUNK: Final = 1 << 20
_TOO_LARGE: Final = f"larger than {MAX_BYTES // 1_000_000} MB: one article is expected; split it"


class _BadContentError(Exception):
    """A file or row that cannot be used; the message says found, expected and remedy."""


def read_file(source: Source) -> Iterator[Document | RejectedDocument]:
    """Documents of one file; whatever is wrong with it becomes a RejectedDocument."""
    reader = READERS.get(source.suffix)
    try:
        if not source.path.is_file():
            yield RejectedDocument(source.name, "not a regular file: only files and folders are read")
        elif reader is None:
            yield RejectedDocument(source.name, _unsupported(source.suffix))
        else:
            yield from reader(source)
    except OSError as error:
        reason = f"cannot be read ({error.strerror}): check that it exists and its permissions"
        yield RejectedDocument(source.name, reason)


def _unsupported(suffix: str) -> str:
    kind = f"files with suffix '{suffix}'" if suffix else "files without suffix"
    return f"{kind} are not read: supported are {', '.join(READERS)}"


def _read_txt(source: Source) -> Iterator[Document | RejectedDocument]:
    with source.path.open("rb") as handle:
        data = handle.read(MAX_BYTES + 1)
    try:
        raw = _decode(data)
    except _BadContentError as error:
        yield RejectedDocument(source.name, str(error))
        return
    if not source.base:
        yield RejectedDocument(source.name, "file name gives no doc_id: rename the file")
        return
    document = parse(raw, doc_id=source.base, source=source.name)
    if isinstance(document, Document) and document.date is None:
        document = replace(document, date=dates.from_name(source.name))
    yield document


def _read_jsonl(source: Source) -> Iterator[Document | RejectedDocument]:
    rows = 0
    with source.path.open("rb") as handle:
        for number, line in _lines(handle):
            place = f"{source.name}:{number}"
            try:
                content = _decode(line, first=number == 1)
                if not content.strip():
                    continue
                rows += 1
                yield _document(_object(content), source, number)
            except _BadContentError as error:
                rows += 1
                yield RejectedDocument(place, f"{place}: {error}")
    if not rows:
        yield RejectedDocument(source.name, "empty: no line holds an article")


def _lines(handle: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers from 1; of one over the bound only the beginning, one byte too long."""
    number = 0
    while line := handle.readline(MAX_BYTES + 1):
        number += 1
        yield number, line
        while line and not line.endswith(b"\n"):
            line = handle.readline(_CHUNK)


def _decode(data: bytes, *, first: bool = True) -> str:
    """UTF-8 with or without BOM, or UTF-16 with BOM.

    Raises:
        _BadContentError: anything else, with the offset of the first byte that is wrong.
    """
    if len(data) > MAX_BYTES:
        raise _BadContentError(_TOO_LARGE)
    if first and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in data:
        raise _BadContentError(f"binary: a NUL byte at offset {data.index(0)}; plain text in UTF-8 is expected")
    else:
        encoding = "utf-8-sig" if first else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        bom = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" and data.startswith(codecs.BOM_UTF8) else 0
        message = f"not {encoding.removesuffix('-sig').upper()} at byte {error.start + bom}: convert it to UTF-8"
        raise _BadContentError(message) from None


def _object(content: str) -> dict[str, Any]:
    try:
        row = json.loads(content)
    except json.JSONDecodeError as error:
        raise _BadContentError(
            f"no JSON at column {error.colno} ({error.msg}): one object a line is expected"
        ) from None
    except (ValueError, RecursionError) as error:
        message = f"JSON that cannot be read ({error}): one object a line is expected"
        raise _BadContentError(message) from None
    if not isinstance(row, dict):
        raise _BadContentError(f'JSON {type(row).__name__}, not an object: {{"text": ...}} is expected')
    return row


def _document(row: dict[str, Any], source: Source, number: int) -> Document | RejectedDocument:
    """Document of the fields id, lang, date, title, text, url, of which only text is required."""
    if "text" not in row:
        raise _BadContentError("no field 'text': it is required")
    if (text := _text_field(row, "text")) is None:
        raise _BadContentError("text is empty: an article is expected")
    lang, day = _lang_field(row), _date_field(row)
    doc_id = _id_field(row, f"{source.base}:{number}")
    title, url = _text_field(row, "title"), _text_field(row, "url")
    place = f"{source.name}:{number}"
    document = parse(text, doc_id=doc_id, lang=lang, date=day, title=title, url=url, source=place)
    if isinstance(document, RejectedDocument):
        raise _BadContentError(document.reason)
    return document


def _text_field(row: dict[str, Any], name: str) -> str | None:
    """A field of text, None where absent or blank."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _BadContentError(f"{name} is {_shown(value)}, not a string")
    return value if value.strip() else None


def _lang_field(row: dict[str, Any]) -> Lang | None:
    value = row.get("lang")
    if value is None or value == "":
        return None
    if value not in LANGS:
        raise _BadContentError(f"lang {_shown(value)} is not 'vi' or 'en'")
    return cast("Lang", value)


def _date_field(row: dict[str, Any]) -> dt.date | None:
    value = row.get("date")
    if value is None or value == "":
        return None
    day = dates.from_iso(value) if isinstance(value, str) else None
    if day is None:
        raise _BadContentError(f"date {_shown(value)} is not an ISO date such as '2025-03-04'")
    return day


def _id_field(row: dict[str, Any], default: str) -> str:
    value = row.get("id")
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _BadContentError(f"id is {_shown(value)}, not a string")
    doc_id = safe_id(str(value))
    if not doc_id:
        raise _BadContentError(f"id {_shown(value)} is empty: give a name, or leave the field out")
    return doc_id


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


# Suffix -> reader: one more format is one more entry.
READERS: Final[dict[str, Reader]] = {".txt": _read_txt, ".jsonl": _read_jsonl}
