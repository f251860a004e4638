"""From pairs of candidates to term pairs: evidence joined, mutual best, nested and composed terms resolved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.glossary.acronyms import is_acronym
from align.glossary.names import agree, is_person, mentioned, place, same_name, shared_tail, table, without_place
from align.glossary.pairing import Half, Pairs, joined, ranks, scored
from align.glossary.seeds import TermList, bare
from align.glossary.side import CAPITAL, UNSURE
from align.glossary.types import Known
from align.glossary.wordlists import kind_cues
from align.glossary.words_align import WordAligner

# Weights as in pairing: log-odds in the making.
_CONSISTENCY: Final = 2.5
_PLACE: Final = 1.5
_LISTED: Final = 3.0
_MENTION: Final = 1.2  # for each place or number that one side alone mentions
_NAMED: Final = 2.5
_BRACKETED: Final = 2.5
_LOOSE: Final = 1.0
_COORDINATED: Final = 1.0  # for each half of the edges that nothing bounds
_COMMA: Final = 1.5
_SAMPLED: Final = 4  # units looked at for a pair
_COMMON: Final = 25  # a pair that meets in so many units needs no look
_NEAR: Final = 3  # best partners of a candidate that are looked at
_MOST_BONUS: Final = 4.0  # what other evidence can add
_LOOKS: Final = 40_000  # pairs whose places are looked at: bounds time
LEAST: Final = 2.7  # score from which a pair may stand
_LEAST_RIVAL: Final = 4.2
_SURER: Final = 0.0
_PADDED: Final = 2.5
_INDEPENDENT: Final = 0.25  # share of its units that a nested term must have to itself

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the corpus and the lists say beside vectors and counts."""

    terms: TermList
    acronyms_vi: dict[str, set[int]]
    acronyms_en: dict[str, set[int]]
    loose: NDArray[np.bool_]


@dataclass(slots=True)
class Term:
    """A term pair: candidates of both sides, its row's figures, its units, rivals and variants by candidate."""

    vi: int
    en: int
    score: float
    cosine: float
    dice: float
    units: NDArray[np.int32]
    known: Known | None = None
    acronym: str = ""
    consistency: float = 0.5
    rivals: list[int] = field(default_factory=list)
    variants_vi: list[int] = field(default_factory=list)
    variants_en: list[int] = field(default_factory=list)


class Selector:
    """Chooses term pairs among scored pairs of candidates."""

    def __init__(self, vi: Half, en: Half, evidence: Evidence, aligner: WordAligner) -> None:
        """Note both sides and the evidence."""
        self._vi, self._en, self._evidence, self._aligner = vi, en, evidence, aligner
        self._acronym = self._acronyms()
        self._short = {y: name for name, forms in evidence.acronyms_en.items() for y in forms}

    def words(self, term: Term) -> tuple[Keys, Keys]:
        """Keys of both sides."""
        return self._vi.candidates.words[term.vi], self._en.candidates.words[term.en]

    def choose(self, pairs: Pairs) -> list[Term]:
        """Term pairs, best first."""
        pairs = self._refined(self._with_listed(pairs))
        terms = self._accepted(pairs)
        terms = self._without_compounds(terms)
        terms = self._without_fragments(terms)
        self._add_rivals(pairs, terms)
        terms = self._without_acronyms(terms)
        return sorted(terms, key=lambda term: (-term.score, self.words(term)))

    def _acronyms(self) -> dict[tuple[int, int], str]:
        """Pairs of full forms that stand before the same acronym."""
        left = {name.upper(): forms for name, forms in self._evidence.acronyms_vi.items()}
        right = self._evidence.acronyms_en
        return {(x, y): name for name in right for x in left.get(name.upper(), ()) for y in right[name]}

    def _with_listed(self, pairs: Pairs) -> Pairs:
        """The pairs with those of the term lists that meet, whatever vectors and counts say of them."""
        vi, en = ({bare(words): k for k, words in enumerate(half.candidates.words)} for half in (self._vi, self._en))
        known = [(vi[a], en[b]) for a, b in self._evidence.terms.pairs if a in vi and b in en]
        there = set(zip(pairs.vi.tolist(), pairs.en.tolist(), strict=True))
        new = [(x, y, len(self.units(x, y))) for x, y in dict.fromkeys(known) if (x, y) not in there]
        new = [row for row in new if row[2]]
        if not new:
            return pairs
        x, y, units = (np.array(column, dtype=np.int32) for column in zip(*new, strict=True))
        return joined([pairs, scored(self._vi, self._en, x, y, units)])

    def _refined(self, pairs: Pairs) -> Pairs:
        """The pairs with all other evidence added to their scores, where they have a chance."""
        near = (ranks(pairs.score, pairs.vi) < _NEAR) | (ranks(pairs.score, pairs.en) < _NEAR)
        rows = np.flatnonzero(near & (pairs.score > LEAST - _MOST_BONUS))
        rows = rows[np.argsort(-pairs.score[rows], kind="stable")]
        looked_at = set(rows[pairs.units[rows] <= _COMMON][:_LOOKS].tolist())
        meetings = {row: _meetings(self._vi, self._en, int(pairs.vi[row]), int(pairs.en[row])) for row in looked_at}
        self._aligner.prepare(sorted({unit for spans in meetings.values() for unit, _, _ in spans}))
        score = pairs.score.copy()
        for row in rows.tolist():
            score[row] += self._bonus(int(pairs.vi[row]), int(pairs.en[row]), meetings.get(row, []))
        return Pairs(pairs.vi, pairs.en, pairs.units, pairs.cosine, pairs.dice, score)

    def _bonus(self, x: int, y: int, spans: list[Meeting]) -> float:
        vi, en = self._vi.candidates.words[x], self._en.candidates.words[y]
        bonus = _LISTED if self._evidence.terms.find(vi, en) else 0.0
        named = agree(vi, en)
        bonus += 0.0 if named is None else _NAMED if named else -_NAMED
        if named is None:
            bonus -= _MENTION * len(mentioned(vi, "vi") ^ mentioned(en, "en"))
        bonus += _BRACKETED if (x, y) in self._acronym else 0.0
        if "," in vi:
            bonus -= _COMMA if "and" not in en else _COMMA / 3
        if "và" in vi or "and" in en:
            bonus -= _COORDINATED * (2.0 - float(self._vi.bounded[x] + self._en.bounded[y]))
        if spans:
            consistency, place = self._agreement(spans)
            bonus += _CONSISTENCY * (consistency - 0.5) + _PLACE * (place - 0.5)
            bonus -= _LOOSE if all(self._evidence.loose[unit] for unit, _, _ in spans) else 0.0
        return bonus

    def _agreement(self, spans: list[Meeting]) -> tuple[float, float]:
        """Consistency and place, averaged over units; of several places in one unit the best counts."""
        best: dict[int, tuple[float, float]] = {}
        for unit, a, b in spans:
            found = self._aligner.links(unit).agreement(a, b)
            best[unit] = max(best.get(unit, found), found, key=sum)
        consistency, place = np.mean(list(best.values()), axis=0)
        return float(consistency), float(place)

    def _accepted(self, pairs: Pairs) -> list[Term]:
        best_vi, best_en = ranks(pairs.score, pairs.vi) == 0, ranks(pairs.score, pairs.en) == 0
        rows = np.flatnonzero(best_vi & best_en & (pairs.score >= LEAST))
        return [self._term(pairs, int(row)) for row in rows]

    def _term(self, pairs: Pairs, row: int) -> Term:
        x, y = int(pairs.vi[row]), int(pairs.en[row])
        known = self._evidence.terms.find(self._vi.candidates.words[x], self._en.candidates.words[y])
        figures = (float(pairs.score[row]), float(pairs.cosine[row]), float(pairs.dice[row]))
        return Term(
            x, y, *figures, self.units(x, y), known, self._acronym.get((x, y)) or self._short.get(y) or _listed(known)
        )

    def units(self, x: int, y: int) -> NDArray[np.int32]:
        """Units in which both stand, ascending."""
        vi, en = self._vi, self._en
        left = np.unique(vi.side.unit[vi.candidates.places(x)])
        right = np.unique(en.side.unit[en.candidates.places(y)])
        common: NDArray[np.int32] = np.intersect1d(left, right, assume_unique=True)
        return common

    def _without_compounds(self, terms: list[Term]) -> list[Term]:
        """Leave out what only joins other terms: title and person, country and noun, X and Y."""
        by_vi: dict[Keys, list[Term]] = defaultdict(list)
        for term in terms:
            by_vi[self.words(term)[0]].append(term)
        kept = []
        for term in terms:
            vi, en = self.words(term)
            inner = [part for words in _spans(vi) for part in by_vi.get(words, ()) if part is not term]
            parts = [(*self.words(part), part) for part in inner if _inside(en, self.words(part)[1])]
            if term.known or not (self._joined(term, vi, en, parts) or self._placed(term, vi, en)):
                kept.append(term)
        return kept

    def _joined(self, term: Term, vi: Keys, en: Keys, parts: list[tuple[Keys, Keys, Term]]) -> bool:
        """Whether it joins parts with a life of their own: title and person, X and Y."""
        if self._is_titled(term, vi, en) or _two_names(vi, en):
            return True
        free = [part for part in parts if self._is_free(part[2], term)]
        if not free:
            return False
        conjunction = "and" in en and ("," in vi or "và" in vi)
        if conjunction and any(_at_conjunction(vi, left) and _at_conjunction(en, right) for left, right, _ in free):
            return True
        rest_vi, rest_en, used = list(bare(vi)), list(bare(en)), 0
        for left, right, _ in sorted(free, key=lambda part: -len(part[0])):
            cut_vi, cut_en = _cut(rest_vi, bare(left)), _cut(rest_en, bare(right))
            if cut_vi is not None and cut_en is not None:
                rest_vi, rest_en, used = cut_vi, cut_en, used + 1
        named = any(is_person(left, right) for left, right, _ in free)
        return used >= 2 and len(rest_vi) <= 1 and len(rest_en) <= 1 and named

    def _is_titled(self, term: Term, vi: Keys, en: Keys) -> bool:
        """Whether a name follows a title or country: Thủ tướng New Zealand Eleanor Whitcombe."""
        shared = shared_tail(vi, en)
        if not 0 < shared < min(len(vi), len(en)) or self._vi.capital[term.vi] < 0.5:
            return False
        rest = vi[:-shared]
        first = " ".join(rest)
        titled = any(f"{first} ".startswith(f"{cue} ") for cue in _titles())
        return (titled or bool(place(rest, "vi"))) and vi[-shared:] not in table("vi")

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
        vi, en = self._vi, self._en
        at = int(vi.candidates.places(term.vi)[0])
        upper = bool(vi.side.flags[at] & (CAPITAL | UNSURE)) and vi.capital[term.vi] > 0.5 and en.capital[term.en] > 0.5
        start = " ".join(rest_vi) + " "
        titled = any(start.startswith(f"{cue} ") for cue in _titles())
        return bool(upper) and len(rest_vi) >= 2 and bool(rest_en) and not titled

    def _without_fragments(self, terms: list[Term]) -> list[Term]:
        """Of terms inside each other keep the longer, unless the shorter stands elsewhere too or is far surer."""
        longest = sorted(terms, key=lambda term: -sum(map(len, self.words(term))))
        covering: dict[Keys, list[Term]] = defaultdict(list)
        loose: set[int] = set()
        kept = []
        for term in longest:
            over = self._over(term, covering)
            covered = np.unique(np.concatenate([other.units for other in over])) if over else np.zeros(0, np.int32)
            own = len(np.setdiff1d(term.units, covered))
            far_surer = all(term.score > other.score + _SURER for other in over)
            if over and own < max(1, _INDEPENDENT * len(term.units)) and not term.known and not far_surer:
                continue
            if over and own == 0:
                loose.update(id(other) for other in over if self._is_padded(other, term))
            kept.append(term)
            for words in set(_spans(self.words(term)[0])):
                covering[words].append(term)
        return [term for term in kept if id(term) not in loose]

    def _over(self, term: Term, covering: Mapping[Keys, list[Term]]) -> list[Term]:
        """Longer terms that hold a term on both sides."""
        vi, en = self.words(term)
        return [other for other in covering.get(vi, ()) if _inside(self.words(other)[1], en)]

    def _is_padded(self, longer: Term, term: Term) -> bool:
        """Whether a longer term is a much surer one with free words around it."""
        return not longer.known and not longer.acronym and longer.score < term.score - _PADDED

    def _without_acronyms(self, terms: list[Term]) -> list[Term]:
        """Leave out acronyms that stand with their full form: UNCLOS 1982 is UNCLOS."""
        linked = {term.acronym.upper() for term in terms if term.acronym}
        kept = [term for term in terms if term.acronym or not _is_short(self.words(term)[1], linked)]
        longer = [term for term in kept if len(self.words(term)[0]) > 1]
        full = {word for term in longer for word in self.words(term)[0] if same_name(*self.words(term))}
        return [term for term in kept if not (self._is_surname(term) and self.words(term)[0][0] in full)]

    def _is_surname(self, term: Term) -> bool:
        """Whether it is one name of a kind that stands in a longer one as well: Whitcombe."""
        vi, en = self.words(term)
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
        elif taken.isdisjoint(_spans(other)) and not any(_inside(w, other) or _inside(other, w) for w in near):
            term.rivals.append(y)

    def _variant(self, term: Term, x: int) -> None:
        own, other = self._vi.candidates.words[term.vi], self._vi.candidates.words[x]
        if not _inside(own, other) and not _inside(other, own):
            term.variants_vi.append(x)


Span = tuple[int, int]
Meeting = tuple[int, Span, Span]  # unit, place in Vietnamese, place in English
_JOINING: Final = ("và", "and", ",", "của", "of", "'s", "’s", "trong", "in", "với", "with", "tại", "ở")


def _is_short(en: Keys, linked: AbstractSet[str]) -> bool:
    """Whether words are an acronym that stands with its full form, with a year or without."""
    return en[0].upper() in linked and all(word.isdigit() for word in en[1:])


def _listed(known: Known | None) -> str:
    """The acronym among the forms of a listed term."""
    return next((form for form in known.en[1:] if is_acronym(form)), "") if known else ""


def _at_conjunction(words: Keys, part: Keys) -> bool:
    """Whether a part begins or ends the words, with a conjunction between it and the others."""
    n = len(part)
    after = words[:n] == part and len(words) > n and words[n] in ("và", "and", ",")
    before = words[-n:] == part and len(words) > n and words[-n - 1] in ("và", "and", ",")
    return after or before


def _titles() -> tuple[str, ...]:
    """Words that begin Vietnamese titles."""
    return next(cue.vi for cue in kind_cues() if cue.kind == "title")


def _two_names(vi: Keys, en: Keys) -> bool:
    """Whether it joins two names: Thái Lan và Việt Nam."""
    if "và" not in vi or "and" not in en:
        return False
    left, right = vi[: vi.index("và")], vi[vi.index("và") + 1 :]
    first, second = en[: en.index("and")], en[en.index("and") + 1 :]
    return all(place(a, "vi") or same_name(a, b) for a, b in ((left, first), (right, second)) if a and b)


def _meetings(vi: Half, en: Half, x: int, y: int) -> list[Meeting]:
    """Units in which both stand, with the spans of both counted from the unit's first token."""
    left, right = _spans_by_unit(vi, x), _spans_by_unit(en, y)
    found = [(unit, a, b) for unit in left if unit in right for a in left[unit][:2] for b in right[unit][:2]]
    return found[: _SAMPLED * 2]


def _spans_by_unit(half: Half, number: int) -> dict[int, list[Span]]:
    length = int(half.candidates.length[number])
    spans = defaultdict(list)
    for at in half.candidates.places(number)[:200]:
        unit = int(half.side.unit[at])
        start = int(at - half.side.starts[unit])
        spans[unit].append((start, start + length))
    return spans


def _spans(words: Keys) -> list[Keys]:
    """All sequences of neighboring words."""
    return [words[a:b] for a in range(len(words)) for b in range(a + 1, len(words) + 1)]


def _inside(long: Sequence[str], short: Sequence[str]) -> bool:
    """Whether a sequence of words stands inside another."""
    n = len(short)
    return any(tuple(long[k : k + n]) == tuple(short) for k in range(len(long) - n + 1))


def _cut(words: list[str], part: Sequence[str]) -> list[str] | None:
    """Words without a part, None where it does not stand in them."""
    n = len(part)
    for k in range(len(words) - n + 1):
        if words[k : k + n] == list(part):
            return words[:k] + words[k + n :]
    return None
