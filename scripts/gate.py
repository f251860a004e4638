"""Figures on the project's own gold against pinned floors: quality is gated like tests.

.venv/bin/python scripts/gate.py            compare; exit 1 if a figure is below its floor
.venv/bin/python scripts/gate.py --pin      raise the floors to today's figures
.venv/bin/python scripts/gate.py --pin --lower   also lower them: say why in the commit
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from align import evaluate, pipeline
from align.config import BuildConfig
from align.encoders import load_encoder
from align.formats import tsv
from align.formats.gold import read_gold_folder
from align.glossary import measure
from align.pipeline import glossary

GOLD = Path(__file__).resolve().parents[1] / "corpus" / "gold"
FLOORS = GOLD / "floors.json"
SAMPLE = GOLD.parent / "sample"
SLACK = 0.002  # other versions of numpy round sums differently


def alignment_figures() -> dict[str, float]:
    """Strict, lax and null F1 over the gold pairs, and the share of beads of quality .5 and more that is right."""
    pairs, good, right = [], 0, 0
    for document in read_gold_folder(GOLD / "beads"):
        bitext = pipeline.pair_segments(document.vi, document.en)
        pairs.append((document.beads, bitext.beads))
        gold = {(bead.vi, bead.en) for bead in document.beads}
        kept = [link.bead for link in bitext.links if link.quality >= 0.5]
        good += len(kept)
        right += sum((bead.vi, bead.en) in gold for bead in kept)
    scores = evaluate.evaluate(pairs)
    return {
        "alignment strict F1": scores.strict.f1,
        "alignment lax F1": scores.lax.f1,
        "alignment null F1": scores.null.f1,
        "precision at quality .5": right / good,
    }


def matching_figures() -> dict[str, float]:
    """F1 of document pairs, and the share of hard negatives that stay out of the corpus."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline.build([SAMPLE], Path(folder), BuildConfig(formats=("tsv",)))
        rows = [row for _, row in tsv.read_table(Path(folder) / "documents.tsv")]
        units = {(unit.vi, unit.en) for unit in tsv.read(Path(folder) / "corpus.tsv")}
    found = {(row["vi_doc"], row["en_doc"]) for row in rows if row["class"] != "related"}
    gold = {(row["vi_doc"], row["en_doc"]) for _, row in tsv.read_table(GOLD / "documents.tsv")}
    hard = [(row["vi"], row["en"]) for _, row in tsv.read_table(GOLD / "hard.tsv")]
    return {
        "document pairs F1": 2 * len(found & gold) / (len(found) + len(gold)),
        "hard negatives kept out": sum(pair not in units for pair in hard) / len(hard),
    }


def glossary_figures() -> dict[str, float]:
    """Recall in the first 150 entries and precision in the first 60, with the term list and without."""
    gold = measure.read(row for _, row in tsv.read_table(GOLD / "glossary.tsv"))
    kept = measure.read(row for _, row in tsv.read_table(GOLD / "glossary_kept.tsv"))
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        pipeline.build([SAMPLE], Path(folder), BuildConfig(formats=("tsv",)))
        for name, seed_list in (("glossary", True), ("glossary, no list", False)):
            entries = glossary.extract(Path(folder), load_encoder(), glossary.config(seed_list=seed_list))
            found = measure.measure(entries, gold, kept)
            figures[f"{name}: recall at 150"] = found.recall
            figures[f"{name}: precision at 60"] = found.precision
    return figures


def _figures() -> dict[str, float]:
    return {**alignment_figures(), **matching_figures(), **glossary_figures()}


def main() -> None:
    """Measure, compare, pin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pin", action="store_true", help="raise the floors to these figures")
    parser.add_argument("--lower", action="store_true", help="with --pin: lower floors too")
    arguments = parser.parse_args()
    figures = {name: round(value, 4) for name, value in _figures().items()}
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    below = [name for name, value in figures.items() if value < floors.get(name, 0) - SLACK]
    for name, value in figures.items():
        print(f"{name:34} {value:.4f}  floor {floors.get(name, 0):.4f}{'  BELOW' if name in below else ''}")
    if arguments.pin:
        pinned = {n: v if arguments.lower else max(v, floors.get(n, 0)) for n, v in figures.items()}
        FLOORS.write_text(json.dumps(pinned, indent=1) + "\n", encoding="utf-8")
    elif below:
        sys.exit("below the floor: " + ", ".join(below))


if __name__ == "__main__":
    main()
