"""Entries against gold term pairs: recall in the first entries, precision among the very first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from align.glossary.seeds import plain
from align.glossary.types import Entry

DEPTH: Final = 150
TOP: Final = 60
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Recall and precision, 0 to 1, and the gold pairs that are not among the first entries."""

    recall: float
    precision: float
    missing: tuple[Pair, ...]


def read(rows: Iterable[Mapping[str, str]]) -> list[Pair]:
    """Pairs of a table with columns vi and en."""
    return [(row["vi"], row["en"]) for row in rows]


def measure(entries: Sequence[Entry], gold: Sequence[Pair], kept: Sequence[Pair]) -> Figures:
    """Figures of a glossary.

    Args:
        entries: best first.
        gold: pairs that are looked for.
        kept: further pairs that are right: the first entries are judged by these and gold, all others are wrong.
    """
    first = [form for entry in entries[:DEPTH] for form in forms(entry)]
    there = set(first)
    missing = [pair for pair in gold if key(pair) not in there]
    top = entries[:TOP]
    right = sum(is_right(entry, [*gold, *kept]) for entry in top)
    return Figures(1 - len(missing) / max(len(gold), 1), right / max(len(top), 1), tuple(missing))


def is_right(entry: Entry, pairs: Iterable[Pair]) -> bool:
    """Whether the two citation forms of an entry are among pairs."""
    return key((entry.vi, entry.en)) in set(map(key, pairs))


def forms(entry: Entry) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Keys of an entry with its variants and rivals."""
    english = [entry.en, *entry.variants_en, *(other.en for other in entry.alternatives)]
    return [key((vi, en)) for vi in (entry.vi, *entry.variants_vi) for en in english]


def key(pair: Pair) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What differences of case, plural, spelling and articles leave of a pair."""
    return plain(pair[0], "vi"), plain(pair[1], "en")
