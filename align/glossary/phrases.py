"""Words of terms inside each other."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

Keys = tuple[str, ...]


def spans_of(words: Keys) -> list[Keys]:
    """All sequences of neighboring words."""
    return [words[a:b] for a in range(len(words)) for b in range(a + 1, len(words) + 1)]


def inside(long: Sequence[str], short: Sequence[str]) -> bool:
    """Whether a sequence of words stands inside another."""
    n = len(short)
    return any(tuple(long[k : k + n]) == tuple(short) for k in range(len(long) - n + 1))


def without(words: list[str], part: Sequence[str]) -> list[str] | None:
    """Words without a part, None where it does not stand in them."""
    n = len(part)
    for k in range(len(words) - n + 1):
        if words[k : k + n] == list(part):
            return words[:k] + words[k + n :]
    return None


def at_conjunction(words: Keys, part: Keys) -> bool:
    """Whether a part begins or ends the words, with a conjunction between it and the others."""
    n = len(part)
    after = words[:n] == part and len(words) > n and words[n] in ("và", "and", ",")
    before = words[-n:] == part and len(words) > n and words[-n - 1] in ("và", "and", ",")
    return after or before


def is_short(en: Keys, linked: AbstractSet[str]) -> bool:
    """Whether words are an acronym that stands with its full form, with a year or without."""
    return en[0].upper() in linked and all(word.isdigit() for word in en[1:])
