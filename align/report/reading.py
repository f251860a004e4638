"""The reading view of a document pair: both articles whole and in order, as rows for the template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from align.report.marks import CLASH, Piece, pieces_of_pair
from align.report.records import Link, Pair, Side

_PICTURE: Final = 100.0  # width of the small picture of an alignment, in units of its view box


@dataclass(frozen=True, slots=True)
class Row:
    """A segment of one document.

    Attributes:
        pieces: its text, cut at marked anchors.
        opens: it opens a paragraph.
        headline: it is the title.
        gap: text between segments that belongs to none of them.
        bead: number of its bead in the pair, None for a segment without a partner.
        link: its bead, where this is the bead's first Vietnamese segment.
        css: classes.
        order: place in the single column of a narrow screen, where both articles are interleaved.
    """

    pieces: tuple[Piece, ...]
    opens: bool
    headline: bool
    gap: str
    bead: int | None
    link: Link | None
    css: str
    order: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A pair as the page shows it."""

    pair: Pair
    vi: tuple[Row, ...]
    en: tuple[Row, ...]
    clashes: frozenset[int]

    @property
    def nulls(self) -> tuple[int, int]:
        """Number of segments without a partner on either side."""
        return sum(row.bead is None for row in self.vi), sum(row.bead is None for row in self.en)


def reading(pair: Pair) -> Reading:
    """Everything that the template of a pair needs."""
    in_vi, in_en = pieces_of_pair(pair)
    clashes = frozenset(
        number
        for number, link in enumerate(pair.links)
        if any(
            piece.mark == CLASH for side, own in ((in_vi, link.vi), (in_en, link.en)) for k in own for piece in side[k]
        )
    )
    vi_order, en_order = interleaved(pair)
    beads_vi = {k: number for number, link in enumerate(pair.links) for k in link.vi}
    beads_en = {k: number for number, link in enumerate(pair.links) for k in link.en}
    vi = tuple(_rows(pair, pair.vi, in_vi, beads_vi, vi_order))
    return Reading(pair, vi, tuple(_rows(pair, pair.en, in_en, beads_en, en_order)), clashes)


def _rows(
    pair: Pair, side: Side, pieces: Sequence[tuple[Piece, ...]], beads: dict[int, int], order: Sequence[int]
) -> Iterator[Row]:
    at = 0
    for k, (start, end) in enumerate(side.spans):
        between = side.text[at:start]
        number = beads.get(k)
        link = None if number is None else pair.links[number]
        first = link is not None and side.lang == "vi" and k == link.vi[0]
        yield Row(
            pieces[k],
            "\n" in between or not at,
            k == 0 and side.text[start:end] == side.title,
            between.strip(),
            number,
            link if first else None,
            css(link),
            order[k],
        )
        at = end


def css(link: Link | None) -> str:
    """Classes of a segment by its bead: quality, left out of the corpus, moved; "null" without a bead."""
    if link is None:
        return "null"
    return " ".join([link.band, *["out"] * (not link.kept), *["moved"] * link.moved])


def interleaved(pair: Pair) -> tuple[list[int], list[int]]:
    """Places of the segments of both documents in one column: each bead together, the rest where it stands.

    The Vietnamese article gives the order; a bead comes where its first Vietnamese segment stands. English segments
    without a partner follow the English segment before them.

    Returns:
        Place of each Vietnamese and of each English segment; all places are different.
    """
    beads_vi = {link.vi[0]: link for link in pair.links}
    in_bead = {k for link in pair.links for k in link.vi}
    partnered = {k for link in pair.links for k in link.en}
    line: list[tuple[str, int]] = []

    def free_english(after: int) -> Iterator[tuple[str, int]]:
        k = after + 1
        while k < len(pair.en.spans) and k not in partnered:
            yield "en", k
            k += 1

    line.extend(free_english(-1))
    for k in range(len(pair.vi.spans)):
        if link := beads_vi.get(k):
            line.extend(("vi", own) for own in link.vi)
            for own in link.en:
                line.append(("en", own))
                line.extend(free_english(own))
        elif k not in in_bead:
            line.append(("vi", k))
    place = {entry: number for number, entry in enumerate(line)}
    vi = [place["vi", k] for k in range(len(pair.vi.spans))]
    return vi, [place["en", k] for k in range(len(pair.en.spans))]


def picture(pair: Pair) -> list[tuple[str, str]]:
    """The alignment as a small ladder: (class, SVG path) with one path for each class of bead.

    Vietnamese runs along y 0, English along y 100, both over x 0 to 100.
    """
    paths: dict[str, list[str]] = {}
    for link in pair.links:
        left, right = _middle(link.vi, len(pair.vi.spans)), _middle(link.en, len(pair.en.spans))
        paths.setdefault(css(link), []).append(f"M{left:.3g} 0L{right:.3g} 100")
    return [(name, "".join(lines)) for name, lines in sorted(paths.items())]


def _middle(indexes: Sequence[int], total: int) -> float:
    return _PICTURE * (indexes[0] + indexes[-1] + 1) / (2 * total)
