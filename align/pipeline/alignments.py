"""`alignments.jsonl`: one line per document pair, with everything that reports and review need."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from align.bitext import Bitext
from align.documents import event_dates
from align.types import Document, Segment


def record(bitext: Bitext, fate: Mapping[str, str]) -> dict[str, Any]:
    """One document pair as a JSON object.

    Args:
        bitext: the pair with its beads.
        fate: unit id -> "kept" or the reason of its rejection.
    """
    pair = bitext.pair
    return {
        "event": pair.event,
        "vi_doc": pair.vi_doc,
        "en_doc": pair.en_doc,
        "score": pair.score,
        "class": pair.pair_class,
        "days_apart": pair.days_apart,
        "evidence": list(pair.evidence),
        "vi": _side(bitext.vi, bitext.vi_segments),
        "en": _side(bitext.en, bitext.en_segments),
        "beads": [*_links(bitext, fate), *_nulls(bitext)],
        "covers": [{"vi": list(cover.vi), "en": list(cover.en)} for cover in bitext.covers],
    }


def _side(document: Document, segments: Iterable[Segment]) -> dict[str, Any]:
    return {
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "date_source": document.date_source,
        "date_estimate": _estimate(document),
        "event_dates": list(event_dates.of_document(document)),
        "url": document.url,
        "source": document.source,
        "text": document.text,
        "segments": [{"start": piece.start, "end": piece.end, "text": piece.text} for piece in segments],
        "furniture": [{"rule": piece.rule, "text": piece.text} for piece in document.furniture],
    }


def _estimate(document: Document) -> str | None:
    """A guess at the date of an undated document."""
    day = None if document.date else event_dates.estimate(document)
    return day.isoformat() if day else None


def _links(bitext: Bitext, fate: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "vi": list(unit.vi_segments),
            "en": list(unit.en_segments),
            "quality": unit.quality,
            "similarity": unit.similarity,
            "margin": unit.margin,
            "id": unit.id,
            "fate": fate.get(unit.id, "related_documents"),
            "flags": list(unit.flags),
        }
        for unit in bitext.units()
    ]


def _nulls(bitext: Bitext) -> list[dict[str, Any]]:
    return [{"vi": list(bead.vi), "en": list(bead.en)} for bead in bitext.beads if bead.is_null]


def lines(bitexts: Iterable[Bitext], fate: Mapping[str, str]) -> Iterable[str]:
    """JSON lines, keys in the order above."""
    for bitext in bitexts:
        yield json.dumps(record(bitext, fate), ensure_ascii=False) + "\n"
