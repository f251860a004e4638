"""Terms inside each other: what only joins or cuts others is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from align.glossary import lexicon
from align.glossary.kinds import is_titled, kind_of
from align.glossary.lexicon import Lexicon
from align.glossary.names import agree, is_person, place, same_name, shared_tail, table, without_place
from align.glossary.pairing import Half
from align.glossary.phrases import at_conjunction, inside, spans_of, without
from align.glossary.seeds import bare
from align.glossary.side import CAPITAL
from align.glossary.terms import Sides, Term

_INDEPENDENT: Final = 0.25  # share of its units that a nested term must have to itself
_BOUNDED: Final = 1.0  # sum of both sides, of at most 2
_STRANGE: Final = -2.5  # rests of two phrases that explain each other less are no translations
_JOINING: Final = ("và", "and", ",", "của", "of", "'s", "’s", "trong", "in", "với", "with", "tại", "ở")
_ABOUT_PERSONS: Final = ("title", "event", "topic")

Keys = tuple[str, ...]
Part = tuple[Keys, Keys, Term]


class Nesting:
    """Chooses among terms inside each other."""

    def __init__(self, sides: Sides, words: Lexicon) -> None:
        """Note both sides."""
        self._sides, self._vi, self._en, self._lexicon = sides, sides.vi, sides.en, words
        self._likeness: dict[tuple[str, str], float] = {}

    def resolve(self, terms: list[Term]) -> list[Term]:
        """Terms without those that only join or cut others."""
        return self._without_fragments(self._without_compounds(terms))

    def _without_compounds(self, terms: list[Term]) -> list[Term]:
        """Leave out what only joins others: title and person, country and noun, X and Y, a term and a stray word."""
        by_vi: dict[Keys, list[Term]] = defaultdict(list)
        for term in terms:
            by_vi[self._sides.words(term)[0]].append(term)
        parts_of = [[] if term.known else self._parts(term, by_vi) for term in terms]
        self._compare([(term, part) for term, parts in zip(terms, parts_of, strict=True) for _, _, part in parts])
        kept = []
        for term, parts in zip(terms, parts_of, strict=True):
            vi, en = self._sides.words(term)
            if term.known or not (self._joined(term, vi, en, parts) or self._placed(term, vi, en)):
                kept.append(term)
        return kept

    def _parts(self, term: Term, by_vi: dict[Keys, list[Term]]) -> list[Part]:
        """The terms that stand inside another on both sides."""
        vi, en = self._sides.words(term)
        within = [part for words in spans_of(vi) for part in by_vi.get(words, ()) if part is not term]
        return [(*self._sides.words(part), part) for part in within if inside(en, self._sides.words(part)[1])]

    def _compare(self, nested: Iterable[tuple[Term, Term]]) -> None:
        """Look up how well the words around parts explain each other, all at once."""
        rests = filter(None, (self._rests(term, part) for term, part in nested))
        new = dict.fromkeys((" ".join(vi), " ".join(en)) for vi, en in rests if vi and en)
        texts = [pair for pair in new if pair not in self._likeness]
        if texts:
            vi, en = self._lexicon.vi([left for left, _ in texts]), self._lexicon.en([right for _, right in texts])
            self._likeness |= zip(texts, lexicon.scores_of_pairs(vi, en).tolist(), strict=True)

    def _rests(self, term: Term, part: Term) -> tuple[list[str], list[str]] | None:
        """Words of a term around a part of it on either side; None if the part does not stand there in one piece."""
        vi, en = self._sides.words(term)
        left, right = self._sides.words(part)
        rest_vi, rest_en = without(list(bare(vi)), bare(left)), without(list(bare(en)), bare(right))
        if rest_vi is None or rest_en is None:
            return None
        return [word for word in rest_vi if word not in _JOINING], [word for word in rest_en if word not in _JOINING]

    def _joined(self, term: Term, vi: Keys, en: Keys, parts: list[Part]) -> bool:
        """Whether it joins parts with a life of their own: title and person, X and Y."""
        if self._is_titled(term, vi, en) or _two_names(vi, en):
            return True
        free = [part for part in parts if self._is_free(part[2], term)]
        conjunction = "and" in en and ("," in vi or "và" in vi)
        if conjunction and any(at_conjunction(vi, left) and at_conjunction(en, right) for left, right, _ in free):
            return True
        if any(is_person(left, right) for left, right, _ in free) and kind_of(vi, en, named=True) in _ABOUT_PERSONS:
            return True
        return any(self._is_padded(term, part[2]) for part in free)

    def _is_padded(self, term: Term, part: Term) -> bool:
        """Whether the words of a term around a part of it are no translations of each other."""
        rests = self._rests(term, part)
        if rests is None:
            return False
        if not rests[0] or not rests[1]:
            return bool(rests[0] or rests[1])
        if _has_capital(self._vi, term.vi, rests[0]) and _has_capital(self._en, term.en, rests[1]):
            return False  # names stand in no table
        return self._likeness[" ".join(rests[0]), " ".join(rests[1])] < _STRANGE

    def _is_titled(self, term: Term, vi: Keys, en: Keys) -> bool:
        """Whether a name follows a title or country: Thủ tướng New Zealand Eleanor Whitcombe."""
        shared = shared_tail(vi, en)
        if not 0 < shared < min(len(vi), len(en)) or self._vi.capital[term.vi] < 0.5:
            return False
        rest = vi[:-shared]
        about_person = shared > 1 and kind_of(vi, en, named=True) in _ABOUT_PERSONS
        return (is_titled(rest) or bool(place(rest, "vi")) or about_person) and vi[-shared:] not in table("vi")

    def _is_free(self, part: Term, whole: Term) -> bool:
        """Whether both sides of a part stand without the whole somewhere."""
        vi, en = self._vi.units, self._en.units
        return bool(vi[part.vi] > vi[whole.vi] and en[part.en] > en[whole.en])

    def _placed(self, term: Term, vi: Keys, en: Keys) -> bool:
        """Whether it is a country's something, and no name."""
        rest_vi, place_vi = without_place(vi, "vi")
        rest_en, place_en = without_place(en, "en")
        if agree(vi, en) or place(vi, "vi") or not place_vi or place_vi != place_en or not rest_vi or not rest_en:
            return False
        owned = any(word in ("của", "'s", "’s") for word in (*vi, *en))
        return owned or rest_vi[0] in _JOINING or not self._is_name(term, rest_vi, rest_en)

    def _is_name(self, term: Term, rest_vi: Keys, rest_en: Keys) -> bool:
        """Whether capitals on both sides make it a name: Ngân hàng Đầu tư châu Âu, but not Thủ tướng Malaysia."""
        named = _has_capital(self._vi, term.vi, rest_vi) and _has_capital(self._en, term.en, rest_en)
        return named and len(rest_vi) >= 2 and not is_titled(rest_vi)

    def _without_fragments(self, terms: list[Term]) -> list[Term]:
        """Of terms inside each other keep the longer; the shorter, too, where it stands elsewhere or is surer."""
        longest = sorted(terms, key=lambda term: -sum(map(len, self._sides.words(term))))
        covering: dict[Keys, list[Term]] = defaultdict(list)
        replaced: set[int] = set()
        kept = []
        for term in longest:
            over = [other for other in self._over(term, covering) if id(other) not in replaced]
            if over and not term.known and not self._is_independent(term, over):
                self._compare((other, term) for other in over)
                fills = [other for other in over if self._is_padded(other, term)]
                if len(fills) == len(over) and not any(other.known or other.acronym for other in over):
                    replaced.update(map(id, over))
                elif not self._is_surer(term, over):
                    continue
            kept.append(term)
            for words in set(spans_of(self._sides.words(term)[0])):
                covering[words].append(term)
        return [term for term in kept if id(term) not in replaced]

    def _is_surer(self, term: Term, over: list[Term]) -> bool:
        """Whether a bounded term of two English words or more is surer than all longer ones: they are made of it."""
        if self._vi.bounded[term.vi] + self._en.bounded[term.en] < _BOUNDED:
            return False
        return len(self._sides.words(term)[1]) > 1 and all(term.score > other.score for other in over)

    @staticmethod
    def _is_independent(term: Term, over: list[Term]) -> bool:
        """Whether a term stands often enough where no longer one does."""
        own = len(np.setdiff1d(term.units, np.concatenate([other.units for other in over])))
        return own >= max(1, _INDEPENDENT * len(term.units))

    def _over(self, term: Term, covering: Mapping[Keys, list[Term]]) -> list[Term]:
        """Longer terms that hold a term on both sides."""
        vi, en = self._sides.words(term)
        return [other for other in covering.get(vi, ()) if inside(self._sides.words(other)[1], en)]


def _has_capital(half: Half, number: int, part: Sequence[str]) -> bool:
    """Whether some of the words of a candidate are written with a capital where it first stands."""
    words, at = half.candidates.words[number], int(half.candidates.places(number)[0])
    return any(word in part and half.side.flags[at + k] & CAPITAL for k, word in enumerate(words))


def _two_names(vi: Keys, en: Keys) -> bool:
    """Whether it joins two names: Thái Lan và Việt Nam."""
    if "và" not in vi or "and" not in en:
        return False
    left, right = vi[: vi.index("và")], vi[vi.index("và") + 1 :]
    first, second = en[: en.index("and")], en[en.index("and") + 1 :]
    return all(place(a, "vi") or same_name(a, b) for a, b in ((left, first), (right, second)) if a and b)
