"""From log-odds to beads: the best chain of beads that run forward in both documents, then the best of what is left.

A chain may skip any number of segments (a null costs nothing: its log-odds are zero), so missing parts fall out; a
block that was moved is a chain of its own, found in a later round.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.beads.candidates import Candidates
from align.types import Bead


@dataclass(frozen=True)
class _Node:
    i: int
    j: int
    i_end: int
    j_end: int
    log_odds: float
    row: int
    bead: Bead


def _best_chain(nodes: Sequence[_Node]) -> list[_Node]:
    """The forward chain with the largest sum; nodes sorted by (i, j, ...), log-odds positive.

    Sparse dynamic programming in O(k log k): a Pareto front over the English end of finished chains answers "best
    chain that ends at or before (i, j)"; chains enter the front when the scan passes their Vietnamese end.
    """
    waiting: dict[int, list[tuple[int, float, int]]] = {}
    front_end: list[int] = []
    front: list[tuple[float, int]] = []
    total = [0.0] * len(nodes)
    previous = [-1] * len(nodes)
    passed = 0
    for number, node in enumerate(nodes):
        while passed <= node.i:
            for end, score, owner in waiting.pop(passed, ()):
                _enter(front_end, front, end, score, owner)
            passed += 1
        at = bisect_right(front_end, node.j) - 1
        if at >= 0:
            total[number], previous[number] = front[at]
        total[number] += node.log_odds
        waiting.setdefault(node.i_end, []).append((node.j_end, total[number], number))
    best = max(range(len(nodes)), key=lambda k: (total[k], -k))
    chain = []
    while best >= 0:
        chain.append(nodes[best])
        best = previous[best]
    return chain[::-1]


def _enter(front_end: list[int], front: list[tuple[float, int]], end: int, score: float, owner: int) -> None:
    """Add a finished chain to the front, and drop those that end later and are no better."""
    at = bisect_right(front_end, end)
    if at and front[at - 1][0] >= score:
        return
    stop = at
    while stop < len(front) and front[stop][0] <= score:
        stop += 1
    if at and front_end[at - 1] == end:
        at -= 1
    front_end[at:stop] = [end]
    front[at:stop] = [(score, owner)]


def select(candidates: Candidates, log_odds: NDArray[np.float64]) -> list[int]:
    """Rows of the chosen candidates, which share no segment, in order of the Vietnamese segments.

    Args:
        candidates: of one document pair.
        log_odds: that a candidate is a bead, against its segments being null.
    """
    nodes = [_node(candidates, int(row), float(log_odds[row])) for row in np.flatnonzero(log_odds > 0)]
    nodes.sort(key=lambda node: (node.i, node.j, node.i_end, node.j_end, node.bead))
    chosen: list[_Node] = []
    while nodes:
        chain = _best_chain(nodes)
        chosen += chain
        vi = {segment for node in chain for segment in node.bead.vi}
        en = {segment for node in chain for segment in node.bead.en}
        nodes = [node for node in nodes if vi.isdisjoint(node.bead.vi) and en.isdisjoint(node.bead.en)]
    return [node.row for node in sorted(chosen, key=lambda node: (node.i, node.j))]


def _node(candidates: Candidates, row: int, log_odds: float) -> _Node:
    bead = candidates.bead(row)
    return _Node(bead.vi[0], bead.en[0], bead.vi[-1] + 1, bead.en[-1] + 1, log_odds, row, bead)
