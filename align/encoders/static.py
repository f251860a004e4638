"""The embedded static encoder: a table of vectors, summed by segment. No torch, no network.

A model is a folder with `pieces.model` (sentencepiece), `words.txt` (folded words, one a line), `vectors.npz`
(4-bit rows with a scale each) and `card.json` (sources, licenses, figures, configuration).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align.encoders.features import Featurizer
from align.errors import EncoderError
from align.types import Vectors

FILES: Final = ("pieces.model", "words.txt", "vectors.npz", "card.json")
_LEVELS: Final = 7  # 4 bits: the integers -7 to 7, stored as 1 to 15
_ROWS: Final = 2048  # segments summed in one go: bounds memory


def pack(table: Vectors) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Quantize rows to 4 bits with one scale a row.

    Args:
        table: float32 [n, dim], dim even.

    Returns:
        uint8 [n, dim / 2], two numbers a byte, low half first; and float16 scales [n].
    """
    scales = np.abs(table).max(axis=1) / _LEVELS
    # Rounding errors of a clipped maximum cost more than those of the small numbers: keep the full range.
    safe = np.where(scales > 0, scales, 1.0).astype(np.float16)
    levels = np.clip(np.rint(table / safe[:, None].astype(np.float32)), -_LEVELS, _LEVELS)
    numbers = (levels + _LEVELS + 1).astype(np.uint8)
    packed: NDArray[np.uint8] = numbers[:, 0::2] | (numbers[:, 1::2] << np.uint8(4))
    return packed, safe


def unpack(packed: NDArray[np.uint8], scales: NDArray[np.float16], out: Vectors | None = None) -> Vectors:
    """Inverse of `pack`, up to the rounding: float32 [n, dim], into `out` if given."""
    if out is None:
        out = np.empty((len(packed), 2 * packed.shape[1]), dtype=np.float32)
    # A byte is two float32 at once: looked up as one 64-bit word, four times as fast as number by number.
    halves = np.arange(256)[:, None] >> np.array([0, 4]) & 15
    words = (halves - (_LEVELS + 1)).astype(np.float32).view(np.uint64).ravel()
    np.take(words, packed, out=out.view(np.uint64), mode="clip")
    out *= scales[:, None].astype(np.float32)
    return out


def random_rows(n: int, dim: int, norm: float) -> Vectors:
    """Rows of hash buckets: fixed signs of length `norm`, made anew from a seed instead of being stored."""
    bits = np.random.Generator(np.random.PCG64(1)).bytes(n * dim // 8)
    signs = np.unpackbits(np.frombuffer(bits, dtype=np.uint8)).reshape(n, dim)
    rows: Vectors = (signs.astype(np.float32) * 2 - 1) * np.float32(norm / dim**0.5)
    return rows


class StaticEncoder:
    """Bag of pieces and folded words; see `features.py`."""

    def __init__(self, folder: Path) -> None:
        """Note the folder; the files are read on first use.

        Raises:
            EncoderError: a file of the model is missing.
        """
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            message = (
                f"{folder}: not an encoder folder: {', '.join(missing)} missing "
                f"(expected {', '.join(FILES)}); use a folder written by scripts/train_encoder.py"
            )
            raise EncoderError(message)
        self.folder = folder

    @cached_property
    def card(self) -> dict[str, Any]:
        """The model card."""
        card: dict[str, Any] = json.loads((self.folder / "card.json").read_text(encoding="utf-8"))
        return card

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self.card["dim"])

    @cached_property
    def signature(self) -> str:
        """Name, version, dimensions and a hash over the model's files."""
        digest = hashlib.sha256()
        for name in FILES[:3]:
            digest.update((self.folder / name).read_bytes())
        return f"{self.card['name']}/{self.card['version']} dim={self.dim} sha256={digest.hexdigest()[:12]}"

    @cached_property
    def featurizer(self) -> Featurizer:
        """Vocabularies of the model."""
        from sentencepiece import SentencePieceProcessor

        pieces = SentencePieceProcessor(model_file=str(self.folder / "pieces.model"))
        words = (self.folder / "words.txt").read_text(encoding="utf-8").split("\n")
        numbers = {word: number for number, word in enumerate(words) if word}
        return Featurizer(pieces, numbers, int(self.card["buckets"]))

    @cached_property
    def table(self) -> Vectors:
        """float32 [features, dim]: each row already multiplied by its weight."""
        with np.load(self.folder / "vectors.npz") as stored:
            rows, scales = stored["rows"], stored["scales"]
        buckets = int(self.card["buckets"])
        table = np.empty((len(rows) + buckets, self.dim), dtype=np.float32)
        unpack(rows, scales, out=table[: len(rows)])
        table[len(rows) :] = random_rows(buckets, self.dim, float(self.card["bucket_norm"]))
        return table

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: float32 [n, dim], unit rows, or a zero row where a text holds no feature."""
        from scipy.sparse import csr_array

        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), _ROWS):
            ids, offsets = self.featurizer.ids(texts[start : start + _ROWS])
            n = len(offsets) - 1
            bags = csr_array((np.ones(len(ids), np.float32), ids, offsets), shape=(n, len(self.table)))
            sums = bags @ self.table
            lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, None]
            np.divide(sums, lengths, out=vectors[start : start + n], where=lengths > 1e-6)
        return vectors
