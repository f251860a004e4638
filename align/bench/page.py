"""The report page: what the template shows, as plain values. The page holds all it needs and asks no network."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from align import __version__
from align.bench import adequacy, cards, facts, plots, verdict
from align.bench.cards import figure
from align.bench.faults import FAULTS
from align.bench.records import BenchResult, GroupRow, Measure, Score, Tally
from align.report import page as pages

_KINDS: Final = ("terms", *facts.KINDS)
_GROUPS: Final = {"doc": "document", "event": "event", "outlet": "outlet", "date": "date"}
_WHAT: Final = {
    "terms": "of the glossary, in source and reference",
    "numbers": "in source and reference",
    "money": "amount and currency",
    "dates": "days, months, years",
    "names": "of people, places and bodies",
    "added": "numbers, money, dates that neither source nor reference has",
}
_SHOWN_GROUPS: Final = 60  # rows of a table of groups; the rest is in bench.json
_SHOWN_TERMS: Final = 25
_SURE: Final = 0.05


def render(result: BenchResult) -> Iterator[str]:
    """The page in pieces. Every text is escaped by the template engine."""
    return pages.chunks(pages.render("bench.html", context(result), ["bench.css"], ["bench.js"]))


def context(result: BenchResult) -> dict[str, Any]:
    """All values of the template."""
    colors = plots.color_numbers(result)
    tags = cards.tags(result)
    return {
        "version": __version__,
        "result": result,
        "languages": {"vi": "Vietnamese", "en": "English"},
        "verdict": verdict.sentences(result),
        "colors": colors,
        "ranking": [_ranked(result, k, colors) for k in range(len(result.ranking))],
        "metrics": [_metric(measure) for measure in _shown(result)],
        "plots": _plots(result, colors),
        "pairs": _pairs(result) if len(result.ranking) > 2 else [],
        "lengths": _length_plot(result, colors),
        "checks": _checks(result),
        "missed_terms": _missed_terms(result),
        "groups": [_group(result, name, result.groups[name]) for name in _GROUPS if name in result.groups],
        "tags": cards.buttons(result, tags),
        "cards": [cards.card(result, k, tags[k]) for k in sorted(tags)[: cards.MOST]],
        "cards_left": max(0, len(tags) - cards.MOST),
        "speeds": _speeds(result),
        "adequacy_note": adequacy.NOTE,
        "correlation": _correlation(result),
    }


def _shown(result: BenchResult) -> list[Measure]:
    return [measure for measure in result.measures if measure.family != "check"]


def _metric(measure: Measure) -> dict[str, Any]:
    return {"name": measure.name, "signature": measure.signature, "down": measure.lower_is_better}


def _ranked(result: BenchResult, k: int, colors: dict[str, int]) -> dict[str, Any]:
    system = result.ranking[k]
    lead = [score for score in result.scores if score.metric == result.lead.name]
    own = next(score for score in lead if score.system == system)
    return {
        "place": k + 1,
        "system": system,
        "origin": result.outputs[system].origin,
        "bar": plots.bar(own, lead, colors[system]),
        "cells": [_cell(result, result.score(system, measure.name), measure) for measure in _shown(result)],
        "weak": verdict.weaknesses(result, system),
        "baseline": system == result.baseline,
    }


def _cell(result: BenchResult, score: Score | None, measure: Measure) -> dict[str, Any]:
    if score is None or math.isnan(score.score):
        return {"score": None}
    others = [s.score for s in result.scores if s.metric == measure.name and not math.isnan(s.score)]
    best = min(others) if measure.lower_is_better else max(others)
    digits = measure.digits
    return {
        "score": figure(score.score, digits),
        "note": f"{figure(score.low, digits)} to {figure(score.high, digits)}",
        "delta": _signed(score.delta, digits),
        "p": verdict.format_p(score.p_value),
        "sure": score.p_value is not None and score.p_value < _SURE,
        "best": score.score == best and len(others) > 1,
    }


def _signed(delta: float | None, digits: int) -> str:
    return "" if delta is None or math.isnan(delta) else f"{delta:+.{digits}f}".replace("-", "−")


def _plots(result: BenchResult, colors: dict[str, int]) -> list[tuple[str, str]]:
    found = []
    order = {system: k for k, system in enumerate(result.ranking)}
    for measure in _shown(result):
        scores = [score for score in result.scores if score.metric == measure.name and not math.isnan(score.score)]
        if "normalized" not in measure.name and scores:
            scores.sort(key=lambda score: order[score.system])
            found.append((measure.name, plots.intervals(scores, colors, measure.digits)))
    return found


def _pairs(result: BenchResult) -> list[dict[str, Any]]:
    """Differences of every two systems by the leading metric, with their p-values."""
    whole = {system: score for system in result.ranking if (score := result.score(system, result.lead.name))}
    rows = []
    for first, one in whole.items():
        cells: list[dict[str, Any] | None] = []
        for second, other in whole.items():
            p_value = result.pairwise.get((first, second))
            delta = _signed(one.score - other.score, result.lead.digits)
            sure = p_value is not None and p_value < _SURE
            cells.append({"delta": delta, "p": verdict.format_p(p_value), "sure": sure} if first != second else None)
        rows.append({"system": first, "cells": cells})
    return rows


def _length_plot(result: BenchResult, colors: dict[str, int]) -> str:
    rows = result.groups.get("length", ())
    return plots.lengths(rows, list(result.ranking), colors) if len(rows) > 1 else ""


def _checks(result: BenchResult) -> dict[str, Any]:
    """Rows of the table of checks: shares of facts kept, then counts of faults that occur."""
    there = [kind for kind in _KINDS if any(_tallies(result, system, kind) for system in result.ranking)]
    kept = [
        {"label": kind, "what": _WHAT[kind], "cells": [_kept(result, system, kind) for system in result.ranking]}
        for kind in there
    ]
    faults = {system: Counter(f for check in result.checks[system] for f in check.faults) for system in result.ranking}
    rows = {name: [faults[system][name] for system in result.ranking] for name in FAULTS}
    counts = [{"label": "added facts", "what": _WHAT["added"], "cells": [_added(result, s) for s in result.ranking]}]
    counts += [
        {"label": name.replace("_", " "), "what": FAULTS[name], "cells": cells}
        for name, cells in rows.items()
        if any(cells)
    ]
    whole = [sum(bool(check.faults) for check in result.checks[system]) for system in result.ranking]
    counts.append({"label": "with a fault", "what": "translations with any fault above", "cells": whole})
    return {"facts": kept, "counts": counts}


def _tallies(result: BenchResult, system: str, kind: str) -> list[Tally]:
    return [check.tallies[kind] for check in result.checks[system] if kind in check.tallies]


def _kept(result: BenchResult, system: str, kind: str) -> dict[str, Any]:
    tallies = _tallies(result, system, kind)
    total = sum(len(tally.expected) for tally in tallies)
    right = total - sum(len(tally.missed) for tally in tallies)
    share = 100 * right / total if total else 100.0
    # Rounded down: 99.6% is not all of them.
    return {"right": right, "total": total, "share": int(share), "heat": f"{share:.0f}"}


def _added(result: BenchResult, system: str) -> int:
    return sum(len(tally.added) for check in result.checks[system] for tally in check.tallies.values())


def _missed_terms(result: BenchResult) -> list[dict[str, Any]]:
    """Terms that systems missed, those missed most often first."""
    missed = {
        system: Counter(term for check in result.checks[system] for term in cards.missed_terms(check))
        for system in result.ranking
    }
    total = Counter[str]()
    for counts in missed.values():
        total += counts
    order = sorted(total, key=lambda term: (-total[term], term))
    return [{"term": term, "cells": [missed[system][term] for system in result.ranking]} for term in order][
        :_SHOWN_TERMS
    ]


def _group(result: BenchResult, name: str, rows: tuple[GroupRow, ...]) -> dict[str, Any]:
    wins = {}
    sign = -1 if result.lead.lower_is_better else 1
    for system in result.ranking:
        if system != result.baseline:
            gaps = [sign * (row.scores[system] - row.scores[result.baseline]) for row in rows]
            wins[system] = (sum(gap > 0 for gap in gaps), sum(gap < 0 for gap in gaps))
    order = sorted(rows, key=lambda row: row.label)[:_SHOWN_GROUPS]
    shown = [
        {
            "label": row.label,
            "segments": row.segments,
            "cells": [figure(row.scores[system], result.lead.digits) for system in result.ranking],
        }
        for row in order
    ]
    return {"name": _GROUPS[name], "rows": shown, "total": len(rows), "wins": wins}


def _speeds(result: BenchResult) -> list[dict[str, Any]]:
    rows = []
    for system, output in result.outputs.items():
        if speed := output.speed:
            figures = [speed.seconds, speed.per_second, 1000 * speed.seconds / max(speed.segments, 1)]
            cost = "–" if speed.cost is None else f"{speed.cost:.4f}"
            rows.append({"system": system, "cells": [*(figure(f) for f in figures), cost, speed.attempts]})
    return rows


def _correlation(result: BenchResult) -> list[dict[str, Any]]:
    names = list(result.correlation)
    systems = dict.fromkeys(system for pairs in result.correlation.values() for system in pairs)
    rows = []
    for system in systems:
        cells = [figure(value, 2) for name in names for value in result.correlation[name].get(system, (None, None))]
        rows.append({"system": system, "cells": cells, "names": names})
    return rows
