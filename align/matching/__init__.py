"""Document matching: which Vietnamese and English articles report the same happening.

Candidates come from a date window and document vectors; each is scored by BiMax (bidirectional maximum similarity of
segments; Wang et al. 2025), by anchors weighted by their rarity in the collection, by its lead and its dates, and by
how far it stands out from the rivals of both documents. A logistic model fitted on development documents turns that
into a probability. News is many-to-many: accepted pairs are grouped into events.
"""

from align.matching.aligned import ALIGNED_FEATURES, Found, aligned_features, log_odds, pair_class, rescored
from align.matching.collection import Collection
from align.matching.events import Rivals, events, rivals
from align.matching.items import MatchItem, bimax, days_between
from align.matching.matcher import Matcher, match
from align.matching.pairs import FEATURES, Match

__all__ = [
    "ALIGNED_FEATURES",
    "FEATURES",
    "Collection",
    "Found",
    "Match",
    "MatchItem",
    "Matcher",
    "Rivals",
    "aligned_features",
    "bimax",
    "days_between",
    "events",
    "log_odds",
    "match",
    "pair_class",
    "rescored",
    "rivals",
]
