"""Names that the two languages write differently, by table: countries and demonyms, seas, institutions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from align.anchors import tables
from align.anchors.letters import UPPER, is_syllable
from align.anchors.sheet import FILL, Sheet
from align.text import fold
from align.types import Anchor, Lang

_SENTENCE_END: Final = re.compile(r"(?:^|[.!?:;…\n]|[\"“”'‘(\[•–—-])\s*$")
_PAIR_BEFORE: Final = re.compile(r"[^\W\d_]\s?[-–]\s?$")
_PAIR_AFTER: Final = re.compile(rf"\s?[-–]\s?[{UPPER}]")
_LAST_WORD: Final = re.compile(r"(\w+) $")
_NEXT_WORD: Final = re.compile(r" (\w+)")
# Dollars of a country are money, not a mention of the country.
_MONEY_BEFORE: Final = re.compile(r"(?:đô|la|bảng|yên|đôla) $")
_MONEY_AFTER: Final = re.compile(r" (?:dollars?|pounds?|yen|yuan|won|baht|dong)(?!\w)")
_OLD: Final = dict(
    zip(
        ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"),
        ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"),
        strict=True,
    )
)
_OPEN: Final = re.compile(f"(?:{'|'.join(_OLD)})(?!\\w)")


@dataclass(frozen=True, slots=True)
class Form:
    """One written form: `mark` is "", "!" or "-" as in the table; an `exact` one must agree in case."""

    text: str
    key: str
    mark: str
    exact: bool

    @property
    def low(self) -> str:
        """In lower case."""
        return self.text.lower()


@dataclass(slots=True)
class Lexicon:
    """Forms of a language by first word in lower case, longest first; the pattern finds words to look up."""

    forms: dict[str, list[tuple[str, Form]]] = field(default_factory=dict)
    pattern: re.Pattern[str] = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Homonym:
    """When a short country name is an ordinary word: see homonyms.tsv."""

    may_start: bool
    after: frozenset[str]
    before: frozenset[str]


def _entries() -> dict[str, tuple[list[str], list[str]]]:
    """Key -> Vietnamese and English forms, of both tables."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    owner: dict[str, str] = {}
    cells = [(vi, en) for vi, en, _ in tables.rows("exonyms", 3)]
    for vi, en in [*cells, *tables.rows("territories", 2)]:
        names = tables.forms(en)
        key = owner.setdefault(names[0], fold(names[0]))
        owner.update({name: key for name in names if name not in owner})
        vi_forms, en_forms = found.setdefault(key, ([], []))
        # A country of the second table keeps the mark that the first gives its name.
        vi_forms.extend(form for form in tables.forms(vi) if f"!{form}" not in vi_forms)
        en_forms.extend(names)
    return found


@cache
def lexicon(lang: Lang) -> Lexicon:
    """All forms to look for in a language: its own, and those of the other that are no words of this one."""
    book = Lexicon()
    firsts: set[str] = set()
    for key, (vi, en) in _entries().items():
        for written in (*vi, *en) if lang == "vi" else (*en, *(form for form in vi if form.isascii())):
            mark = written[0] if written[0] in "!-" else ""
            form = Form(written.removeprefix(mark), key, mark, exact=written.isupper() and len(written) < 7)
            for low in {form.low, _old_style(form.low)}:
                first = re.match(r"\w+", low)
                assert first is not None, f"exonyms: form {written!r} of {key!r} begins with no letter"
                book.forms.setdefault(first[0], []).append((low, form))
                if form.text[0].islower():
                    firsts.add(first[0])
    for known in book.forms.values():
        known.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    lower = "|".join(sorted(map(re.escape, firsts)))
    book.pattern = re.compile(rf"(?<!\w)(?:[{UPPER}]\w*|(?:{lower})(?!\w))")
    return book


def _old_style(low: str) -> str:
    """A form with the tone marks of open oa, oe, uy in the old place: tòa -> toà."""
    return _OPEN.sub(lambda match: _OLD[match[0]], low)


@cache
def _homonyms() -> dict[str, Homonym]:
    return {
        form: Homonym(start == "start", frozenset(after.split()), frozenset(before.split()))
        for form, start, after, before in tables.rows("homonyms", 4)
    }


def take(sheet: Sheet, lang: Lang) -> None:
    """Take names of the table from a sheet, longest form first."""
    book = lexicon(lang)
    text = sheet.rest
    pieces, done = [], 0
    for match in book.pattern.finditer(text):
        start = match.start()
        known = book.forms.get(match[0].lower())
        if known is None or start < done:
            continue
        form = _longest(text, start, known)
        if form is None:
            continue
        end = start + len(form.text)
        sheet.found.append(Anchor("name", form.key, start, end))
        pieces += [sheet.rest[done:start], FILL * (end - start)]
        done = end
    sheet.rest = "".join([*pieces, sheet.rest[done:]])


def _longest(text: str, start: int, known: list[tuple[str, Form]]) -> Form | None:
    for low, form in known:
        end = start + len(low)
        piece = text[start:end]
        if piece.lower() != low or (end < len(text) and (text[end].isalnum() or text[end] in "_$")):
            continue
        if form.exact and piece != form.text:
            continue
        if form.text[0].isupper() and not piece[0].isupper():
            continue
        if _MONEY_BEFORE.search(text[max(0, start - 6) : start]) or _MONEY_AFTER.match(text[end : end + 9]):
            return None
        if not form.mark or _fits(text, start, end, form):
            return form
    return None


def _fits(text: str, start: int, end: int, form: Form) -> bool:
    """Whether a marked form is a country here."""
    before, after = text[max(0, start - 24) : start], text[end : end + 24]
    left = _LAST_WORD.search(before)
    right = _NEXT_WORD.match(after)
    rule = _homonyms().get(form.text)
    if rule and right and right[1].lower() in rule.before:
        return False
    if _PAIR_BEFORE.search(before) or _PAIR_AFTER.match(after):
        return True
    if form.mark == "-" or (left and _belongs(left[1])) or (right and _belongs(right[1])):
        return False
    if rule is None:
        return True
    return not (left and left[1].lower() in rule.after) and (rule.may_start or not _SENTENCE_END.search(before))


def _belongs(word: str) -> bool:
    """Whether a neighbor makes the form part of a longer name: a capitalized Vietnamese syllable."""
    return word[0].isupper() and not word.isupper() and is_syllable(fold(word))
