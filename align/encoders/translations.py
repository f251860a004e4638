"""Which piece translates which: a lexical translation table over the pieces of the embedded encoder.

Model 1 of Brown et al. (1993), one table a direction, estimated on the text that the encoder was trained on. A vector
says that two sentences are about the same; this says how many of their words are translations of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FILE: Final = "translations.npz"
_STEPS: Final = 5  # of expectation maximization; later ones fit rare words too well (Moore 2004)
_LEAST: Final = 0.005  # probabilities below it are not kept
_DISCOUNT: Final = 0.005  # taken off each expected count, so that chance pairs of rare pieces fade
_MOST_CELLS: Final = 4000  # of a sentence pair: longer ones say little and cost much
_LEVELS: Final = 255

Ints = NDArray[np.int64]
Floats32 = NDArray[np.float32]


@dataclass(frozen=True)
class Direction:
    """Probabilities t(target piece | source piece) in rows by source piece; the last row is the empty word.

    Attributes:
        starts: int64 [pieces + 2], where each row begins and ends.
        targets: uint16 [entries].
        levels: uint8 [entries], the logarithm of the probability in 255 steps from `_LEAST` to 1.
        unigram: float32 [pieces], how common each target piece is.
    """

    starts: Ints
    targets: NDArray[np.uint16]
    levels: NDArray[np.uint8]
    unigram: Floats32

    @cached_property
    def table(self) -> tuple[csr_array, Floats32]:
        """Probabilities by source piece, sparse [pieces, pieces], and those given the empty word, float32 [pieces]."""
        from scipy.sparse import csr_array

        n = len(self.unigram)
        columns = self.targets.astype(np.int32)
        table = csr_array((_PROBABILITIES[self.levels], columns, self.starts), shape=(n + 1, n))
        return table[:n], table[n:].toarray()[0]

    def dense(self, sources: Ints, targets: Ints) -> Floats32:
        """Probabilities of some targets, each given some sources: float32 [sources, targets].

        Args:
            sources: piece ids; one past the last piece is the empty word.
            targets: distinct piece ids.
        """
        table = np.zeros((len(sources), len(targets)), dtype=np.float32)
        column = np.full(len(self.unigram), -1, dtype=np.int32)
        column[targets] = np.arange(len(targets))
        lengths = self.starts[sources + 1] - self.starts[sources]
        row = np.repeat(np.arange(len(sources)), lengths)
        first = np.repeat(self.starts[sources] - np.cumsum(lengths) + lengths, lengths)
        entry = first + np.arange(len(row))
        place = column[self.targets[entry]]
        known = place >= 0
        table[row[known], place[known]] = _PROBABILITIES[self.levels[entry[known]]]
        return table


_PROBABILITIES: Final = np.exp(np.log(_LEAST) * (1 - np.arange(_LEVELS + 1) / _LEVELS)).astype(np.float32)


@dataclass(frozen=True)
class Translations:
    """Both directions.

    Attributes:
        to_en: English pieces given Vietnamese ones.
        to_vi: Vietnamese pieces given English ones.
    """

    to_en: Direction
    to_vi: Direction

    @property
    def empty(self) -> int:
        """Id of the empty word; ids from it on are no pieces."""
        return len(self.to_en.unigram)


def estimate(vi: Sequence[Ints], en: Sequence[Ints], n_pieces: int) -> Translations:
    """Estimate both directions on sentence pairs.

    Args:
        vi: distinct piece ids of each Vietnamese sentence.
        en: the same in English.
        n_pieces: size of the vocabulary.
    """
    return Translations(_direction(vi, en, n_pieces), _direction(en, vi, n_pieces))


def _direction(sources: Sequence[Ints], targets: Sequence[Ints], n_pieces: int) -> Direction:
    links, word = _links(sources, targets, n_pieces)
    distinct, link = np.unique(links, return_inverse=True)
    source = distinct // n_pieces
    chance = np.full(len(distinct), 1e-3)
    for _ in range(_STEPS):
        share = chance[link]
        share /= np.bincount(word, share)[word]
        counts = np.maximum(np.bincount(link, share) - _DISCOUNT, 1e-6)
        chance = counts / np.bincount(source, counts, minlength=n_pieces + 1)[source]
    kept = np.flatnonzero(chance > _LEAST)
    levels = np.rint(_LEVELS * (1 - np.log(chance[kept]) / np.log(_LEAST))).astype(np.uint8)
    starts = np.searchsorted(source[kept], np.arange(n_pieces + 2))
    return Direction(starts, (distinct[kept] % n_pieces).astype(np.uint16), levels, _unigram(targets, n_pieces))


def _links(sources: Sequence[Ints], targets: Sequence[Ints], n_pieces: int) -> tuple[Ints, NDArray[np.int32]]:
    """Every pair of pieces of a sentence pair as one number, and which target piece of the corpus it is about."""
    links, words, at = [], [], 0
    for source, target in zip(sources, targets, strict=True):
        if len(source) and len(target) and len(source) * len(target) <= _MOST_CELLS:
            given = np.append(source, n_pieces)  # the empty word, whose row is the last
            links.append((given[:, None] * n_pieces + target).ravel())
            words.append(np.tile(np.arange(at, at + len(target), dtype=np.int32), len(given)))
            at += len(target)
    return np.concatenate(links), np.concatenate(words)


def _unigram(sentences: Sequence[Ints], n_pieces: int) -> Floats32:
    counts = np.bincount(np.concatenate(sentences), minlength=n_pieces) + 1.0
    shares: Floats32 = (counts / counts.sum()).astype(np.float32)
    return shares


def save(translations: Translations, folder: Path) -> None:
    """Write into an encoder's folder."""
    arrays = {
        f"{name}_{part}": getattr(direction, part)
        for name, direction in (("to_en", translations.to_en), ("to_vi", translations.to_vi))
        for part in ("levels", "unigram")
    }
    for name, direction in (("to_en", translations.to_en), ("to_vi", translations.to_vi)):
        arrays[f"{name}_lengths"] = np.diff(direction.starts).astype(np.uint16)
        arrays[f"{name}_targets"] = direction.targets
    np.savez_compressed(folder / FILE, **arrays)


def load(folder: Path) -> Translations:
    """Read from an encoder's folder.

    Raises:
        ValueError, KeyError: the arrays are no such table.
    """
    with (folder / FILE).open("rb") as file, np.load(file, allow_pickle=False) as stored:
        to_en, to_vi = (
            _checked(
                np.concatenate([[0], np.cumsum(stored[f"{name}_lengths"], dtype=np.int64)]),
                stored[f"{name}_targets"],
                stored[f"{name}_levels"],
                stored[f"{name}_unigram"],
            )
            for name in ("to_en", "to_vi")
        )
    return Translations(to_en, to_vi)


def _checked(starts: Ints, targets: NDArray[Any], levels: NDArray[Any], unigram: NDArray[Any]) -> Direction:
    n = len(unigram)
    kinds = [str(array.dtype) for array in (targets, levels, unigram)]
    sizes = (starts.shape, targets.shape, levels.shape)
    if kinds != ["uint16", "uint8", "float32"] or sizes != ((n + 2,), (starts[-1],), (starts[-1],)):
        raise ValueError(f"arrays of {kinds} and {sizes} are no table of {n} pieces")
    if targets.size and int(targets.max()) >= n:
        raise ValueError(f"piece {int(targets.max())} of {n}")
    return Direction(starts, targets, levels, unigram)
