"""What the parts of the benchmark hand to each other. A segment is a line; lists over segments have equal lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.types import Lang

Stats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a segment comes from; "" is unknown."""

    doc: str = ""
    event: str = ""
    outlet: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class TestSet:
    """References, and what is known of them. `refs` is one tuple of lines a reference."""

    lang: Lang
    refs: tuple[tuple[str, ...], ...]
    src: tuple[str, ...] | None = None
    places: tuple[Place, ...] = ()
    name: str = ""

    def __len__(self) -> int:
        return len(self.refs[0])

    @property
    def src_lang(self) -> Lang:
        """The other of the two languages."""
        return "en" if self.lang == "vi" else "vi"


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a live system was. `cost` is the price of 1,000 segments, None where no price an hour was given."""

    seconds: float
    segments: int
    attempts: int = 1
    cost: float | None = None

    @property
    def per_second(self) -> float:
        """Segments a second."""
        return self.segments / self.seconds if self.seconds > 0 else float("inf")


@dataclass(frozen=True, slots=True)
class Output:
    """The translations of one system, and where they came from."""

    lines: tuple[str, ...]
    origin: str
    speed: Speed | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of a comparison.

    Attributes:
        metrics: names of `metrics.METRICS`; the first is the one that ranks.
        baseline: the system that the others are tested against; None takes the first.
        samples: bootstrap samples, 1,000 as sacrebleu has them (Koehn 2004).
        trials: trials of approximate randomization, 10,000 as sacrebleu has them.
        seed: of both tests, sacrebleu's own.
        tests: "bs" (paired bootstrap), "ar" (approximate randomization) or both; the first makes `p_value`.
        examples: segments shown of each kind in the report.
    """

    metrics: tuple[str, ...] = ("chrF++", "chrF", "BLEU", "BLEU-intl")
    baseline: str | None = None
    samples: int = 1000
    trials: int = 10_000
    seed: int = 12345
    tests: tuple[str, ...] = ("bs",)
    examples: int = 12


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is a function of sums over segments, so that any subset or resample can be scored.

    Attributes:
        name: as in `scores.tsv`.
        signature: what it takes to compute it again.
        stats: system -> float64 [segments, k], to be summed.
        score: sums [k] -> figure; NaN where there is nothing to count.
        segments: system -> figure of each segment, NaN where there is none.
        family: "surface", "check", "adequacy" or "given".
        lower_is_better: as for TER.
        digits: to show after the point.
    """

    name: str
    signature: str
    stats: dict[str, Stats]
    score: Callable[[Sequence[float]], float]
    segments: dict[str, Stats]
    family: str = "surface"
    lower_is_better: bool = False
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Score:
    """A row of `scores.tsv`; `low` and `high` bound the 95% bootstrap interval. None is not computed."""

    system: str
    metric: str
    score: float
    low: float
    high: float
    signature: str
    delta: float | None = None
    p_value: float | None = None
    p_value_ar: float | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Facts of one kind in one segment: those expected, those missing, those nobody asked for."""

    expected: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentCheck:
    """What the checks say of one translation: faults by name, and kind -> tally."""

    faults: tuple[str, ...] = ()
    tallies: dict[str, Tally] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A subset of the segments: system -> figure of the leading metric."""

    label: str
    segments: int
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class Contamination:
    """Overlap of the test set with training text; lists hold segment indexes from 0.

    `events` are those of the test set of which training text holds documents or most segments.
    """

    train: str
    pairs: int
    exact: tuple[int, ...]
    near: tuple[int, ...]
    documents: tuple[str, ...]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenchResult:
    """All that the report shows."""

    test_set: TestSet
    options: Options
    outputs: dict[str, Output]
    baseline: str
    ranking: tuple[str, ...]
    scores: tuple[Score, ...]
    measures: tuple[Measure, ...]
    checks: dict[str, tuple[SegmentCheck, ...]]
    groups: dict[str, tuple[GroupRow, ...]]
    correlation: dict[str, dict[str, tuple[float, float]]]
    pairwise: dict[tuple[str, str], float] = field(default_factory=dict)
    contamination: tuple[Contamination, ...] = ()
    notes: tuple[str, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
    encoder: str | None = None
    glossary: str | None = None

    @property
    def lead(self) -> Measure:
        """The measure that ranks."""
        return self.measures[0]

    def score(self, system: str, metric: str) -> Score | None:
        """The score of a system, None where it has none."""
        found = [score for score in self.scores if score.system == system and score.metric == metric]
        return found[0] if found else None
