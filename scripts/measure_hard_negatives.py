"""How often the true pair beats altered copies of itself: a number, a name or a negation changed, cut, or extended.

    .venv/bin/python scripts/measure_hard_negatives.py ../shared/devsets/retrieval/vlsp20_news_{dev,tst}.tsv.gz

Each English side gets up to five altered copies, as many as its words allow. Scores are compared on the even pairs: the
cosine alone, and sums of more evidence, weighted by a pairwise logistic regression on the odd pairs. A tie is a loss.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from align import anchors, logistic
from align.encoders import static_encoder
from align.formats.pairs import SegmentPair, read_pairs
from align.logistic import Floats

KINDS = ("number", "name", "negation", "half", "appended")
STEPS = {
    "cosine alone": (0,),
    "and length": (0, 1),
    "and word coverage": (0, 1, 2, 3),
    "and anchors": (0, 1, 2, 3, 4, 5, 6, 7),
    "and negation": (0, 1, 2, 3, 4, 5, 6, 7, 8),
}
AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|should|may|must)\b")
EN_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|neither|nor)\b|n['’]t\b", re.IGNORECASE)
VI_NEGATION = re.compile(r"\b(?:không|chưa|chẳng|đừng|chớ)\b", re.IGNORECASE)
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")


def altered(pair: SegmentPair, following: str, other_name: str, rng: np.random.Generator) -> dict[str, str]:
    """Altered copies of the English side by kind."""
    en, copies = pair.en, {}
    if digits := list(re.finditer(r"\d", en)):
        at = digits[int(rng.integers(len(digits)))].start()
        copies["number"] = f"{en[:at]}{(int(en[at]) + int(rng.integers(1, 9))) % 10}{en[at + 1 :]}"
    if (found := NAME.search(en)) and found[0] != other_name:
        copies["name"] = en[: found.start()] + other_name + en[found.end() :]
    if removed := re.search(r" not\b", en):
        copies["negation"] = en[: removed.start()] + en[removed.end() :]
    elif verb := AUXILIARY.search(en):
        copies["negation"] = f"{en[: verb.end()]} not{en[verb.end() :]}"
    words = en.split()
    if len(words) >= 6:
        copies["half"] = " ".join(words[: len(words) // 2])
    copies["appended"] = f"{en} {following}"
    return copies


def evidence(vi: str, en: str) -> list[float]:
    """What speaks for a pair."""
    encoder = static_encoder()
    rows = encoder.encode([vi, en])
    words = encoder.word_similarity(re.findall(r"\w+", vi) or ["-"], re.findall(r"\w+", en) or ["-"])
    keys = [anchors.find(vi, "vi"), anchors.find(en, "en")]
    facts = [{fact for anchor in found for fact in anchors.facts(anchor)} for found in keys]
    names = [{anchor.key for anchor in found if anchor.kind == "name"} for found in keys]
    negation = (VI_NEGATION.search(vi) is None) != (EN_NEGATION.search(en) is None)
    return [
        float(rows[0] @ rows[1]),
        -abs(float(np.log((len(en) + 15) / (0.914 * len(vi) + 15)))),
        float(words.max(axis=1).mean()),
        float(words.max(axis=0).mean()),
        -float(len(facts[0] - facts[1])),
        -float(len(facts[1] - facts[0])),
        -float(len(names[0] - names[1])),
        -float(len(names[1] - names[0])),
        -float(negation),
    ]


def build(pairs: Sequence[SegmentPair], seed: int) -> list[tuple[Floats, dict[str, Floats]]]:
    """Evidence of each true pair and of its altered copies."""
    rng = np.random.default_rng(seed)
    names = [found[0] for pair in pairs if (found := NAME.search(pair.en))]
    result = []
    for number, pair in enumerate(pairs):
        following = pairs[(number + 1) % len(pairs)].en
        copies = altered(pair, following, names[int(rng.integers(len(names)))], rng)
        true = np.array(evidence(pair.vi, pair.en))
        result.append((true, {kind: np.array(evidence(pair.vi, text)) for kind, text in copies.items()}))
    return result


def weights(examples: Sequence[tuple[Floats, dict[str, Floats]]], columns: Sequence[int]) -> Floats:
    """Weights that put true pairs before altered ones."""
    gaps = np.array([true - copy for true, copies in examples for copy in copies.values()])[:, columns]
    rows = np.concatenate([gaps, -gaps])
    labels = np.repeat([1.0, 0.0], len(gaps))
    model = logistic.fit(rows, labels, [str(column) for column in columns], l2=1e-3)
    return np.array(model.weights)


def main() -> None:
    """Build, fit, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=2000, help="pairs: half to fit, half to report")
    arguments = parser.parse_args()
    read = [pair for path in arguments.pairs for pair in read_pairs(path)]
    examples = build(read[: arguments.most], seed=1)
    odd, even = examples[1::2], examples[0::2]
    print(f"{len(even)} even pairs; first among all copies, and against each kind alone")
    print(f"{'':20} {'all':>6} " + " ".join(f"{kind:>9}" for kind in KINDS))
    for name, columns in STEPS.items():
        weight = weights(odd, columns)
        won: dict[str, list[bool]] = {kind: [] for kind in ("all", *KINDS)}
        for true, copies in even:
            own = float(true[list(columns)] @ weight)
            beaten = {kind: own > float(copy[list(columns)] @ weight) for kind, copy in copies.items()}
            won["all"].append(all(beaten.values()))
            for kind, result in beaten.items():
                won[kind].append(result)
        print(f"{name:20} " + " ".join(f"{np.mean(won[kind]):>{6 if kind == 'all' else 9}.3f}" for kind in won))


if __name__ == "__main__":
    main()
