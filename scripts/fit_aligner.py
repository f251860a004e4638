"""Fit the aligner's models and the quality model on the odd development documents; report on the even ones.

    .venv/bin/python scripts/fit_aligner.py ../shared/devsets/align

writes align/weights/{beads_first,beads_second,quality}.json.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import boosted
import numpy as np

from align import boosting, evaluate, logistic, quality
from align.beads import aligner
from align.beads import candidates as first_look
from align.beads import context as second_look
from align.beads.candidates import Candidates, Floats
from align.beads.side import Side, make_side
from align.encoders import load_encoder
from align.formats.gold import GoldDocument, read_gold_folder
from align.types import Bead, Encoder

WEIGHTS = Path(__file__).resolve().parents[1] / "align" / "weights"
LEVELS = ("parallel", "news", "comparable")


@dataclass(frozen=True)
class Example:
    """A development document pair; `fold` halves the odd ones."""

    level: str
    odd: bool
    fold: int
    vi: Side
    en: Side
    gold: tuple[Bead, ...]


def example(document: GoldDocument, level: str, encoder: Encoder) -> Example:
    """A document pair with vectors and anchors."""
    featurizer = load_encoder().featurizer
    vi = make_side(document.vi, encoder.encode(document.vi), "vi", featurizer)
    en = make_side(document.en, encoder.encode(document.en), "en", featurizer)
    number = int(re.sub(r"\D", "", document.name))
    return Example(level, number % 2 == 1, number // 2 % 2, vi, en, document.beads)


def read_examples(folder: Path, encoder: Encoder) -> list[Example]:
    """All development documents by level, and those of the looser levels once more in another order."""
    examples = []
    for level in LEVELS:
        for document in read_gold_folder(folder / level):
            examples.append(example(document, level, encoder))
            if level != "parallel":
                examples.append(example(reordered(document, level), f"{level}, reordered", encoder))
    return examples


def reordered(document: GoldDocument, level: str) -> GoldDocument:
    """The document with its English told in another order, as a second newsroom may: blocks of 1-4 beads permuted.

    The development set moves one block at most, and real reports more; without these the models trust order too much.
    """
    rng = random.Random(f"{level} {document.name}")
    blocks: list[list[int]] = [[]]
    links = {k: number for number, bead in enumerate(document.beads) for k in bead.en if len(bead.en) > 1}
    size = rng.randint(1, 4)
    for k in range(len(document.en)):
        if len(blocks[-1]) >= size and not (k in links and links[k] == links.get(k - 1)):
            blocks.append([])
            size = rng.randint(1, 4)
        blocks[-1].append(k)
    rng.shuffle(blocks)
    order = [k for block in blocks for k in block]
    place = {k: at for at, k in enumerate(order)}
    beads = tuple(Bead(bead.vi, tuple(sorted(place[k] for k in bead.en))) for bead in document.beads)
    return GoldDocument(document.name, document.vi, tuple(document.en[k] for k in order), beads)


def labels(found: Candidates, gold: Sequence[Bead]) -> Floats:
    """1 where a candidate is a gold bead."""
    keys = {(bead.vi, bead.en) for bead in gold}
    columns = zip(*(column.tolist() for column in (found.i, found.a, found.j, found.b)), strict=True)
    return np.array([(tuple(range(i, i + a)), tuple(range(j, j + b))) in keys for i, a, j, b in columns], float)


def fit_models(examples: Sequence[Example], signature: str) -> aligner.BeadModels:
    """Fit the first look on all candidates, then the second on those that the first finds promising."""
    found = [first_look.find(example.vi, example.en, load_encoder()) for example in examples]
    truth = np.concatenate([labels(f, e.gold) for f, e in zip(found, examples, strict=True)])
    rows = np.concatenate([f.features for f in found])
    first = logistic.fit(rows, truth, first_look.FEATURES, signature=signature)
    seconds, truths = [], []
    for example in examples:
        worth, log_odds = aligner.promising(example.vi, example.en, first, load_encoder())
        seconds.append(second_look.features(worth, log_odds, len(example.vi), len(example.en)))
        truths.append(labels(worth, example.gold))
    second = boosted.fit(
        np.concatenate(seconds), np.concatenate(truths), second_look.FEATURES, signature
    )
    return aligner.BeadModels(first, second)


def fit_quality(examples: Sequence[Example], signature: str) -> logistic.LogisticModel:
    """Fit the probability that a predicted bead is a gold bead.

    Each half is aligned with models fitted on the other: on documents that they have seen, models are too sure.
    """
    rows, truth = [], []
    for fold in (0, 1):
        models = fit_models([example for example in examples if example.fold != fold], signature)
        for example in examples:
            if example.fold == fold:
                alignment = aligner.align(example.vi, example.en, load_encoder(), models)
                keys = {(bead.vi, bead.en) for bead in example.gold}
                rows.append(quality.features(alignment))
                truth += [float((bead.vi, bead.en) in keys) for bead in alignment.links]
    return logistic.fit(np.concatenate(rows), np.array(truth), quality.FEATURES, signature=signature, l2=1e-4)


def calibration_error(probability: Floats, truth: Floats, bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015), equal-width bins."""
    number = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = [abs(probability[number == k].sum() - truth[number == k].sum()) for k in range(bins)]
    return float(sum(gaps) / max(len(truth), 1))


def report(examples: Sequence[Example], models: aligner.BeadModels, scorer: logistic.LogisticModel) -> None:
    """Print figures by level, even and odd documents apart."""
    for level in dict.fromkeys(example.level for example in examples):
        for odd in (False, True):
            part = [example for example in examples if example.level == level and example.odd == odd]
            alignments = [aligner.align(example.vi, example.en, load_encoder(), models) for example in part]
            scores = evaluate.evaluate((e.gold, a.beads) for e, a in zip(part, alignments, strict=True))
            probability = np.concatenate([quality.score(a, scorer) for a in alignments])
            keys = [{(bead.vi, bead.en) for bead in e.gold} for e in part]
            truth = [
                float((bead.vi, bead.en) in k)
                for a, k in zip(alignments, keys, strict=True)
                for bead in a.links
            ]
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
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    arguments = parser.parse_args()
    encoder = load_encoder(arguments.encoder)
    examples = read_examples(arguments.folder, encoder)
    odd = [example for example in examples if example.odd]
    signature = f"odd development documents ({len(odd)} pairs, 3 levels); encoder {encoder.signature}"
    models = fit_models(odd, signature)
    scorer = fit_quality(odd, signature)
    if not arguments.dry_run:
        logistic.save(models.first, WEIGHTS / "beads_first.json")
        boosting.save(models.second, WEIGHTS / "beads_second.json")
        logistic.save(scorer, WEIGHTS / "quality.json")
    report(examples, models, scorer)


if __name__ == "__main__":
    main()
