"""Names of countries, persons and acronyms inside candidates: what a term may be freed of."""

from __future__ import annotations

from functools import cache

from align.anchors import tables
from align.glossary.tokens import keys
from align.text import fold
from align.types import Lang

Keys = tuple[str, ...]


@cache
def places(lang: Lang) -> dict[Keys, str]:
    """Keys of names of places and institutions, demonyms included -> their canonical name."""
    found: dict[Keys, str] = {}
    for vi, en, kind in tables.rows("exonyms", 3):
        if kind == "place":
            name = tables.forms(en)[0]
            for form in tables.forms(vi if lang == "vi" else en):
                found.setdefault(keys(form.lstrip("!-"), lang), name)
    for vi, en in tables.rows("territories", 2):
        found.setdefault(keys(vi if lang == "vi" else en, lang), en)
    return found


def place(words: Keys, lang: Lang) -> str:
    """Canonical name of a place, "" where the words name none that is known."""
    return places(lang).get(words, "")


def without_place(words: Keys, lang: Lang) -> tuple[Keys, str]:
    """Words without a place at their start or end, and the place."""
    known = places(lang)
    for size in range(min(4, len(words) - 1), 0, -1):
        if words[-size:] in known:
            return _strip(words[:-size]), known[words[-size:]]
        if words[:size] in known:
            return _strip(words[size:]), known[words[:size]]
    return words, ""


def _strip(words: Keys) -> Keys:
    """Words without joining words at the ends."""
    joining = ("của", "of", "the", "'s", "’s")
    while words and words[0] in joining:
        words = words[1:]
    while words and words[-1] in joining:
        words = words[:-1]
    return words


def same_name(vi: Keys, en: Keys) -> bool:
    """Whether both sides are one name, diacritics aside: Tô Lâm, To Lam."""
    return fold(" ".join(vi)) == fold(" ".join(en))


def shared_tail(vi: Keys, en: Keys) -> int:
    """Words at the end of both sides that are one name: "thủ tướng tô lâm", "prime minister to lam" share two."""
    n = 0
    while n < min(len(vi), len(en)) and fold(vi[-1 - n]) == fold(en[-1 - n]) and not vi[-1 - n].isdigit():
        n += 1
    return n
