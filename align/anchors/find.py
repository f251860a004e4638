"""Finding the anchors of a text."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from align.anchors import dates, exonyms, names, numbers
from align.anchors.sheet import Sheet
from align.types import Anchor, Lang

_REMEMBERED: Final = 8192  # texts: a segment is asked for by its document, and again by every bead that is it alone
_LONG: Final = 1000  # characters: longer texts are no segments, and are not remembered


def find(text: str, lang: Lang) -> tuple[Anchor, ...]:
    """Anchors of a text, in order of position, none overlapping another.

    Kinds and keys: number "18500000000" (vague ones "1000s"); percent "7.2"; money "usd:18500000000";
    date "2025-07-21", "07-21", "2025-07", "07", "2025", "2025-q3", "weekday:thu", "time:19:30";
    name "to lam", "ibrahim", "asean", and for exonyms the first English form of the table ("vietnam").

    Args:
        text: a segment or paragraph, NFC.
        lang: its language, which settles separators of numbers and the order of day and month.
    """
    return _found(text, lang) if len(text) <= _LONG else _found.__wrapped__(text, lang)


@lru_cache(_REMEMBERED)
def _found(text: str, lang: Lang) -> tuple[Anchor, ...]:
    sheet = Sheet(text)
    exonyms.take(sheet, lang)
    names.take_codes(sheet)
    dates.take(sheet, lang)
    numbers.take(sheet, lang)
    names.take(sheet, lang)
    return sheet.anchors()
