"""The stages of a build as pure functions: documents in, alignments out. No files, no printing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from align import baselines, beads, quality
from align.beads.exact import shipped_models
from align.bitext import Link, joined
from align.documents import event_dates
from align.encoders import static_encoder
from align.logistic import Floats, sigmoid
from align.matching import Found, MatchItem
from align.scoring import Judgment, judge
from align.segment import segment
from align.types import (
    Bead,
    Document,
    Encoder,
    Lang,
    RejectedDocument,
    Segment,
    Vectors,
)

Tick = Callable[[int], None]

_NOTHING: Final = Found((), (0, 0))


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
            None if self.document.date else event_dates.estimate(self.document),
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
class Aligned:
    """What was found in a document pair.

    Attributes:
        beads: all beads, null beads last.
        links: the beads that are no nulls, with scores.
        covers: summaries, of which no units are made.
        found: what matching looks at: the beads as the aligner alone sees them.
    """

    beads: tuple[Bead, ...]
    links: tuple[Link, ...]
    covers: tuple[Bead, ...] = ()
    found: Found = _NOTHING


def align_pair(vi: Prepared, en: Prepared) -> Aligned:
    """Align two documents and score their beads."""
    alignment = beads.align(vi.side, en.side, static_encoder())
    judged = _judged(vi, en, alignment.links)
    scores = quality.score(alignment, [pair.log_odds for pair in judged])
    links = _scored(vi, en, alignment.links, scores, [pair.flags for pair in judged])
    nulls = alignment.beads[len(links) :]
    return Aligned((*(link.bead for link in links), *nulls), links, alignment.covers, _found(vi, en, alignment))


def look(vi: Prepared, en: Prepared) -> Found:
    """Align two documents only to see whether they are a pair: no summaries, no scores of beads."""
    return _found(vi, en, beads.align(vi.side, en.side, static_encoder(), _models_for_a_look()))


@cache
def _models_for_a_look() -> beads.BeadModels:
    return replace(shipped_models(), covers=None)


def _found(vi: Prepared, en: Prepared, alignment: beads.Alignment) -> Found:
    links = zip(alignment.posteriors.tolist(), alignment.links, strict=True)
    sizes = len(vi.segments), len(en.segments)
    return Found(tuple((probability, len(bead.vi), len(bead.en)) for probability, bead in links), sizes)


def align_pair_by(aligner: str, vi: Prepared, en: Prepared, encoder: Encoder) -> Aligned:
    """Align two documents by a known method; quality is what the first look says of each bead alone.

    Raises:
        AlignerError: the method is unknown, or its package is not there.
        InputError: the documents are too long for it.
    """
    vi_texts, en_texts = ([piece.text for piece in side.segments] for side in (vi, en))
    found = baselines.align(aligner, vi_texts, en_texts, encoder)
    links = [bead for bead in found if not bead.is_null]
    scores = sigmoid(beads.seen_alone(vi.side, en.side, static_encoder(), links))
    scored = _scored(vi, en, links, scores, [pair.flags for pair in _judged(vi, en, links)])
    return Aligned((*(link.bead for link in scored), *(bead for bead in found if bead.is_null)), scored)


def _judged(vi: Prepared, en: Prepared, links: Sequence[Bead]) -> list[Judgment]:
    return judge([joined(vi.segments, bead.vi) for bead in links], [joined(en.segments, bead.en) for bead in links])


def _scored(
    vi: Prepared, en: Prepared, links: Sequence[Bead], scores: Floats, flags: Sequence[tuple[str, ...]]
) -> tuple[Link, ...]:
    cosines = beads.ratio_margins(vi.side, en.side, links)
    return tuple(
        Link(replace(bead, quality=_rounded(score)), _rounded(score), _rounded(cosine), _rounded(margin), found)
        for bead, score, (cosine, margin), found in zip(links, scores, cosines, flags, strict=True)
    )


def _rounded(value: float) -> float:
    """Four decimals, as the corpus files show: what is written is what was compared."""
    return round(float(value), 4)
