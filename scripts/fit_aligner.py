"""Fit the aligner's models and the quality model on the odd development documents; report on the even ones.

    .venv/bin/python scripts/fit_aligner.py ../shared/devsets/align

writes align/weights/{beads_first,beads_second,beads_third,quality}.json; run after `fit_pairs.py`, whose model it uses.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import boosted
import fit_pairs
import numpy as np
from calibration import calibration_error
from development import Example, read_examples

from align import boosting, evaluate, logistic, quality, scoring
from align.beads import candidates as first_look
from align.beads import context as second_look
from align.beads import exact
from align.beads.alignment import Alignment
from align.beads.candidates import Candidates
from align.beads.runs import Floats
from align.beads.words import Words
from align.encoders import static_encoder
from align.scoring.features import measure
from align.types import Bead

WEIGHTS: Final = Path(__file__).resolve().parents[1] / "align" / "weights"


def labels(found: Candidates, gold: Sequence[Bead]) -> Floats:
    """1 where a candidate is a gold bead."""
    keys = {(bead.vi, bead.en) for bead in gold}
    beads = (found.bead(row) for row in range(len(found)))
    return np.array([(bead.vi, bead.en) in keys for bead in beads], dtype=float)


@dataclass(frozen=True)
class Looked:
    """The promising candidates of an example, their log-odds at first look, and which are gold."""

    example: Example
    worth: Candidates
    first: Floats
    truth: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Segments of either side."""
        return len(self.example.vi), len(self.example.en)


def words(example: Example) -> Words:
    """Words of a pair."""
    return Words.of(example.vi, example.en, static_encoder())


def fit_first(examples: Sequence[Example], signature: str) -> logistic.LogisticModel:
    """Fit the first look on all candidates of the development documents themselves."""
    given = [example for example in examples if example.level != "made"]
    found = [first_look.find(example.vi, example.en, words(example)) for example in given]
    truth = np.concatenate([labels(f, e.gold) for f, e in zip(found, given, strict=True)])
    return logistic.fit(np.concatenate([f.features for f in found]), truth, first_look.FEATURES, signature=signature)


def look(example: Example, first: logistic.LogisticModel) -> Looked:
    """The first look at an example."""
    worth, log_odds = exact.promising(example.vi, example.en, first, words(example))
    return Looked(example, worth, log_odds, labels(worth, example.gold))


def fit_second(looked: Sequence[Looked], rows: Sequence[Floats], signature: str) -> boosting.TreeEnsemble:
    """Fit the second look on the features of all examples."""
    truth = np.concatenate([one.truth for one in looked])
    return boosted.fit(np.concatenate(rows), truth, second_look.FEATURES, signature)


def fit_models(examples: Sequence[Example], signature: str) -> exact.BeadModels:
    """Fit the three looks, each on what the one before said.

    For the third, each quarter of the documents is judged by a second look fitted on the others: on documents that it
    has seen a model is too sure, and the third would learn to trust it too much.
    """
    first = fit_first(examples, signature)
    looked = [look(example, first) for example in examples]
    rows = [second_look.features(one.worth, one.first, *one.size) for one in looked]
    third_rows = [np.zeros((0, len(exact.LAST_FEATURES)))] * len(looked)
    for quarter in sorted({example.quarter for example in examples}):
        train = [k for k, one in enumerate(looked) if one.example.quarter != quarter]
        held_out = fit_second([looked[k] for k in train], [rows[k] for k in train], signature)
        for k, one in enumerate(looked):
            if one.example.quarter == quarter:
                third_rows[k] = exact.last_features(one.worth, held_out.log_odds(rows[k]), *one.size)
    truth = np.concatenate([one.truth for one in looked])
    third = boosted.fit(np.concatenate(third_rows), truth, exact.LAST_FEATURES, signature)
    return exact.BeadModels(first, fit_second(looked, rows, signature), third)


def fit_quality(examples: Sequence[Example], signature: str) -> logistic.LogisticModel:
    """Fit the probability that a predicted bead is a gold bead.

    Each half is aligned, and its pairs are scored, by models fitted on the other: on documents that they have seen,
    models are too sure.
    """
    rows, truth = [], []
    for fold in (0, 1):
        others = [example for example in examples if example.quarter // 2 != fold]
        models = fit_models(others, signature)
        given = (example.document for example in others if example.level in {"parallel", "news"})
        pairs = fit_pairs.fit(fit_pairs.true_pairs(given), signature)
        for example in examples:
            if example.quarter // 2 == fold and example.level != "made":
                alignment = exact.align(example.vi, example.en, static_encoder(), models)
                keys = {(bead.vi, bead.en) for bead in example.gold}
                rows.append(quality.features(alignment, pair_log_odds(example, alignment, pairs)))
                truth += [float((bead.vi, bead.en) in keys) for bead in alignment.links]
    return logistic.fit(np.concatenate(rows), np.array(truth), quality.FEATURES, signature=signature, l2=1e-4)


def pair_log_odds(example: Example, alignment: Alignment, model: boosting.TreeEnsemble) -> list[float]:
    """What the texts of the links say."""
    if not alignment.links:
        return []
    rows = measure(*example.texts(alignment.links), static_encoder(), static_encoder()).rows
    found: list[float] = model.log_odds(rows).tolist()
    return found


def report(examples: Sequence[Example], models: exact.BeadModels, scorer: logistic.LogisticModel) -> None:
    """Print figures by level, even and odd documents apart."""
    for level in dict.fromkeys(example.level for example in examples if example.level != "made"):
        for odd in (False, True):
            part = [example for example in examples if example.level == level and example.odd == odd]
            alignments = [exact.align(example.vi, example.en, static_encoder(), models) for example in part]
            scores = evaluate.evaluate((e.gold, a.beads) for e, a in zip(part, alignments, strict=True))
            texts = [pair_log_odds(e, a, scoring.shipped_model()) for e, a in zip(part, alignments, strict=True)]
            probability = np.concatenate(
                [quality.score(a, odds, scorer) for a, odds in zip(alignments, texts, strict=True)]
            )
            keys = [{(bead.vi, bead.en) for bead in e.gold} for e in part]
            truth = [float((bead.vi, bead.en) in k) for a, k in zip(alignments, keys, strict=True) for bead in a.links]
            error = calibration_error(probability, np.array(truth))
            print(
                f"{level:21} {'odd ' if odd else 'even'} strict {scores.strict.f1:.4f} lax {scores.lax.f1:.4f} "
                f"null {scores.null.f1:.4f} calibration error {error:.4f}"
            )


def main() -> None:
    """Fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="development documents: parallel/ news/ comparable/")
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--only-quality", action="store_true", help="keep the shipped aligner")
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    arguments = parser.parse_args()
    encoder = static_encoder(arguments.encoder)
    examples = read_examples(arguments.folder, encoder)
    odd = [example for example in examples if example.odd]
    signature = f"odd development documents ({len(odd)} pairs, made ones included); encoder {encoder.signature}"
    models = exact.shipped_models() if arguments.only_quality else fit_models(odd, signature)
    scorer = fit_quality(odd, signature)
    if not arguments.dry_run:
        logistic.save(models.first, WEIGHTS / "beads_first.json")
        boosting.save(models.second, WEIGHTS / "beads_second.json")
        boosting.save(models.third, WEIGHTS / "beads_third.json")
        logistic.save(scorer, WEIGHTS / "quality.json")
    report(examples, models, scorer)


if __name__ == "__main__":
    main()
