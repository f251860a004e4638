"""Documents as rows of tables, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from align.types import Document, Furniture

if TYPE_CHECKING:
    import polars as pl

_TEXTS: Final = ("doc_id", "lang", "text", "title", "url", "source", "author", "site", "date_source")
DOCUMENT: Final = (*_TEXTS, "date", "rules", "furniture", "warnings")


def schema() -> dict[str, Any]:
    """Types of the columns of a document."""
    import polars as pl

    return {
        **dict.fromkeys(_TEXTS, pl.String),
        "date": pl.Date,
        **dict.fromkeys(("rules", "furniture", "warnings"), pl.List(pl.String)),
    }


def table(rows: Sequence[Mapping[str, Any]], types: Mapping[str, Any]) -> pl.DataFrame:
    """Rows as a table with these columns."""
    import polars as pl

    return pl.DataFrame({name: [row[name] for row in rows] for name in types}, schema=dict(types))


def row_of(document: Document) -> dict[str, Any]:
    """A document as a row."""
    row: dict[str, Any] = {name: _storable(getattr(document, name)) for name in _TEXTS}
    return row | {
        "date": document.date,
        "rules": [piece.rule for piece in document.furniture],
        "furniture": [_storable(piece.text) for piece in document.furniture],
        "warnings": [_storable(text) for text in document.warnings],
    }


def _storable(text: str | None) -> str | None:
    """Text without halves of surrogate pairs (JSON input can hold one), which UTF-8 has no form for."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def document_of(row: Mapping[str, Any]) -> Document:
    """A row as a document."""
    texts = {name: row[name] for name in _TEXTS}
    pieces = zip(row["rules"], row["furniture"], strict=True)
    furniture = tuple(Furniture(rule, text) for rule, text in pieces)
    return Document(**texts, date=row["date"], furniture=furniture, warnings=tuple(row["warnings"]))
