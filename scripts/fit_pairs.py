"""Fit the model that scores pairs without documents, on true pairs of the odd development documents and damaged ones.

    .venv/bin/python scripts/fit_pairs.py ../shared/devsets/align

writes align/weights/pairs.json and prints the area under the ROC curve and the calibration on even documents.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import boosted
import numpy as np
from damage import Pair, damaged
from development import is_odd

from align import boosting, scoring
from align.encoders import static_encoder
from align.formats.gold import GoldDocument, read_gold_folder
from align.logistic import Floats
from align.scoring.features import measure
from align.text import clean, one_line

WEIGHTS: Final = Path(__file__).resolve().parents[1] / "align" / "weights"
# How often each kind of damage is made anew: there are few names and numbers, and no two damages to one are the same.
_MADE: Final = {"name": 4, "number": 4, "clause": 4}
# Share of each kind among the damaged in fitting, against the others: three kinds are rarer variants of another one.
_WEIGHT: Final = {"name": 1.5, "appended": 1.5, "neighbor": 1.5, "tidy_half": 0.5, "clause": 0.5, "capitals": 0.5}
_MIXED: Final = 250  # damaged pairs of each kind that calibration is measured on


def true_pairs(documents: Iterable[GoldDocument]) -> list[Pair]:
    """Gold beads of documents, each once."""
    pairs: dict[Pair, None] = {}
    for document in documents:
        for bead in document.beads:
            if not bead.is_null:
                vi = " ".join(document.vi[k] for k in bead.vi)
                en = " ".join(document.en[k] for k in bead.en)
                pairs[one_line(clean(vi)), one_line(clean(en))] = None
    return list(pairs)


def of_parity(folder: Path, parity: int) -> list[Pair]:
    """True pairs of the odd (1) or even (0) documents."""
    documents = (document for level in ("parallel", "news") for document in read_gold_folder(folder / level))
    return true_pairs(document for document in documents if is_odd(document) == bool(parity))


def rows_of(pairs: Sequence[Pair]) -> Floats:
    """Features in pools as the command has them."""
    encoder = static_encoder()
    pools = [pairs[at : at + scoring.POOL] for at in range(0, len(pairs), scoring.POOL)]
    return np.concatenate([measure([p[0] for p in one], [p[1] for p in one], encoder, encoder).rows for one in pools])


def area(good: Floats, bad: Floats) -> float:
    """Area under the ROC curve: how often a true pair stands above a damaged one, ties half."""
    scores, place = np.unique(np.concatenate([good, bad]), return_inverse=True)
    wins, losses = (np.bincount(part, minlength=len(scores)) for part in (place[: len(good)], place[len(good) :]))
    below = np.cumsum(losses) - losses
    return float((wins * (below + losses / 2)).sum() / (len(good) * len(bad)))


def training_rows(true: Sequence[Pair]) -> tuple[Floats, Floats, Floats]:
    """Feature rows, labels and weights: true and damaged pairs weigh the same in all."""
    bad: dict[str, list[Pair]] = {}
    for made in range(max(_MADE.values())):
        for kind, pairs in damaged(true, 1 + made).items():
            if made < _MADE.get(kind, 1):
                bad.setdefault(kind, []).extend(pairs)
    total = sum(_WEIGHT.get(kind, 1.0) for kind in bad)
    weights = [np.ones(len(true))]
    for kind, pairs in bad.items():
        weights.append(np.full(len(pairs), len(true) * _WEIGHT.get(kind, 1.0) / total / len(pairs)))
    rows = np.concatenate([rows_of(true), *(rows_of(pairs) for pairs in bad.values())])
    labels = np.concatenate([np.ones(len(true)), np.zeros(len(rows) - len(true))])
    return rows, labels, np.concatenate(weights)


def quality(pairs: Sequence[Pair]) -> Floats:
    """As the command gives it, pool by pool."""
    found: list[float] = []
    for at in range(0, len(pairs), scoring.POOL):
        pool = pairs[at : at + scoring.POOL]
        scored = scoring.score_pairs([p[0] for p in pool], [p[1] for p in pool], static_encoder())
        found += [one.quality for one in scored]
    return np.array(found)


def report(even: Sequence[Pair]) -> None:
    """Print how well the shipped model does."""
    good = quality(even)
    print(
        f"{len(even)} true pairs of even documents: mean quality {good.mean():.3f}, above .5 {(good > 0.5).mean():.3f}"
    )
    mixed, labels = [good], [np.ones(len(good))]
    for kind, pairs in damaged(even, 2).items():
        bad = quality(pairs)
        print(f"{kind:12} {len(pairs):5} pairs, area {area(good, bad):.4f}, above .5 {(bad > 0.5).mean():.3f}")
        mixed.append(bad[:_MIXED])
        labels.append(np.zeros(len(mixed[-1])))
    scores, truth = np.concatenate(mixed), np.concatenate(labels)
    band = np.minimum((scores * 10).astype(int), 9)
    sums = [(abs(scores[band == b].mean() - truth[band == b].mean()), (band == b).mean()) for b in np.unique(band)]
    middle = (scores >= 0.4) & (scores < 0.6)
    print(
        f"{len(scores)} pairs, {truth.mean():.2f} true: calibration error {sum(e * w for e, w in sums):.3f}, in the",
        end=" ",
    )
    print(f"band .4-.6 {scores[middle].mean():.3f} against {truth[middle].mean():.3f} of {middle.sum()}")


def fit(true: Sequence[Pair], signature: str) -> boosting.TreeEnsemble:
    """Fit on true pairs and what damage makes of them."""
    rows, labels, weights = training_rows(true)
    said = f"{signature}: {len(true)} true, {len(rows) - len(true)} damaged; encoder {static_encoder().signature}"
    return boosted.fit(rows, labels, scoring.FEATURES, said, weights=weights, trees=500, rate=0.06, least=40, share=1.0)


def main() -> None:
    """Fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="devsets/align")
    parser.add_argument("--report", action="store_true", help="only report on the shipped model")
    arguments = parser.parse_args()
    if not arguments.report:
        boosting.save(fit(of_parity(arguments.folder, 1), "odd development documents"), WEIGHTS / "pairs.json")
        boosting.load.cache_clear()
    report(of_parity(arguments.folder, 0)[:2000])


if __name__ == "__main__":
    main()
