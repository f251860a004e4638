"""Entries in citation form from chosen term pairs: kinds, variants, rivals, contexts, tiers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from align.glossary import ranking
from align.glossary.half import Texts, forms
from align.glossary.kinds import kind_of
from align.glossary.pairing import Half
from align.glossary.terms import Term
from align.glossary.types import Alternative, Config, Context, Entry, Row, Tier

Keys = tuple[str, ...]
_PAIR_WEIGHT: Final = 0.8
_CERTAIN: Final = 9.0  # of pair scores: what is above adds nothing to the rank
_SPARE: Final = 3  # entries made for each that is kept
_SURE: Final = 0.85
_LIKELY: Final = 0.6
_MIDDLE: Final = 7.3  # joint log-odds at which half of the entries are right


def build(
    terms: Sequence[Term],
    halves: tuple[Half, Half],
    texts: tuple[Texts, Texts],
    rows: Sequence[Row],
    config: Config,
) -> list[Entry]:
    """Entries, best first."""
    maker = Maker(halves, texts, rows, config)
    # Written forms take a look at the texts: only for those that may be among the first.
    if config.top and len(terms) > _SPARE * config.top:
        terms = sorted(terms, key=maker.rough, reverse=True)[: _SPARE * config.top]
    made = [maker.entry(term) for term in terms]
    made.sort(key=lambda entry: (-entry.score, entry.vi, entry.en))
    return made[: config.top]


class Maker:
    """Makes entries of one corpus."""

    def __init__(
        self, halves: tuple[Half, Half], texts: tuple[Texts, Texts], rows: Sequence[Row], config: Config
    ) -> None:
        """Note the corpus."""
        self._halves, self._texts, self._rows, self._config = halves, texts, rows, config

    def rough(self, term: Term) -> float:
        """Log-odds of an entry by the keys of its words."""
        words = [half.candidates.words[number] for half, number in zip(self._halves, (term.vi, term.en), strict=True)]
        written = (" ".join(words[0]), " ".join(words[1]))
        named = self._named(term)
        return self._points(term, written, named, self._kind(term, words[0], words[1]))

    def _named(self, term: Term) -> tuple[bool, bool]:
        """Which sides begin with a capital."""
        vi, en = self._halves
        return bool(vi.name[term.vi] > 0.5), bool(en.name[term.en] > 0.5)

    def _points(self, term: Term, written: tuple[str, str], named: tuple[bool, bool], kind: str) -> float:
        hood = ranking.termhood(term, written, named, kind, len(self._rows))
        return _PAIR_WEIGHT * min(term.score, _CERTAIN) + hood

    def _kind(self, term: Term, vi: Keys, en: Keys) -> str:
        """Kind of a term; organisations and places have a capital somewhere."""
        named = bool(self._halves[0].capital[term.vi] > 0.5 and self._halves[1].capital[term.en] > 0.5)
        return term.known.kind if term.known else kind_of(vi, en, named=named)

    def entry(self, term: Term) -> Entry:
        """One entry."""
        vi_forms, en_forms = self._forms(0, term.vi), self._forms(1, term.en)
        named = self._named(term)
        vi, en = citation(vi_forms, named[0], "vi"), citation(en_forms, named[1], "en")
        if "," in vi:
            vi = vi.replace(", ", " và ")
        kind = self._kind(term, tuple(vi.lower().split()), tuple(en.lower().split()))
        points = self._points(term, (vi, en), named, kind)
        score = 1.0 / (1.0 + math.exp(-(points - _MIDDLE) / 1.5))
        units = [self._rows[unit] for unit in term.units]
        dates = sorted({row.date for row in units if row.date})
        return Entry(
            vi=vi,
            en=en,
            kind=kind,
            score=round(score, 4),
            tier=tier(score),
            frequency=len(units),
            documents=len({(row.vi_doc, row.en_doc) for row in units}),
            acronym=term.acronym if term.acronym != en else "",
            variants_vi=self._variants(0, [term.vi, *term.variants_vi], vi),
            variants_en=self._variants(1, [term.en, *term.variants_en], en),
            alternatives=self._alternatives(term),
            contexts=self._contexts(term),
            first_seen=dates[0] if dates else "",
            last_seen=dates[-1] if dates else "",
            reasons=reasons(term),
        )

    def _forms(self, side: int, number: int) -> Counter[str]:
        return forms(self._halves[side].candidates, self._texts[side], number)

    def _variants(self, side: int, numbers: Sequence[int], chosen: str) -> tuple[str, ...]:
        """Other written forms, those that differ by more than case first."""
        found: Counter[str] = Counter()
        for number in numbers:
            found.update(self._forms(side, number))
        return tuple(
            form for form, _ in found.most_common() if form != chosen and form != chosen.replace(" và ", ", ")
        )[:6]

    def _alternatives(self, term: Term) -> tuple[Alternative, ...]:
        units = {y: self._meetings(term.vi, y) for y in term.rivals}
        total = len(term.units) + sum(map(len, units.values()))
        made = []
        for y, met in units.items():
            rows = [self._rows[unit] for unit in met]
            dates = sorted({row.date for row in rows if row.date})
            documents = tuple(sorted({row.en_doc for row in rows if row.en_doc}))
            written = citation(self._forms(1, y), bool(self._halves[1].name[y] > 0.5), "en")
            span = (dates[0], dates[-1]) if dates else ("", "")
            made.append(Alternative(written, round(len(met) / max(total, 1), 3), len(met), documents, *span))
        return tuple(sorted(made, key=lambda other: (-other.units, other.en)))

    def _meetings(self, x: int, y: int) -> list[int]:
        vi, en = self._halves
        left = np.unique(vi.side.unit[vi.candidates.places(x)])
        right = np.unique(en.side.unit[en.candidates.places(y)])
        return [int(unit) for unit in np.intersect1d(left, right)]

    def _contexts(self, term: Term) -> tuple[Context, ...]:
        """Up to so many contexts: of different documents where there are, shorter sentences first."""
        rows = sorted(
            (int(unit) for unit in term.units),
            key=lambda unit: (self._rows[unit].loose, len(self._rows[unit].vi) + len(self._rows[unit].en), unit),
        )
        chosen: list[int] = []
        seen: set[tuple[str, str]] = set()
        for fresh in (True, False):
            for unit in rows:
                documents = (self._rows[unit].vi_doc, self._rows[unit].en_doc)
                if len(chosen) < self._config.contexts and unit not in chosen and (documents not in seen or not fresh):
                    chosen.append(unit)
                    seen.add(documents)
        return tuple(self._context(term, unit) for unit in chosen)

    def _context(self, term: Term, unit: int) -> Context:
        row = self._rows[unit]
        spans = [self._span(side, number, unit) for side, number in enumerate((term.vi, term.en))]
        return Context(row.id, row.vi, row.en, spans[0], spans[1], row.vi_doc, row.en_doc, row.date)

    def _span(self, side: int, number: int, unit: int) -> tuple[int, int]:
        half = self._halves[side]
        places = half.candidates.places(number)
        at = int(places[half.side.unit[places] == unit][0])
        _, start, end = self._texts[side].span(at, int(half.candidates.length[number]))
        return start, end


def citation(found: Counter[str], named: bool, lang: str) -> str:
    """The form to quote: the commonest; a singular that stands is preferred to its plural, small letters if no name."""

    def order(item: tuple[str, int]) -> tuple[int, int, str]:
        return (-item[1], len(item[0]), item[0])

    form = min(found.items(), key=order)[0]
    if lang == "en" and (single := next((other for other in found if form in (f"{other}s", f"{other}es")), "")):
        form = single
    if named:
        capitals = {other: n for other, n in found.items() if other[:1].isupper()}
        return form if form in capitals or not capitals else min(capitals.items(), key=order)[0]
    return form if any(letter.isupper() for letter in form[1:]) else form[:1].lower() + form[1:]


def tier(score: float) -> Tier:
    """Tier of a score."""
    return "sure" if score >= _SURE else "likely" if score >= _LIKELY else "check"


def reasons(term: Term) -> tuple[str, ...]:
    """What speaks for a pair, in words with figures."""
    found = [f"vectors {term.cosine:.2f}", f"together in {len(term.units)} units, Dice {term.dice:.2f}"]
    if term.acronym:
        found.append(f"both before ({term.acronym})")
    if term.known:
        found.append("in the term list")
    return tuple(found)
