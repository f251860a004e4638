"""Train the embedded encoder on licence-clear text and write it with its card.

    .venv/bin/pip install -e '.[train]'
    .venv/bin/python scripts/train_encoder.py ../shared/data/train --out align/encoders/embedded \
        --dev ../shared/devsets/retrieval

Takes about five minutes on two cores. The same seed, versions and machine give the same files.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from align.encoders.features import Featurizer
from align.encoders.static import StaticEncoder, pack
from align.encoders.training import TrainingConfig, build_featurizer, train
from align.types import Vectors

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


def read_pairs(path: Path) -> tuple[list[str], list[str]]:
    """Vietnamese and English sides of a `doc_id TAB en TAB vi` file, in order."""
    vi, en = [], []
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            cells = line.rstrip("\n").split("\t")
            if len(cells) != 3:
                sys.exit(f"{path}:{number}: {len(cells)} cells, expected doc_id, en, vi")
            en.append(cells[1])
            vi.append(cells[2])
    return vi, en


def precision_at_1(vi: Vectors, en: Vectors, k: int = 4) -> tuple[float, float]:
    """Share of segments whose best counterpart by ratio margin (Artetxe and Schwenk 2019) is right, both ways."""
    similarity = vi @ en.T
    vi_mean = np.sort(similarity, axis=1)[:, -k:].mean(axis=1)
    en_mean = np.sort(similarity, axis=0)[-k:].mean(axis=0)
    margin = 2 * similarity / (vi_mean[:, None] + en_mean[None, :])
    right = np.arange(len(vi))
    return float((margin.argmax(axis=1) == right).mean()), float((margin.argmax(axis=0) == right).mean())


def measure(encoder: StaticEncoder, folder: Path) -> dict[str, list[float]]:
    """Margin P@1 (vi>en, en>vi) on each file of a folder."""
    figures = {}
    for path in sorted(folder.glob("*.tsv.gz")):
        vi, en = read_pairs(path)
        figures[path.name.removesuffix(".tsv.gz")] = [
            round(rate, 4) for rate in precision_at_1(encoder.encode(vi), encoder.encode(en))
        ]
    return figures


def write_model(folder: Path, featurizer: Featurizer, pieces: bytes, table: Vectors, card: dict[str, Any]) -> None:
    """Write the four files of an encoder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, scales = pack(table[: featurizer.n_stored])
    norm = float(np.linalg.norm(table[featurizer.n_stored :], axis=1).mean())
    (folder / "pieces.model").write_bytes(pieces)
    (folder / "words.txt").write_text("\n".join(featurizer.words), encoding="utf-8")
    np.savez(folder / "vectors.npz", rows=rows, scales=scales)
    card = {**card, "buckets": featurizer.buckets, "bucket_norm": round(norm, 4)}
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Train, write, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="*.tsv.gz training files")
    parser.add_argument("--out", type=Path, required=True)
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
            more_vi, more_en = read_pairs(path)
            vi, en = vi + more_vi, en + more_en
            sources.append({"name": name, "pairs": len(more_vi), "license": LICENSES.get(name, "unknown")})
    featurizer, pieces = build_featurizer(vi + en, config)
    print(f"{len(vi):,} pairs, {featurizer.n_stored:,} features", file=sys.stderr)
    table = np.zeros((0, 0), dtype=np.float32)
    for epoch, loss, table in train(vi, en, featurizer, config):  # noqa: B007 - the last table is the result
        print(f"epoch {epoch}/{config.epochs}: loss {loss:.4f}", file=sys.stderr)
    card = {
        "name": "align-vien-static",
        "version": arguments.version,
        "license": "Apache-2.0",
        "date": date.today().isoformat(),  # noqa: DTZ011 - a calendar day, no instant
        "dim": config.dim,
        "training": dataclasses.asdict(config),
        "sources": sources,
        "command": "scripts/train_encoder.py ../shared/data/train --out align/encoders/embedded",
    }
    write_model(arguments.out, featurizer, pieces, table, card)
    if arguments.dev:
        encoder = StaticEncoder(arguments.out)
        figures = measure(encoder, arguments.dev)
        card = {**encoder.card, "margin_p_at_1_vi_en": figures}
        (arguments.out / "card.json").write_text(
            json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
