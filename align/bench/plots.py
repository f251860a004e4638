"""Plots as SVG: numbers in, markup out. Colors are the page's, by class; text comes escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from align.bench.records import BenchResult, GroupRow, Score

_WIDTH, _LEFT, _RIGHT, _ROW = 640, 150, 56, 30


def intervals(scores: Sequence[Score], colors: dict[str, int], digits: int = 1) -> str:
    """A dot and its 95% interval a system, best first."""
    low, high = _range([value for score in scores for value in (score.low, score.high, score.score)])
    height = _ROW * len(scores) + 26
    parts = [_axis(low, high, height)]
    for k, score in enumerate(scores):
        y = _ROW * k + 18
        a, b, x = (_x(value, low, high) for value in (score.low, score.high, score.score))
        color = f"c{colors[score.system]}"
        parts.append(
            f'<text x="{_LEFT - 12}" y="{y + 4}" class="name">{escape(_short(score.system))}</text>'
            f'<line x1="{a:.1f}" x2="{b:.1f}" y1="{y}" y2="{y}" class="bar {color}"/>'
            f'<circle cx="{x:.1f}" cy="{y}" r="5" class="dot {color}"/>'
            f'<text x="{_WIDTH - _RIGHT + 12}" y="{y + 4}" class="value">{score.score:.{digits}f}</text>'
        )
    title = f"{scores[0].metric} of {len(scores)} systems with 95% intervals"
    return _svg(height, title, parts)


def lengths(rows: Sequence[GroupRow], systems: Sequence[str], colors: dict[str, int]) -> str:
    """A line a system over the length buckets."""
    low, high = _range([row.scores[system] for row in rows for system in systems])
    height, top, bottom = 250, 14, 212
    step = (_WIDTH - 60 - 24) / max(1, len(rows) - 1)

    def at(k: int, value: float) -> tuple[float, float]:
        return 60 + step * k, bottom - (value - low) / (high - low) * (bottom - top)

    parts = []
    for tick in _ticks(low, high):
        y = at(0, tick)[1]
        parts.append(f'<line x1="60" x2="{_WIDTH - 24}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
                     f'<text x="50" y="{y + 4:.1f}" class="tick end">{tick:g}</text>')  # fmt: skip
    for k, row in enumerate(rows):
        anchor = "start" if k == 0 else "end" if k == len(rows) - 1 else "middle"
        parts.append(f'<text x="{at(k, low)[0]:.1f}" y="{bottom + 20}" class="tick" text-anchor="{anchor}">'
                     f"{escape(row.label)} ({row.segments})</text>")  # fmt: skip
    for system in systems:
        points = [at(k, row.scores[system]) for k, row in enumerate(rows) if not math.isnan(row.scores[system])]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" class="curve c{colors[system]}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="dot c{colors[system]}"/>' for x, y in points]
    return _svg(height, "Score by length of the reference", parts)


def bar(score: Score, scores: Sequence[Score], color: int) -> str:
    """A small interval for a cell of the ranking."""
    low, high = _range([value for other in scores for value in (other.low, other.high, other.score)])
    a, b, x = ((value - low) / (high - low) * 116 + 2 for value in (score.low, score.high, score.score))
    return (f'<svg class="spark" viewBox="0 0 120 16" aria-hidden="true">'
            f'<line x1="0" x2="120" y1="8" y2="8" class="grid"/>'
            f'<line x1="{a:.1f}" x2="{b:.1f}" y1="8" y2="8" class="bar c{color}"/>'
            f'<circle cx="{x:.1f}" cy="8" r="4" class="dot c{color}"/></svg>')  # fmt: skip


def color_numbers(result: BenchResult) -> dict[str, int]:
    """System -> number of its color, by the order in which they were given; eight of them, then again."""
    return {system: k % 8 for k, system in enumerate(result.outputs)}


def _svg(height: int, title: str, parts: Sequence[str]) -> str:
    head = f'<svg class="plot" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
    return f"{head}<title>{escape(title)}</title>{''.join(parts)}</svg>"


def _axis(low: float, high: float, height: int) -> str:
    parts = []
    for tick in _ticks(low, high):
        x = _x(tick, low, high)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{height - 20}" class="grid"/>'
                     f'<text x="{x:.1f}" y="{height - 5}" class="tick middle">{tick:g}</text>')  # fmt: skip
    return "".join(parts)


def _x(value: float, low: float, high: float) -> float:
    return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)


def _range(values: Sequence[float]) -> tuple[float, float]:
    good = [value for value in values if not math.isnan(value)]
    if not good:
        return 0.0, 1.0
    room = 0.06 * (max(good) - min(good)) or 1.0
    return min(good) - room, max(good) + room


def _ticks(low: float, high: float) -> list[float]:
    """Four to eight round numbers inside a range."""
    rough = (high - low) / 6
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first = math.ceil(low / step)
    return [round(k * step, 10) for k in range(first, math.floor(high / step) + 1)]


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:19]}…"
