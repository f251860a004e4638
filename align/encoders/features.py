"""From text to feature ids: subword pieces, and folded words that both languages share.

A segment is seen twice: as sentencepiece pieces (lower-cased, with diacritics) and as whole words without
diacritics, so that "Tô Lâm" and "To Lam", "UNCLOS" and "2025" are the same feature on both sides. Words outside
the vocabulary share hash buckets.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align.text import new_style_tones, nfc, strip_diacritics

_MAX_CHARS: Final = 20_000  # of a segment: what comes after changes no average and would only cost time
_REMEMBERED: Final = 1_000_000  # words: bounds the memory of a long run
_REMEMBERED_PARTS: Final = 65_536  # words: some 20 MB
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


class _WordIds(dict[str, int]):
    """Folded word -> feature id; words outside the vocabulary are hashed into a bucket and remembered for a while."""

    def __init__(self, words: dict[str, int], first: int, buckets: int) -> None:
        super().__init__({word: first + number for word, number in words.items()})
        self._first_bucket, self._buckets = first + len(words), buckets

    def __missing__(self, word: str) -> int:
        number = self._first_bucket + zlib.crc32(word.encode()) % self._buckets
        if len(self) < _REMEMBERED:
            self[word] = number
        return number


_Parts = tuple[list[int], list[int]]  # of a word: its pieces, and the ids of its folded forms


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
    _word_ids: _WordIds = field(init=False)
    _parts: dict[str, _Parts] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._word_ids = _WordIds(self.words, self.pieces.get_piece_size(), self.buckets)

    @property
    def size(self) -> int:
        """Number of rows of a vector table for these ids."""
        return self.n_stored + self.buckets

    @property
    def n_stored(self) -> int:
        """Number of rows before the hash buckets."""
        return int(self.pieces.get_piece_size()) + len(self.words)

    def word_id(self, word: str) -> int:
        """Id of one folded word."""
        return self._word_ids[word]

    def parts_of_words(self, words: Sequence[str]) -> tuple[list[list[int]], list[list[int]]]:
        """Pieces of single words, unknown ones left out, and ids of their folded forms; many words are remembered.

        Args:
            words: distinct ones, of prepared texts.
        """
        new = [word for word in words if word not in self._parts]
        unknown = self.pieces.unk_id()
        pieces = ([piece for piece in row if piece != unknown] for row in self.pieces.encode(new)) if new else ()
        found = {
            word: (row, [self.word_id(part) for part in folded_words(word)])
            for word, row in zip(new, pieces, strict=True)
        }
        rows = [found.get(word) or self._parts[word] for word in words]
        if len(self._parts) < _REMEMBERED_PARTS:
            self._parts |= found
        return [row for row, _ in rows], [row for _, row in rows]

    def ids(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Feature ids of all texts in one array.

        Returns:
            ids int32 [total] and offsets int64 [n + 1]: text i has `ids[offsets[i]:offsets[i + 1]]`.
        """
        chunks = [self._chunk_ids(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
        offsets = np.zeros(len(texts) + 1, dtype=np.int64)
        if not chunks:
            return np.zeros(0, dtype=np.int32), offsets
        np.cumsum(np.concatenate([lengths for _, lengths in chunks]), out=offsets[1:])
        return np.concatenate([ids for ids, _ in chunks]), offsets

    def _chunk_ids(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Ids and how many each text has. No step of it loops over tokens in Python."""
        prepared = [prepare(text) for text in texts]
        pieces = self.pieces.encode(prepared, num_threads=1)
        word_id = self._word_ids.__getitem__
        words = [list(map(word_id, folded_words(text))) for text in prepared]
        both = list(chain.from_iterable(zip(pieces, words, strict=True)))
        lengths = np.fromiter(map(len, both), dtype=np.int64, count=len(both))
        ids = np.fromiter(chain.from_iterable(both), dtype=np.int32, count=int(lengths.sum()))
        known = ids != self.pieces.unk_id()
        if not known.all():
            text_of = np.repeat(np.arange(len(both)), lengths)
            lengths = np.bincount(text_of[known], minlength=len(both)).astype(np.int64)
            ids = ids[known]
        return ids, lengths.reshape(-1, 2).sum(axis=1)
