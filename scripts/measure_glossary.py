"""Measure `align glossary` on the sample against gold: recall in the first 150 entries, precision in the first 60.

.venv/bin/python scripts/measure_glossary.py [--run DIR] [--no-seed-list] [--list N]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from align import pipeline
from align.config import BuildConfig
from align.encoders import load_encoder
from align.formats import tsv
from align.glossary import measure
from align.pipeline import glossary

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "corpus" / "gold"


def main() -> None:
    """Build, extract, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="a build of corpus/sample, else one is made")
    parser.add_argument("--no-seed-list", action="store_true")
    parser.add_argument("--list", type=int, default=0, help="also print so many entries with their verdicts")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = arguments.run or Path(folder)
        if not arguments.run:
            pipeline.build([ROOT / "corpus" / "sample"], run, BuildConfig(formats=("tsv",)))
        entries = glossary.extract(run, load_encoder(), glossary.config(seed_list=not arguments.no_seed_list))
    gold = measure.read(row for _, row in tsv.read_table(GOLD / "glossary.tsv"))
    kept = measure.read(row for _, row in tsv.read_table(GOLD / "glossary_kept.tsv"))
    found = measure.measure(entries, gold, kept)
    print(f"entries {len(entries)}")
    print(f"recall in the first {measure.DEPTH}: {found.recall:.4f} of {len(gold)}")
    print(f"precision in the first {measure.TOP}: {found.precision:.4f}")
    for pair in found.missing:
        place = next((n for n, entry in enumerate(entries, 1) if measure.key(pair) in measure.forms(entry)), None)
        print(f"not in the first {measure.DEPTH}: {pair[0]} = {pair[1]} ({f'at {place}' if place else 'absent'})")
    for number, entry in enumerate(entries[: arguments.list], 1):
        mark = "+" if measure.is_right(entry, [*gold, *kept]) else "-"
        others = ", ".join(other.en for other in entry.alternatives)
        print(number, mark, entry.score, entry.kind, entry.vi, "|", entry.en, "|", entry.acronym, "|", others)


if __name__ == "__main__":
    main()
