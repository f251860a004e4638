"""From accepted pairs to events, and the rivals of a pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass


def events(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """Groups of documents that accepted pairs connect, each sorted, in order of their first document."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs:
        a, b = sorted((root(left), root(right)))
        parent[b] = a
    groups = defaultdict(list)
    for node in sorted(parent):
        groups[root(node)].append(node)
    yield from (tuple(group) for _, group in sorted(groups.items()))


@dataclass(frozen=True, slots=True)
class Rivals:
    """The strongest other candidates of the two documents of a pair: positions of pairs, None where there is none.

    Attributes:
        inside: the strongest that was accepted, too: another report of the event.
        outside: the strongest that was not.
    """

    inside: int | None = None
    outside: int | None = None


def rivals(
    pairs: Mapping[int, tuple[int, int, float]], listed: Iterable[int], accepted: Collection[int]
) -> dict[int, Rivals]:
    """Rivals of some pairs.

    Args:
        pairs: position -> Vietnamese document, English document, probability: all candidates of the documents listed.
        listed: positions of the pairs whose rivals are wanted.
        accepted: positions of the accepted pairs.
    """
    by_document: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place in sorted(pairs, key=lambda place: (-pairs[place][2], place)):
        by_document["vi", pairs[place][0]].append(place)
        by_document["en", pairs[place][1]].append(place)
    found = {}
    for place in listed:
        vi, en, _ = pairs[place]
        others = [other for row in (by_document["vi", vi], by_document["en", en]) for other in row if other != place]
        others.sort(key=lambda other: (-pairs[other][2], other))
        inside = next((other for other in others if other in accepted), None)
        found[place] = Rivals(inside, next((other for other in others if other not in accepted), None))
    return found
