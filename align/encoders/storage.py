"""Writing an encoder's folder: pieces, words, vectors, card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from align.encoders.features import Featurizer
from align.encoders.static import pack
from align.errors import OutputError
from align.types import Vectors


def write_model(folder: Path, featurizer: Featurizer, pieces: bytes, table: Vectors, card: dict[str, Any]) -> None:
    """Write the four files of an encoder, the card last: its presence means that the model is whole.

    Args:
        folder: created if missing.
        featurizer: vocabularies.
        pieces: the serialized sentencepiece model.
        table: float32 [featurizer.size, dim]; of the hash buckets only the mean length is kept.
        card: sources, licenses, settings; number and length of buckets are added.

    Raises:
        OutputError: the folder cannot be written.
    """
    rows, scales = pack(table[: featurizer.n_stored])
    norm = float(np.linalg.norm(table[featurizer.n_stored :], axis=1).mean())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "card.json").unlink(missing_ok=True)
        (folder / "pieces.model").write_bytes(pieces)
        (folder / "words.txt").write_text("\n".join(featurizer.words), encoding="utf-8", newline="\n")
        np.savez(folder / "vectors.npz", rows=rows, scales=scales)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error}); choose another --out") from error
    write_card(folder, {**card, "buckets": featurizer.buckets, "bucket_norm": round(norm, 4)})


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Write the model card."""
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
