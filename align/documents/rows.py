"""One row of a table of articles (JSON object, CSV record, Parquet row) -> document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, cast

from align.documents import dates
from align.documents.article import Page, parse
from align.documents.ids import Source, safe_id
from align.documents.streams import BadContentError, BadFieldError
from align.errors import ConfigError
from align.types import LANGS, Document, Lang, RejectedDocument

FIELDS: Final = ("id", "lang", "date", "title", "text", "url")
Columns = Mapping[str, str]  # field -> the column that holds it, where that is not its own name
_SHOWN: Final = 60


def parse_columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """Mapping of "title=headline".

    Raises:
        ConfigError: not of that form, no such field, or a field twice.
    """
    columns: dict[str, str] = {}
    for pair in pairs:
        field, _, column = (part.strip() for part in pair.partition("="))
        if field not in FIELDS or not column:
            raise ConfigError(f"column {pair!r} is not understood: FIELD=NAME with a field of {', '.join(FIELDS)}")
        if field in columns:
            raise ConfigError(f"column for {field!r} is given twice: once is expected")
        columns[field] = column
    return columns


def document(
    row: Mapping[str, Any], columns: Columns, source: Source, number: int, warnings: tuple[str, ...] = ()
) -> Document | RejectedDocument:
    """Document of the fields id, lang, date, title, text, url, of which only text is required.

    Raises:
        BadContentError: a field is missing or has a value that cannot be used.
    """
    fields = {field: row.get(columns.get(field, field)) for field in FIELDS}
    name = columns.get("text", "text")
    if name not in row:
        raise BadContentError(f"no field '{name}': it is required")
    if (text := _text(fields, "text")) is None:
        raise BadFieldError("text is empty: an article is expected")
    lang = _lang(fields)
    return parse(
        text,
        doc_id=_id(fields, f"{source.base}:{number}"),
        lang=lang,
        date=_date(fields, lang),
        title=_text(fields, "title"),
        url=_text(fields, "url"),
        source=f"{source.name}:{number}",
        page=Page(warnings=warnings),
    )


def _text(row: Mapping[str, Any], name: str) -> str | None:
    """A field of text, None where absent or blank."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadFieldError(f"{name} is {_show(value)}, not a string")
    return value if value.strip() else None


def _lang(row: Mapping[str, Any]) -> Lang | None:
    value = row.get("lang")
    if value is None or value == "":
        return None
    if value not in LANGS:
        raise BadFieldError(f"lang {_show(value)} is not 'vi' or 'en'")
    return cast("Lang", value)


def _date(row: Mapping[str, Any], lang: Lang | None) -> dt.date | None:
    value = row.get("date")
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):  # a datetime, too; Parquet knows both
        return value.date() if isinstance(value, dt.datetime) else value
    day = (dates.from_iso(value) or dates.from_numbers(value, lang)) if isinstance(value, str) else None
    if day is None:
        raise BadFieldError(f"date {_show(value)} is not an ISO date such as '2025-03-04'")
    return day


def _id(row: Mapping[str, Any], default: str) -> str:
    value = row.get("id")
    if value is None or value == "":
        return default
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadFieldError(f"id is {_show(value)}, not a string")
    doc_id = safe_id(str(value))
    if not doc_id:
        raise BadFieldError(f"id {_show(value)} is empty: give a name, or leave the field out")
    return doc_id


def _show(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 3]}..."
