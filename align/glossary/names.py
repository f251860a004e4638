"""Names of countries, persons and acronyms inside candidates: what a term may be freed of."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from align.anchors import tables
from align.glossary.tokens import keys
from align.text import fold
from align.types import Lang

Keys = tuple[str, ...]


@cache
def table(lang: Lang) -> dict[Keys, tuple[str, str]]:
    """Keys of names of places and institutions, demonyms included -> their canonical name and kind (place, org)."""
    found: dict[Keys, tuple[str, str]] = {}
    for vi, en, kind in tables.rows("exonyms", 3):
        if kind != "person":
            name = tables.forms(en)[0]
            for form in tables.forms(vi if lang == "vi" else en):
                found.setdefault(keys(form.lstrip("!-"), lang), (name, kind))
    for vi, en in tables.rows("territories", 2):
        found.setdefault(keys(vi if lang == "vi" else en, lang), (en, "place"))
    return found


def agree(vi: Keys, en: Keys) -> bool | None:
    """Whether the tables say that two names are one; None where they do not know both."""
    left, right = table("vi").get(vi), table("en").get(en)
    return left[0] == right[0] if left and right else None


def whole(lang: Lang) -> list[Keys]:
    """Names that no term may cut: places, and institutions of up to four words."""
    return [words for words, (_, kind) in table(lang).items() if kind == "place" or len(words) <= 4]


def place(words: Keys, lang: Lang) -> str:
    """Canonical name of a place, "" where the words name none that is known."""
    name, kind = table(lang).get(words, ("", ""))
    return name if kind == "place" else ""


@lru_cache(maxsize=1 << 16)
def mentioned(words: Keys, lang: Lang) -> frozenset[str]:
    """Canonical names of the places and institutions that words mention, and their numbers."""
    words = tuple(part for word in words for part in re.split("[-–]", word) if part)
    found, at = set(), 0
    while at < len(words):
        size = next((n for n in range(min(8, len(words) - at), 0, -1) if words[at : at + n] in table(lang)), 0)
        if size:
            found.add(table(lang)[words[at : at + size]][0])
        elif words[at][0].isdigit():
            found.add(words[at].replace(".", "").replace(",", ""))
        at += size or 1
    return frozenset(found)


def without_place(words: Keys, lang: Lang) -> tuple[Keys, str]:
    """Words without a place at their start or end, and the place."""
    for size in range(min(4, len(words) - 1), 0, -1):
        if name := place(words[-size:], lang):
            return _strip(words[:-size]), name
        if name := place(words[:size], lang):
            return _strip(words[size:]), name
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


def is_person(vi: Keys, en: Keys) -> bool:
    """Whether both sides are one name of two words or more that no table has: a person, or a small place."""
    return same_name(vi, en) and len(vi) > 1 and vi not in table("vi")


def shared_tail(vi: Keys, en: Keys) -> int:
    """Words at the end of both sides that are one name: "thủ tướng tô lâm", "prime minister to lam" share two."""
    n = 0
    while n < min(len(vi), len(en)) and fold(vi[-1 - n]) == fold(en[-1 - n]) and not vi[-1 - n].isdigit():
        n += 1
    return n
