"""Which language a text is in: Vietnamese, English, or neither.

Counted, not modeled: how many words carry a letter that only Vietnamese has, how many are frequent words of a
language (data/languages.tsv). Shares are set against what running text of the language shows, so that 1.0 is
ordinary.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from typing import Final

from align.documents import tables
from align.types import Lang

_SAMPLE: Final = 40_000  # characters read: both ends and the middle of a longer text
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_VIETNAMESE: Final = re.compile(r"[đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]")
_ENGLISH_END: Final = re.compile(r"[a-z]{3,}(?:ing|ness|ship|ight|ould|ween|ly|ed)")
# Shares of words in running news text (median of the development sets' articles).
_ORDINARY: Final = {"vi": 0.65, "vi0": 0.40, "en": 0.42}
_ORDINARY_OTHER: Final = 0.38
_MIN_STRENGTH: Final = 0.30  # of the ordinary share; below it no language is told from a longer text
_SHORT: Final = 12  # words: below it any evidence that is not contradicted counts
_PURITY: Final = 0.72  # share that the winner must have of both languages' strengths, else the text is mixed
_MIN_LATIN: Final = 0.6


def identify(text: str) -> Lang | None:
    """Language of a text in NFC, or None where it is another language, too mixed, or holds no words."""
    sample = _sampled(text)
    words = _LETTERS.findall(sample)
    letters = sum(map(len, words))
    if not letters or sum(1 for _ in _LATIN.finditer(sample)) < _MIN_LATIN * letters:
        return None
    strength = _strengths(words)
    vi, en = strength["vi"], strength["en"]
    other = max(value for lang, value in strength.items() if lang not in ("vi", "en"))
    best = max(vi, en)
    if best <= other or (len(words) >= _SHORT and best < _MIN_STRENGTH) or best < _PURITY * (vi + en):
        return None
    return "vi" if vi > en else "en"


def _sampled(text: str) -> str:
    if len(text) <= _SAMPLE:
        return text
    part = _SAMPLE // 3
    middle = (len(text) - part) // 2
    return "\n".join((text[:part], text[middle : middle + part], text[-part:]))


def _strengths(words: list[str]) -> dict[str, float]:
    """Share of words that speak for each language, over the share that is ordinary in it."""
    counts: dict[str, float] = defaultdict(float)
    for word, times in Counter(words).items():
        lower = word.lower()
        # A Vietnamese name says less: English news is full of them.
        weight = 0.5 if word.istitle() and _VIETNAMESE.search(lower) else 1.0
        for lang in _evidence(lower):
            counts[lang] += weight * times
    total = len(words)
    strength = {lang: counts[lang] / total / _ORDINARY.get(lang, _ORDINARY_OTHER) for lang in _frequent_languages()}
    bare = strength.pop("vi0")
    # Bare syllables are ambiguous: they speak only where letters do not.
    strength["vi"] = max(strength["vi"], bare)
    return strength


def _evidence(word: str) -> tuple[str, ...]:
    if _VIETNAMESE.search(word):
        return ("vi",)
    found = _frequent().get(word, ())
    if not found and word.isascii() and _ENGLISH_END.fullmatch(word):
        return ("en",)
    return found


@cache
def _frequent() -> dict[str, tuple[str, ...]]:
    """Frequent word -> the languages it is frequent in."""
    found: dict[str, tuple[str, ...]] = {}
    for line in tables.lines("languages.tsv"):
        lang, words = line.split("\t")
        for word in dict.fromkeys(words.split()):
            found[word] = (*found.get(word, ()), lang)
    return found


@cache
def _frequent_languages() -> tuple[str, ...]:
    return tuple(line.split("\t")[0] for line in tables.lines("languages.tsv"))
