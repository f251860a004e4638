"""Fit the aligner's models and the quality model on the odd development documents; report on the even ones.

    .venv/bin/python scripts/fit_aligner.py ../shared/devsets/align

writes align/weights/{beads_first,beads_second,beads_third,quality}.json.
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
from align.beads.candidates import Candidates
from align.beads.runs import Floats
from align.beads.side import Side, make_side
from align.encoders import static_encoder
from align.formats.gold import GoldDocument, read_gold_folder
from align.types import Bead, Encoder

WEIGHTS = Path(__file__).resolve().parents[1] / "align" / "weights"
LEVELS = ("parallel", "news", "comparable")


@dataclass(frozen=True)
class Example:
    """A development document pair; `quarter` (0-3) splits the odd ones."""

    level: str
    odd: bool
    quarter: int
    vi: Side
    en: Side
    gold: tuple[Bead, ...]


def example(document: GoldDocument, level: str, encoder: Encoder) -> Example:
    """A document pair with vectors and anchors."""
    featurizer = static_encoder().featurizer
    vi = make_side(document.vi, encoder.encode(document.vi), "vi", featurizer)
    en = make_side(document.en, encoder.encode(document.en), "en", featurizer)
    number = int(re.sub(r"\D", "", document.name))
    return Example(level, number % 2 == 1, number // 2 % 4, vi, en, document.beads)


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


@dataclass(frozen=True)
class Looked:
    """The promising candidates of an example, their log-odds at first look, and which are gold."""

    example: Example
    worth: Candidates
    first: Floats
    truth: Floats

    def context(self, log_odds: Floats) -> Floats:
        """Features of a later look."""
        return second_look.features(self.worth, log_odds, len(self.example.vi), len(self.example.en))


def fit_first(examples: Sequence[Example], signature: str) -> logistic.LogisticModel:
    """Fit the first look on all candidates."""
    found = [first_look.find(example.vi, example.en, static_encoder()) for example in examples]
    truth = np.concatenate([labels(f, e.gold) for f, e in zip(found, examples, strict=True)])
    return logistic.fit(np.concatenate([f.features for f in found]), truth, first_look.FEATURES, signature=signature)


def look(example: Example, first: logistic.LogisticModel) -> Looked:
    """The first look at an example."""
    worth, log_odds = aligner.promising(example.vi, example.en, first, static_encoder())
    return Looked(example, worth, log_odds, labels(worth, example.gold))


def fit_later(looked: Sequence[Looked], log_odds: Sequence[Floats], signature: str) -> boosting.TreeEnsemble:
    """Fit a later look on what the one before said."""
    rows = [one.context(said) for one, said in zip(looked, log_odds, strict=True)]
    truth = np.concatenate([one.truth for one in looked])
    return boosted.fit(np.concatenate(rows), truth, second_look.FEATURES, signature)


def fit_models(examples: Sequence[Example], signature: str) -> aligner.BeadModels:
    """Fit the three looks, each on what the one before said.

    For the third, each quarter of the documents is judged by a second look fitted on the others: on documents that it
    has seen a model is too sure, and the third would learn to trust it too much.
    """
    first = fit_first(examples, signature)
    looked = [look(example, first) for example in examples]
    firsts = [one.first for one in looked]
    second = fit_later(looked, firsts, signature)
    seconds = [np.zeros(0)] * len(looked)
    for quarter in sorted({example.quarter for example in examples}):
        train = [k for k, one in enumerate(looked) if one.example.quarter != quarter]
        held_out = fit_later([looked[k] for k in train], [firsts[k] for k in train], signature)
        for k, one in enumerate(looked):
            if one.example.quarter == quarter:
                seconds[k] = held_out.log_odds(one.context(one.first))
    return aligner.BeadModels(first, second, fit_later(looked, seconds, signature))


def fit_quality(examples: Sequence[Example], signature: str) -> logistic.LogisticModel:
    """Fit the probability that a predicted bead is a gold bead.

    Each half is aligned with models fitted on the other: on documents that they have seen, models are too sure.
    """
    rows, truth = [], []
    for fold in (0, 1):
        models = fit_models([example for example in examples if example.quarter // 2 != fold], signature)
        for example in examples:
            if example.quarter // 2 == fold:
                alignment = aligner.align(example.vi, example.en, static_encoder(), models)
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
            alignments = [aligner.align(example.vi, example.en, static_encoder(), models) for example in part]
            scores = evaluate.evaluate((e.gold, a.beads) for e, a in zip(part, alignments, strict=True))
            probability = np.concatenate([quality.score(a, scorer) for a in alignments])
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
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    arguments = parser.parse_args()
    encoder = static_encoder(arguments.encoder)
    examples = read_examples(arguments.folder, encoder)
    odd = [example for example in examples if example.odd]
    signature = f"odd development documents ({len(odd)} pairs, 3 levels); encoder {encoder.signature}"
    models = fit_models(odd, signature)
    scorer = fit_quality(odd, signature)
    if not arguments.dry_run:
        logistic.save(models.first, WEIGHTS / "beads_first.json")
        boosting.save(models.second, WEIGHTS / "beads_second.json")
        boosting.save(models.third, WEIGHTS / "beads_third.json")
        logistic.save(scorer, WEIGHTS / "quality.json")
    report(examples, models, scorer)


if __name__ == "__main__":
    main()
