"""The leading metric by document, event, outlet, date and length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from align.bench.records import GroupRow, Measure, TestSet

_EDGES: Final = (10, 20, 30, 45)  # words of the reference; news sentences have about 25


def groups(test_set: TestSet, measure: Measure) -> dict[str, tuple[GroupRow, ...]]:
    """Dimension -> rows, where there are at least two groups."""
    labels: dict[str, list[str]] = {"length": [_bucket(len(ref.split())) for ref in test_set.refs[0]]}
    for name in ("doc", "event", "outlet", "date"):
        labels[name] = [getattr(place, name) for place in test_set.places]
    found = {}
    for name, values in labels.items():
        rows = _rows(values, measure)
        if len(rows) > 1:
            found[name] = rows
    return found


def _bucket(words: int) -> str:
    low = 1
    for edge in _EDGES:
        if words <= edge:
            return f"{low}-{edge} words"
        low = edge + 1
    return f"{low}+ words"


def _rows(labels: Sequence[str], measure: Measure) -> tuple[GroupRow, ...]:
    members: dict[str, list[int]] = {}
    for k, label in enumerate(labels):
        if label:
            members.setdefault(label, []).append(k)
    order = sorted(members, key=lambda label: (int(label.split("-")[0].rstrip("+ words")), "") if "words" in label
                   else (0, label))  # fmt: skip
    return tuple(GroupRow(label, len(members[label]), _scores(measure, members[label])) for label in order)


def _scores(measure: Measure, rows: list[int]) -> dict[str, float]:
    return {system: measure.score(stats[rows].sum(axis=0).tolist()) for system, stats in measure.stats.items()}
