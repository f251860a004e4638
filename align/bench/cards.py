"""Segments on the report page: which are shown and why, side by side with what is wrong in them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from align.bench import diff
from align.bench.faults import FAULTS
from align.bench.records import BenchResult, SegmentCheck
from align.text import nfc

MOST: Final = 200  # segments on the page; all are in segments.tsv
_LONGEST: Final = 3000  # characters of a text on the page: a runaway translation may have millions


def figure(value: float | None, digits: int = 1) -> str:
    """A number for people, a dash where there is none."""
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}".replace("-", "−")


def tags(result: BenchResult) -> dict[int, list[str]]:
    """Segment -> why it is shown: "different", "worst:SYSTEM", "faults:SYSTEM", "missed:SYSTEM"."""
    found: dict[int, list[str]] = {}
    for name, rows in _reasons(result):
        for k in rows:
            if name not in found.setdefault(k, []):
                found[k].append(name)
    return found


def _reasons(result: BenchResult) -> Iterable[tuple[str, list[int]]]:
    n, figures = result.options.examples, result.lead.segments
    sign = -1.0 if result.lead.lower_is_better else 1.0
    every = [k for k in range(len(result.test_set)) if not any(math.isnan(rows[k]) for rows in figures.values())]
    if len(figures) > 1:
        spread = {k: max(rows[k] for rows in figures.values()) - min(rows[k] for rows in figures.values())
                  for k in every}  # fmt: skip
        yield "different", sorted(every, key=lambda k: (-spread[k], k))[:n]
    for system in result.ranking:
        yield f"worst:{system}", sorted(every, key=lambda k: (sign * figures[system][k], k))[:n]
        checks = result.checks[system]
        # Every kind of fault has its examples, a rare one too.
        for fault in FAULTS:
            yield f"faults:{system}", [k for k, check in enumerate(checks) if fault in check.faults][:n]
        wrong = [k for k, check in enumerate(checks) if any(t.missed or t.added for t in check.tallies.values())]
        yield f"missed:{system}", wrong[: 2 * n]


def buttons(result: BenchResult, found: dict[int, list[str]]) -> list[dict[str, Any]]:
    """Filters of the page: tag, label and number of segments that are on the page."""
    counts = Counter(name for k in sorted(found)[:MOST] for name in found[k])
    labels = {"different": "systems differ most"}
    for system in result.ranking:
        labels |= {
            f"worst:{system}": f"worst of {system}",
            f"faults:{system}": f"faults of {system}",
            f"missed:{system}": f"facts of {system}",
        }
    return [{"tag": tag, "label": label, "count": counts[tag]} for tag, label in labels.items() if counts[tag]]


def card(result: BenchResult, k: int, why: list[str]) -> dict[str, Any]:
    """One segment with all its translations."""
    test_set = result.test_set
    refs = [_cut(ref[k]) for ref in test_set.refs]
    missed = sorted({term for checks in result.checks.values() for term in missed_terms(checks[k])})
    place = test_set.places[k] if test_set.places else None
    return {
        "number": k + 1,
        "tags": why,
        "place": " · ".join(filter(None, (place.doc, place.date))) if place else "",
        "src": _cut(nfc(test_set.src[k])) if test_set.src is not None else None,
        "refs": [diff.mark_terms(ref, missed) for ref in refs],
        "systems": [_line(result, system, k, refs) for system in result.ranking],
    }


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def missed_terms(check: SegmentCheck) -> tuple[str, ...]:
    """Terms of the glossary that a translation missed."""
    return check.tallies["terms"].missed if "terms" in check.tallies else ()


def _line(result: BenchResult, system: str, k: int, refs: list[str]) -> dict[str, Any]:
    check = result.checks[system][k]
    marks = [{"kind": "fault", "text": fault.replace("_", " ")} for fault in check.faults]
    for kind, tally in check.tallies.items():
        one = kind if kind == "money" else kind[:-1]
        marks += [{"kind": "miss", "text": f"{one} missed: {key}"} for key in tally.missed]
        marks += [{"kind": "added", "text": f"{one} added: {key}"} for key in tally.added]
    shown = [m for m in result.measures if system in m.segments and m.family != "check" and "normalized" not in m.name]
    return {
        "system": system,
        "pieces": diff.compare(_cut(result.outputs[system].lines[k]), refs),
        "score": figure(float(result.lead.segments[system][k]), 0),
        "figures": " · ".join(f"{m.name} {figure(float(m.segments[system][k]), m.digits)}" for m in shown),
        "marks": marks,
    }
