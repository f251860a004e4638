"""Filters that look at one unit.

Thresholds were set on 6,110 true units of even development documents (`scripts/measure_filters.py`; docs/filters.md).
What `align.scoring.flags` has found out stands in the flags of the unit and is not computed again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from align.text import fold, normalized
from align.types import Unit

Test = Callable[[Unit], bool]

_LONGEST_WORDS: Final = 250  # the longest true unit of the development set has 163; training tools cut there or sooner
_LONGEST_CHARACTERS: Final = 2000  # for text without blanks; the longest has 764
_SHORTEST: Final = 3  # words
_LISTED: Final = 6  # words from which on a unit may be a list: "Vitamin D và trẻ em" is none
_COPIED: Final = 0.7  # share of names and numbers; all but one of the development set have less, and that is a list
_WORD: Final = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")
_GLUED: Final = 3  # syllables of a name that English writes as one word: Hà Nội, Hanoi


def alone(min_quality: float) -> dict[str, Test]:
    """Filter -> whether it rejects a unit, in the order in which they are asked."""
    return {
        "no_words": _has_no_words,
        "untranslated": _is_untranslated,
        "wrong_language": lambda unit: _flagged(unit, "language_vi", "language_en"),
        "too_long": _is_too_long,
        "too_short": _is_too_short,
        "length_ratio": lambda unit: _flagged(unit, "length_ratio"),
        "mostly_names_or_numbers": _is_a_list,
        "number_mismatch": lambda unit: _flagged(unit, "number_mismatch"),
        "low_quality": lambda unit: unit.quality < min_quality,
    }


def _flagged(unit: Unit, *names: str) -> bool:
    return any(flag.partition(":")[0] in names for flag in unit.flags)


def _has_no_words(unit: Unit) -> bool:
    return not (any(map(str.isalpha, unit.vi)) and any(map(str.isalpha, unit.en)))


def _is_untranslated(unit: Unit) -> bool:
    return normalized(unit.vi) == normalized(unit.en)


def _is_too_long(unit: Unit) -> bool:
    return any(len(text) > _LONGEST_CHARACTERS or text.count(" ") >= _LONGEST_WORDS for text in (unit.vi, unit.en))


def _is_too_short(unit: Unit) -> bool:
    return any(len(text.split()) < _SHORTEST for text in (unit.vi, unit.en))


def _is_a_list(unit: Unit) -> bool:
    """Whether most of either side is numbers, and names that stand on the other side in the same letters.

    Capital letters alone say nothing: a headline may have no others.
    """
    vi, en = _WORD.findall(unit.vi), _WORD.findall(unit.en)
    if min(len(vi), len(en)) < _LISTED or min(_marked(vi), _marked(en)) < _COPIED:
        return False
    return min(_copied(vi, en), _copied(en, vi)) >= _COPIED


def _marked(words: Sequence[str]) -> float:
    """Share of words that may be numbers or names by their letters: bounds `_copied`, and costs little."""
    return sum(word[0].isupper() or any(map(str.isdigit, word)) for word in words) / len(words)


def _copied(words: Sequence[str], other: Sequence[str]) -> float:
    """Share of words that are numbers or stand in names of the other side."""
    there = set(_runs([fold(word) for word in other]))
    copied = [any(map(str.isdigit, word)) for word in words]
    folded = [fold(word) if word[0].isupper() else None for word in words]
    for size in range(1, _GLUED + 1):
        for start in range(len(words) - size + 1):
            run = [part for part in folded[start : start + size] if part is not None]
            if len(run) == size and "".join(run) in there:
                copied[start : start + size] = [True] * size
    return sum(copied) / len(words)


def _runs(words: Sequence[str]) -> list[str]:
    """Runs of one to three words without blanks."""
    sizes = range(1, _GLUED + 1)
    return ["".join(words[start : start + size]) for size in sizes for start in range(len(words) - size + 1)]
