"""Numbers, dates and names of a bead, marked by whether the other side says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from align import anchors
from align.report.records import Link, Pair, Side
from align.types import Anchor

HIT: Final = "hit"  # the other side says the same
CLASH: Final = "clash"  # the other side says another number or date
ONLY: Final = "only"  # the other side does not say it
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a segment: `mark` is "" for plain text, or HIT, CLASH or ONLY; `kind` of what."""

    text: str
    mark: str = ""
    kind: str = ""


def texts(side: Side) -> list[str]:
    """Texts of the segments of a document."""
    return [side.text[start:end] for start, end in side.spans]


def pieces_of_pair(pair: Pair) -> tuple[list[tuple[Piece, ...]], list[tuple[Piece, ...]]]:
    """Both documents as segments in pieces. Segments in no bead are one plain piece."""
    vi, en = texts(pair.vi), texts(pair.en)
    plain_vi: list[tuple[Piece, ...]] = [(Piece(text),) for text in vi]
    plain_en: list[tuple[Piece, ...]] = [(Piece(text),) for text in en]
    for link in pair.links:
        _mark(link, vi, en, (plain_vi, plain_en))
    return plain_vi, plain_en


def _mark(
    link: Link, vi: Sequence[str], en: Sequence[str], found: tuple[list[tuple[Piece, ...]], list[tuple[Piece, ...]]]
) -> None:
    """Put the pieces of the segments of one bead in their places."""
    in_vi = {k: anchors.find(vi[k], "vi") for k in link.vi}
    in_en = {k: anchors.find(en[k], "en") for k in link.en}
    all_vi = [anchor for some in in_vi.values() for anchor in some]
    all_en = [anchor for some in in_en.values() for anchor in some]
    for own, other, here, side_texts, side in (
        (all_vi, all_en, in_vi, vi, found[0]),
        (all_en, all_vi, in_en, en, found[1]),
    ):
        marks = judge(own, other)
        for k, some in here.items():
            side[k] = cut(side_texts[k], some, marks)


def judge(own: Iterable[Anchor], other: Iterable[Anchor]) -> dict[tuple[str, str], str]:
    """Mark of each anchor of one side: (kind, key) -> HIT, CLASH or ONLY.

    Two unmatched numbers, percentages, sums of money, or dates of one grain (two days, two weekdays), one on each
    side, clash: one of them is wrong, or each was left out on the other side by chance. An unmatched name is never a
    clash: the other side may say "the minister".
    """
    mine, theirs = list(own), list(other)
    my_facts, their_facts = _said(mine), _said(theirs)
    open_groups = {_group(anchor) for anchor in theirs if not _matches(anchor, my_facts)} - {"name"}
    marks = {}
    for anchor in mine:
        unmatched = CLASH if _group(anchor) in open_groups else ONLY
        marks[anchor.kind, anchor.key] = HIT if _matches(anchor, their_facts) else unmatched
    return marks


def _said(found: Iterable[Anchor]) -> frozenset[str]:
    """All facts and names of a side; a year may stand as a number on one side, so kinds do not matter."""
    return frozenset(fact for anchor in found for fact in (anchors.facts(anchor) or (f"name:{anchor.key}",)))


def _matches(anchor: Anchor, said: frozenset[str]) -> bool:
    if facts := anchors.facts(anchor):
        return facts[0] in said
    words = set(anchor.key.split())
    names = (set(entry.removeprefix("name:").split()) for entry in said if entry.startswith("name:"))
    return any(words <= other or other <= words for other in names)  # "Tuệ" is "Hoàng Khắc Tuệ"


def _group(anchor: Anchor) -> str:
    """What may clash with what: the kind, of dates with their grain ("07-21" is a day, "07" a month)."""
    if anchor.kind != "date":
        return anchor.kind
    return "date " + _DIGIT.sub("0", anchors.facts(anchor)[0].partition(":")[0])


def cut(text: str, found: Iterable[Anchor], marks: dict[tuple[str, str], str]) -> tuple[Piece, ...]:
    """A segment cut into plain and marked pieces; joined they are the segment."""
    pieces, at = [], 0
    for anchor in found:
        if anchor.start > at:
            pieces.append(Piece(text[at : anchor.start]))
        pieces.append(Piece(text[anchor.start : anchor.end], marks[anchor.kind, anchor.key], anchor.kind))
        at = anchor.end
    if at < len(text) or not pieces:
        pieces.append(Piece(text[at:]))
    return tuple(pieces)
