"""Train the embedded encoder on license-clear text and write it with its card.

    .venv/bin/pip install -e '.[train]'
    .venv/bin/python scripts/train_encoder.py ../shared/data/train --out align/encoders/embedded \
        --dev ../shared/devsets/retrieval

Takes about five minutes on two cores. The same seed, versions and machine give the same files.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from align.encoders import retrieval, storage, translations
from align.encoders.features import Featurizer
from align.encoders.static import StaticEncoder
from align.encoders.training import TrainingConfig, build_featurizer, train
from align.encoders.translations import Ints
from align.formats.pairs import read_pairs

# Names and parts of names only: trained as sentences they pull common syllables apart.
EXCLUDED = ("vn_admin_units",)
LICENSES = {
    "alt": "CC BY 4.0",
    "bloom_housing": "Apache-2.0",
    "cldr_names": "Unicode License v3",
    "d2l_vn": "CC BY-SA 4.0",
    "gnome_help": "CC BY 3.0",
    "hf_agents_course": "Apache-2.0",
    "hf_course": "Apache-2.0",
    "hf_smol_course": "Apache-2.0",
    "iwslt23_formality": "CDLA-Sharing 1.0",
    "kubernetes": "CC BY 4.0",
    "ms_beginners_mt": "MIT / CC0",
    "osm_id_editor": "ISC",
    "react_dev": "CC BY 4.0",
    "react_legacy": "CC BY 4.0",
    "tatoeba_manythings": "CC BY 2.0 FR",
    "udhr": "UN text",
    "vote_gov": "CC0",
    "vue_v2": "MIT",
    "wikipedia_library": "MIT",
}


def measure(encoder: StaticEncoder, folder: Path) -> dict[str, list[float]]:
    """Margin P@1 (vi>en, en>vi) on each file of a folder."""
    figures = {}
    for path in sorted(folder.glob("*.tsv.gz")):
        pairs = list(read_pairs(path))
        found = retrieval.test(encoder, [pair.vi for pair in pairs], [pair.en for pair in pairs])
        figures[path.name.removesuffix(".tsv.gz")] = [round(found.vi_to_en, 4), round(found.en_to_vi, 4)]
    return figures


def distinct_pieces(featurizer: Featurizer, texts: Sequence[str]) -> list[Ints]:
    """Distinct piece ids of each text."""
    ids, offsets = featurizer.ids(texts)
    n_pieces = featurizer.pieces.get_piece_size()
    rows = (ids[start:stop] for start, stop in pairwise(offsets.tolist()))
    return [np.unique(row[row < n_pieces]).astype(np.int64) for row in rows]


def main() -> None:
    """Train, write, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="*.tsv.gz training files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--table", type=Path, help="also keep the float32 table, for scripts/measure_size.py")
    parser.add_argument("--dev", type=Path, help="folder of development pairs to measure on")
    for option in dataclasses.fields(TrainingConfig):
        parser.add_argument(f"--{option.name.replace('_', '-')}", type=type(option.default), default=option.default)
    parser.add_argument("--version", default="1")
    arguments = parser.parse_args()
    config = TrainingConfig(
        **{option.name: getattr(arguments, option.name) for option in dataclasses.fields(TrainingConfig)}
    )
    vi: list[str] = []
    en: list[str] = []
    sources = []
    for path in sorted(arguments.folder.glob("*.tsv.gz")):
        name = path.name.removesuffix(".tsv.gz")
        if name not in EXCLUDED:
            pairs = list(read_pairs(path))
            vi += [pair.vi for pair in pairs]
            en += [pair.en for pair in pairs]
            sources.append({"name": name, "pairs": len(pairs), "license": LICENSES.get(name, "unknown")})
    featurizer, pieces = build_featurizer(vi + en, config)
    print(f"{len(vi):,} pairs, {featurizer.n_stored:,} features", file=sys.stderr)
    table = np.zeros((0, 0), dtype=np.float32)
    for epoch, loss, table in train(vi, en, featurizer, config):  # noqa: B007 - the last table is the result
        print(f"epoch {epoch}/{config.epochs}: loss {loss:.4f}", file=sys.stderr)
    card = {
        "name": "align-vien-static",
        "version": arguments.version,
        "license": "Apache-2.0",
        "date": datetime.now(UTC).date().isoformat(),
        "dim": config.dim,
        "training": dataclasses.asdict(config),
        "sources": sources,
        "command": "scripts/train_encoder.py ../shared/data/train --out align/encoders/embedded",
    }
    if arguments.table:
        np.save(arguments.table, table)
    storage.write_model(arguments.out, featurizer, pieces, table, card)
    vi_pieces, en_pieces = (distinct_pieces(featurizer, texts) for texts in (vi, en))
    translations.save(translations.estimate(vi_pieces, en_pieces, featurizer.pieces.get_piece_size()), arguments.out)
    if arguments.dev:
        encoder = StaticEncoder(arguments.out)
        figures = measure(encoder, arguments.dev)
        storage.write_card(arguments.out, {**encoder.card, "margin_p_at_1_vi_en": figures})
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
