"""The result in sentences: who is first, whether that is more than chance, and where each system fails."""

from __future__ import annotations

from collections import Counter

from align.bench import facts
from align.bench.faults import FAULTS
from align.bench.records import BenchResult

_LEVEL = 0.05


def sentences(result: BenchResult) -> list[str]:
    """The sentences at the head of the report."""
    metric = result.lead.name
    best = result.score(result.ranking[0], metric)
    assert best is not None
    found = [f"{best.system} is first: {metric} {best.score:.1f} (95% interval {best.low:.1f} to {best.high:.1f})."]
    if len(result.ranking) > 1:
        found.append(_lead_over(result, result.ranking[0], result.ranking[1]))
    return found


def _lead_over(result: BenchResult, first: str, second: str) -> str:
    metric = result.lead.name
    scores = [result.score(system, metric) for system in (first, second)]
    assert scores[0] is not None and scores[1] is not None  # noqa: PT018 - not a test
    gap = abs(scores[0].score - scores[1].score)
    p_value = result.pairwise.get((first, second))
    if p_value is None:
        return f"It leads {second} by {gap:.1f}."
    if p_value < _LEVEL:
        return (
            f"Its lead of {gap:.1f} over {second} is more than the choice of segments explains ({format_p(p_value)})."
        )
    return (f"Its lead of {gap:.1f} over {second} may be due to the choice of segments ({format_p(p_value)}): "
            "take the checks below, or more segments, to decide between them.")  # fmt: skip


def format_p(p_value: float | None) -> str:
    """A p-value for people."""
    if p_value is None:
        return ""
    return "p < .001" if p_value < 0.001 else f"p = {p_value:.3f}".replace("0.", ".")


def weaknesses(result: BenchResult, system: str) -> str:
    """Where a system fails, in a line: faults by kind, then facts missed."""
    checks = result.checks[system]
    faults = Counter(fault for check in checks for fault in check.faults)
    parts = [f"{faults[name]} {name.replace('_', ' ')}" for name in FAULTS if faults[name]]
    for kind in ("terms", *facts.KINDS):
        tallies = [check.tallies[kind] for check in checks if kind in check.tallies]
        missed, expected = sum(len(t.missed) for t in tallies), sum(len(t.expected) for t in tallies)
        if missed:
            parts.append(f"{missed} of {expected} {kind} missed")
    return ", ".join(parts) or "nothing found"
