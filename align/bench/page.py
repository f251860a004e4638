"""The report page: what the template shows, as plain values. The page holds all it needs and asks no network."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

from align import __version__
from align.bench import diff, facts, plots, verdict
from align.bench.faults import FAULTS
from align.bench.records import BenchResult, Measure, Score
from align.text import nfc

_KINDS: Final = ("terms", *facts.KINDS)
_GROUPS: Final = {"doc": "document", "event": "event", "outlet": "outlet", "date": "date", "length": "length"}
_SHOWN_GROUPS: Final = 60  # rows of a table of groups; the rest is in bench.json
_CARDS: Final = 200  # segments on the page; all are in segments.tsv


def render(result: BenchResult) -> str:
    """The page as HTML. Every text is escaped by the template engine."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("align.bench", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["figure"] = figure
    return environment.get_template("report.html").render(context(result))


def figure(value: float | None, digits: int = 1) -> str:
    """A number for people, a dash where there is none."""
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}".replace("-", "−")


def context(result: BenchResult) -> dict[str, Any]:
    """All values of the template."""
    colors = plots.color_numbers(result)
    tags = _tags(result)
    return {
        "version": __version__,
        "result": result,
        "languages": {"vi": "Vietnamese", "en": "English"},
        "verdict": verdict.sentences(result),
        "colors": colors,
        "ranking": [_ranked(result, k, colors) for k in range(len(result.ranking))],
        "metrics": [_metric(measure) for measure in result.measures if measure.family != "check"],
        "plots": _plots(result, colors),
        "lengths": _length_plot(result, colors),
        "checks": _checks(result),
        "fault_kinds": {name: text for name, text in FAULTS.items() if _has_fault(result, name)},
        "groups": _groups(result),
        "tags": _tag_buttons(result, tags),
        "cards": [_card(result, k, tags[k]) for k in sorted(tags)][:_CARDS],
        "cards_left": max(0, len(tags) - _CARDS),
        "speeds": {name: output.speed for name, output in result.outputs.items() if output.speed},
        "correlation": result.correlation,
    }


def _metric(measure: Measure) -> dict[str, Any]:
    return {"name": measure.name, "signature": measure.signature, "down": measure.lower_is_better}


def _ranked(result: BenchResult, k: int, colors: dict[str, int]) -> dict[str, Any]:
    system = result.ranking[k]
    lead = [score for score in result.scores if score.metric == result.lead.name]
    own = next(score for score in lead if score.system == system)
    cells = [_cell(result, result.score(system, measure.name), measure)
             for measure in result.measures if measure.family != "check"]  # fmt: skip
    return {
        "place": k + 1,
        "system": system,
        "origin": result.outputs[system].origin,
        "bar": plots.bar(own, lead, colors[system]),
        "cells": cells,
        "weak": verdict.weaknesses(result, system),
        "baseline": system == result.baseline,
    }


def _cell(result: BenchResult, score: Score | None, measure: Measure) -> dict[str, Any]:
    if score is None:
        return {"score": None, "note": "", "sure": False, "best": False}
    others = [s.score for s in result.scores if s.metric == measure.name]
    best = min(others) if measure.lower_is_better else max(others)
    note = f"{figure(score.low)}–{figure(score.high)}"
    delta = "" if score.delta is None else f"{score.delta:+.1f}".replace("-", "−")
    return {
        "score": score.score,
        "note": note,
        "delta": delta,
        "p": verdict.format_p(score.p_value),
        "sure": score.p_value is not None and score.p_value < 0.05,
        "best": score.score == best and len(others) > 1,
    }


def _plots(result: BenchResult, colors: dict[str, int]) -> list[tuple[str, str]]:
    found = []
    for measure in result.measures:
        scores = [score for score in result.scores if score.metric == measure.name and not math.isnan(score.score)]
        if measure.family != "check" and "normalized" not in measure.name and scores:
            order = {system: k for k, system in enumerate(result.ranking)}
            found.append((measure.name, plots.intervals(sorted(scores, key=lambda s: order[s.system]), colors)))
    return found


def _length_plot(result: BenchResult, colors: dict[str, int]) -> str:
    rows = result.groups.get("length", ())
    return plots.lengths(rows, list(result.ranking), colors) if len(rows) > 1 else ""


def _checks(result: BenchResult) -> list[dict[str, Any]]:
    rows = []
    for system in result.ranking:
        checks = result.checks[system]
        kinds = {kind: [check.tallies[kind] for check in checks if kind in check.tallies] for kind in _KINDS}
        cells = {}
        for kind, tallies in kinds.items():
            total = sum(len(tally.expected) for tally in tallies)
            right = total - sum(len(tally.missed) for tally in tallies)
            if tallies:
                cells[kind] = {"right": right, "total": total, "share": 100 * right / total if total else None}
        added = sum(len(tally.added) for check in checks for tally in check.tallies.values())
        faults = Counter(fault for check in checks for fault in check.faults)
        rows.append({"system": system, "cells": cells, "added": added, "faults": faults,
                     "faulty": sum(bool(check.faults) for check in checks)})  # fmt: skip
    return rows


def _has_fault(result: BenchResult, name: str) -> bool:
    return any(name in check.faults for checks in result.checks.values() for check in checks)


def _groups(result: BenchResult) -> list[dict[str, Any]]:
    found = []
    for name, rows in result.groups.items():
        if name == "length":
            continue
        wins = {}
        for system in result.ranking:
            if system != result.baseline:
                pairs = [(row.scores[system], row.scores[result.baseline]) for row in rows]
                wins[system] = (sum(a > b for a, b in pairs), sum(a < b for a, b in pairs))
        order = sorted(rows, key=lambda row: row.label)
        found.append({"name": _GROUPS[name], "rows": order[:_SHOWN_GROUPS], "left": len(order) - _SHOWN_GROUPS,
                      "wins": wins})  # fmt: skip
    return found


def _tags(result: BenchResult) -> dict[int, list[str]]:
    """Segment -> why it is shown: "different", "worst:SYSTEM", "faults:SYSTEM", "missed:SYSTEM"."""
    n, figures = result.options.examples, result.lead.segments
    tags: dict[int, list[str]] = {}
    sign = -1.0 if result.lead.lower_is_better else 1.0
    every = range(len(result.test_set))

    def tag(rows: list[int], name: str) -> None:
        for k in rows:
            tags.setdefault(k, []).append(name)

    if len(figures) > 1:
        spread = [max(rows[k] for rows in figures.values()) - min(rows[k] for rows in figures.values()) for k in every]
        tag(sorted(every, key=lambda k: (-spread[k], k))[:n], "different")
    for system in result.ranking:
        tag(sorted(every, key=lambda k: (sign * figures[system][k], k))[:n], f"worst:{system}")
        checks = result.checks[system]
        # Every kind of fault has its examples, a rare one too.
        for fault in FAULTS:
            tag([k for k in every if fault in checks[k].faults][:n], f"faults:{system}")
        wrong = [k for k in every if any(t.missed or t.added for t in checks[k].tallies.values())]
        tag(wrong[: 2 * n], f"missed:{system}")
    return {k: list(dict.fromkeys(names)) for k, names in tags.items()}


def _tag_buttons(result: BenchResult, tags: dict[int, list[str]]) -> list[dict[str, Any]]:
    counts = Counter(name for names in tags.values() for name in names)
    labels = {"different": "systems differ most"}
    for system in result.ranking:
        labels |= {f"worst:{system}": f"worst of {system}", f"faults:{system}": f"faults of {system}",
                   f"missed:{system}": f"facts of {system}"}  # fmt: skip
    return [{"tag": tag, "label": label, "count": counts[tag]} for tag, label in labels.items() if counts[tag]]


def _card(result: BenchResult, k: int, tags: list[str]) -> dict[str, Any]:
    test_set = result.test_set
    refs = [ref[k] for ref in test_set.refs]
    missed = {term for checks in result.checks.values() for term in _missed_terms(checks[k].tallies)}
    return {
        "number": k + 1,
        "tags": tags,
        "place": test_set.places[k] if test_set.places else None,
        "src": nfc(test_set.src[k]) if test_set.src is not None else None,
        "refs": [diff.mark_terms(ref, sorted(missed)) for ref in refs],
        "systems": [_line(result, system, k, refs) for system in result.ranking],
    }


def _missed_terms(tallies: dict[str, Any]) -> tuple[str, ...]:
    return tallies["terms"].missed if "terms" in tallies else ()


def _line(result: BenchResult, system: str, k: int, refs: list[str]) -> dict[str, Any]:
    check = result.checks[system][k]
    marks = [{"kind": "fault", "text": fault.replace("_", " ")} for fault in check.faults]
    for kind, tally in check.tallies.items():
        one = kind if kind == "money" else kind[:-1]
        marks += [{"kind": "miss", "text": f"{one} missed: {key}"} for key in tally.missed]
        marks += [{"kind": "added", "text": f"{one} added: {key}"} for key in tally.added]
    figures = {m.name: m.segments[system][k] for m in result.measures
               if system in m.segments and m.family != "check" and "normalized" not in m.name}  # fmt: skip
    return {
        "system": system,
        "pieces": diff.compare(result.outputs[system].lines[k], refs),
        "score": float(result.lead.segments[system][k]),
        "figures": " · ".join(f"{name} {figure(float(value))}" for name, value in figures.items()),
        "marks": marks,
    }
