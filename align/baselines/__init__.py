"""Known aligners, to be compared with: two written from their papers, and one package that a user may have."""

from align.baselines.aligners import NAMES, align

__all__ = ["NAMES", "align"]
