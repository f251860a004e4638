"""Beads as text: a line per bead, `[0, 1]:[2]:0.93` (Vietnamese indexes, English indexes, quality)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from align.errors import FormatError
from align.types import Bead

_LINE: Final = re.compile(r"\[([\d, ]*)\]:\[([\d, ]*)\](?::([0-9.eE+-]+))?")


def line(bead: Bead) -> str:
    """One bead; a null bead, or one of unknown quality, has no third field."""
    text = f"{list(bead.vi)}:{list(bead.en)}"
    return text if bead.quality is None else f"{text}:{bead.quality:.4f}"


def lines(beads: Iterable[Bead]) -> Iterator[str]:
    """Beads in order of their Vietnamese segments; those without one stand before the English segment they precede."""
    yield from (line(bead) + "\n" for bead in reading_order(beads))


def reading_order(beads: Iterable[Bead]) -> list[Bead]:
    """Beads as a reader meets them: by Vietnamese position, English null beads after what stands before them."""
    listed = list(beads)
    links = sorted(bead for bead in listed if bead.vi)
    after = {bead.en[-1]: bead.vi[0] for bead in links if bead.en}
    place: dict[int, int] = {}
    last = -1
    for segment in range(max((bead.en[-1] for bead in listed if bead.en), default=-1) + 1):
        place[segment] = last
        last = after.get(segment, last)
    keys = {bead: (bead.vi[0], 0, bead.en) if bead.vi else (place[bead.en[0]], 1, bead.en) for bead in listed}
    return sorted(listed, key=lambda bead: keys[bead])


def read(path: Path) -> list[Bead]:
    """Read a ladder or gold file; blank lines are passed over.

    Raises:
        FormatError: a line is no bead.
    """
    beads = []
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not text.strip():
            continue
        match = _LINE.fullmatch(text.strip())
        if not match:
            raise FormatError(path, number, f"{text.strip()[:60]!r} is no bead; expected such as [0, 1]:[2]")
        beads.append(_bead(path, number, match))
    return beads


def _bead(path: Path, number: int, match: re.Match[str]) -> Bead:
    try:
        quality = float(match[3]) if match[3] else None
        return Bead(_indexes(match[1]), _indexes(match[2]), quality=quality)
    except ValueError as error:
        raise FormatError(path, number, f"{match[0]!r} is no bead: {error}") from error


def _indexes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in text.split(","))) if text.strip() else ()
