"""All checks of all translations, and the measures made of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from align import __version__
from align.bench import facts, faults
from align.bench.records import Measure, SegmentCheck, Stats, TestSet
from align.bench.terms import Glossary
from align.text import nfc


def check(test_set: TestSet, lines: Sequence[str], glossary: Glossary | None) -> tuple[SegmentCheck, ...]:
    """Checks of each translation of one system."""
    found = []
    refs_first = test_set.refs[0]
    same = faults.same_outputs(test_set.src, refs_first, lines)
    for k, line in enumerate(lines):
        source = nfc(test_set.src[k]) if test_set.src is not None else None
        refs = [nfc(ref[k]) for ref in test_set.refs]
        names = faults.find(source, refs, nfc(line), test_set.lang)
        tallies = facts.check(source, refs, line, test_set.lang)
        if glossary is not None:
            tallies["terms"] = glossary.check(source, refs, nfc(line), test_set.lang)
        found.append(SegmentCheck((*names, "same_output") if k in same else names, tallies))
    return tuple(found)


def measures(checks: dict[str, tuple[SegmentCheck, ...]]) -> list[Measure]:
    """Accuracy in percent of each kind of fact that occurs, and the share of translations with a fault."""
    found = []
    kinds = list(dict.fromkeys(kind for rows in checks.values() for row in rows for kind in row.tallies))
    for kind in ("terms", *facts.KINDS):
        if kind in kinds:
            stats = {system: _counts(rows, kind) for system, rows in checks.items()}
            if any(rows[:, 1].sum() for rows in stats.values()):
                found.append(ratio(kind, f"align:{__version__}|what:{kind} of source and reference", stats))
    stats = {system: _faulty(rows) for system, rows in checks.items()}
    share = ratio("faults", f"align:{__version__}|what:translations with a fault", stats)
    return [*found, dataclasses.replace(share, lower_is_better=True)]


def _counts(rows: Sequence[SegmentCheck], kind: str) -> Stats:
    tallies = [row.tallies[kind] for row in rows]
    return np.array([[len(t.expected) - len(t.missed), len(t.expected)] for t in tallies], dtype=np.float64)


def _faulty(rows: Sequence[SegmentCheck]) -> Stats:
    return np.array([[bool(row.faults), 1] for row in rows], dtype=np.float64)


def ratio(name: str, signature: str, stats: dict[str, Stats], family: str = "check", scale: float = 100.0) -> Measure:
    """A measure that is the first sum over the second.

    Args:
        name: of the measure.
        signature: of the measure.
        stats: system -> float64 [segments, 2].
        family: of the measure.
        scale: the figure is that many times the ratio.
    """

    def score(sums: Sequence[float]) -> float:
        return scale * sums[0] / sums[1] if sums[1] else float("nan")

    segments = {system: np.array([score(row) for row in rows.tolist()]) for system, rows in stats.items()}
    return Measure(name, signature, stats, score, segments, family)


def mean(name: str, signature: str, values: Mapping[str, Sequence[float] | Stats], family: str) -> Measure:
    """A measure that is the mean of a figure a segment."""
    stats = {
        system: np.stack([np.asarray(v, dtype=np.float64), np.ones(len(v))], axis=1) for system, v in values.items()
    }
    return ratio(name, signature, stats, family, scale=1.0)
