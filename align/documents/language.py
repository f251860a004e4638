"""Which language a text is in: Vietnamese, English, another one, a mixture, or none.

Counted, not modeled: how many words carry a letter that only Vietnamese has, how many are frequent words of a
language (data/languages.tsv). Shares are set against what running text of the language shows, so that 1.0 is
ordinary.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from align.documents import tables
from align.types import LANGS, Lang

_REMEMBERED: Final = 65_536  # words
_SAMPLE: Final = 40_000  # characters read: both ends and the middle of a longer text
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_VIETNAMESE: Final = re.compile(r"[đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]")
_ENGLISH_END: Final = re.compile(r"[a-z]{3,}(?:ing|ness|ship|ight|ould|ween|ly|ed)")
# Shares of words in running news text (median of the development sets' articles).
_ORDINARY: Final = {"vi": 0.65, "vi0": 0.40, "en": 0.42}
_ORDINARY_OTHER: Final = 0.38
_MIN_STRENGTH: Final = 0.30  # of the ordinary share; below it no language is told from a longer text
_SHORT: Final = 12  # words: below it any evidence that is not contradicted counts
_MAX_SYLLABLE: Final = 12  # letters of a Vietnamese word, with what is run together or borrowed
_PURITY: Final = 0.72  # share that the winner must have of both languages' strengths, else the text is mixed
_MIN_LATIN: Final = 0.6
_ALWAYS: Final = ("vi", "vi0", "en")  # languages whose strength is asked for


# Scripts, with the languages that are told by them; Han without kana is Chinese.
_SCRIPTS: Final = {
    "Japanese": "\u3040-\u30ff",
    "Korean": "\u1100-\u11ff\uac00-\ud7af",
    "Chinese": "\u3400-\u4dbf\u4e00-\u9fff",
    "Thai": "\u0e00-\u0e7f",
    "Lao": "\u0e80-\u0eff",
    "Khmer": "\u1780-\u17ff",
    "Burmese": "\u1000-\u109f",
    "Cyrillic script": "\u0400-\u04ff",
    "Arabic script": "\u0600-\u06ff",
    "Devanagari script": "\u0900-\u097f",
    "Greek": "\u0370-\u03ff",
    "Hebrew": "\u0590-\u05ff",
}
_MIN_KANA: Final = 0.1  # share of letters from which on Han text is Japanese
_MARKED_VIETNAMESE: Final = 0.05  # share of words with any diacritic below which Vietnamese counts as bare


@dataclass(frozen=True, slots=True)
class Verdict:
    """Language of a text.

    `lang` is "vi", "en" or None; then `reason` says why, for a person: another language by its name, a mixture,
    or too little to tell. `bare` is Vietnamese typed without diacritics; `other` the name of another language.
    """

    lang: Lang | None
    reason: str = ""
    bare: bool = False
    other: str | None = None


def identify(text: str) -> Lang | None:
    """Language of a text in NFC, or None where it is another language, too mixed, or holds no words."""
    return detect(text).lang


def detect(text: str) -> Verdict:
    """Language of a text in NFC, and why it has none that can be used."""
    sample = _sampled(text)
    words = _LETTERS.findall(sample)
    letters = sum(map(len, words))
    if not letters:
        return Verdict(None, "no words: neither Vietnamese nor English")
    if sum(map(len, _LATIN.findall(sample))) < _MIN_LATIN * letters:
        return _other(_script(sample, letters))
    return _latin(words)


def _latin(words: list[str]) -> Verdict:
    """Verdict on words that are mostly in Latin letters."""
    strength = _strengths(words)
    vi, en = strength["vi"], strength["en"]
    other = max((name for name in strength if name not in LANGS), key=strength.__getitem__, default=None)
    best = max(vi, en)
    if other is not None and best <= strength[other]:
        return _other(_names()[other])
    if not best or (len(words) >= _SHORT and best < _MIN_STRENGTH):
        return Verdict(None, "language is not told: neither Vietnamese nor English, nor another that is known")
    if best < _PURITY * (vi + en):
        share = round(100 * vi / (vi + en))
        shares = f"about {share}% and {100 - share}%"
        return Verdict(None, f"mixed, neither Vietnamese nor English throughout ({shares}): split it")
    if en > vi:
        return Verdict("en")
    marked = sum(not word.isascii() for word in words)
    return Verdict("vi", bare=len(words) >= _SHORT and marked < _MARKED_VIETNAMESE * len(words))


def _other(name: str) -> Verdict:
    return Verdict(None, f"language is {name}: neither Vietnamese nor English", other=name)


def _script(sample: str, letters: int) -> str:
    counts = {name: len(re.findall(f"[{span}]", sample)) for name, span in _SCRIPTS.items()}
    if counts["Japanese"] >= _MIN_KANA * letters:
        return "Japanese"
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else "in a script that is not told"


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
    # In the order of all languages, for the first of equals wins.
    strength = {
        lang: counts[lang] / total / _ORDINARY.get(lang, _ORDINARY_OTHER)
        for lang in _frequent_languages()
        if lang in counts or lang in _ALWAYS
    }
    bare = strength.pop("vi0")
    # Bare syllables are ambiguous: they speak only where letters do not.
    strength["vi"] = max(strength["vi"], bare)
    return strength


@lru_cache(_REMEMBERED)
def _evidence(word: str) -> tuple[str, ...]:
    if _VIETNAMESE.search(word) and len(word) <= _MAX_SYLLABLE:
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
def _names() -> dict[str, str]:
    """Code of a language -> its name."""
    return dict(line.split("=") for line in tables.lines("language_names.txt"))


@cache
def _frequent_languages() -> tuple[str, ...]:
    return tuple(line.split("\t")[0] for line in tables.lines("languages.tsv"))
