"""A term list against a corpus: which terms are used, how they are rendered, and where the corpus deviates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from align.glossary.seeds import plain
from align.glossary.types import Entry, Known, Row

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """How the corpus uses a term of the list.

    Attributes:
        term: the row of the list.
        verdict: "as listed", "mixed", "deviates", "out of date" or "not used".
        units: units with a Vietnamese form.
        listed: those of them with a listed English form.
        forms: listed English forms with their numbers of units.
        instead: what the glossary found for the term that the list does not have.
        dated: units outside the dates of validity.
        example: the first unit that deviates, None where none does.
    """

    term: Known
    verdict: str
    units: int
    listed: int
    forms: tuple[tuple[str, int], ...]
    instead: tuple[str, ...]
    dated: int
    example: Row | None


def check(rows: Sequence[Row], terms: Sequence[Known], entries: Iterable[Entry]) -> list[Finding]:
    """Findings for all terms, in the order of the list. Passages without counterpart are not looked at."""
    units = [row for row in rows if not row.loose]
    vi = _index((plain(row.vi, "vi") for row in units), {plain(form, "vi") for term in terms for form in term.vi})
    en = _index((plain(row.en, "en") for row in units), {plain(form, "en") for term in terms for form in term.en})
    by_vi: dict[Keys, list[str]] = defaultdict(list)
    for entry in entries:
        by_vi[plain(entry.vi, "vi")].extend([entry.en, *(other.en for other in entry.alternatives)])
    return [_finding(term, units, vi, en, by_vi) for term in terms]


def _index(texts: Iterable[Keys], wanted: set[Keys]) -> dict[Keys, set[int]]:
    """Phrase -> numbers of the texts that hold it."""
    by_first: dict[str, set[Keys]] = defaultdict(set)
    for phrase in wanted:
        if phrase:
            by_first[phrase[0]].add(phrase)
    found: dict[Keys, set[int]] = defaultdict(set)
    for number, words in enumerate(texts):
        for k, word in enumerate(words):
            for phrase in by_first.get(word, ()):
                if words[k : k + len(phrase)] == phrase:
                    found[phrase].add(number)
    return found


def _finding(
    term: Known,
    rows: Sequence[Row],
    vi: dict[Keys, set[int]],
    en: dict[Keys, set[int]],
    by_vi: dict[Keys, list[str]],
) -> Finding:
    used = sorted(set().union(*(vi.get(plain(form, "vi"), set()) for form in term.vi)))
    counts = [(form, len(en.get(plain(form, "en"), set()).intersection(used))) for form in term.en]
    forms = tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1]))
    listed = set().union(*(en.get(plain(form, "en"), set()) for form in term.en)).intersection(used)
    known = {plain(form, "en") for form in term.en}
    found = dict.fromkeys(other for form in term.vi for other in by_vi.get(plain(form, "vi"), ()))
    instead = tuple(other for other in found if plain(other, "en") not in known)
    dated = sum(not _is_valid(term, rows[number].date) for number in used)
    deviating = next((rows[number] for number in used if number not in listed), None)
    verdict = _verdict(len(used), len(listed), dated)
    return Finding(term, verdict, len(used), len(listed), forms, instead, dated, deviating)


def _is_valid(term: Known, day: str) -> bool:
    return not day or (term.valid_from or day) <= day <= (term.valid_to or day)


def _verdict(used: int, listed: int, dated: int) -> str:
    if not used:
        return "not used"
    if dated:
        return "out of date"
    return "as listed" if listed == used else "mixed" if listed else "deviates"
