"""Sentence alignment: vectors and anchors in, beads out."""

from align.beads.aligner import align
from align.beads.alignment import Alignment
from align.beads.exact import BeadModels, seen_alone
from align.beads.margins import ratio_margins, run_vector
from align.beads.side import Side, joined_sides, make_side, side_of, side_of_runs
from align.beads.words import Lexicon

__all__ = [
    "Alignment",
    "BeadModels",
    "Lexicon",
    "Side",
    "align",
    "joined_sides",
    "make_side",
    "ratio_margins",
    "run_vector",
    "seen_alone",
    "side_of",
    "side_of_runs",
]
