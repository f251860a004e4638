"""The comparison put together: measures, tests, checks, groups, contamination."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from align import __version__
from align.bench import adequacy, checks, comet, groups, metrics, significance
from align.bench.contamination import contamination, read_training
from align.bench.records import BenchResult, Contamination, Measure, Options, Output, TestSet
from align.bench.terms import Glossary
from align.errors import ConfigError, InputError
from align.text import nfc
from align.types import Encoder

Given = dict[tuple[str, str], tuple[float, ...]]  # (system, metric) -> a score a segment


@dataclass(frozen=True, slots=True)
class Extras:
    """What may come beside the translations.

    Attributes:
        glossary: terms to look for.
        encoder: for reference-free adequacy.
        train: corpora to check for overlap.
        given: scores of other tools, a score a segment.
        comet_model: checkpoint on this machine.
    """

    glossary: Glossary | None = None
    encoder: Encoder | None = None
    train: Sequence[Path] = ()
    given: Given = field(default_factory=dict)
    comet_model: Path | None = None


def run(test_set: TestSet, outputs: dict[str, Output], options: Options | None = None, extras: Extras | None = None,
        told: Callable[[str], None] = lambda _: None) -> BenchResult:  # fmt: skip
    """Compare systems.

    Args:
        test_set: references and what is known of them.
        outputs: system -> translations, each as long as the references.
        options: metrics, tests, baseline.
        extras: glossary, encoder and so on.
        told: called with the name of each stage.

    Raises:
        ConfigError: the baseline or a metric is unknown.
        InputError: no system, or one of another length.
    """
    options, extras = options or Options(), extras or Extras()
    baseline = _baseline(outputs, options, test_set)
    lines = {system: output.lines for system, output in outputs.items()}
    told("metrics")
    found = _measures(test_set, lines, options, extras)
    told("checks")
    checked = {system: checks.check(test_set, texts, extras.glossary) for system, texts in lines.items()}
    found += checks.measures(checked)
    told("adequacy")
    without = adequacy.measures(test_set, lines, extras.encoder) if extras.encoder else []
    found += without
    found += _given(extras.given, outputs)
    told("significance")
    lead = found[0]
    samples = significance.bootstrap(lead, options)
    scores = significance.scores(lead, baseline, options, samples)
    scores += [score for measure in found[1:] for score in significance.scores(measure, baseline, options)]
    told("contamination")
    return BenchResult(
        test_set=test_set,
        options=options,
        outputs=outputs,
        baseline=baseline,
        ranking=_ranking(lead, list(outputs)),
        scores=tuple(scores),
        measures=tuple(found),
        checks=checked,
        groups=groups.groups(test_set, lead),
        correlation={measure.name: adequacy.correlation(measure, lead) for measure in without},
        pairwise=significance.pairwise(lead, samples),
        contamination=tuple(_contamination(test_set, extras.train)),
        notes=tuple(_notes(test_set, lines, options, found)),
        encoder=extras.encoder.signature if extras.encoder else None,
        glossary=f"{extras.glossary.name} ({len(extras.glossary.terms)} terms)" if extras.glossary else None,
    )


def _baseline(outputs: dict[str, Output], options: Options, test_set: TestSet) -> str:
    if not outputs:
        raise InputError("no translations to compare: give --hyp NAME=FILE or --system NAME='COMMAND'")
    for system, output in outputs.items():
        if len(output.lines) != len(test_set):
            counts = f"{len(output.lines):,} lines, but the reference has {len(test_set):,}"
            raise InputError(f"system {system}: {counts}; give one line a segment")
    if options.baseline is not None and options.baseline not in outputs:
        raise ConfigError(f"--baseline {options.baseline!r} is no system; expected one of {', '.join(outputs)}")
    return options.baseline or next(iter(outputs))


def _measures(test_set: TestSet, lines: dict[str, tuple[str, ...]], options: Options, extras: Extras) -> list[Measure]:
    names = [name for name in options.metrics if name != "comet"]
    texts: dict[str, Sequence[str]] = dict(lines)
    found = metrics.measure(names, test_set, texts, options)
    if not found:
        raise ConfigError("--metric comet alone: name one of sacrebleu's metrics too, to rank by")
    same = [metrics.normalized(measure, test_set, texts, options) for measure in found if measure.name != "TER"]
    found += [measure for measure in same if measure is not None]
    if "comet" in options.metrics:
        found.append(comet.measure(test_set, texts, extras.comet_model))
    return found


def _given(given: Given, outputs: Iterable[str]) -> list[Measure]:
    """Measures of score files, one for each metric name."""
    for system, metric in given:
        if system not in outputs:
            raise ConfigError(
                f"--scores {system}:{metric}: no system of that name; expected one of {', '.join(outputs)}"
            )
    names = dict.fromkeys(metric for _, metric in given)
    return [
        checks.mean(name, f"align:{__version__}|mean of given scores",
                    {system: values for (system, metric), values in given.items() if metric == name}, "given")
        for name in names
    ]  # fmt: skip


def _ranking(lead: Measure, systems: list[str]) -> tuple[str, ...]:
    sign = 1 if lead.lower_is_better else -1
    whole = {system: lead.score(lead.stats[system].sum(axis=0).tolist()) for system in systems}
    return tuple(sorted(systems, key=lambda system: (sign * whole[system], system)))


def _contamination(test_set: TestSet, paths: Sequence[Path]) -> Iterable[Contamination]:
    for path in paths:
        yield contamination(test_set, read_training(path), path.name)


def _notes(test_set: TestSet, lines: dict[str, tuple[str, ...]], options: Options, found: list[Measure]) -> list[str]:
    """What a reader of the scores has to know."""
    notes = []
    files = {"reference": test_set.refs[0], **lines}
    for name, texts in files.items():
        other = sum(nfc(text) != text for text in texts)
        if other:
            notes.append(f"{name}: {other:,} of {len(texts):,} lines are not in NFC; see the normalized scores.")
    if len(test_set) < 100:
        notes.append(
            f"Only {len(test_set)} segments: intervals are wide, and small differences cannot be told from chance."
        )
    empty = sum(not text for text in test_set.refs[0])
    if empty:
        notes.append(f"{empty:,} references are empty; their segments count in no check.")
    surface = [measure for measure in found if measure.family == "surface"]
    if any(math.isnan(value) for measure in surface for rows in measure.segments.values() for value in rows):
        notes.append("Some segments have no score: neither translation nor reference has text.")
    if len(lines) > 2:
        tests = (len(lines) - 1) * len(found)
        notes.append(f"p-values are not corrected for the {tests} comparisons made; of such a number, about "
                     f"{max(1, round(tests * 0.05))} fall below .05 by chance alone.")  # fmt: skip
    _ = options
    return notes
