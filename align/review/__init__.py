"""Checking a run by hand: decisions kept in `review.sqlite` beside the run, and applied on export."""

from align.review.apply import reviewed_units
from align.review.desk import Desk
from align.review.store import FILE, Decision, Store

__all__ = ["FILE", "Decision", "Desk", "Store", "reviewed_units"]
