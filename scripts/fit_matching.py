"""Fit the document matching model on the odd Vietnamese development documents; report on the even ones.

    .venv/bin/python scripts/fit_matching.py ../shared/devsets/match

writes align/weights/{matching,matching_aligned}.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from align import documents, logistic
from align.encoders import static_encoder
from align.logistic import Floats
from align.matching import ALIGNED_FEATURES, FEATURES, Match, Matcher, aligned_features
from align.pipeline import stages
from align.types import Document

WEIGHTS = Path(__file__).resolve().parents[1] / "align" / "weights"
WINDOW_DAYS = 3
WORTH_ALIGNING = 0.02  # probability by vectors and anchors


def f1(found: set[tuple[str, str]], gold: set[tuple[str, str]]) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    right = len(found & gold)
    return right / max(len(found), 1), right / max(len(gold), 1), 2 * right / max(len(found) + len(gold), 1)


def ids(match: Match, matcher: Matcher) -> tuple[str, str]:
    """Document ids of a candidate."""
    return matcher.vi[match.vi].doc_id, matcher.en[match.en].doc_id


def main() -> None:
    """Fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="docs/*.txt and gold.tsv")
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    arguments = parser.parse_args()
    encoder = static_encoder()
    read = list(documents.read([arguments.folder / "docs"]))
    for bad in read:
        if not isinstance(bad, Document):
            print(f"not used: {bad.doc}: {bad.reason}")
    prepared, _ = stages.prepare([item for item in read if isinstance(item, Document)], encoder)
    lines = (arguments.folder / "gold.tsv").read_text(encoding="utf-8").split("\n")[1:]
    gold = {(pair[0], pair[1]) for line in lines if len(pair := line.split("\t")) == 2}
    vi, en = stages.of_language(prepared, "vi"), stages.of_language(prepared, "en")
    matcher = Matcher([p.item for p in vi], [p.item for p in en], WINDOW_DAYS)
    rows, matches = matcher.features()
    pairs = [ids(match, matcher) for match in matches]
    truth: Floats = np.array([pair in gold for pair in pairs], dtype=np.float64)
    odd = np.array([int(pair[0]) % 2 == 1 for pair in pairs])
    signature = f"odd Vietnamese development documents ({odd.sum()} candidates); encoder {encoder.signature}"
    model = logistic.fit(rows[odd], truth[odd], FEATURES, l2=1e-4, signature=signature)
    if not arguments.dry_run:
        logistic.save(model, WEIGHTS / "matching.json")
    scores = logistic.sigmoid(model.log_odds(rows))
    print(
        f"{len(vi)} vi, {len(en)} en, {len(pairs)} candidates, {int(truth.sum())} of {len(gold)} gold pairs among them"
    )
    report("by vectors and anchors", pairs, scores, gold)
    worth = np.flatnonzero(scores >= WORTH_ALIGNING)
    aligned = np.array(
        [aligned_features(float(scores[k]), stages.look(vi[matches[k].vi], en[matches[k].en])) for k in worth]
    )
    again = logistic.fit(aligned[odd[worth]], truth[worth][odd[worth]], ALIGNED_FEATURES, l2=3e-4, signature=signature)
    if not arguments.dry_run:
        logistic.save(again, WEIGHTS / "matching_aligned.json")
    report("and by alignment", [pairs[k] for k in worth], logistic.sigmoid(again.log_odds(aligned)), gold)


def report(name: str, pairs: Sequence[tuple[str, str]], scores: Floats, gold: set[tuple[str, str]]) -> None:
    """Print precision, recall and F1 at one half, even and odd documents apart, and what is wrong."""
    for parity, part in (("even", 0), ("odd", 1)):
        wanted = {pair for pair in gold if int(pair[0]) % 2 == part}
        found = {p for p, s in zip(pairs, scores, strict=True) if s >= 0.5 and int(p[0]) % 2 == part}
        print("{}, {} documents: P {:.4f} R {:.4f} F1 {:.4f}".format(name, parity, *f1(found, wanted)))
        for pair in sorted(found ^ wanted):
            print("   ", "wrong " if pair in found else "missed", *pair)


if __name__ == "__main__":
    main()
