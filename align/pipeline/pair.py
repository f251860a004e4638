"""Two documents known to belong together."""

from __future__ import annotations

from collections.abc import Sequence

from align import documents, encoders
from align.bitext import Bitext
from align.errors import InputError
from align.pipeline.stages import Prepared, align_pair, align_pair_by, with_vectors
from align.segment import segment
from align.types import Document, DocumentPair, Encoder, Lang, RejectedDocument, Segment


def pair(vi_text: str, en_text: str, encoder: Encoder | None = None, aligner: str | None = None) -> Bitext:
    """Align two texts known to report or translate the same.

    Args:
        vi_text: a Vietnamese article, as it was read.
        en_text: an English article.
        encoder: the embedded one if None.
        aligner: a known method instead of our own: one of `align.baselines.NAMES`.

    Raises:
        InputError: a text is empty, or in another language.
        AlignerError: the aligner is unknown, or its package is not there.
    """
    vi, en = _parsed(vi_text, "vi"), _parsed(en_text, "en")
    return pair_documents((vi, segment(vi)), (en, segment(en)), encoder, aligner)


def pair_segments(
    vi: Sequence[str], en: Sequence[str], encoder: Encoder | None = None, aligner: str | None = None
) -> Bitext:
    """Align two lists of segments; empty ones keep their index and stay null."""
    return pair_documents(_listed(vi, "vi"), _listed(en, "en"), encoder, aligner)


def pair_documents(
    vi: tuple[Document, tuple[Segment, ...]],
    en: tuple[Document, tuple[Segment, ...]],
    encoder: Encoder | None = None,
    aligner: str | None = None,
) -> Bitext:
    """Align two documents with their segments."""
    encoder = encoder or encoders.static_encoder()
    left, right = (_prepared(*side, encoder) for side in (vi, en))
    found = align_pair(left, right) if aligner is None else align_pair_by(aligner, left, right, encoder)
    documents = DocumentPair(vi[0].doc_id, en[0].doc_id, 1.0, "same_event", "", None)
    return Bitext(documents, vi[0], en[0], vi[1], en[1], found.beads, found.links, found.covers)


def _prepared(document: Document, segments: tuple[Segment, ...], encoder: Encoder) -> Prepared:
    return with_vectors(document, segments, encoder.encode([piece.text for piece in segments]))


def _parsed(text: str, lang: Lang) -> Document:
    document = documents.parse(text, doc_id=lang, lang=lang)
    if isinstance(document, RejectedDocument):
        raise InputError(f"{document.doc}: {document.reason}")
    return document


def _listed(texts: Sequence[str], lang: Lang) -> tuple[Document, tuple[Segment, ...]]:
    segments, at = [], 0
    for text in texts:
        segments.append(Segment(text, at, at + len(text)))
        at += len(text) + 1
    return Document(lang, lang, "\n".join(texts)), tuple(segments)
