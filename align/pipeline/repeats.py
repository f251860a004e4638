"""Near-duplicates set aside before matching, and their pairs after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from align import matching
from align.near_duplicates import Print
from align.types import Document, DocumentPair, Lang

Copy = Document | Print  # a near-duplicate: its id and date matter


@dataclass(frozen=True)
class Repeats:
    """Near-duplicates of either language and the documents that stand for them.

    Attributes:
        vi, en: id of a document -> those it stands for, with their dates.
        dates: (language, id) -> date of the documents that stand for others and of those they are matched with.
    """

    vi: Mapping[str, tuple[Copy, ...]]
    en: Mapping[str, tuple[Copy, ...]]
    dates: Mapping[tuple[Lang, str], date | None]


def repeated_pairs(pairs: Sequence[DocumentPair], repeats: Repeats) -> list[DocumentPair]:
    """Pairs of near-duplicates: as those of the documents that stand for them, without units of their own."""
    return [
        _repeated(pair, vi, en, repeats)
        for pair in pairs
        if pair.pair_class != "related"
        for vi in (None, *repeats.vi.get(pair.vi_doc, ()))
        for en in (None, *repeats.en.get(pair.en_doc, ()))
        if vi or en
    ]


def _repeated(pair: DocumentPair, vi: Copy | None, en: Copy | None, repeats: Repeats) -> DocumentPair:
    evidence = [
        f"near-duplicate of {doc}" for other, doc in ((vi, pair.vi_doc), (en, pair.en_doc)) if other is not None
    ]
    return replace(
        pair,
        vi_doc=vi.doc_id if vi else pair.vi_doc,
        en_doc=en.doc_id if en else pair.en_doc,
        days_apart=matching.days_between(
            vi.date if vi else repeats.dates["vi", pair.vi_doc], en.date if en else repeats.dates["en", pair.en_doc]
        ),
        evidence=tuple(evidence),
    )
