"""Does quality hold? Beads of gold documents by band of quality: how many, and which share is exactly right.

    .venv/bin/python scripts/calibration.py corpus/gold/beads EVEN/news --svg docs/images/reliability.svg

prints a table for each folder and draws all of them as one reliability diagram: a dot a band, larger with more
beads, with Wilson's interval of 95%; on the diagonal quality is what it says.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

import numpy as np

from align import pipeline
from align.beads.runs import Floats, Ints
from align.curation.audit import wilson
from align.formats.atomic import atomic_text
from align.formats.gold import read_gold_folder

BINS: Final = 10
_COLORS: Final = ("#0a7f78", "#b3541e", "#5b4bb7", "#8a6d00", "#a02c5a")
_SIDE: Final = 320.0


@dataclass(frozen=True)
class Band:
    """Beads of nearly the same quality."""

    count: int
    quality: float
    right: float


def numbers(probability: Floats, bins: int = BINS) -> Ints:
    """Number of each probability's band, of equal width."""
    number: Ints = np.minimum((probability * bins).astype(np.intp), bins - 1)
    return number


def calibration_error(probability: Floats, truth: Floats, bins: int = BINS) -> float:
    """Expected calibration error (Naeini et al. 2015), bands of equal width."""
    number = numbers(probability, bins)
    gaps = [abs(probability[number == k].sum() - truth[number == k].sum()) for k in range(bins)]
    return float(sum(gaps) / max(len(truth), 1))


def bands(probability: Floats, truth: Floats) -> list[Band]:
    """The bands that have beads, lowest first."""
    number = numbers(probability)
    return [
        Band(int(own.sum()), float(probability[own].mean()), float(truth[own].mean()))
        for own in (number == k for k in range(BINS))
        if own.any()
    ]


def measured(folder: Path) -> tuple[Floats, Floats]:
    """Quality of all beads found in a gold folder, and whether each is a gold bead."""
    probability, truth = [], []
    for document in read_gold_folder(folder):
        gold = {(bead.vi, bead.en) for bead in document.beads}
        for link in pipeline.pair_segments(document.vi, document.en).links:
            probability.append(link.quality)
            truth.append(float((link.bead.vi, link.bead.en) in gold))
    return np.array(probability), np.array(truth)


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def diagram(found: Sequence[tuple[str, Sequence[Band]]]) -> str:
    """A reliability diagram (DeGroot and Fienberg 1983) as SVG."""
    parts = ['<rect width="560" height="400" fill="#fff"/>', '<g transform="translate(56 16)">']
    for step in range(6):
        at = step / 5 * _SIDE
        parts.append(f'<path class="grid" d="M{at:.0f} 0V{_SIDE:.0f}M0 {at:.0f}H{_SIDE:.0f}"/>')
        parts.append(_text(at, _SIDE + 18, f"{step / 5:.1f}") + _text(-8, _SIDE - at + 4, f"{step / 5:.1f}", "end"))
    parts.append(f'<path class="even" d="M0 {_SIDE:.0f}L{_SIDE:.0f} 0"/>')
    for number, (name, points) in enumerate(found):
        color = _COLORS[number % len(_COLORS)]
        places = [(p.quality * _SIDE, (1 - p.right) * _SIDE, p) for p in points]
        for x, _, point in places:
            low, high = wilson(point.right * point.count, point.count)
            parts.append(f'<path d="M{x:.1f} {(1 - low) * _SIDE:.1f}V{(1 - high) * _SIDE:.1f}" stroke="{color}"/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + np.log10(p.count) * 2:.1f}" fill="{color}" fill-opacity=".7">'
            f"<title>{escape(name)}: {p.count} beads, quality {p.quality:.2f}, right {p.right:.2f}</title></circle>"
            for x, y, p in places
        ]
        parts.append(f'<circle cx="{_SIDE + 16:.0f}" cy="{12 + 20 * number}" r="5" fill="{color}"/>')
        parts.append(_text(_SIDE + 26, 16 + 20 * number, name, "start"))
    parts.append(_text(_SIDE / 2, _SIDE + 42, "quality"))
    parts.append(f'<g transform="translate(-40 {_SIDE / 2:.0f}) rotate(-90)">{_text(0, 0, "share right")}</g></g>')
    style = "text{font:12px sans-serif;fill:#222}.grid{stroke:#ddd}.even{stroke:#888;stroke-dasharray:4 4}"
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 400" role="img" aria-label="Reliability">'
    return f"{head}<style>{style}</style>{''.join(parts)}</svg>\n"


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="gold folders: NAME.vi, NAME.en, NAME.gold")
    parser.add_argument("--names", nargs="+", default=[], help="names for the diagram instead of the folders'")
    parser.add_argument("--svg", type=Path)
    arguments = parser.parse_args()
    found: list[tuple[str, list[Band]]] = []
    for folder in arguments.folders:
        probability, truth = measured(folder)
        name = dict(zip(arguments.folders, arguments.names, strict=False)).get(folder, folder.name)
        found.append((name, bands(probability, truth)))
        print(f"{name}: {len(truth)} beads, calibration error {calibration_error(probability, truth):.4f}")
        for band in found[-1][1]:
            print(f"  quality {band.quality:.3f}  right {band.right:.3f}  of {band.count}")
    if arguments.svg:
        with atomic_text(arguments.svg) as stream:
            stream.write(diagram(found))


if __name__ == "__main__":
    main()
