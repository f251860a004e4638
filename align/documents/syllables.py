"""How much a text reads like Vietnamese: the share of its marked words that are well-formed syllables."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_SHARP_OR_HEAVY: Final = {"\u0301", "\u0323"}
_ONSET: Final = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_OPEN: Final = (
    "iêu|yêu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|uya|uyu|uê|uơ|uy|oa|oe|oi|ôi|ơi|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|ua|ưa|ui|ưi|ưu"
    "|[aăâeêioôơuưy]"
)
_CLOSED: Final = "iê|yê|uyê|uâ|oă|oa|oe|uô|ươ|oo|uy|uê|[aăâeêioôơuưy]"
_SYLLABLE: Final = re.compile(rf"{_ONSET}(?:(?:{_CLOSED})(?:ng|nh|ch|[ckmnpt])|(?:{_OPEN}))")
_STOPPED: Final = re.compile(r"(?:ch|[ckpt])$")
_WORD: Final = re.compile(r"[^\W\d_]+")


@cache
def is_syllable(word: str) -> bool:
    """Whether a word in lower case, NFC, is a well-formed Vietnamese syllable, tone included: "nghiêng", "được"."""
    marks = unicodedata.normalize("NFD", word)
    tones = [mark for mark in marks if mark in _TONES]
    if len(word) > 7 or len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    if _SYLLABLE.fullmatch(bare) is None:
        return False
    return _STOPPED.search(bare) is None or bool(tones and tones[0] in _SHARP_OR_HEAVY)


def share(text: str) -> tuple[float, int]:
    """Share of words with a letter beyond ASCII that are Vietnamese syllables, and how many such words there are.

    Args:
        text: in NFC; where there is no such word the share is 0.
    """
    marked = [word.lower() for word in _WORD.findall(text) if not word.isascii()]
    return (sum(map(is_syllable, marked)) / len(marked), len(marked)) if marked else (0.0, 0)
