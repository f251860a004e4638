"""Sentence alignment of one document pair, whatever its length."""

from __future__ import annotations

from typing import Final

from align.beads import exact, windows
from align.beads.alignment import Alignment, Part, joined
from align.beads.exact import BeadModels
from align.beads.side import Side
from align.beads.windows import Window
from align.beads.words import Lexicon

_EXACT_CELLS: Final = 160_000  # 400 x 400 segments: some 200 MB


def align(vi: Side, en: Side, lexicon: Lexicon, models: BeadModels | None = None) -> Alignment:
    """Align the segments of two documents: exactly up to some hundred segments, else in windows.

    Args:
        vi: Vietnamese segments; may be empty.
        en: English segments; may be empty.
        lexicon: the embedded encoder, for its words.
        models: the shipped ones if None.
    """
    if len(vi) * len(en) <= _EXACT_CELLS:
        return exact.align(vi, en, lexicon, models)
    return _align_windows(vi, en, lexicon, models)


def _align_windows(vi: Side, en: Side, lexicon: Lexicon, models: BeadModels | None) -> Alignment:
    n, m = len(vi), len(en)

    def part(window: Window) -> Part:
        sides = vi.part(window.i, window.i_stop), en.part(window.j, window.j_stop)
        return Part(exact.align(*sides, lexicon, models), window.i, window.j)

    found = windows.anchors(vi.vectors, en.vectors)
    parts = [part(window) for window in windows.cut(windows.backbone(found), n, m)]
    whole = joined(parts, n, m)
    blocks = [part(window) for window in windows.moved_blocks(found, whole, n, m)]
    return joined([*parts, *blocks], n, m) if blocks else whole
