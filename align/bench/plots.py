"""Plots as SVG: numbers in, markup out. Colors are the page's, by class; text comes escaped.

Rows of intervals have places in percent, so that they fill their column and their text keeps its size on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Final

from align.bench.records import BenchResult, GroupRow, Score

_WIDTH: Final = 640
_HEIGHT: Final = 250


def intervals(scores: Sequence[Score], colors: dict[str, int], digits: int = 1) -> str:
    """A row a system, best first: name, dot with its 95% interval, figure."""
    low, high = _range([value for score in scores for value in (score.low, score.high, score.score)])
    ticks = [(tick, _percent(tick, low, high)) for tick in _ticks(low, high)]
    grid = "".join(f'<line x1="{x}" x2="{x}" y1="0" y2="100%" class="grid"/>' for _, x in ticks)
    rows = []
    for score in scores:
        name = escape(score.system)
        mark = _mark(score, low, high, colors[score.system])
        rows.append(
            f'<span class="name" title="{name}">{name}</span><svg class="track" aria-hidden="true">{grid}{mark}</svg>'
            f'<span class="num">{score.score:.{digits}f}</span>'
        )
    labels = "".join(f'<text x="{x}" y="12" class="tick middle">{tick:g}</text>' for tick, x in ticks)
    axis = f'<span></span><svg class="axis" aria-hidden="true">{labels}</svg><span></span>'
    return f'<div class="rows">{"".join(rows)}{axis}</div>'


def bar(score: Score, scores: Sequence[Score], color: int) -> str:
    """A small interval for a cell of the ranking."""
    low, high = _range([value for other in scores for value in (other.low, other.high, other.score)])
    line = '<line x1="0" x2="100%" y1="50%" y2="50%" class="grid"/>'
    return f'<svg class="spark" aria-hidden="true">{line}{_mark(score, low, high, color)}</svg>'


def lengths(rows: Sequence[GroupRow], systems: Sequence[str], colors: dict[str, int]) -> str:
    """A line a system over the length buckets."""
    low, high = _range([row.scores[system] for row in rows for system in systems])
    top, bottom = 14, 200
    step = (_WIDTH - 60 - 44) / max(1, len(rows) - 1)

    def at(k: int, value: float) -> tuple[float, float]:
        return 60 + step * k, bottom - (value - low) / (high - low) * (bottom - top)

    parts = []
    for tick in _ticks(low, high):
        y = at(0, tick)[1]
        parts.append(f'<line x1="60" x2="{_WIDTH - 44}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
                     f'<text x="50" y="{y + 4:.1f}" class="tick end">{tick:g}</text>')  # fmt: skip
    for k, row in enumerate(rows):
        x, label = at(k, low)[0], escape(row.label.removesuffix(" words"))
        parts.append(f'<text x="{x:.1f}" y="{bottom + 22}" class="tick middle">{label}</text>'
                     f'<text x="{x:.1f}" y="{bottom + 42}" class="tick middle">({row.segments})</text>')  # fmt: skip
    for system in systems:
        points = [at(k, row.scores[system]) for k, row in enumerate(rows) if not math.isnan(row.scores[system])]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="dot"/>' for x, y in points)
        title = f"<title>{escape(system)}</title>"
        parts.append(
            f'<g class="c{colors[system]}">{title}<polyline points="{path}" class="curve"/>{"".join(dots)}</g>'
        )
    title = "Score by length of the reference"
    head = f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{title}">'
    return f"{head}<title>{title}</title>{''.join(parts)}</svg>"


def color_numbers(result: BenchResult) -> dict[str, int]:
    """System -> number of its color, by the order in which they were given; eight of them, then again."""
    return {system: k % 8 for k, system in enumerate(result.outputs)}


def _mark(score: Score, low: float, high: float, color: int) -> str:
    a, b, x = (_percent(value, low, high) for value in (score.low, score.high, score.score))
    return (f'<g class="c{color}"><line x1="{a}" x2="{b}" y1="50%" y2="50%" class="whisker"/>'
            f'<circle cx="{x}" cy="50%" r="5" class="dot"/></g>')  # fmt: skip


def _percent(value: float, low: float, high: float) -> str:
    return f"{100 * (value - low) / (high - low):.2f}%"


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Bounds of an axis, with some room."""
    good = [value for value in values if not math.isnan(value)]
    if not good:
        return 0.0, 1.0
    room = 0.06 * (max(good) - min(good)) or 1.0
    return min(good) - room, max(good) + room


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers inside a range."""
    rough = (high - low) / 5
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first = math.ceil(low / step)
    return [round(k * step, 10) for k in range(first, math.floor(high / step) + 1)]
