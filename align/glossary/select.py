"""From pairs of candidates to term pairs: mutual best, nested and composed terms resolved, rivals and variants."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np

from align.glossary.acronyms import is_acronym
from align.glossary.evidence import LEAST, Evidence, Weigher
from align.glossary.lexicon import Lexicon
from align.glossary.names import place, same_name
from align.glossary.nesting import Nesting
from align.glossary.pairing import Pairs, ranks
from align.glossary.phrases import inside, is_short, spans_of
from align.glossary.terms import Sides, Term
from align.glossary.types import Known
from align.glossary.words_align import WordAligner

_LEAST_RIVAL: Final = 7.0

Keys = tuple[str, ...]


class Selector:
    """Chooses term pairs among scored pairs of candidates."""

    def __init__(self, sides: Sides, evidence: Evidence, aligner: WordAligner, words: Lexicon) -> None:
        """Note both sides and the evidence."""
        self._sides, self._vi, self._en, self._evidence = sides, sides.vi, sides.en, evidence
        self._weigher, self._nesting = Weigher(sides, evidence, aligner), Nesting(sides, words)
        self._short = {y: name for name, forms in evidence.acronyms_en.items() for y in forms}

    def choose(self, pairs: Pairs) -> list[Term]:
        """Term pairs, best first."""
        pairs = self._weigher.weigh(pairs)
        terms = self._nesting.resolve(self._accepted(pairs))
        self._add_rivals(pairs, terms)
        terms = self._without_acronyms(terms)
        return sorted(terms, key=lambda term: (-term.score, self._sides.words(term)))

    def _accepted(self, pairs: Pairs) -> list[Term]:
        best_vi, best_en = ranks(pairs.score, pairs.vi) == 0, ranks(pairs.score, pairs.en) == 0
        rows = np.flatnonzero(best_vi & best_en & (pairs.score >= LEAST))
        return [self._term(pairs, int(row)) for row in rows]

    def _term(self, pairs: Pairs, row: int) -> Term:
        x, y = int(pairs.vi[row]), int(pairs.en[row])
        known = self._evidence.terms.find(self._vi.candidates.words[x], self._en.candidates.words[y])
        figures = (float(pairs.score[row]), float(pairs.cosine[row]), float(pairs.dice[row]))
        return Term(
            x,
            y,
            *figures,
            self._sides.units(x, y),
            known,
            self._weigher.acronym.get((x, y)) or self._short.get(y) or _listed(known),
        )

    def _without_acronyms(self, terms: list[Term]) -> list[Term]:
        """Leave out acronyms that stand with their full form: UNCLOS 1982 is UNCLOS."""
        linked = {term.acronym.upper() for term in terms if term.acronym}
        kept = [term for term in terms if term.acronym or not is_short(self._sides.words(term)[1], linked)]
        longer = [term for term in kept if len(self._sides.words(term)[0]) > 1]
        full = {word for term in longer for word in self._sides.words(term)[0] if same_name(*self._sides.words(term))}
        return [term for term in kept if not (self._is_surname(term) and self._sides.words(term)[0][0] in full)]

    def _is_surname(self, term: Term) -> bool:
        """Whether it is one name of a kind that stands in a longer one as well: Whitcombe."""
        vi, en = self._sides.words(term)
        return len(vi) == len(en) == 1 and same_name(vi, en) and not place(vi, "vi") and len(vi[0]) > 4

    def _add_rivals(self, pairs: Pairs, terms: list[Term]) -> None:
        """Give each term the English candidates whose best partner is its Vietnamese side, and the reverse."""
        by_vi, by_en = {term.vi: term for term in terms}, {term.en: term for term in terms}
        best_vi, best_en = ranks(pairs.score, pairs.vi) == 0, ranks(pairs.score, pairs.en) == 0
        rows = np.flatnonzero((best_en | best_vi) & (pairs.score >= _LEAST_RIVAL))
        taken = {words for term in terms if len(words := self._en.candidates.words[term.en]) > 1}
        for row in rows[np.argsort(-pairs.score[rows], kind="stable")]:
            x, y = int(pairs.vi[row]), int(pairs.en[row])
            if x in by_vi and y not in by_en and best_en[row]:
                own = self._en.candidates.words
                near = [own[by_vi[x].en], *(own[k] for k in (*by_vi[x].rivals, *by_vi[x].variants_en))]
                self._rival(by_vi[x], y, near, taken)
            elif y in by_en and x not in by_vi and best_vi[row]:
                self._variant(by_en[y], x)

    def _rival(self, term: Term, y: int, near: Sequence[Keys], taken: AbstractSet[Keys]) -> None:
        own, other = self._en.candidates.words[term.en], self._en.candidates.words[y]
        if "".join(own) == "".join(other):
            term.variants_en.append(y)
        elif taken.isdisjoint(spans_of(other)) and not any(inside(w, other) or inside(other, w) for w in near):
            term.rivals.append(y)

    def _variant(self, term: Term, x: int) -> None:
        own, other = self._vi.candidates.words[term.vi], self._vi.candidates.words[x]
        if not inside(own, other) and not inside(other, own):
            term.variants_vi.append(x)


def _listed(known: Known | None) -> str:
    """The acronym among the forms of a listed term."""
    return next((form for form in known.en[1:] if is_acronym(form)), "") if known else ""
