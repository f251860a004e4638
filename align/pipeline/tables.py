"""The table of document pairs."""

from __future__ import annotations

from typing import Final

from align.types import DocumentPair

DOCUMENT_COLUMNS: Final = ("event", "vi_doc", "en_doc", "score", "class", "days_apart", "units", "evidence")


def document_row(pair: DocumentPair, units: int) -> tuple[str, ...]:
    """A row of documents.tsv."""
    return (
        pair.event,
        pair.vi_doc,
        pair.en_doc,
        f"{pair.score:.4f}",
        pair.pair_class,
        "" if pair.days_apart is None else str(pair.days_apart),
        str(units),
        "; ".join(pair.evidence),
    )
