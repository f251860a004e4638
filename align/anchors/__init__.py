"""Anchors: what both languages must say alike (numbers, dates, money, names), in one canonical form.

found = anchors.find("Ông Anwar Ibrahim thăm Việt Nam ngày 21/11", "vi")
anchors.keys(found)     # {"name:anwar", "name:ibrahim", "name:vietnam", "date:11-21"}
"""

from align.anchors.compare import AnchorMatch, compare, compare_keys, facts, keys
from align.anchors.find import find

__all__ = ["AnchorMatch", "compare", "compare_keys", "facts", "find", "keys"]
