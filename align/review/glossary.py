"""Glossary terms that stand in a unit; the glossary is `glossary.tsv` beside the run, where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align.formats import tsv
from align.review import store
from align.review.store import Decision

FILE: Final = "glossary.tsv"
_AT_ONCE: Final = 12
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Terms:
    """Term pairs (vi, en, status) by the first word of their Vietnamese side, in lower case."""

    by_word: Mapping[str, tuple[tuple[str, str, str], ...]]

    def in_unit(self, vi: str, en: str, decided: Mapping[str, Decision]) -> list[dict[str, Any]]:
        """Terms whose Vietnamese side stands in the text, longest first; whether the English side does, too.

        Args:
            vi: the unit.
            en: its other side.
            decided: verdicts on terms by `term_id`.
        """
        words = _padded(vi)
        found = sorted(set(self._candidates(vi)), key=lambda term: (-len(term[0]), term))
        here = [term for term in found if _padded(term[0]) in words][:_AT_ONCE]
        return [
            {
                "vi": one,
                "en": other,
                "there": _padded(other) in _padded(en),
                "status": decided[term_id(one, other)].comment if term_id(one, other) in decided else status,
            }
            for one, other, status in here
        ]

    def _candidates(self, vi: str) -> Iterator[tuple[str, str, str]]:
        for word in _WORD.findall(vi.lower()):
            yield from self.by_word.get(word, ())


def _padded(text: str) -> str:
    """Words in lower case between single spaces: terms are found as whole words."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def term_id(vi: str, en: str) -> str:
    """What a decision on a term is filed under."""
    return f"term:{vi}\t{en}"


def read_terms(folder: Path) -> Terms:
    """The glossary beside a run; no terms where there is none.

    Raises:
        FormatError: the file has no columns vi and en.
    """
    path = folder / FILE
    if not path.exists():
        return Terms({})
    found: dict[str, list[tuple[str, str, str]]] = {}
    for _, row in tsv.read_table(path, ("vi", "en")):
        if words := _WORD.findall(row["vi"].lower()):
            found.setdefault(words[0], []).append((row["vi"], row["en"], row.get("status", "")))
    return Terms({word: tuple(terms) for word, terms in found.items()})


def term_verdicts(folder: Path) -> dict[tuple[str, str], str]:
    """What reviewers of a run said of its terms: (vi, en) -> "accepted" or "rejected"; the last word counts."""
    if not (folder / store.FILE).is_file():
        return {}
    log = store.Store(folder / store.FILE)
    try:
        return {(one.vi, one.en): one.comment for one in log.decisions() if one.kind == "term"}
    finally:
        log.close()
