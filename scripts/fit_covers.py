"""Fit the model of summaries on the odd development documents; report precision and recall on the even ones.

    .venv/bin/python scripts/fit_covers.py ../shared/devsets/align

The development sets hold no marked summaries. Made ones stand in for them: in documents of the level `news`, one of the
two segments that a third one translates is moved away, and what was a bead is now a summary of two distant segments.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from development import Example, example, is_odd, read_documents
from fit_aligner import WEIGHTS

from align import logistic
from align.beads import covers, exact
from align.beads.coverage import Coverage
from align.encoders import static_encoder
from align.formats.gold import GoldDocument
from align.types import Bead

_SHARE = 0.5  # of the suitable beads of a document that are torn apart
_AWAY = 3


def torn(document: GoldDocument) -> tuple[GoldDocument, set[Bead]]:
    """The document with some 1-2 and 2-1 beads torn apart, and these as links."""
    rng = random.Random(document.name)
    vi, en = list(range(len(document.vi))), list(range(len(document.en)))
    torn_beads = []
    for bead in document.beads:
        if bead.shape in ("1-2", "2-1") and rng.random() < _SHARE:
            order, pair = (en, bead.en) if len(bead.en) == 2 else (vi, bead.vi)
            moved = rng.choice(pair)
            places = [k for k in range(len(order)) if abs(k - order.index(moved)) >= _AWAY]
            if places:
                order.remove(moved)
                order.insert(rng.choice(places), moved)
                torn_beads.append(bead)
    vi_at, en_at = ({old: new for new, old in enumerate(order)} for order in (vi, en))

    def place(bead: Bead) -> Bead:
        return Bead(tuple(sorted(vi_at[k] for k in bead.vi)), tuple(sorted(en_at[k] for k in bead.en)))

    beads = tuple(place(bead) for bead in document.beads)
    made = GoldDocument(document.name, tuple(document.vi[k] for k in vi), tuple(document.en[k] for k in en), beads)
    return made, {place(bead) for bead in torn_beads}


def examples(folder: Path, *, odd: bool) -> Iterator[tuple[Example, set[Bead]]]:
    """Documents with torn beads."""
    for level, document in read_documents(folder):
        if is_odd(document) == odd:
            made, links = torn(document)
            yield example(made, level, static_encoder()), links


def fit(folder: Path) -> logistic.LogisticModel:
    """Fit on the odd documents."""
    rows, truth = [], []
    models = replace(exact.shipped_models(), covers=None)
    for pair, links in examples(folder, odd=True):
        coverage = Coverage(pair.vi, pair.en, static_encoder())
        beads = exact.align(pair.vi, pair.en, static_encoder(), models).beads
        for vi_summaries in (True, False):
            found = covers.candidates(pair.vi, pair.en, coverage, beads, vi_summaries=vi_summaries)
            rows.append(found.features)
            truth += [float(found.bead(row) in links) for row in range(len(found.features))]
    signature = f"torn beads of odd development documents; encoder {static_encoder().signature}"
    return logistic.fit(np.concatenate(rows), np.array(truth), covers.FEATURES, signature=signature, l2=1e-4)


def report(folder: Path, model: logistic.LogisticModel) -> None:
    """Print precision and recall on the even documents."""
    right = said = made = 0
    models = replace(exact.shipped_models(), covers=model)
    for pair, _ in examples(folder, odd=False):
        found = exact.align(pair.vi, pair.en, static_encoder(), models).covers
        gaps = {bead for bead in pair.gold if not bead.is_null and _has_gap(bead)}
        right += sum(cover in gaps for cover in found)
        said, made = said + len(found), made + len(gaps)
    print(f"summaries of even documents: {made} made, {said} found, {right} right")


def _has_gap(bead: Bead) -> bool:
    return any(segments[-1] - segments[0] >= len(segments) for segments in (bead.vi, bead.en))


def main() -> None:
    """Fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="development documents: parallel/ news/ comparable/")
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    arguments = parser.parse_args()
    model = fit(arguments.folder)
    if not arguments.dry_run:
        logistic.save(model, WEIGHTS / "covers.json")
    report(arguments.folder, model)


if __name__ == "__main__":
    main()
