"""The stages of a build as pure functions over a batch: documents in, bitexts out. No files, no printing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import starmap
from typing import Final

import numpy as np

from align import baselines, beads, matching, near_duplicates, quality
from align.bitext import Bitext, Link
from align.config import BuildConfig
from align.encoders import static_encoder
from align.logistic import Floats, sigmoid
from align.matching import Match, MatchItem
from align.segment import segment
from align.types import (
    LANGS,
    Bead,
    Document,
    DocumentPair,
    Encoder,
    Lang,
    PairClass,
    RejectedDocument,
    Segment,
    Vectors,
)

Tick = Callable[[int], None]

# A pair is a translation when most of both documents stand in good beads, in the same order (development set
# `parallel`: 98% of pairs; `news`, with a fifth of each side missing: 3%).
_TRANSLATION_COVERAGE: Final = 0.8
_EVIDENCE: Final = 5  # shared names and facts that are listed
_POOL_FROM: Final = 64  # pairs from which on worker processes pay for their start


@dataclass(frozen=True)
class Prepared:
    """A document ready for matching and alignment."""

    document: Document
    segments: tuple[Segment, ...]
    side: beads.Side

    @property
    def item(self) -> MatchItem:
        """What matching looks at."""
        return MatchItem(
            self.document.doc_id,
            self.document.date,
            self.side.vectors,
            frozenset().union(*self.side.facts),
            frozenset().union(*self.side.names),
        )


def prepare(
    documents: Sequence[Document], encoder: Encoder, tick: Tick = lambda _: None
) -> tuple[list[Prepared], list[RejectedDocument]]:
    """Segment and encode documents; each distinct segment is encoded once.

    Args:
        documents: of both languages.
        encoder: maps segments to vectors.
        tick: told the number of documents done.
    """
    segmented = [segment(document) for document in documents]
    numbers: dict[str, int] = {}
    for segments in segmented:
        for piece in segments:
            numbers.setdefault(piece.text, len(numbers))
    vectors = encoder.encode(list(numbers))
    ready, rejected = [], []
    for document, segments in zip(documents, segmented, strict=True):
        tick(1)
        if not segments:
            rejected.append(RejectedDocument(document.doc_id, "no sentence in it"))
            continue
        ready.append(with_vectors(document, segments, vectors[[numbers[piece.text] for piece in segments]]))
    return ready, rejected


def with_vectors(document: Document, segments: tuple[Segment, ...], vectors: Vectors) -> Prepared:
    """A document with its segments and their vectors, float32 [segments, dim]."""
    texts = [piece.text for piece in segments]
    featurizer = static_encoder().featurizer
    side = beads.make_side(texts, vectors, document.lang, featurizer, headline=document.title is not None)
    return Prepared(document, segments, side)


def of_language(prepared: Iterable[Prepared], lang: Lang) -> list[Prepared]:
    """The documents of one language, in order of their ids."""
    return sorted((p for p in prepared if p.document.lang == lang), key=lambda p: p.document.doc_id)


@dataclass(frozen=True)
class Repeats:
    """Near-duplicates of either language and the documents that stand for them.

    Attributes:
        vi, en: id of a document -> those it stands for, with their dates.
        dates: (language, id) -> date of the documents that stand for others and of those they are matched with.
    """

    vi: dict[str, tuple[Document, ...]]
    en: dict[str, tuple[Document, ...]]
    dates: dict[tuple[Lang, str], date | None]


def without_repeats(prepared: Sequence[Prepared], window_days: int) -> tuple[list[Prepared], list[Prepared], Repeats]:
    """The documents of either language to be matched, and the near-duplicates that were set aside."""
    dates = {(p.document.lang, p.document.doc_id): p.document.date for p in prepared}
    sides, repeats = [], []
    for lang in LANGS:
        side = of_language(prepared, lang)
        stands = near_duplicates.groups([p.document for p in side], window_days)
        sides.append([p for p in side if p.document.doc_id not in stands])
        behind: dict[str, tuple[Document, ...]] = {}
        for p in side:
            if first := stands.get(p.document.doc_id):
                behind[first] = (*behind.get(first, ()), p.document)
        repeats.append(behind)
    return sides[0], sides[1], Repeats(repeats[0], repeats[1], dates)


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


def _repeated(pair: DocumentPair, vi: Document | None, en: Document | None, repeats: Repeats) -> DocumentPair:
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


def candidate_pairs(vi: Sequence[Prepared], en: Sequence[Prepared], config: BuildConfig) -> list[Match]:
    """Document pairs worth listing, best first."""
    matches = matching.match([p.item for p in vi], [p.item for p in en], config.window_days)
    return [match for match in matches if match.score >= config.related_score]


@dataclass(frozen=True)
class Aligned:
    """What was found in a document pair.

    Attributes:
        beads: all beads, null beads last.
        links: the beads that are no nulls, with scores.
        covers: summaries, of which no units are made.
    """

    beads: tuple[Bead, ...]
    links: tuple[Link, ...]
    covers: tuple[Bead, ...] = ()


def align_pair(vi: Prepared, en: Prepared) -> Aligned:
    """Align two documents and score their beads."""
    alignment = beads.align(vi.side, en.side, static_encoder())
    links = _scored(vi, en, alignment.links, quality.score(alignment))
    nulls = alignment.beads[len(links) :]
    return Aligned((*(link.bead for link in links), *nulls), links, alignment.covers)


def align_pair_by(aligner: str, vi: Prepared, en: Prepared, encoder: Encoder) -> Aligned:
    """Align two documents by a known method; quality is what the first look says of each bead alone.

    Raises:
        AlignerError: the method is unknown, or its package is not there.
        InputError: the documents are too long for it.
    """
    vi_texts, en_texts = ([piece.text for piece in side.segments] for side in (vi, en))
    found = baselines.align(aligner, vi_texts, en_texts, encoder)
    links = [bead for bead in found if not bead.is_null]
    scored = _scored(vi, en, links, sigmoid(beads.seen_alone(vi.side, en.side, static_encoder(), links)))
    return Aligned((*(link.bead for link in scored), *(bead for bead in found if bead.is_null)), scored)


def _scored(vi: Prepared, en: Prepared, links: Sequence[Bead], scores: Floats) -> tuple[Link, ...]:
    cosines = beads.ratio_margins(vi.side, en.side, links)
    return tuple(
        Link(replace(bead, quality=_rounded(score)), _rounded(score), _rounded(cosine), _rounded(margin))
        for bead, score, (cosine, margin) in zip(links, scores, cosines, strict=True)
    )


def _rounded(value: float) -> float:
    """Four decimals, as the corpus files show: what is written is what was compared."""
    return round(float(value), 4)


def align_pairs(
    matches: Sequence[Match],
    vi: Sequence[Prepared],
    en: Sequence[Prepared],
    jobs: int = 1,
    tick: Tick = lambda _: None,
) -> list[Bitext]:
    """Align every candidate pair, classify it and group the accepted ones into events."""
    work = [(vi[match.vi], en[match.en]) for match in matches]
    results = []
    for result in _map(work, jobs):
        results.append(result)
        tick(1)
    scores = _rescored(matches, work, results)
    return [
        Bitext(
            _document_pair(replace(match, score=score), one, other),
            one.document,
            other.document,
            one.segments,
            other.segments,
            found.beads,
            found.links,
            found.covers,
        )
        for match, score, (one, other), found in zip(matches, scores, work, results, strict=True)
    ]


def _rescored(
    matches: Sequence[Match], work: Sequence[tuple[Prepared, Prepared]], results: Sequence[Aligned]
) -> list[float]:
    rows = [
        aligned_features(match.score, vi, en, found)
        for match, (vi, en), found in zip(matches, work, results, strict=True)
    ]
    scores: list[float] = matching.rescored(np.array(rows)).tolist()
    return scores


def aligned_features(score: float, vi: Prepared, en: Prepared, found: Aligned) -> list[float]:
    """What the alignment of a pair says of whether it is one."""
    links = [(link.quality, len(link.bead.vi), len(link.bead.en)) for link in found.links]
    return matching.aligned_features(score, links, (len(vi.segments), len(en.segments)))


def _map(work: Sequence[tuple[Prepared, Prepared]], jobs: int) -> Iterable[Aligned]:
    if jobs == 1 or len(work) < _POOL_FROM:
        yield from starmap(align_pair, work)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(align_pair, *zip(*work, strict=True), chunksize=16)


def _document_pair(match: Match, vi: Prepared, en: Prepared) -> DocumentPair:
    return DocumentPair(
        vi.document.doc_id,
        en.document.doc_id,
        _rounded(match.score),
        "related",
        "",
        match.days_apart,
        _evidence(match, vi, en),
    )


def _evidence(match: Match, vi: Prepared, en: Prepared) -> tuple[str, ...]:
    dates = [str(p.document.date) if p.document.date else "undated" for p in (vi, en)]
    found = [f"dates {dates[0]} and {dates[1]}"]
    if match.names:
        found.append("names " + ", ".join(match.names[:_EVIDENCE]))
    if match.facts:
        found.append("facts " + ", ".join(match.facts[:_EVIDENCE]))
    return (*found, f"segment similarity {match.bimax:.2f}")


def classify(bitexts: Sequence[Bitext], config: BuildConfig) -> list[Bitext]:
    """Give every pair its class and accepted pairs their event; order: event, documents; related ones last."""
    classes = [_class(bitext, config) for bitext in bitexts]
    accepted = [
        (f"vi\0{b.pair.vi_doc}", f"en\0{b.pair.en_doc}")
        for b, kind in zip(bitexts, classes, strict=True)
        if kind != "related"
    ]
    names = _event_names(list(matching.events(accepted)), bitexts)
    result = [
        replace(
            b, pair=replace(b.pair, pair_class=kind, event=names[f"vi\0{b.pair.vi_doc}"] if kind != "related" else "")
        )
        for b, kind in zip(bitexts, classes, strict=True)
    ]
    return sorted(result, key=lambda b: (b.pair.event == "", b.pair.event, b.pair.vi_doc, b.pair.en_doc))


def _class(bitext: Bitext, config: BuildConfig) -> PairClass:
    vi, en = bitext.coverage
    if bitext.pair.score < config.min_pair_score or not vi:
        return "related"
    return "translation" if min(vi, en) >= _TRANSLATION_COVERAGE else "same_event"


def _event_names(groups: Sequence[tuple[str, ...]], bitexts: Sequence[Bitext]) -> dict[str, str]:
    """Name of the event of each document: its first day and a number, "2024-11-21-01"."""
    dates = {f"vi\0{b.pair.vi_doc}": b.vi.date for b in bitexts} | {f"en\0{b.pair.en_doc}": b.en.date for b in bitexts}
    counts: dict[str, int] = {}
    names = {}
    for group in groups:
        first = min((day for node in group if (day := dates[node])), default=None)
        prefix = first.isoformat() if first else "undated"
        counts[prefix] = counts.get(prefix, 0) + 1
        for node in group:
            names[node] = f"{prefix}-{counts[prefix]:02d}"
    return names
