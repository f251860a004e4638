"""Words of both languages with their place: what candidates are made of.

Vietnamese words are syllables; a hyphenated word is one token on both sides. The possessive of English is a token of
its own, so that "Malaysia's" counts for Malaysia.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from align.text import fold, new_style_tones
from align.types import Lang

_WORD: Final = r"(?:\d+(?:[.,]\d+)+|[^\W_]+(?:[-–.&/][^\W_]+)*)"
TOKEN: Final = re.compile(rf"(?<=[^\W_])['’][sS](?!\w)|{_WORD}|\S")
OPENERS: Final = frozenset('.!?:;…"“”‘([{•–—-')
# American and British spellings that news mixes: one key for both.
_SPELLINGS: Final = (
    (re.compile(r"(?<=[a-z]{3})i[sz](?=e[ds]?$|ing$|ations?$|er$)"), "iz"),
    (re.compile(r"^defence$"), "defense"),
    (re.compile(r"^centre$"), "center"),
    (re.compile(r"^(labo|neighbo|harbo)ur"), r"\1r"),
    (re.compile(r"^program(?:me)?$"), "program"),
    (re.compile(r"communiqué"), "communique"),
)
_NO_PLURAL: Final = re.compile(r"(?:ss|us|is|ics|ous|news|series|species|ias)$")


def tokenize(text: str) -> list[re.Match[str]]:
    """Tokens of a text in NFC, in order, with their places."""
    return list(TOKEN.finditer(text))


@lru_cache(maxsize=1 << 18)
def low(written: str) -> str:
    """Lower case with new-style tone marks."""
    return new_style_tones(written.lower())


@lru_cache(maxsize=1 << 18)
def english_key(written: str) -> str:
    """What spellings of an English word have in common: "Defence" and "defense", "parties" and "party"."""
    word = fold(written)
    for pattern, into in _SPELLINGS:
        word = pattern.sub(into, word)
    if len(word) < 4 or not word.endswith("s") or written.isupper() or _NO_PLURAL.search(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:sh|ch|x|ss)es$", word):
        return word[:-2]
    return word[:-1]


KEY: Final[dict[Lang, Callable[[str], str]]] = {"vi": low, "en": english_key}


def keys(text: str, lang: Lang) -> tuple[str, ...]:
    """Keys of the words of a term, marks left out."""
    return tuple(KEY[lang](match[0]) for match in tokenize(text) if match[0][0].isalnum())
