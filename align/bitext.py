"""A bitext: two documents, their segments and beads; and the translation units made from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from align.types import Bead, Document, DocumentPair, Segment, Unit

_ID_LENGTH: Final = 16  # hexadecimal digits: 64 bits, no clash in a billion units


@dataclass(frozen=True, slots=True)
class Link:
    """A bead that is no null, with its scores."""

    bead: Bead
    quality: float
    similarity: float
    margin: float
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bitext:
    """A document pair with everything that was found in it.

    Attributes:
        pair: which documents, how sure, in which event.
        vi, en: the documents.
        vi_segments, en_segments: their segments.
        beads: all beads, null beads included.
        links: the beads that are no nulls, with scores.
        covers: segments of either document that sum up several distant ones of the other; no units are made of them.
    """

    pair: DocumentPair
    vi: Document
    en: Document
    vi_segments: tuple[Segment, ...]
    en_segments: tuple[Segment, ...]
    beads: tuple[Bead, ...]
    links: tuple[Link, ...]
    covers: tuple[Bead, ...] = ()

    @property
    def coverage(self) -> tuple[float, float]:
        """Share of the segments of either side that stand in a bead as likely right as wrong, or likelier."""
        good = [link.bead for link in self.links if link.quality >= 0.5]
        vi = sum(len(bead.vi) for bead in good) / max(len(self.vi_segments), 1)
        return vi, sum(len(bead.en) for bead in good) / max(len(self.en_segments), 1)

    def units(self) -> list[Unit]:
        """The translation units, in order of the Vietnamese segments."""
        return [self._unit(link) for link in sorted(self.links, key=lambda link: (link.bead.vi, link.bead.en))]

    def _unit(self, link: Link) -> Unit:
        bead = link.bead
        vi, en = _joined(self.vi_segments, bead.vi), _joined(self.en_segments, bead.en)
        return Unit(
            id=unit_id(self.pair.vi_doc, self.pair.en_doc, bead, vi, en),
            vi=vi,
            en=en,
            quality=link.quality,
            similarity=link.similarity,
            margin=link.margin,
            shape=bead.shape,
            vi_doc=self.pair.vi_doc,
            en_doc=self.pair.en_doc,
            vi_segments=bead.vi,
            en_segments=bead.en,
            vi_date=self.vi.date,
            en_date=self.en.date,
            event=self.pair.event,
            flags=link.flags,
        )


def _joined(segments: Sequence[Segment], numbers: Sequence[int]) -> str:
    return " ".join(segments[number].text for number in numbers)


def unit_id(vi_doc: str, en_doc: str, bead: Bead, vi: str, en: str) -> str:
    """Stable id of a unit: equal for the same text at the same place, whatever else is in the run."""
    place = f"{vi_doc}\0{en_doc}\0{bead.vi}\0{bead.en}\0{vi}\0{en}"
    return hashlib.sha256(place.encode()).hexdigest()[:_ID_LENGTH]
