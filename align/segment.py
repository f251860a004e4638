r"""Sentence-like segments of a document, with offsets into its text.

A paragraph ("\n") always ends a segment. Inside one, a stop (. ! ? …) with its closing quotes and brackets
ends a segment where the next word can begin one and the word before is no abbreviation, initial or list
number. Commas, colons and semicolons never do, but for paragraphs without stops, which are cut so that no
segment exceeds `MAX_CHARS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import Final

from align.types import Document, Lang, Segment

# Longest segment in characters: about 400 words, far beyond any sentence, short enough for an encoder.
MAX_CHARS: Final = 2000
_LOOK_BACK: Final = 40  # no abbreviation or number that matters is longer

_LINE: Final = re.compile(r"[^\n]+")
# Always matches where it can begin, so that a run of a million stops is read once.
_STOP: Final = re.compile(r"[.!?…]++[\"”’'»)\]]*+(?:\[\d{1,3}\])*+")
_WORD: Final = re.compile(r"[^\W_]")
# What stands after a stop: blanks, then opening marks, then the next word.
_NEXT: Final = re.compile(r"(\s*+)([\"“‘'«(\[\-–—*•]*+)( ?)([^\W_]*+)")
_LONE_QUOTE: Final = re.compile(r"\s{1,3}+(?:”|’|»|[\"'](?!\S))")
_ENUMERATION: Final = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[a-zA-Zđ])")
_LIST_LETTER: Final = re.compile(r"[a-zđ](?:\. |\) )")
_HEADING: Final = re.compile(
    r"(?:Điều|Khoản|Mục|Chương|Phần|Bước|Bài|Câu|Article|Section|Chapter|Part|Step|Item)"
    r" (?:\d{1,3}|[IVX]{1,5})",
)
_ARTICLE_NUMBER: Final = re.compile(
    r"(?:khoản|điểm|điều|mục|chương|phần) (?:\d{1,3}|[IVX]{1,5}|[a-zđ])$", re.IGNORECASE
)
_LEGAL_UNITS: Final = frozenset({"Điều", "Khoản", "Mục", "Chương", "Phần", "Luật", "Điểm"})
_QUOTES: Final = frozenset("\"“‘'«")
_DEGREES: Final = re.compile(r"\d ?(?:độ|°|degrees)? ?[CF]$")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.)*+[^\W\d_]")
_PLAIN_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_DOMAIN_ENDS: Final = frozenset({"Com", "Vn", "Net", "Org", "Js", "Edu", "Gov", "Info", "Io", "Co", "Uk", "Html"})
# Best place first for a cut: after a semicolon or colon, after a comma, at a blank.
_CUTS: Final = (re.compile(r"[;:](?= )"), re.compile(r",(?= )"), re.compile(r"\S(?=\s)"))


def segment(document: Document) -> tuple[Segment, ...]:
    """Segments of a document in order; they cover every character of its text that is no blank."""
    text = document.text
    return tuple(Segment(text[start:end], start, end) for start, end in split(text, document.lang))


def split(text: str, lang: Lang) -> list[tuple[int, int]]:
    """Offsets (start, end) of the sentences of a cleaned text.

    Ascending, not overlapping, without blanks at either end, never across a line break, at most `MAX_CHARS`
    long.
    """
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        for start, end in _sentences(text, line.start(), line.end(), lang):
            if end - start <= MAX_CHARS:
                spans.append((start, end))
            else:
                spans.extend(_cut(text, start, end))
    return spans


def _sentences(text: str, start: int, stop: int, lang: Lang) -> Iterator[tuple[int, int]]:
    """Trimmed sentences of the line text[start:stop]."""
    start, stop = _trim(text, start, stop)
    word = _first_word(text, start, stop)
    position = start
    while (match := _STOP.search(text, position, stop)) is not None:
        position = match.end()
        # A sentence holds at least one word: a stop before any belongs to what follows.
        if match.start() < word:
            continue
        if lone := _LONE_QUOTE.match(text, position, stop):
            position = lone.end()
        if position >= stop:
            break
        if _ends_sentence(text, (word, match.start(), position, stop), match[0], lang):
            yield start, position
            start, _ = _trim(text, position, stop)
            word = _first_word(text, start, stop)
    if start < stop:
        yield start, stop


def _first_word(text: str, start: int, stop: int) -> int:
    match = _WORD.search(text, start, stop)
    return stop if match is None else match.start()


def _trim(text: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return start, stop


def _ends_sentence(text: str, at: tuple[int, int, int, int], mark: str, lang: Lang) -> bool:
    """Whether a stop ends its sentence; `at` is first word, stop, what follows the stop, end of the line."""
    word, stop, after, end = at
    following = _NEXT.match(text, after, end)
    if following is None or not following[4]:
        return False
    next_word = following[4]
    if not following[1]:
        return not following[3] and _ends_without_blank(text, at, mark, next_word)
    if not (_can_begin(next_word) or _LIST_LETTER.match(text, following.start(4), end)):
        return False
    if mark[0] != "." or mark[:2] == "..":
        return mark[0] in "!?" or not next_word[0].isdigit()
    return _full_stop_ends(text, (word, stop), next_word, following[2][:1] in _QUOTES, lang)


def _can_begin(word: str) -> bool:
    """Whether a word can begin a sentence: anything but lower case, and names such as iPhone."""
    return not word[0].islower() or (len(word) > 1 and word[1].isupper())


def _full_stop_ends(text: str, at: tuple[int, int], next_word: str, opened: bool, lang: Lang) -> bool:
    """Whether the full stop after text[first:stop] ends the sentence before `next_word`."""
    first, stop = at
    token = _token(text, first, stop)
    kind = _abbreviations(lang).get(token)
    starter = opened or next_word in _starters()
    if kind == "title":
        return False
    if kind == "number" and next_word[0].isdigit():
        return False
    if kind == "either":
        return starter
    if _DEGREES.search(text, max(first, stop - _LOOK_BACK), stop):
        return True
    if token and _INITIALS.fullmatch(token):
        # "J. K. Rowling", "U.S. Navy" go on; "Plan B. The ..." and "Nguyễn Văn A. Ông ..." end.
        return starter and stop - first > len(token)
    return not _is_numbering(text, first, stop, next_word)


def _is_numbering(text: str, first: int, stop: int, next_word: str) -> bool:
    """Whether the stop belongs to the number of a list item, heading or law: "1. ", "Điều 3. "."""
    if stop - first <= _LOOK_BACK:
        so_far = text[first:stop]
        if _ENUMERATION.fullmatch(so_far) or _HEADING.fullmatch(so_far):
            return True
    if next_word not in _LEGAL_UNITS:
        return False
    return _ARTICLE_NUMBER.search(text[max(first, stop - _LOOK_BACK) : stop]) is not None


def _token(text: str, first: int, stop: int) -> str:
    """The characters before a stop back to a blank or an opening mark."""
    begin = max(first, stop - _LOOK_BACK)
    tail = text[begin:stop]
    cut = max(tail.rfind(mark) for mark in " \t\xa0(\"“‘'[")
    return tail[cut + 1 :]


def _ends_without_blank(text: str, at: tuple[int, int, int, int], mark: str, next_word: str) -> bool:
    """Whether a stop with no blank after it ends a sentence ("Việt Nam.Ông"): only between plain words."""
    first, stop, _, _ = at
    token = _token(text, first, stop)
    # "Th.S", "A.B" are one word; "Nam.Ở" and "Nam.Ông" are two.
    capital = next_word[0].isupper() and (next_word[1:].islower() or (len(next_word) == 1 and next_word > "\x7f"))
    if not capital or next_word in _DOMAIN_ENDS or mark[0] == "…" or mark[:2] == "..":
        return False
    plain = _PLAIN_WORD.fullmatch(token) is not None and token[-1].islower()
    return plain and "title" != _abbreviations("vi").get(token) != "either"


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces of an overlong sentence, at most `MAX_CHARS` each, cut at the last good place of a window."""
    while end - start > MAX_CHARS:
        at = _best_cut(text, start + MAX_CHARS // 2, start + MAX_CHARS)
        yield _trim(text, start, at)
        start, _ = _trim(text, at, end)
    if start < end:
        yield start, end


def _best_cut(text: str, low: int, high: int) -> int:
    for pattern in _CUTS:
        places = [match.end() for match in pattern.finditer(text, low, high)]
        if places:
            return places[-1]
    return high


@lru_cache(maxsize=2)
def _abbreviations(lang: Lang) -> dict[str, str]:
    """Abbreviation (without its last stop) -> kind, from data/abbreviations.tsv."""
    rows = _table("abbreviations.tsv")
    return {word: kind for kind, of, words in rows if of in ("*", lang) for word in words.split()}


@lru_cache(maxsize=1)
def _starters() -> frozenset[str]:
    return frozenset(word for _, words in _table("starters.tsv") for word in words.split())


def _table(name: str) -> list[list[str]]:
    content = resources.files("align").joinpath("data", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in content.split("\n") if line and not line.startswith("#")]
