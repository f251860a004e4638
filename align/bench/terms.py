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
_POSSESSIVE: Final = re.compile(r"['’]s?$")
# British and American spellings of words that stand in titles and treaties.
_SPELLINGS: Final = (("isation", "ization"), ("defence", "defense"), ("centre", "center"), ("labour", "labor"),
                     ("programme", "program"), ("organis", "organiz"), ("harbour", "harbor"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One entry: the forms of each side, the first being the one to show."""

    vi: tuple[str, ...]
    en: tuple[str, ...]

    def forms(self, lang: Lang) -> tuple[str, ...]:
        """Forms of a language."""
        return self.vi if lang == "vi" else self.en


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
        ref_words = [words(ref, lang) for ref in refs]
        ours = words(hypothesis, lang)
        expected: dict[str, bool] = {}
        if source is None:
            asked = [numbers for ref in refs for *_, numbers in self.find(ref, lang)]
        else:
            asked = [numbers for *_, numbers in self.find(source, other)]
        for numbers in asked:
            forms = [words(form, lang) for number in numbers for form in self.terms[number].forms(lang)]
            shown = next((form for form in forms if any(_contains(ref, form) for ref in ref_words)), None)
            if shown is not None:
                label = self._label(numbers, shown, lang)
                expected[label] = expected.get(label, False) or any(_contains(ours, form) for form in forms)
        missed = tuple(label for label, there in expected.items() if not there)
        return Tally(tuple(expected), missed)

    def _label(self, numbers: tuple[int, ...], form: tuple[str, ...], lang: Lang) -> str:
        spelled = (text for number in numbers for text in self.terms[number].forms(lang))
        return next(text for text in spelled if words(text, lang) == form)


def read_glossary(path: Path) -> Glossary:
    """Read a TSV with columns vi and en, and where there are any variants_vi, variants_en ("; " between) and status.

    Rejected entries (status "rejected") are passed over.

    Raises:
        FormatError: a column is missing.
        InputError: the file cannot be read, or holds no term.
    """
    terms = []
    for _, row in tsv.read_table(path, ("vi", "en")):
        if row.get("status", "").strip().lower() == "rejected":
            continue
        vi, en = _forms(row, "vi"), _forms(row, "en")
        if vi and en:
            terms.append(Term(vi, en))
    if not terms:
        raise InputError(f"{path}: no term; expected rows with text in columns vi and en")
    return Glossary(terms, path.name)


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


def _contains(tokens: tuple[str, ...], form: tuple[str, ...]) -> bool:
    n = len(form)
    return any(tokens[k : k + n] == form for k in range(len(tokens) - n + 1))
