"""Sentence alignment: vectors and anchors in, beads out."""

from align.beads.aligner import Alignment, BeadModels, align, ratio_margins, run_vector
from align.beads.coverage import Lexicon
from align.beads.side import Side, make_side

__all__ = ["Alignment", "BeadModels", "Lexicon", "Side", "align", "make_side", "ratio_margins", "run_vector"]
