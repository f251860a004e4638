"""What a pair shows on its surface: negations, ends, questions, sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from align.scoring.words import Floats

# Negations proper, and words that may stand for one on the other side.
_VI_NOT: Final = re.compile(
    r"(?<!hàng )\bkhông\b(?! (?:khí|gian|quân|phận|trung|lưu)\b)|\b(?:chưa|chẳng|chả|đừng|chớ)\b", re.IGNORECASE
)
_EN_NOT: Final = re.compile(
    r"\b(?:not|cannot|no|never|none|nobody|nothing|neither|nor|without)\b|n[’']t\b", re.IGNORECASE
)
_VI_NEGATIVE: Final = re.compile(
    rf"{_VI_NOT.pattern}|\b(?:phi|thiếu|mất|khó|hiếm|từ chối|phản đối|bác bỏ|phủ nhận|vô|trái|bất|tránh|ngừng|miễn"
    r"|ngoài)\b",
    re.IGNORECASE,
)
_EN_NEGATIVE: Final = re.compile(
    rf"{_EN_NOT.pattern}|\b(?:unable|impossible|unlikely|refus\w+|fail\w*|den(?:y|ies|ied)|reject\w*|lack\w*|rarely"
    r"|hardly|barely|un\w+|non\w*|ir\w+|il\w+|im\w+|in\w+|avoid\w*|stop\w*|instead|few|little|yet)\b",
    re.IGNORECASE,
)
_END: Final = re.compile(r"[.!?…:;][\"”’')\]]*$")
_INNER_END: Final = re.compile(r"[.!?…][\"”]? ")
_QUOTES: Final = frozenset('"“”')

FEATURES: Final = (
    "negations_vi",
    "negations_en",
    "negations_more",
    "negatives_vi",
    "negatives_en",
    "negations_vi_alone",
    "negations_en_alone",
    "ends_vi",
    "ends_en",
    "ends_differ",
    "begins_small_vi",
    "begins_small_en",
    "begins_differ",
    "question_differs",
    "commas_more",
    "quotes_more",
    "sentences_more",
)


def features(vi: Sequence[str], en: Sequence[str]) -> Floats:
    """Rows float64 [pairs, len(FEATURES)]; differences are Vietnamese less English."""
    rows = [(*_negations(a, b), *_frame(a, b), *_marks(a, b)) for a, b in zip(vi, en, strict=True)]
    return np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES))


def _negations(vi: str, en: str) -> tuple[int, ...]:
    vi_not, en_not = len(_VI_NOT.findall(vi)), len(_EN_NOT.findall(en))
    vi_like, en_like = len(_VI_NEGATIVE.findall(vi)), len(_EN_NEGATIVE.findall(en))
    alone = max(vi_not - en_like, 0), max(en_not - vi_like, 0)
    return vi_not, en_not, vi_not - en_not, vi_like, en_like, *alone


def lone_negation(vi: str, en: str) -> tuple[str, str] | None:
    """A negation that has nothing like it on the other side: its word and "", or "" and its word."""
    found = _VI_NOT.search(vi), _EN_NOT.search(en)
    if found[0] and not _EN_NEGATIVE.search(en):
        return found[0][0], ""
    if found[1] and not _VI_NEGATIVE.search(vi):
        return "", found[1][0]
    return None


def ends(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return bool(_END.search(text))


def _frame(vi: str, en: str) -> tuple[int, ...]:
    end_vi, end_en = int(ends(vi)), int(ends(en))
    small_vi, small_en = (int(next(filter(str.isalpha, text), "A").islower()) for text in (vi, en))
    return end_vi, end_en, end_vi - end_en, small_vi, small_en, small_vi - small_en


def _marks(vi: str, en: str) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(_counts(vi), _counts(en), strict=True))


def _counts(text: str) -> tuple[int, ...]:
    """Of question marks (0 or 1), commas, quotation marks, and ends of sentences inside."""
    return int("?" in text), text.count(","), sum(map(text.count, _QUOTES)), len(_INNER_END.findall(text))
