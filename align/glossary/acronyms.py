"""Acronyms in brackets after their full form: "Bộ Quy tắc ứng xử (COC)", "Memorandum of Understanding (MoU)".

On the English side the letters must be those of the words before the bracket (Schwartz & Hearst 2003).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from align.glossary.candidates import Candidates
from align.glossary.side import Side
from align.glossary.tokens import TOKEN
from align.glossary.wordlists import bounds
from align.text import fold

_SHAPE: Final = re.compile(r"[A-Z][A-Za-z&-]{1,11}")
_SMALL: Final = frozenset(("the", "of", "and", "on", "in", "for", "to", "at", "with"))
_YEAR: Final = re.compile(r"\d{4}")


def is_acronym(word: str) -> bool:
    """Whether a written word looks like an acronym: mostly capitals, at least two."""
    capitals = sum(letter.isupper() for letter in word)
    return bool(_SHAPE.fullmatch(word)) and capitals >= 2 and capitals * 2 >= len(word)


def fits(acronym: str, words: tuple[str, ...]) -> bool:
    """Whether words may be the full form: the first letters agree, and all letters follow in order, mostly initials."""
    letters = fold(acronym.removesuffix("s")).replace("-", "").replace("&", "")
    initials = "".join(fold(word)[0] for word in words if word[0].isalnum())
    if not initials or initials[0] != letters[0] or len(letters) > len("".join(words)):
        return False
    place, hits = 0, 0
    for letter in letters:
        found = initials.find(letter, place)
        if found >= 0:
            place, hits = found + 1, hits + 1
    content = [word for word in words if word[0].isalnum() and word not in _SMALL]
    return hits >= (len(letters) if len(letters) <= 3 else 0.7 * len(letters)) and len(content) <= 2 * len(letters) + 1


def bracketed(tokens: Side, texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Acronyms in brackets with the token before which their full form ends.

    Args:
        tokens: one side.
        texts: its units.
    """
    for unit, text in enumerate(texts):
        if "(" in text:
            first = int(tokens.starts[unit])
            yield from ((acronym, first + end) for acronym, end in _in_unit(TOKEN.findall(text)))


def _in_unit(written: list[str]) -> Iterator[tuple[str, int]]:
    for at in range(1, len(written) - 2):
        if written[at] != "(":
            continue
        close = at + 2 if written[at + 2] == ")" else at + 3
        if close < len(written) and written[close] == ")" and is_acronym(written[at + 1]):
            yield written[at + 1], _before_year(written, at)


def _before_year(written: list[str], end: int) -> int:
    """Step back over "năm 1982" or "1982" in front of the bracket."""
    if end >= 2 and _YEAR.fullmatch(written[end - 1]):
        return end - 2 if written[end - 2].lower() in ("năm", "of", "in") else end - 1
    return end


def full_forms(tokens: Side, found: Candidates, texts: Sequence[str]) -> dict[str, set[int]]:
    """Acronym, as it is first written -> candidates that stand as a full form before it."""
    first: dict[str, str] = {}
    ends = defaultdict(list)
    for acronym, end in bracketed(tokens, texts):
        ends[end].append(first.setdefault(acronym.upper(), acronym))
    forms: dict[str, set[int]] = defaultdict(set)
    last = found.at + found.length[found.of]
    rows = np.flatnonzero(np.isin(last, np.array(list(ends), dtype=np.int64)))
    beginning = _beginning(found, {int(found.at[row]) for row in rows})
    for row in rows:
        numbers = [int(found.of[row]), *_heads(tokens, found, int(found.of[row]), int(found.at[row]), beginning)]
        for acronym in ends[int(last[row])]:
            for number in numbers:
                words = found.words[number]
                if len(words) >= 2 and (tokens.lang == "vi" or fits(acronym, words)):
                    forms[acronym].add(number)
    return forms


def _beginning(found: Candidates, places: set[int]) -> dict[int, list[int]]:
    """Token -> candidates that begin there."""
    begin: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(np.isin(found.at, np.array(sorted(places), dtype=np.int64))):
        begin[int(found.at[row])].append(int(found.of[row]))
    return begin


def _heads(tokens: Side, found: Candidates, whole: int, at: int, beginning: dict[int, list[int]]) -> list[int]:
    """Candidates that a full form begins with and a preposition follows: what an addition was made to."""
    joining = bounds(tokens.lang)["capital"] | bounds(tokens.lang)["inner"]
    length = int(found.length[whole])
    return [
        number
        for number in beginning[at]
        if (n := int(found.length[number])) < length and tokens.vocabulary[tokens.keys[at + n]] in joining
    ]
