"""Quality against size: fewer dimensions, bits and rows of a trained table, margin P@1 on development pairs.

.venv/bin/python scripts/train_encoder.py ../shared/data/train --out DIR --table DIR/table.npy
.venv/bin/python scripts/measure_size.py DIR DIR/table.npy ../shared/devsets/retrieval
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from align.encoders import retrieval, static_encoder
from align.encoders.features import Featurizer
from align.encoders.static import random_rows
from align.formats.pairs import SegmentPair, read_pairs
from align.types import Vectors


def quantized(table: Vectors, bits: int) -> Vectors:
    """Rows rounded to integers of so many bits with one scale a row; 32 bits leave them alone."""
    if bits == 32:
        return table
    levels = 2 ** (bits - 1) - 1
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-9) / levels
    rounded: Vectors = (np.rint(table / scale) * scale).astype(np.float32)
    return rounded


def projected(table: Vectors, dim: int) -> Vectors:
    """The table on its `dim` principal axes, not centered."""
    if dim == table.shape[1]:
        return table
    _, axes = np.linalg.eigh(table.T @ table)
    return np.ascontiguousarray(table @ axes[:, ::-1][:, :dim])


def encode(featurizer: Featurizer, table: Vectors, texts: Sequence[str]) -> Vectors:
    """Unit sums of rows."""
    from scipy.sparse import csr_array

    ids, offsets = featurizer.ids(texts)
    sums = csr_array((np.ones(len(ids), np.float32), ids, offsets), shape=(len(texts), len(table))) @ table
    unit: Vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return unit.astype(np.float32)


def main() -> None:
    """Measure the variants one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoder", help="folder, or embedded")
    parser.add_argument("table", type=Path, help="float32 table of the same vocabularies")
    parser.add_argument("dev", type=Path, help="folder of development pairs")
    arguments = parser.parse_args()
    encoder = static_encoder(arguments.encoder)
    whole, full = encoder.featurizer, np.load(arguments.table)
    norm = float(np.linalg.norm(full[whole.n_stored :], axis=1).mean())
    sets: dict[str, list[SegmentPair]] = {
        path.name.removesuffix(".tsv.gz"): list(read_pairs(path)) for path in sorted(arguments.dev.glob("*.tsv.gz"))
    }
    print(f"{'dim':>4} {'bits':>4} {'words':>6} {'MB':>6}  " + " ".join(f"{name:>16}" for name in sets))
    n_pieces = whole.n_stored - len(whole.words)
    variants = [(dim, bits, len(whole.words)) for dim in (512, 384, 256, 192, 128) for bits in (32, 8, 4, 3)]
    variants += [(512, 4, words) for words in (20_000, 10_000, 5_000, 0)]
    for dim, bits, words in variants:
        featurizer = Featurizer(whole.pieces, dict(list(whole.words.items())[:words]), whole.buckets)
        rows = quantized(projected(full[: n_pieces + words], dim), bits)
        table = np.concatenate([rows, random_rows(whole.buckets, dim, norm)])
        found = []
        for pairs in sets.values():
            sides = (encode(featurizer, table, texts) for texts in ([p.vi for p in pairs], [p.en for p in pairs]))
            found.append(retrieval.precision_at_1(*sides))
        cells = " ".join(f"{forth:>8.4f} {back:.4f} " for forth, back in found)
        print(f"{dim:>4} {bits:>4} {words:>6} {rows.size * bits / 8e6:>6.1f}  {cells}", flush=True)


if __name__ == "__main__":
    main()
