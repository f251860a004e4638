"""Names, acronyms and codes that both languages write with the same letters, diacritics aside."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import Final

from align.anchors import tables
from align.anchors.letters import UPPER, is_syllable
from align.anchors.numbers import currencies
from align.anchors.sheet import FILL, Sheet, has_digits
from align.text import fold
from align.types import Anchor, Lang

_WORD: Final = re.compile(rf"(?<![\w’'])[{UPPER}](?:\w|['’](?=\w))*")
_CODE: Final = re.compile(
    r"(?<![\w/-])(?:([A-ZĐ]{1,5})-?\d{1,4}[A-Z]?|\d{1,3}[A-Z]{1,2}"
    r"|\d{1,4}/(?:\d{4}/)?[A-ZĐ]{2,5}(?:-[A-ZĐ]{2,6})*)(?!\w|[/.,]\d)"
)
_TELEPHONE: Final = re.compile(r"\+\d(?:[ .()-]?\d){6,14}(?!\d)")
_QUARTER: Final = re.compile(r"Q[1-4]")
_SHORTENED: Final = re.compile(r"n['’]t$|['’](?:m|ve|ll|re|d)$")
_START: Final = re.compile(r"(?:^|[.!?:…\n•]\s?|\.\.\.\s?|[-–—]\s)[\"“”‘’'(\[\s]*$")
_POSSESSIVE: Final = ("'s", "’s")
_SHOUT: Final = 4  # so many words of capitals in a row are a heading, not acronyms


def take_codes(sheet: Sheet) -> None:
    """Blot out telephone numbers; take types and document numbers (C-17, 16/2025/NĐ-CP) as names."""
    if has_digits(sheet.rest):
        if "+" in sheet.rest:
            sheet.sweep(_TELEPHONE, lambda _: ())
        sheet.sweep(_CODE, _read_code)


def _read_code(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    if match[1] in currencies("en")[0] or _QUARTER.fullmatch(match[0]):  # VND500, Q1
        return None
    return (Anchor("name", fold(match[0]).replace("-", ""), *match.span()),)


def take(sheet: Sheet, lang: Lang) -> None:
    """Take names from the rest of a sheet; meant to come last."""
    for run in _runs(sheet.rest):
        sheet.found.extend(_read_run(sheet.text, run, lang))


def _runs(rest: str) -> list[list[re.Match[str]]]:
    """Capitalized words that stand together, one blank or hyphen between."""
    runs: list[list[re.Match[str]]] = []
    end = -2
    for match in _WORD.finditer(rest):
        if match.start() == end + 1 and rest[end] in " -":
            runs[-1].append(match)
        else:
            runs.append([match])
        end = match.end()
    return runs


@cache
def _no_names(kind: str) -> frozenset[str]:
    """Words in lower case that are no names for all their capital letter."""
    kinds = {kind, "title"} if kind == "vi" else {kind}
    return frozenset(word for row in tables.rows("capitals", 2) if row[0] in kinds for word in row[1].split())


def _read_run(text: str, run: list[re.Match[str]], lang: Lang) -> list[Anchor]:
    """Anchors of a run: Vietnamese syllables together ("to lam"), other words singly ("anwar", "ibrahim").

    Word by word, a name matches wherever the run around it ends, and "Ibrahim" alone matches "Anwar Ibrahim".
    """
    if len(run) == 1 and lang == "vi" and _is_plain_syllable(run[0][0], fold(run[0][0])):
        return []  # most capitals of Vietnamese: the first word of a sentence or of an office
    shouted = sum(match[0].isupper() for match in run) >= _SHOUT
    initial = _begins_sentence(text, run[0].start())
    words = [(_key(match[0]), match.start(), match) for match in run]
    found = []
    for syllables, group in groupby(words, key=lambda word: _is_plain_syllable(word[2][0], word[0])):
        part = list(group)
        if syllables:
            found += _read_syllables(part, lang, initial=initial and part[0][1] == run[0].start())
        else:
            first = run[0].start() if initial and len(run) == 1 else -1
            found += [_word(word) for word in part if _is_name(word, first, lang, shouted=shouted)]
    return found


def _is_plain_syllable(written: str, key: str) -> bool:
    return is_syllable(key) and not (written.isupper() and len(written) > 1 and written.isascii())


def _key(written: str) -> str:
    return fold(written.removesuffix("'s").removesuffix("’s"))


def _word(word: tuple[str, int, re.Match[str]]) -> Anchor:
    key, start, match = word
    cut = 2 if match[0].endswith(_POSSESSIVE) else 0
    return Anchor("name", key, start, match.end() - cut)


def _is_name(word: tuple[str, int, re.Match[str]], first: int, lang: Lang, *, shouted: bool) -> bool:
    key, start, match = word
    written = match[0]
    if (
        len(key) < 2
        or key in _no_names("en")
        or _SHORTENED.search(written)
        or (lang == "vi" and written.lower() in _no_names("vi"))
    ):
        return False
    if written.isupper():
        return not shouted
    return lang == "vi" or start != first


def _read_syllables(part: list[tuple[str, int, re.Match[str]]], lang: Lang, *, initial: bool) -> list[Anchor]:
    """The name in a run of Vietnamese syllables, without titles and sentence openers before it."""
    stop = _no_names(lang if initial else "title")
    # "To Lam" is a name, "In Hanoi Tran Phu" holds one: in English two syllables are never cut.
    first, keep = 0, 0 if lang == "vi" else 2
    while len(part) - first > keep and part[first][2][0].lower() in stop:
        first += 1
    part = part[first:]
    if len(part) >= 2:
        key = " ".join(key for key, _, _ in part)
        return [Anchor("name", key, part[0][1], part[-1][2].end())]
    if lang == "en" and part and not initial and len(part[0][0]) > 1 and part[0][0] not in _no_names("en"):
        return [_word(part[0])]
    return []


def _begins_sentence(text: str, start: int) -> bool:
    """Whether a capital at `start` may be due to the beginning of a sentence."""
    before = text[max(0, start - 12) : start]
    found = _START.search(before)
    if found is None or FILL in before:
        return False
    if start == 0 or not found[0].startswith("."):
        return found.start() > 0 or start <= 12 or found[0].strip() != ""
    title = re.search(rf"(?<!\w)[{UPPER}]\w{{0,3}}$", before[: found.start()])
    return title is None
