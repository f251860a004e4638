"""Numbers, dates, money and names: does a translation say what source and reference agree on?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from align import anchors
from align.bench.records import Tally
from align.text import fold, nfc
from align.types import Anchor, Lang

KINDS: Final = ("numbers", "money", "dates", "names")
_KIND: Final = {"number": "numbers", "percent": "numbers", "money": "money", "date": "dates", "name": "names"}
_Facts = dict[str, frozenset[str]]


def check(source: str | None, refs: Sequence[str], hypothesis: str, lang: Lang) -> dict[str, Tally]:
    """Kind -> tally of one translation.

    Expected is what the source and a reference both say, or all references where there is no source. Canonical forms
    make "18,5 tỷ USD" and "US$18.5 billion" one. Added are numbers, money and dates that neither source nor any
    reference has.

    Args:
        source: in the other language, or None.
        refs: references.
        hypothesis: the translation.
        lang: its language.
    """
    other: Lang = "en" if lang == "vi" else "vi"
    told = _facts(nfc(source), other) if source is not None else None
    known = [_facts(nfc(ref), lang) for ref in refs]
    ours = _facts(nfc(hypothesis), lang)
    values = _values(ours)
    said = frozenset().union(*(_values(facts) for facts in (*known, told or {})))
    found = {}
    for kind in KINDS:
        expected = _expected(kind, told, known)
        missed = {key for key in expected if not _has(kind, key, ours, values, hypothesis)}
        added = _added(kind, ours, said) if told is not None or known else frozenset()
        found[kind] = Tally(tuple(sorted(expected)), tuple(sorted(missed)), tuple(sorted(added)))
    return found


def _expected(kind: str, told: _Facts | None, known: Sequence[_Facts]) -> frozenset[str]:
    if told is None:
        return frozenset.intersection(*(facts[kind] for facts in known))
    return told[kind] & frozenset().union(*(facts[kind] for facts in known))


def _has(kind: str, key: str, ours: _Facts, values: frozenset[str], hypothesis: str) -> bool:
    if key in ours[kind]:
        return True
    if kind == "names":
        return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", _folded(hypothesis)) is not None
    return kind != "money" and key in values  # a year may be read as a number, and a number stand in money


def _added(kind: str, ours: _Facts, said: frozenset[str]) -> frozenset[str]:
    if kind == "names":
        return frozenset()
    return frozenset(key for key in ours[kind] if key.rpartition(":")[2] not in said and key not in said)


@lru_cache(maxsize=1 << 14)
def _folded(text: str) -> str:
    return fold(nfc(text))


@lru_cache(maxsize=1 << 14)
def _facts(text: str, lang: Lang) -> _Facts:
    groups: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for anchor in anchors.find(text, lang):
        groups[_KIND[anchor.kind]].update(_keys(anchor))
    return {kind: frozenset(keys) for kind, keys in groups.items()}


def _keys(anchor: Anchor) -> tuple[str, ...]:
    return (anchor.key,) if anchor.kind in ("name", "money") else anchors.facts(anchor)


def _values(facts: _Facts) -> frozenset[str]:
    """All numbers and dates of a text, money without its currency."""
    money = {key.partition(":")[2] for key in facts.get("money", ())}
    return frozenset(facts.get("numbers", frozenset()) | money | facts.get("dates", frozenset()))
