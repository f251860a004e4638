"""The files of a comparison: scores.tsv, segments.tsv, bench.json, table.md, table.tex and, last, report.html."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from align import __version__
from align.bench import facts, page, tables
from align.bench.records import BenchResult, Score, SegmentCheck
from align.formats import make_folder, write_lines, write_table
from align.formats.atomic import atomic_text

SCORES: Final = ("system", "metric", "score", "low", "high", "p_value", "signature", "delta", "p_value_ar")
_KINDS: Final = ("terms", *facts.KINDS)


def write(result: BenchResult, out: Path) -> None:
    """Write all files into a folder; the report comes last.

    Raises:
        OutputError: the folder cannot be written.
    """
    html = list(page.render(result))  # before anything is written
    make_folder(out)
    write_table(out / "scores.tsv", SCORES, map(score_cells, result.scores))
    write_table(out / "segments.tsv", _header(result), _segments(result))
    write_lines(out / "bench.json", [json.dumps(plain(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n"])
    write_lines(out / "table.md", [tables.markdown(result)])
    write_lines(out / "table.tex", [tables.latex(result)])
    with atomic_text(out / "report.html") as file:
        file.writelines(html)


def score_cells(score: Score) -> list[str]:
    """The cells of a row in the order of SCORES; empty is not computed."""
    return [
        score.system,
        score.metric,
        number(score.score, 6),
        number(score.low, 6),
        number(score.high, 6),
        number(score.p_value, 6),
        score.signature,
        number(score.delta, 6),
        number(score.p_value_ar, 6),
    ]


def number(value: float | None, digits: int) -> str:
    """A number for a cell, nothing where there is none."""
    return "" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def safe(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@" and text[:1] else text


def _header(result: BenchResult) -> list[str]:
    metrics = [measure.name for measure in result.measures if measure.name not in (*_KINDS, "faults")]
    return ["segment", "system", "doc", "event", *metrics, "faults", *(f"{kind}_missed" for kind in _KINDS), "added"]


def _segments(result: BenchResult) -> Iterator[list[str]]:
    measures = [measure for measure in result.measures if measure.name not in (*_KINDS, "faults")]
    for k in range(len(result.test_set)):
        place = result.test_set.places[k] if result.test_set.places else None
        for system, checks in result.checks.items():
            figures = [number(m.segments[system][k], 4) if system in m.segments else "" for m in measures]
            head = [str(k + 1), system, place.doc if place else "", place.event if place else ""]
            yield [*map(safe, head), *figures, *map(safe, _check_cells(checks[k]))]


def _check_cells(check: SegmentCheck) -> list[str]:
    missed = [check.tallies[kind].missed if kind in check.tallies else () for kind in _KINDS]
    added = [key for tally in check.tallies.values() for key in tally.added]
    return ["; ".join(cells) for cells in (check.faults, *missed, added)]


def plain(result: BenchResult) -> dict[str, Any]:
    """The result as JSON: all but the texts. Numbers that are none become null."""
    return {
        "align": __version__,
        "test_set": {"name": result.test_set.name, "segments": len(result.test_set), "lang": result.test_set.lang,
                     "references": len(result.test_set.refs), "source": result.test_set.src is not None},
        "baseline": result.baseline,
        "ranking": list(result.ranking),
        "options": {"metrics": list(result.options.metrics), "samples": result.options.samples,
                    "trials": result.options.trials, "tests": list(result.options.tests), "seed": result.options.seed},
        "encoder": result.encoder,
        "glossary": result.glossary,
        "systems": {system: _system(result, system) for system in result.outputs},
        "pairwise": [{"first": a, "second": b, "p_value": p} for (a, b), p in result.pairwise.items()],
        "groups": {name: [{"label": row.label, "segments": row.segments,
                           "scores": {system: _finite(value) for system, value in row.scores.items()}} for row in rows]
                   for name, rows in result.groups.items()},
        "contamination": [{"train": c.train, "pairs": c.pairs, "exact": [k + 1 for k in c.exact],
                           "near": [k + 1 for k in c.near], "documents": list(c.documents), "events": list(c.events)}
                          for c in result.contamination],
        "notes": list(result.notes),
        "failures": result.failures,
    }  # fmt: skip


def _system(result: BenchResult, system: str) -> dict[str, Any]:
    output = result.outputs[system]
    scores: Sequence[Score] = [score for score in result.scores if score.system == system]
    faults: dict[str, list[int]] = {}
    for k, check in enumerate(result.checks[system]):
        for fault in check.faults:
            faults.setdefault(fault, []).append(k + 1)
    speed = output.speed
    return {
        "origin": output.origin,
        "speed": None if speed is None else {"seconds": round(speed.seconds, 3), "attempts": speed.attempts,
                                             "segments_per_second": _finite(round(speed.per_second, 3)),
                                             "cost_per_1000": _finite(speed.cost)},
        "scores": {s.metric: {"score": _finite(s.score), "low": _finite(s.low), "high": _finite(s.high),
                              "delta": _finite(s.delta), "p_value": s.p_value, "p_value_ar": s.p_value_ar,
                              "signature": s.signature} for s in scores},
        "faults": faults,
        "correlation": {name: dict(zip(("pearson", "spearman"), rows[system], strict=True))
                        for name, rows in result.correlation.items() if system in rows},
    }  # fmt: skip


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
