"""Translations that are none: empty, untranslated, in another language, repeating, running away, cut short.

No model: words are counted and compared with the source and the references, so that what a person wrote as well
(a name, a refrain, a list) is no fault.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from align.documents.language import identify
from align.text import fold, nfc
from align.types import Lang

FAULTS: Final[dict[str, str]] = {
    "empty": "no text at all",
    "untranslated": "the source again",
    "partly_untranslated": "five or more words of the source in a row",
    "wrong_language": "a language other than the target's",
    "repeated": "a word or phrase again and again",
    "runaway": "more than 2.5 times as long as any reference",
    "cut_short": "less than 0.35 of the shortest reference",
    "debris": "unknown-word marks, subword marks, broken characters or tags",
    "same_output": "the same translation for different sources",
}
_WORD: Final = re.compile(r"\w+")
# Leftovers of tokenization, of markup and of a wrong encoding (Viá»‡t).
_DEBRIS: Final = re.compile(
    r"<unk>|⁇|▁|@@(?:\s|$)|\ufffd|&(?:amp|quot|lt|gt|apos|#\d{2,5});|</?(?:s|pad|b|i|p|br|span)\b[^>]{0,40}>|á»|áº|Ã¡|Ä‘|â€"
)
_COPIED: Final = 0.8  # share of words in common above which a translation is the source again
_ALIKE: Final = 0.5  # share of words in common with a reference above which the language is no question
_STRETCH: Final = 5  # words of the source in a row that are no name
_RUNAWAY: Final = 2.5
_SHORT: Final = 0.35
_ROOM: Final = 10  # words: shorter texts vary too much in length for a ratio
_FEW: Final = 4  # words: no language is told from fewer
_SPAN: Final = 8  # longest phrase looked at for repetition, in words


def find(source: str | None, refs: Sequence[str], hypothesis: str, lang: Lang) -> tuple[str, ...]:
    """Faults of one translation, in the order of FAULTS.

    Args:
        source: None where it is not known; then nothing can be called untranslated.
        refs: references.
        hypothesis: the translation.
        lang: language it should be in.
    """
    if not any(_words(ref) for ref in refs):
        return ()
    words = _words(hypothesis)
    if not words:
        return ("empty",)
    found = set()
    if source is not None:
        found |= _untranslated(_words(source), [_words(ref) for ref in refs], words)
    if not found and _wrong_language(refs, hypothesis, lang):
        found.add("wrong_language")
    found |= _lengths([len(_words(ref)) for ref in refs], len(words))
    known = [_words(text) for text in (*refs, source or "")]
    if _repeats(words) and not any(_repeats(other) for other in known):
        found.add("repeated")
    if _DEBRIS.search(hypothesis) and not any(_DEBRIS.search(text) for text in (*refs, source or "")):
        found.add("debris")
    return tuple(name for name in FAULTS if name in found)


def same_outputs(source: Sequence[str] | None, refs: Sequence[str], hypotheses: Sequence[str]) -> set[int]:
    """Indexes of translations of four words or more that stand for different sources (or references) too."""
    known = source if source is not None else refs
    meanings: dict[str, set[str]] = {}
    keys = [" ".join(_words(text)) for text in hypotheses]
    for key, text in zip(keys, known, strict=True):
        meanings.setdefault(key, set()).add(" ".join(_words(text)))
    return {k for k, key in enumerate(keys) if len(key.split()) >= _FEW and len(meanings[key]) > 1}


def _words(text: str) -> list[str]:
    return _WORD.findall(nfc(text).lower())


def _untranslated(source: list[str], refs: list[list[str]], words: list[str]) -> set[str]:
    if len(source) < _FEW:
        return set()
    ours = _common(source, words)
    theirs = max((_common(source, ref) for ref in refs), default=0.0)
    if ours >= _COPIED and theirs < _COPIED:
        return {"untranslated"}
    reference_runs = {run for ref in refs for run in _runs(ref)}
    copied = (_runs(source) & _runs(words)) - reference_runs
    return {"partly_untranslated"} if copied else set()


def _common(source: list[str], words: list[str]) -> float:
    """Share of words in common, diacritics aside, of the longer text."""
    shared = Counter(map(fold, source)) & Counter(map(fold, words))
    return shared.total() / max(len(source), len(words), 1)


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    """Stretches of words, those with digits aside, which are the same in both languages."""
    spans = (tuple(words[k : k + _STRETCH]) for k in range(len(words) - _STRETCH + 1))
    return {span for span in spans if not any(word[0].isdigit() for word in span)}


def _wrong_language(refs: Sequence[str], hypothesis: str, lang: Lang) -> bool:
    """Whether a translation is in another language, and the references are not (a list of names is in none)."""
    words = _words(hypothesis)
    if len(words) < _FEW or any(_common(words, _words(ref)) >= _ALIKE for ref in refs):
        return False
    found = identify(nfc(hypothesis))
    # None says less of a short text: too few frequent words to tell by.
    if found == lang or (found is None and len(words) < _ROOM):
        return False
    return any(identify(nfc(ref)) == lang for ref in refs)


def _lengths(refs: list[int], words: int) -> set[str]:
    if words > _RUNAWAY * max(refs) and words >= max(refs) + _ROOM:
        return {"runaway"}
    if words < _SHORT * min(refs) and min(refs) >= _ROOM:
        return {"cut_short"}
    return set()


def _repeats(words: list[str]) -> bool:
    """Whether a phrase follows itself: a word four times, two to four words three times, longer ones twice."""
    for span in range(1, _SPAN + 1):
        times = 4 if span == 1 else 3 if span < 5 else 2
        equal = 0
        for k in range(span, len(words)):
            equal = equal + 1 if words[k] == words[k - span] else 0
            if equal >= span * (times - 1):
                return True
    return False
