"""What each filter of a build rejects, alone: of true units, and of the units that an alignment finds.

.venv/bin/python scripts/measure_filters.py EVEN/parallel EVEN/news EVEN/comparable corpus/gold/beads

A folder holds NAME.vi, NAME.en and NAME.gold files; EVEN are the even-numbered development documents.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from align import filters, pipeline
from align.bitext import joined
from align.encoders import load_encoder
from align.formats.gold import GoldDocument, read_gold_folder
from align.scoring import judge
from align.types import Encoder, Segment, Unit


@dataclass(frozen=True)
class Measured:
    """Units of a folder of gold documents.

    Attributes:
        true: one for each true bead, as sure as can be.
        right: found by the aligner, and a true bead.
        wrong: found, and none; some of them nearly.
    """

    name: str
    true: tuple[Unit, ...]
    right: tuple[Unit, ...]
    wrong: tuple[Unit, ...]


def measured(folder: Path, encoder: Encoder) -> Measured:
    """Align the documents of a folder."""
    true: list[Unit] = []
    found: dict[bool, list[Unit]] = {True: [], False: []}
    for document in read_gold_folder(folder):
        true += _true_units(document)
        beads = {(bead.vi, bead.en) for bead in document.beads}
        for unit in pipeline.pair_segments(document.vi, document.en, encoder).units():
            found[(unit.vi_segments, unit.en_segments) in beads].append(unit)
    return Measured(folder.name, tuple(true), tuple(found[True]), tuple(found[False]))


def _true_units(document: GoldDocument) -> list[Unit]:
    beads = [bead for bead in document.beads if not bead.is_null]
    sides = [[Segment(text, 0, len(text)) for text in side] for side in (document.vi, document.en)]
    vi = [joined(sides[0], bead.vi) for bead in beads]
    en = [joined(sides[1], bead.en) for bead in beads]
    name = document.name
    return [
        Unit(
            f"{name} {n}", vi[n], en[n], 1, 1, 1, bead.shape, name, name, bead.vi, bead.en, None, None, name, told.flags
        )
        for n, (bead, told) in enumerate(zip(beads, judge(vi, en), strict=True))
    ]


def rejected(units: Sequence[Unit], name: str) -> list[Unit]:
    """The units that a filter alone rejects."""
    return [one.unit for one in filters.select(units, [name])[1]]


def main() -> None:
    """Print a table, and the true units that are rejected by filters that are on by default."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--show", type=int, default=0, help="true units to show of each filter that is on")
    arguments = parser.parse_args()
    encoder = load_encoder()
    folders = [measured(folder, encoder) for folder in arguments.folders]
    print(f"{'':24}" + "".join(f"{one.name:>24}" for one in folders))
    sizes = (f"{len(one.true):>10,}{len(one.right):>7,}{len(one.wrong):>7,}" for one in folders)
    print(f"{'units: true right wrong':24}" + "".join(sizes))
    for name, on in filters.FILTERS.items():
        cells = ([len(rejected(units, name)) for units in (one.true, one.right, one.wrong)] for one in folders)
        print(f"{name + (' (on)' if on else ''):24}" + "".join(f"{a:>10,}{b:>7,}{c:>7,}" for a, b, c in cells))
    for name, on in filters.FILTERS.items():
        for one in folders:
            for unit in rejected(one.true, name)[: arguments.show if on else 0]:
                print(f"{name}\t{one.name}\t{unit.vi}\t{unit.en}")


if __name__ == "__main__":
    main()
