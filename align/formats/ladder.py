"""Beads as text: a line per bead, `[0, 1]:[2]:0.93` (Vietnamese indexes, English indexes, quality)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from align.errors import FormatError
from align.formats.reading import numbered_lines
from align.types import Bead

_LINE: Final = re.compile(r"\[([0-9, ]*)\]\s*:\s*\[([0-9, ]*)\](?:\s*:\s*([0-9.eE+-]+))?")


def line(bead: Bead) -> str:
    """One bead; one of unknown quality has no third field."""
    text = f"{list(bead.vi)}:{list(bead.en)}"
    return text if bead.quality is None else f"{text}:{bead.quality:.4f}"


def lines(beads: Iterable[Bead]) -> Iterator[str]:
    """Lines of a ladder, with their ends, in reading order."""
    yield from (line(bead) + "\n" for bead in reading_order(beads))


def reading_order(beads: Iterable[Bead]) -> list[Bead]:
    """Beads as a reader meets them.

    They go by their first Vietnamese segment; those without one follow the bead of the English
    segment before.
    """
    listed = list(beads)
    after = {segment: bead.vi[0] for bead in listed if bead.vi for segment in bead.en}
    place: dict[int, int] = {}
    last = -1
    for segment in range(max((bead.en[-1] for bead in listed if bead.en), default=-1) + 1):
        place[segment] = last
        last = after.get(segment, last)
    return sorted(listed, key=lambda bead: _key(bead, place))


def _key(bead: Bead, place: dict[int, int]) -> tuple[int, int, tuple[int, ...]]:
    return (bead.vi[0], 0, bead.en) if bead.vi else (place[bead.en[0]], 1, bead.en)


def read(path: Path) -> list[Bead]:
    """Read a ladder or gold file; blank lines are passed over.

    Raises:
        InputError: the file cannot be read.
        FormatError: a line is no bead.
    """
    beads = []
    for number, text in numbered_lines(path):
        if not text.strip():
            continue
        try:
            beads.append(parse(text.strip()))
        except ValueError as error:
            raise FormatError(path, number, f"{text.strip()[:60]!r} is no bead: {error}") from error
    return beads


def parse(text: str) -> Bead:
    """The bead that `line` wrote.

    Raises:
        ValueError: it is none; the message says why.
    """
    match = _LINE.fullmatch(text)
    if not match:
        raise ValueError("expected such as [0, 1]:[2] or [0]:[1]:0.93")
    vi, en = _indexes(match[1]), _indexes(match[2])
    if not (vi or en):
        raise ValueError("both sides are empty")
    return Bead(vi, en, quality=_quality(match[3]))


def _indexes(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(part.isdigit() for part in parts):
        raise ValueError("expected segment indexes with commas between them")
    indexes = sorted(map(int, parts))
    if len(set(indexes)) < len(indexes):
        raise ValueError("a segment stands twice in it")
    return tuple(indexes)


def _quality(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        quality = float(text)
    except ValueError:
        quality = -1.0
    if not 0 <= quality <= 1:
        raise ValueError(f"quality {text} is outside 0-1; take the third field off if it is something else")
    return quality
