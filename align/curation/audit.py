"""An audit: a seeded sample judged by hand, and what it says about the quality of a corpus.

The sample takes as many units from every band of quality, so that every band gets a usable interval; figures over bands
weigh each by its size in the corpus.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from align.errors import InputError
from align.types import Unit

BANDS: Final = ((0.9, 1.01), (0.7, 0.9), (0.5, 0.7), (0.0, 0.5))
RIGHT: Final = "ok"
UNSURE: Final = "?"
CODES: Final[dict[str, str]] = {
    RIGHT: "a full translation: a careful annotator would not object",
    "extra_vi": "the Vietnamese side says more",
    "extra_en": "the English side says more",
    "meaning": "the sides say something different",
    "number": "a number, date or amount differs",
    "name": "a name differs",
    "unrelated": "the sides have nothing to do with each other",
    "language": "a side is in the wrong language, or not translated",
    "broken": "a side is cut off, garbled, or no sentence of the article",
    UNSURE: "cannot tell; not counted",
}
_Z: Final = 1.959964  # 95%


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its 95% interval, from `judged` units; None where nothing was judged."""

    share: float
    low: float
    high: float
    judged: int


@dataclass(frozen=True)
class Audit:
    """What an audit says.

    Attributes:
        bands: lowest quality of a band -> units in the corpus, units judged, precision.
        overall: precision of the corpus, bands weighed by their size.
        errors: code -> number of judged units.
        thresholds: quality -> precision of what is at least that good, bands weighed, and units that stay.
    """

    bands: dict[float, tuple[int, Interval | None]]
    overall: Interval | None
    errors: dict[str, int]
    thresholds: dict[float, tuple[Interval, int]]

    def advice(self, target: float) -> float | None:
        """The lowest threshold whose interval lies above a target precision; None if there is none."""
        good = [quality for quality, (found, _) in self.thresholds.items() if found.low >= target]
        return min(good, default=None)


def wilson(right: float, judged: float) -> tuple[float, float]:
    """95% interval of a share (Wilson 1927).

    Args:
        right: number of successes.
        judged: number of trials, above 0.
    """
    share = right / judged
    center = share + _Z**2 / (2 * judged)
    spread = _Z * math.sqrt(share * (1 - share) / judged + _Z**2 / (4 * judged**2))
    scale = 1 + _Z**2 / judged
    return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


def band_of(quality: float) -> float:
    """Lowest quality of the band that a quality lies in."""
    return next(low for low, high in BANDS if low <= quality < high)


def sample(units: Sequence[Unit], size: int, seed: int = 1) -> list[Unit]:
    """A sample with as many units of every band as there are, in random order.

    Args:
        units: the corpus.
        size: of the sample; all units if there are fewer.
        seed: equal seeds give equal samples of equal corpora.
    """
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    members = {low: sorted((u for u in units if band_of(u.quality) == low), key=lambda u: u.id) for low, _ in BANDS}
    picked: list[Unit] = []
    rest = size
    # Small bands first: what they cannot give goes to the others.
    for left, low in enumerate(sorted(members, key=lambda low: (len(members[low]), low))):
        share = min(len(members[low]), rest // (len(BANDS) - left))
        picked += chance.sample(members[low], share)
        rest -= share
    chance.shuffle(picked)
    return picked


def codes_of(text: str) -> tuple[str, ...]:
    """Codes of a cell, separated by blanks, commas or semicolons.

    Raises:
        ValueError: one of them is unknown.
    """
    found = tuple(text.replace(",", " ").replace(";", " ").lower().split())
    for code in found:
        if code not in CODES:
            raise ValueError(f"code {code!r} is unknown, expected {', '.join(CODES)}")
    return found


def evaluate(units: Sequence[Unit], judgments: Mapping[str, Sequence[str]]) -> Audit:
    """Precision by band, overall and by threshold.

    Args:
        units: the corpus.
        judgments: id of a unit -> its codes; no code is not judged.

    Raises:
        InputError: an id stands not in the corpus, or nothing was judged.
    """
    by_id = {unit.id: unit for unit in units}
    if unknown := [name for name in judgments if name not in by_id]:
        raise InputError(f"{len(unknown)} units of the sheet, such as {unknown[0]}, are not in this corpus")
    verdicts = {
        name: RIGHT in codes and len(set(codes)) == 1
        for name, codes in judgments.items()
        if codes and UNSURE not in codes
    }
    if not verdicts:
        raise InputError("no unit of the sheet has a code; fill in the column 'code'")
    errors = {code: sum(code in codes for codes in judgments.values()) for code in CODES}
    judged = [(by_id[name].quality, right) for name, right in verdicts.items()]
    qualities = [unit.quality for unit in units]
    bands = {}
    for low, high in BANDS:
        size = sum(low <= quality < high for quality in qualities)
        mine = [right for quality, right in judged if low <= quality < high]
        if size:
            bands[low] = (size, _interval(sum(mine), len(mine), len(mine)) if mine else None)
    steps = sorted({round(quality, 2) for quality, _ in judged} | {low for low, _ in BANDS[:-1]})
    thresholds = {}
    for step in steps:
        found = _above(qualities, judged, step)
        if found is not None:
            thresholds[step] = (found, sum(quality >= step for quality in qualities))
    return Audit(bands, _above(qualities, judged, 0.0), {c: n for c, n in errors.items() if n}, thresholds)


def _interval(right: float, trials: float, judged: int) -> Interval:
    low, high = wilson(right, trials)
    return Interval(right / trials, low, high, judged)


def _above(qualities: Sequence[float], judged: Sequence[tuple[float, bool]], threshold: float) -> Interval | None:
    """Precision of all units from a quality on; None where a band that has such units has none judged.

    Each judged unit stands for so many units of its band; the interval is that of the effective size (Kish 1965).
    """
    weights: list[tuple[float, bool]] = []
    for low, high in BANDS:
        size = sum(max(low, threshold) <= quality < high for quality in qualities)
        mine = [right for quality, right in judged if max(low, threshold) <= quality < high]
        if size and not mine:
            return None
        weights += [(size / len(mine), right) for right in mine]
    if not weights:
        return None
    total = sum(weight for weight, _ in weights)
    effective = total**2 / sum(weight**2 for weight, _ in weights)
    share = sum(weight for weight, right in weights if right) / total
    return _interval(share * effective, effective, len(weights))
