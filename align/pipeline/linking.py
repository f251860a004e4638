"""From aligned candidates to document pairs: judged again, classed, grouped into events, with their rivals.

The one step of matching that looks at the whole collection; it needs some kilobytes a pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from align import matching
from align.config import BuildConfig
from align.matching import Found
from align.pipeline import evidence
from align.types import DocumentPair

# Probability by vectors and anchors from which on a pair is aligned: true pairs of the development set begin at .02.
_WORTH_ALIGNING: Final = 0.02

Candidate = tuple[int, int, float]  # numbers of a Vietnamese and an English document, probability


@dataclass(frozen=True, slots=True)
class Listing:
    """A candidate pair that was aligned.

    Attributes:
        vi, en: numbers of its documents, in the order of the ids of their language.
        vi_doc, en_doc: their ids.
        vi_date, en_date: their days of publication.
        score: probability before the alignment.
        found: the alignment.
        evidence: what speaks for it.
    """

    vi: int
    en: int
    vi_doc: str
    en_doc: str
    vi_date: date | None
    en_date: date | None
    score: float
    found: Found
    evidence: tuple[str, ...]


def link(
    listings: Sequence[Listing],
    others: Iterable[Candidate],
    ids: Callable[[int, int], tuple[str, str]],
    config: BuildConfig,
) -> list[DocumentPair]:
    """Document pairs in the order of their listings, each with class, event and evidence.

    Args:
        listings: pairs that were aligned.
        others: candidates that were not worth it; they are rivals.
        ids: numbers of two documents -> their ids.
        config: what a pair has to reach.
    """
    rows = [matching.aligned_features(row.score, row.found) for row in listings]
    scores = [round(score, 4) for score in matching.rescored(rows).tolist()]
    pairs = [_pair(row, score, config) for row, score in zip(listings, scores, strict=True)]
    events = _events(listings, pairs)
    places: dict[int, Candidate] = {
        k: (row.vi, row.en, score) for k, (row, score) in enumerate(zip(listings, scores, strict=True))
    }
    places |= dict(enumerate(others, start=len(listings)))
    accepted = {k for k, pair in enumerate(pairs) if pair.pair_class != "related"}
    rivals = matching.rivals(places, range(len(pairs)), accepted)
    told = [evidence.of_rivals(k, rivals[k], places, lambda place: ids(*places[place][:2])) for k in range(len(pairs))]
    return [
        replace(pair, event=event, evidence=(*pair.evidence, *text))
        for pair, event, text in zip(pairs, events, told, strict=True)
    ]


def least_score(config: BuildConfig) -> float:
    """Probability from which on a candidate is aligned."""
    return min(_WORTH_ALIGNING, config.related_score)


def _pair(row: Listing, score: float, config: BuildConfig) -> DocumentPair:
    return DocumentPair(
        row.vi_doc,
        row.en_doc,
        score,
        matching.pair_class(score, row.found, config.min_pair_score),
        "",
        matching.days_between(row.vi_date, row.en_date),
        row.evidence,
    )


def is_listed(pair: DocumentPair, config: BuildConfig) -> bool:
    """Whether a pair is shown: accepted, or probable enough to be called related."""
    return pair.pair_class != "related" or pair.score >= config.related_score


def order_of_pairs(pair: DocumentPair) -> tuple[bool, str, str, str]:
    """Event, documents; pairs without an event last."""
    return pair.event == "", pair.event, pair.vi_doc, pair.en_doc


def _events(listings: Sequence[Listing], pairs: Sequence[DocumentPair]) -> list[str]:
    """Event of each pair, "" for related ones."""
    accepted = [
        (f"vi\0{pair.vi_doc}", f"en\0{pair.en_doc}") if pair.pair_class != "related" else None for pair in pairs
    ]
    dates = {f"vi\0{row.vi_doc}": row.vi_date for row in listings}
    dates |= {f"en\0{row.en_doc}": row.en_date for row in listings}
    names = _event_names(list(matching.events([nodes for nodes in accepted if nodes])), dates)
    return [names[nodes[0]] if nodes else "" for nodes in accepted]


def _event_names(groups: Sequence[tuple[str, ...]], dates: dict[str, date | None]) -> dict[str, str]:
    """Name of the event of each document: its first day and a number, "2024-11-21-01"."""
    counts: dict[str, int] = {}
    names = {}
    for group in groups:
        first = min((day for node in group if (day := dates[node])), default=None)
        prefix = first.isoformat() if first else "undated"
        counts[prefix] = counts.get(prefix, 0) + 1
        for node in group:
            names[node] = f"{prefix}-{counts[prefix]:02d}"
    return names
