"""Spellings of Vietnamese that mean the same: NFC, hoà and hòa, tỉ and tỷ."""

from __future__ import annotations

import re
from typing import Final

from align.text import new_style_tones, nfc
from align.types import Lang

# After these consonants a syllable's only vowel is written i or y by taste: tỉ lệ, tỷ lệ; kĩ sư, kỹ sư; quí, quý.
_I: Final = "iíìỉĩịIÍÌỈĨỊ"
_Y: Final = "yýỳỷỹỵYÝỲỶỸỴ"
_OPEN_I: Final = re.compile(rf"(?<![^\W_])([hklmstHKLMST]|[qQ][uU])([{_I}])(?![^\W_])")
_TO_Y: Final = str.maketrans(_I, _Y)


def normalize(text: str, lang: Lang) -> str:
    """A text with one spelling where Vietnamese allows two; English only becomes NFC. Idempotent."""
    text = nfc(text)
    if lang == "en" or text.isascii():
        return text
    return _OPEN_I.sub(lambda match: match[1] + match[2].translate(_TO_Y), new_style_tones(text))
