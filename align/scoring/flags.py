"""What looks wrong with a pair, in words that a person can check against the texts."""

from __future__ import annotations

from typing import Final

import numpy as np

from align.anchors import facts, find
from align.documents.language import identify
from align.scoring.features import WEEKDAYS, log_ratio
from align.scoring.surface import ends, lone_negation
from align.scoring.words import Floats
from align.text import normalized
from align.types import Lang

_FAR: Final = 0.8  # absolute log ratio of lengths: 1 in 500 true pairs of the odd development documents is beyond it
_WORDS: Final = 4  # fewer say too little about their language
# Shortfall and words of a stretch without counterpart: 1 in 50 true pairs of the odd development documents has more.
_GAP: Final[dict[str, float]] = {"vi": 2.6, "en": 1.4}
_GAP_WORDS: Final = 4
_SHOWN: Final = 8  # words of a stretch that a flag shows


def flags(vi: str, en: str, gaps: tuple[Floats, Floats], *, facts_differ: bool) -> tuple[str, ...]:
    """What looks wrong with a cleaned pair.

    Args:
        vi: Vietnamese text.
        en: English text.
        gaps: of either side the stretch that finds least on the other: shortfall, first word, one past the last.
        facts_differ: whether both sides say a number, amount or date that the other does not.
    """
    empty = tuple(f"empty_{lang}" for lang, text in (("vi", vi), ("en", en)) if not text)
    if empty:
        return empty
    if normalized(vi) == normalized(en):
        return ("untranslated",)
    if found := _languages(vi, en):
        return tuple(found)
    if abs(log_ratio(np.array(len(vi)), np.array(len(en)))) > _FAR:
        found.append(f"length_ratio:{len(vi)}/{len(en)}")
    if mismatch := _number_mismatch(vi, en) if facts_differ else "":
        found.append(f"number_mismatch:{mismatch}")
    if negation := lone_negation(vi, en):
        found.append(f"negation:{'/'.join(negation)}")
    return (*found, *_uncovered(vi, en, *gaps))


def _languages(vi: str, en: str) -> list[str]:
    found = []
    for lang, text in (("vi", vi), ("en", en)):
        told = identify(text) if len(text.split()) >= _WORDS else lang
        if told is not None and told != lang:
            found.append(f"language_{lang}:{told}")
    return found


def _number_mismatch(vi: str, en: str) -> str:
    """Numbers that both sides have and only one says, "18,5 tỷ/19 billion"; "" where one side has no such."""
    alone = []
    there = [_facts_of(vi, "vi"), _facts_of(en, "en")]
    for own, other in ((0, 1), (1, 0)):
        missing = [piece for facts_of, piece in there[own] if not any(facts_of & f for f, _ in there[other])]
        alone.append(", ".join(missing).replace(";", ","))
    return "/".join(alone) if all(alone) else ""


def _facts_of(text: str, lang: Lang) -> list[tuple[frozenset[str], str]]:
    """Numbers, money and dates of a text: their canonical forms, and the piece of text."""
    found = [(frozenset(facts(anchor)) - WEEKDAYS, text[anchor.start : anchor.end]) for anchor in find(text, lang)]
    return [(keys, piece) for keys, piece in found if keys]


def _uncovered(vi: str, en: str, vi_gap: Floats, en_gap: Floats) -> list[str]:
    """Stretches without counterpart; the other side is cut short if it also has no end of a sentence."""
    found = []
    for lang, text, gap, other, other_text in (("vi", vi, vi_gap, "en", en), ("en", en, en_gap, "vi", vi)):
        shortfall, start, end = float(gap[0]), int(gap[1]), int(gap[2])
        if shortfall <= _GAP[lang] or end - start < _GAP_WORDS:
            continue
        words = text.split()
        shown = " ".join(words[start:end][:_SHOWN]).replace(";", ",")
        found.append(f"uncovered_{lang}:{shown}{' …' if end - start > _SHOWN else ''}")
        if end >= len(words) - 1 and ends(text) and not ends(other_text):
            found.append(f"truncated_{other}")
    return found
