"""The stages of a build as pure functions: documents in, alignments out. No files, no printing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def prepare(documents: Sequence[Document], encoder: Encoder) -> tuple[list[Prepared], list[RejectedDocument]]:
    """Segment and encode documents; each distinct segment is encoded once.

    Args:
        documents: of both languages.
        encoder: maps segments to vectors.
    """
    segmented = [segment(document) for document in documents]
    numbers: dict[str, int] = {}
    for segments in segmented:
        for piece in segments:
            numbers.setdefault(piece.text, len(numbers))
    vectors = encoder.encode(list(numbers))
    ready, rejected = [], []
    for document, segments in zip(documents, segmented, strict=True):
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


Pair = tuple[Prepared, Prepared]  # the Vietnamese and the English document


def align_pair(vi: Prepared, en: Prepared) -> Aligned:
    """Align two documents and score their beads."""
    return align_pairs([(vi, en)])[0]


def align_pairs(pairs: Sequence[Pair]) -> list[Aligned]:
    """Align document pairs and score their beads; no pair depends on the others, but many cost less each than one."""
    alignments = [beads.align(vi.side, en.side, static_encoder()) for vi, en in pairs]
    judged = _judged(pairs, [alignment.links for alignment in alignments])
    return [
        _aligned(vi, en, alignment, judgments)
        for (vi, en), alignment, judgments in zip(pairs, alignments, judged, strict=True)
    ]


def _aligned(vi: Prepared, en: Prepared, alignment: beads.Alignment, judged: Sequence[Judgment]) -> Aligned:
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
    scored = _scored(vi, en, links, scores, [pair.flags for pair in _judged([(vi, en)], [links])[0]])
    return Aligned((*(link.bead for link in scored), *(bead for bead in found if bead.is_null)), scored)


def _judged(pairs: Sequence[Pair], links: Sequence[Sequence[Bead]]) -> list[list[Judgment]]:
    """What the texts of the beads of each pair say."""
    vi, left = _texts([pair[0] for pair in pairs], [[bead.vi for bead in row] for row in links])
    en, right = _texts([pair[1] for pair in pairs], [[bead.en for bead in row] for row in links])
    judged = iter(judge(vi, en, (left, right)))
    return [[next(judged) for _ in row] for row in links]


def _texts(documents: Sequence[Prepared], runs: Sequence[Sequence[Sequence[int]]]) -> tuple[list[str], beads.Side]:
    """Texts of runs of segments of documents, one document after the other, and what is known of them."""
    texts, sides = [], []
    for one, mine in zip(documents, runs, strict=True):
        own = [joined(one.segments, run) for run in mine]
        texts += own
        sides.append(beads.side_of_runs(one.side, mine, own, one.document.lang, static_encoder().featurizer))
    return texts, beads.joined_sides(sides)


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
