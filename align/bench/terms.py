"""Terms of a glossary: where a source has one and a reference its translation, does the hypothesis have it too?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from align.bench.normalize import normalize
from align.bench.records import Tally
from align.errors import InputError
from align.formats import tsv
from align.text import fold, nfc
from align.types import LANGS, Lang

_WORD: Final = re.compile(r"\w+(?:['’]\w+)?")
_UNUSED: Final = ("rejected", "deprecated")
_POSSESSIVE: Final = re.compile(r"['’]s?$")
# British and American spellings of words that stand in titles and treaties.
_SPELLINGS: Final = (("isation", "ization"), ("defence", "defense"), ("centre", "center"), ("labour", "labor"),
                     ("programme", "program"), ("organis", "organiz"), ("harbour", "harbor"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One entry: the forms of each side, the first being the one to show, and what stands for it in either language."""

    vi: tuple[str, ...]
    en: tuple[str, ...]
    acronym: str = ""

    def forms(self, lang: Lang) -> tuple[str, ...]:
        """Forms of a language."""
        return self.vi if lang == "vi" else self.en


@dataclass(frozen=True, slots=True)
class _Form:
    """A form to look for; an exact one by its letters as they are: ARF is no arf."""

    text: str
    exact: bool = False


class Glossary:
    """Terms with an index of the first word of each form; entries with a form in common help each other out."""

    def __init__(self, terms: Iterable[Term], name: str = "") -> None:
        """Index terms."""
        self.name = name
        self.terms = tuple(terms)
        self._index: dict[Lang, dict[str, list[tuple[tuple[str, ...], int]]]] = {"vi": {}, "en": {}}
        for lang in LANGS:
            for number, term in enumerate(self.terms):
                for form in {words(form, lang) for form in term.forms(lang)} - {()}:
                    self._index[lang].setdefault(form[0], []).append((form, number))
            for entries in self._index[lang].values():
                entries.sort(key=lambda entry: (-len(entry[0]), entry[0], entry[1]))

    def find(self, text: str, lang: Lang) -> list[tuple[int, int, int, tuple[int, ...]]]:
        """Terms in a text, longest first, none inside another.

        Returns:
            (start word, end word, length, numbers of the terms that have this form).
        """
        tokens = words(text, lang)
        found, position = [], 0
        while position < len(tokens):
            entries = self._index[lang].get(tokens[position], [])
            forms = [form for form, _ in entries if tokens[position : position + len(form)] == form]
            if not forms:
                position += 1
                continue
            best = forms[0]
            numbers = tuple(number for form, number in entries if form == best)
            found.append((position, position + len(best), len(best), numbers))
            position += len(best)
        return found

    def check(self, source: str | None, refs: Sequence[str], hypothesis: str, lang: Lang) -> Tally:
        """Terms expected of one translation: those of the source whose translation a reference has.

        Without a source the terms of the references are expected. A term that has rival translations counts as
        translated by any of them. The tally names terms by their form in the target language.
        """
        other: Lang = "en" if lang == "vi" else "vi"
        expected: dict[str, bool] = {}
        if source is None:
            asked = [numbers for ref in refs for *_, numbers in self.find(ref, lang)]
        else:
            asked = [numbers for *_, numbers in self.find(source, other)]
        for numbers in asked:
            forms = self._forms(numbers, lang)
            shown = next((form for form in forms if any(_says(ref, form, lang) for ref in refs)), None)
            if shown is not None:
                there = any(_says(hypothesis, form, lang) for form in forms)
                expected[shown.text] = expected.get(shown.text, False) or there
        missed = tuple(label for label, there in expected.items() if not there)
        return Tally(tuple(expected), missed)

    def _forms(self, numbers: tuple[int, ...], lang: Lang) -> list[_Form]:
        terms = [self.terms[number] for number in numbers]
        acronyms = [_Form(term.acronym, exact=True) for term in terms if term.acronym]
        return [_Form(text) for term in terms for text in term.forms(lang)] + acronyms


def read_glossary(path: Path) -> Glossary:
    """Read a TSV with columns vi and en, and where there are any variants_vi, variants_en, acronym and status.

    Variants have "; " between them. Passed over are rejected and deprecated entries, and those of tier "check" that
    nobody has decided on. Rival translations (`alternatives`) are not accepted: who takes "South China Sea" for "Biển
    Đông" as well puts it among the variants.

    Raises:
        FormatError: a column is missing.
        InputError: the file cannot be read, or holds no term.
    """
    terms = []
    for _, row in tsv.read_table(path, ("vi", "en")):
        vi, en = _forms(row, "vi"), _forms(row, "en")
        if vi and en and _usable(row):
            terms.append(Term(vi, en, nfc(row.get("acronym", "").strip())))
    if not terms:
        raise InputError(f"{path}: no term; expected rows with text in columns vi and en")
    return Glossary(terms, path.name)


def _usable(row: dict[str, str]) -> bool:
    status = row.get("status", "").strip().lower()
    return status not in _UNUSED and (bool(status) or row.get("tier", "") != "check")


def _forms(row: dict[str, str], side: str) -> tuple[str, ...]:
    cells = [row[side], *row.get(f"variants_{side}", "").split(";")]
    return tuple(dict.fromkeys(nfc(cell.strip()) for cell in cells if cell.strip()))


@lru_cache(maxsize=1 << 15)
def words(text: str, lang: Lang) -> tuple[str, ...]:
    """Words in the form in which terms are compared.

    Vietnamese keeps its diacritics in one spelling; English is folded, without plural and possessive endings, and in
    American spelling.
    """
    if lang == "vi":
        return tuple(_WORD.findall(normalize(text, "vi").lower()))
    return tuple(map(_stem, _WORD.findall(fold(nfc(text)))))


def _stem(word: str) -> str:
    word = _POSSESSIVE.sub("", word)
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _says(text: str, form: _Form, lang: Lang) -> bool:
    if form.exact:
        return re.search(rf"(?<!\w){re.escape(form.text)}(?!\w)", text) is not None
    return _contains(words(text, lang), words(form.text, lang))


def _contains(tokens: tuple[str, ...], form: tuple[str, ...]) -> bool:
    n = len(form)
    return n > 0 and any(tokens[k : k + n] == form for k in range(len(tokens) - n + 1))
