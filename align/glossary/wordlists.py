"""The tables beside this package, read once: bounding words, frequencies of general text, cues of kinds."""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final

from align.text import new_style_tones
from align.types import Lang

CLASSES: Final = ("always", "stop", "inner", "capital", "verb", "classifier", "nostart", "noend", "weak")
_ADJECTIVE: Final = ("al", "ive", "ous", "ic", "ful", "able", "ible", "ary")
_RARE: Final = 0.5  # count of what the general list does not have


def data_text(name: str) -> str:
    """Content of `align/glossary/data/NAME`."""
    return resources.files("align.glossary").joinpath("data", name).read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """Cells of the lines that are neither blank nor begin with #."""
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith("#"))
    return [[cell.strip() for cell in line.split("\t")] for line in lines]


@cache
def bounds(lang: Lang) -> dict[str, frozenset[str]]:
    """Class of bounding words -> words, some of them of two syllables."""
    table = {name: frozenset(words.split("; ")) for name, words in rows(data_text(f"words_{lang}.tsv"))}
    return {name: table.get(name, frozenset()) for name in CLASSES}


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of kinds.tsv."""

    kind: str
    where: str
    vi: tuple[str, ...]
    en: tuple[str, ...]


@cache
def kind_cues() -> tuple[Kind, ...]:
    """Cues in the order of the table."""

    def cells(text: str) -> tuple[str, ...]:
        return () if text == "-" else tuple(new_style_tones(word) for word in text.split("; "))

    return tuple(Kind(kind, where, cells(vi), cells(en)) for kind, where, vi, en in rows(data_text("kinds.tsv")))


class Frequencies:
    """Counts of words and pairs of words in general text."""

    def __init__(self, lang: Lang) -> None:
        """Read the list of a language."""
        path = resources.files("align.glossary").joinpath("data", f"frequencies_{lang}.tsv.gz")
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
        self.total = int(text[2 : text.index("\n")])
        self._rows = {cells[0]: tuple(map(int, cells[1:])) for cells in rows(text)}

    def count(self, words: str) -> int:
        """How often a word or a pair of words stands in general text; 0 where it is rare."""
        return self._rows.get(words, (0, 0, 0))[0]

    def verbal(self, words: str) -> float:
        """Share of a verb's heralds (to, will, đã, sẽ) among heralds, 0 to 1; .5 where unknown."""
        _, nominal, verbal = self._rows.get(words, (0, 0, 0))
        return (verbal + 1) / (nominal + verbal + 2)

    def is_noun(self, words: str) -> bool:
        """Whether a noun's herald (the, a, các) stood before it in one of five cases or more."""
        count, nominal, _ = self._rows.get(words, (0, 0, 0))
        return count > 0 and nominal >= 0.2 * count

    def log_share(self, words: list[str]) -> float:
        """Natural logarithm of the share that general text gives a phrase: the rarest word or pair bounds it."""
        pairs = [f"{first} {second}" for first, second in pairwise(words)]
        least = min((self.count(part) for part in [*words, *pairs]), default=0)
        return math.log(max(least, _RARE) / self.total)


@cache
def is_adjective(word: str) -> bool:
    """Whether an English word has the ending of an adjective, and its adverb stands in general text."""
    adverb = f"{word[:-1]}y" if word.endswith("ble") else f"{word}{'al' * word.endswith('ic')}ly"
    return word.endswith(_ADJECTIVE) and frequencies("en").count(adverb) > 0


@cache
def frequencies(lang: Lang) -> Frequencies:
    """The shipped list of a language."""
    return Frequencies(lang)
