"""From text to feature ids: subword pieces, and folded words that both languages share.

A segment is seen twice: as sentencepiece pieces (lower-cased, with diacritics) and as whole words without
diacritics, so that "Tô Lâm" and "To Lam", "UNCLOS" and "2025" are the same feature on both sides. Words outside
the vocabulary share hash buckets.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align.text import new_style_tones, nfc, strip_diacritics

_MAX_CHARS: Final = 20_000  # of a segment: what comes after changes no average and would only cost time
_CHUNK: Final = 4096  # segments per sentencepiece call: bounds the size of the intermediate lists


def _folding_table() -> dict[int, str]:
    """Code point -> folded letter, or a space for everything that is no letter, mark or digit."""
    table = {}
    for code in (*range(0x250), *range(0x300, 0x370), *range(0x1E00, 0x1F00), *range(0x2000, 0x2070)):
        char = chr(code)
        category = unicodedata.category(char)
        if category == "Mn":
            table[code] = ""
        elif category[0] in "LN":
            table[code] = strip_diacritics(char).lower()
        else:
            table[code] = " "
    return table


_FOLDING: Final = _folding_table()


def folded_words(text: str) -> list[str]:
    """Words in lower case without diacritics: "Ông Tô Lâm, 18,5 tỷ" -> ong to lam 18 5 ty."""
    return text.lower().translate(_FOLDING).split()


def prepare(text: str) -> str:
    """The form in which the pieces see a text: bounded, NFC, new-style tone marks."""
    return new_style_tones(nfc(text[:_MAX_CHARS]))


@dataclass
class Featurizer:
    """Maps texts to ids: [0, n_pieces) pieces, then the words of the vocabulary, then `buckets` hash buckets.

    Attributes:
        pieces: a sentencepiece processor.
        words: folded word -> 0-based number.
        buckets: number of hash buckets for words outside the vocabulary.
    """

    pieces: Any
    words: dict[str, int]
    buckets: int
    _n_pieces: int = field(init=False)

    def __post_init__(self) -> None:
        self._n_pieces = self.pieces.get_piece_size()

    @property
    def size(self) -> int:
        """Number of rows of a vector table for these ids."""
        return self._n_pieces + len(self.words) + self.buckets

    @property
    def n_stored(self) -> int:
        """Number of rows before the hash buckets."""
        return self._n_pieces + len(self.words)

    def word_id(self, word: str) -> int:
        """Id of one folded word."""
        number = self.words.get(word)
        if number is not None:
            return self._n_pieces + number
        return self.n_stored + zlib.crc32(word.encode()) % self.buckets

    def ids(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Feature ids of all texts in one array.

        Returns:
            ids int32 [total] and offsets int64 [n + 1]: text i has `ids[offsets[i]:offsets[i + 1]]`.
        """
        flat: list[NDArray[np.int32]] = []
        lengths: list[int] = []
        for start in range(0, len(texts), _CHUNK):
            self._chunk_ids([prepare(text) for text in texts[start : start + _CHUNK]], flat, lengths)
        offsets = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        return (np.concatenate(flat) if flat else np.zeros(0, dtype=np.int32)), offsets

    def _chunk_ids(self, texts: list[str], flat: list[NDArray[np.int32]], lengths: list[int]) -> None:
        unknown = self.pieces.unk_id()
        ids: list[int] = []
        for text, pieces in zip(texts, self.pieces.encode(texts, num_threads=1), strict=True):
            before = len(ids)
            ids += pieces if unknown not in pieces else [piece for piece in pieces if piece != unknown]
            ids += self._word_ids(folded_words(text))
            lengths.append(len(ids) - before)
        flat.append(np.array(ids, dtype=np.int32))

    def _word_ids(self, words: Iterable[str]) -> list[int]:
        known, base, word_id = self.words, self._n_pieces, self.word_id
        return [base + known[word] if word in known else word_id(word) for word in words]
