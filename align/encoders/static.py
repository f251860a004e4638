"""The embedded static encoder: a table of vectors, summed by segment. No torch, no network.

A model is a folder with `pieces.model` (sentencepiece), `words.txt` (folded words, one a line), `vectors.npz`
(4-bit rows with a scale each) and `card.json` (sources, licenses, figures, configuration).
"""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align.encoders import translations
from align.encoders.features import Featurizer
from align.encoders.translations import Translations
from align.errors import EncoderError
from align.types import Vectors

FILES: Final = ("pieces.model", "words.txt", "vectors.npz", "card.json")
_LEVELS: Final = 7  # 4 bits: the integers -7 to 7, stored as 1 to 15
_MOST_CELLS: Final = 1 << 28  # of the buckets' rows: what a card says becomes memory
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


def unpack(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> Vectors:
    """Inverse of `pack`, up to the rounding: float32 [n, dim]."""
    # A byte is two float32 at once: looked up as one 64-bit word, four times as fast as number by number.
    halves = np.arange(256)[:, None] >> np.array([0, 4]) & 15
    words = (halves - (_LEVELS + 1)).astype(np.float32).view(np.uint64).ravel()
    table: Vectors = words[packed].view(np.float32)
    table *= scales[:, None].astype(np.float32)
    return table


def random_rows(n: int, dim: int, norm: float) -> Vectors:
    """Rows of hash buckets: fixed signs of length `norm`, made anew from a seed instead of being stored."""
    bits = np.random.Generator(np.random.PCG64(1)).bytes(n * dim // 8)
    signs = np.unpackbits(np.frombuffer(bits, dtype=np.uint8)).reshape(n, dim)
    rows: Vectors = (signs.astype(np.float32) * 2 - 1) * np.float32(norm / dim**0.5)
    return rows


class LazyRows:
    """A table of vectors whose rows are unpacked when they are first needed.

    A run of some articles touches a tenth of the rows: opening the model costs milliseconds, and memory what is used.
    """

    def __init__(
        self, packed: NDArray[np.uint8], scales: NDArray[np.float16], buckets: int, bucket_norm: float
    ) -> None:
        """Note the packed rows; those of the hash buckets follow them.

        Args:
            packed: as `pack` gives them.
            scales: one a row.
            buckets: number of hash buckets.
            bucket_norm: length of their rows.
        """
        self._packed, self._scales = packed, scales
        self._buckets, self._bucket_norm = buckets, bucket_norm
        n = len(packed) + buckets
        self._table: Vectors = np.empty((n, 2 * packed.shape[1]), dtype=np.float32)
        self._ready = np.zeros(n, dtype=bool)

    def table_with(self, ids: NDArray[np.int32] | NDArray[np.int64]) -> Vectors:
        """The table with at least these rows filled in."""
        missing = np.unique(ids[~self._ready[ids]]).astype(np.int64)
        stored = missing[missing < len(self._packed)]
        self._table[stored] = unpack(self._packed[stored], self._scales[stored])
        self._ready[stored] = True
        if len(stored) < len(missing):
            self._table[len(self._packed) :] = random_rows(self._buckets, self._table.shape[1], self._bucket_norm)
            self._ready[len(self._packed) :] = True
        return self._table


@contextmanager
def _sound(path: Path) -> Iterator[None]:
    """Whatever a damaged file makes of the library that reads it is one error.

    Raises:
        EncoderError: the file is damaged, or cannot be read.
    """
    try:
        yield
    except (
        OSError, ValueError, LookupError, TypeError, EOFError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error
    ) as error:  # fmt: skip
        reason = " ".join(str(error).split())[:200]
        raise EncoderError(f"{path}: not that of an encoder ({reason}); copy or train the encoder anew") from error


def _checked(card: Any) -> dict[str, Any]:
    """A model card whose values can be used.

    Raises:
        ValueError, KeyError, TypeError: one is missing, or of another kind or size.
    """
    dim, buckets, norm = card["dim"], card["buckets"], card["bucket_norm"]
    if not (type(dim) is int and type(buckets) is int and isinstance(norm, int | float)):
        raise TypeError("dim, buckets or bucket_norm is no number")
    if not (dim > 0 and dim % 2 == 0 and buckets > 0 and dim * buckets <= _MOST_CELLS and 0 <= norm < math.inf):
        raise ValueError(f"dim {dim}, {buckets} buckets of length {norm} are out of range")
    if not (isinstance(card["name"], str) and isinstance(card["version"], str)):
        raise TypeError("name or version is no text")
    found: dict[str, Any] = card
    return found


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
        with _sound(self.folder / "card.json"):
            return _checked(json.loads((self.folder / "card.json").read_text(encoding="utf-8")))

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

        with _sound(self.folder / "pieces.model"):
            pieces = SentencePieceProcessor(model_file=str(self.folder / "pieces.model"))
        with _sound(self.folder / "words.txt"):
            words = (self.folder / "words.txt").read_text(encoding="utf-8").split("\n")
            numbers = {word: number for number, word in enumerate(words) if word}
            if len(numbers) != len(words):
                raise ValueError("an empty line, or a word twice")
        return Featurizer(pieces, numbers, int(self.card["buckets"]))

    @cached_property
    def _rows(self) -> LazyRows:
        n_stored = self.featurizer.n_stored
        # allow_pickle is said although it is the default: an array of objects would run code as it is read.
        with (
            _sound(self.folder / "vectors.npz"),
            (self.folder / "vectors.npz").open("rb") as file,  # numpy would leave a damaged one open
            np.load(file, allow_pickle=False) as stored,
        ):
            packed, scales = stored["rows"], stored["scales"]
            shapes = (packed.shape, packed.dtype, scales.shape, scales.dtype)
            if shapes != ((n_stored, self.dim // 2), np.uint8, (n_stored,), np.float16):
                raise ValueError(f"{shapes} does not fit {n_stored} pieces and words of {self.dim} dimensions")
        return LazyRows(packed, scales, int(self.card["buckets"]), float(self.card["bucket_norm"]))

    @cached_property
    def translations(self) -> Translations:
        """Which piece translates which.

        Raises:
            EncoderError: the model has no such table.
        """
        if not (self.folder / translations.FILE).is_file():
            message = f"{self.folder}: no {translations.FILE} in it; only the embedded encoder has one"
            raise EncoderError(message)
        with _sound(self.folder / translations.FILE):
            return translations.load(self.folder)

    def rows(self, ids: NDArray[np.int32] | NDArray[np.int64]) -> Vectors:
        """Vectors of features, float32 [len(ids), dim]; the length of a row is its weight."""
        return self._rows.table_with(ids)[ids]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: float32 [n, dim], unit rows, or a zero row where a text holds no feature."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), _ROWS):
            ids, offsets = self.featurizer.ids(texts[start : start + _ROWS])
            self._sum(ids, offsets, vectors[start : start + _ROWS])
        return vectors

    def encode_ids(self, ids: NDArray[np.int32], offsets: NDArray[np.int64]) -> Vectors:
        """The vectors of texts from their features, as `featurizer.ids` gives them; the same as those of `encode`."""
        vectors = np.zeros((len(offsets) - 1, self.dim), dtype=np.float32)
        for start in range(0, len(vectors), _ROWS):
            part = offsets[start : start + _ROWS + 1]
            self._sum(ids[part[0] : part[-1]], part - part[0], vectors[start : start + _ROWS])
        return vectors

    def _sum(self, ids: NDArray[np.int32], offsets: NDArray[np.int64], out: Vectors) -> None:
        from scipy.sparse import csr_array

        table = self._rows.table_with(ids)
        sums = csr_array((np.ones(len(ids), np.float32), ids, offsets), shape=(len(out), len(table))) @ table
        lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, None]
        np.divide(sums, lengths, out=out, where=lengths > 1e-6)

    def word_similarity(self, vi_words: Sequence[str], en_words: Sequence[str]) -> Vectors:
        """Similarity of words as translations of each other, float32 [vi words, en words], -1 to 1.

        A word is the bag of its pieces and of its folded form. On the sample's gold the mean of each word's best
        similarity tells true beads from neighboring sentences with an area under the curve of .994 (single features
        compared one by one, late interaction: .991).
        """
        similarity: Vectors = self.encode(vi_words) @ self.encode(en_words).T
        return similarity
