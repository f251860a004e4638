"""The result of alignment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from align.beads import candidates, context
from align.beads.runs import Floats
from align.types import Bead


@dataclass(frozen=True)
class Alignment:
    """Beads that tile both documents once, and what is known of those that are no nulls.

    Attributes:
        beads: non-null beads in Vietnamese order, then null beads of either side in order.
        features: float64 [non-null beads, len(candidates.FEATURES)].
        context: float64 [non-null beads, len(context.FEATURES)].
        posteriors: of the non-null beads, float64: the share of all chains that run through the bead.
        covers: links of a segment with several of the other side that do not stand together; of these the parts are
            null, or one of them is the bead that the segment stands in. No units are made of them.
    """

    beads: tuple[Bead, ...]
    features: Floats
    context: Floats
    posteriors: Floats
    covers: tuple[Bead, ...] = ()

    @property
    def links(self) -> tuple[Bead, ...]:
        """The beads that are no nulls, one a row of `features`."""
        return self.beads[: len(self.features)]


def tiled(links: list[Bead], n: int, m: int) -> tuple[Bead, ...]:
    """The links, and null beads for every segment without one."""
    vi = {segment for bead in links for segment in bead.vi}
    en = {segment for bead in links for segment in bead.en}
    return (
        *links,
        *(Bead((segment,), ()) for segment in range(n) if segment not in vi),
        *(Bead((), (segment,)) for segment in range(m) if segment not in en),
    )


@dataclass(frozen=True)
class Part:
    """The alignment of a part of two documents, and where the part begins."""

    alignment: Alignment
    i: int
    j: int


def joined(parts: list[Part], n: int, m: int) -> Alignment:
    """One alignment of two documents from those of parts that share no link."""
    links = [
        (moved(bead, part.i, part.j), number, row)
        for number, part in enumerate(parts)
        for row, bead in enumerate(part.alignment.links)
    ]
    links.sort(key=lambda link: link[0])
    covers = (moved(bead, part.i, part.j) for part in parts for bead in part.alignment.covers)
    beads = tiled([link for link, _, _ in links], n, m)

    def rows(name: str, width: int) -> Floats:
        tables = [getattr(part.alignment, name) for part in parts]
        return np.array([tables[number][row] for _, number, row in links]).reshape(len(links), width)

    return Alignment(
        beads,
        rows("features", len(candidates.FEATURES)),
        rows("context", len(context.FEATURES)),
        rows("posteriors", 1)[:, 0],
        tuple(sorted(_still_apart(covers, beads))),
    )


def _still_apart(covers: Iterable[Bead], beads: Sequence[Bead]) -> Iterator[Bead]:
    """Without those that another part has since found to be more than a summary."""
    vi = {bead.vi[0] for bead in beads if bead.vi and not bead.en}
    en = {bead.en[0] for bead in beads if bead.en and not bead.vi}
    pairs = {(bead.vi[0], bead.en[0]) for bead in beads if bead.shape == "1-1"}
    for cover in covers:
        linked = [k for k in cover.vi if k not in vi], [k for k in cover.en if k not in en]
        if not any(linked) or (len(linked[0]) == len(linked[1]) == 1 and (linked[0][0], linked[1][0]) in pairs):
            yield cover


def moved(bead: Bead, i: int, j: int) -> Bead:
    """The bead with `i` added to its Vietnamese and `j` to its English segments."""
    return Bead(tuple(k + i for k in bead.vi), tuple(k + j for k in bead.en), bead.log_odds, bead.quality)
