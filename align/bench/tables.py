"""The table for a paper, in Markdown and LaTeX: surface metrics and checks, the best in bold."""

from __future__ import annotations

import math
import re
from typing import Final

from align.bench.records import BenchResult, Measure

_TEX: Final = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
               "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}  # fmt: skip
_MARKDOWN: Final = re.compile(r"([|*_`<>])")
_BACKSLASHED: Final = r"\\\1"
_DAGGER: Final = 0.05


def markdown(result: BenchResult) -> str:
    """A table a person can paste; † is a difference from the baseline with p < .05."""
    measures = _shown(result)
    lines = ["| system | " + " | ".join(_head(measure) for measure in measures) + " |"]
    lines.append("|---|" + "---:|" * len(measures))
    for system in result.ranking:
        cells = [_cell(result, measure, system, "**{}**", "†") for measure in measures]
        lines.append(f"| {_MARKDOWN.sub(_BACKSLASHED, system)} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *_legend(result, measures)]) + "\n"


def latex(result: BenchResult) -> str:
    """A tabular with booktabs."""
    measures = _shown(result)
    lines = [rf"% {line}" for line in _legend(result, measures)]
    lines += [rf"\begin{{tabular}}{{l{'r' * len(measures)}}}", r"\toprule"]
    lines.append(" & ".join(["System", *(_escape(_head(measure)) for measure in measures)]) + r" \\")
    lines.append(r"\midrule")
    for system in result.ranking:
        cells = [_cell(result, measure, system, r"\textbf{{{}}}", r"$^\dagger$") for measure in measures]
        lines.append(" & ".join([_escape(system), *cells]) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _shown(result: BenchResult) -> list[Measure]:
    return [measure for measure in result.measures if "normalized" not in measure.name]


def _head(measure: Measure) -> str:
    return f"{measure.name} ↓" if measure.lower_is_better else measure.name


def _cell(result: BenchResult, measure: Measure, system: str, bold: str, dagger: str) -> str:
    score = result.score(system, measure.name)
    if score is None or math.isnan(score.score):
        return "–"
    others = [s.score for s in result.scores if s.metric == measure.name and not math.isnan(s.score)]
    best = min(others) if measure.lower_is_better else max(others)
    text = f"{score.score:.1f}" if abs(score.score) >= 1 or score.score == 0 else f"{score.score:.3f}"
    text = bold.format(text) if score.score == best else text
    return text + (dagger if score.p_value is not None and score.p_value < _DAGGER else "")


def _legend(result: BenchResult, measures: list[Measure]) -> list[str]:
    options = result.options
    how = {"bs": f"paired bootstrap, {options.samples} samples", "ar": f"randomization, {options.trials} trials"}
    test = f"{how[options.tests[0]]}, against {result.baseline}"
    n = len(result.test_set)
    lines = [f"{n} segments into {result.test_set.lang}; † p < .05 ({test}); ↓ lower is better."]
    return [*lines, *(f"{measure.name}: {measure.signature}" for measure in measures if measure.family == "surface")]


def _escape(text: str) -> str:
    escaped = "".join(_TEX.get(char, char) for char in text)
    return escaped.replace("↓", r"$\downarrow$")
