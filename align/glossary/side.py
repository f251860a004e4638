"""One side of the corpus as numbers: a key per token and a set of flags, for millions of tokens."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.glossary.tokens import KEY, OPENERS, TOKEN, low
from align.glossary.wordlists import bounds, frequencies
from align.types import Lang

(
    WORD,
    CAPITAL,
    HARD,
    INNER,
    CAPITAL_INNER,
    NO_START,
    NO_END,
    COMMA,
    HYPHEN,
    NUMBER,
    OPENER,
    CLASSIFIER,
    VERBAL,
    UNSURE,
) = (1 << n for n in range(14))
_HYPHENS: Final = frozenset("-–—")
# A pair of neighbors in general text of this normalized pointwise mutual information is a word: no term begins inside.
_GLUED: Final = 0.15
_COMPOUND: Final = 0.27
_COMPOUND_FIRST: Final = 0.5  # function words often stand before the same noun: trên biển
_CHANCE: Final = 2  # meetings of two syllables in the corpus that say nothing
_COMPOUND_START: Final = 0.45  # họp báo, but not họp phiên
_VERBAL_PAIR: Final = 0.85  # Vietnamese verbs are nouns as well
_VERBAL: Final = 0.72  # share of a verb's heralds from which a word is taken for a verb
_BETWEEN: Final[dict[Lang, tuple[str, str]]] = {"vi": ("giữa", "và"), "en": ("between", "and")}
_REACH: Final = 30  # words after "between" in which its conjunction stands
_LEAST_SYLLABLE: Final = 30
_LEAST_FORM: Final = 4
_LEAST_GENERAL: Final = 12  # occurrences in general text below which no such share is believed


@dataclass(frozen=True, slots=True)
class Side:
    """Tokens of all units of one language, end to end.

    Attributes:
        lang: the language.
        keys: int32 [tokens], number of the key in `vocabulary`.
        flags: uint16 [tokens].
        glued: bool [tokens]: the token before belongs to the same word or name: no term begins here.
        goes_on: bool [tokens]: the token after does: no term ends here.
        unit: int32 [tokens], the unit that the token stands in.
        starts: int64 [units + 1], first token of each unit.
        vocabulary: the keys by number.
    """

    lang: Lang
    keys: NDArray[np.int32]
    flags: NDArray[np.uint16]
    glued: NDArray[np.bool_]
    goes_on: NDArray[np.bool_]
    unit: NDArray[np.int32]
    starts: NDArray[np.int64]
    vocabulary: list[str]


class _Surfaces(dict[str, int]):
    """Written form -> number, given out at first sight."""

    def __missing__(self, written: str) -> int:
        number = len(self)
        self[written] = number
        return number


def encode(texts: Iterable[str], lang: Lang) -> Side:
    """Number the tokens of texts and note where terms may begin and end."""
    surfaces = _Surfaces()
    number = surfaces.__getitem__
    numbers, ends = array("i"), array("q", [0])
    for text in texts:
        numbers.extend(map(number, TOKEN.findall(text)))
        ends.append(len(numbers))
    flat = np.array(numbers, dtype=np.int32)
    starts = np.array(ends, dtype=np.int64)
    unit = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    written = list(surfaces)
    vocabulary = _Surfaces()
    key = KEY[lang]
    key_of = np.array([vocabulary[key(form)] for form in written] or [0], dtype=np.int32)
    low_of = _Surfaces()
    lows = np.array([low_of[low(form)] for form in written] or [0], dtype=np.int64)
    flags = _flags(flat, written, lang, starts)
    _separate(flags, lows[flat], low_of, unit, lang)
    bonds, listed = _bonds(lows[flat], list(low_of), lang)
    _free_syllables(flags, bonds * listed)
    glued = _glued(bonds, flags)
    # A word of two syllables is bounded by its own marks, not by those of its syllables: nội bộ, công việc.
    inside = glued | np.concatenate([glued[1:], [False]])[: len(glued)]
    flags[inside] &= ~np.uint16(NO_START | NO_END | CLASSIFIER)
    _pairs(flags, lows[flat], low_of, lang)
    goes_on = np.concatenate([glued[1:], [False]])
    return Side(lang, key_of[flat], flags, glued, goes_on[: len(flat)], unit, starts, list(vocabulary))


def _flags(flat: NDArray[np.int32], written: list[str], lang: Lang, starts: NDArray[np.int64]) -> NDArray[np.uint16]:
    table = np.array([_marks(form) for form in written] or [0], dtype=np.uint16)
    words = np.array([_word_flags(form, lang) for form in written] or [0], dtype=np.uint16)
    always = np.array([low(form) in _dates(lang) for form in written] or [False])
    flags = table[flat]
    first = np.zeros(len(flat), dtype=bool)
    first[1:] = (flags[:-1] & OPENER) != 0
    first[starts[:-1][starts[:-1] < len(flat)]] = True
    inner_capital = np.array([form[1:] != form[1:].lower() for form in written] or [False])
    # A capital at the start of a sentence says nothing, unless more capitals follow in the word or in the next one.
    named = np.zeros(len(flat), dtype=bool)
    named[:-1] = ((flags[1:] & CAPITAL) != 0) & ((words[flat[:-1]] & (HARD | INNER | CAPITAL_INNER)) == 0)
    unsure = first & ~inner_capital[flat] & ~named
    flags = np.where(unsure & ((flags & CAPITAL) != 0), (flags & ~np.uint16(CAPITAL)) | np.uint16(UNSURE), flags)
    lower = ((flags & CAPITAL) == 0) | always[flat]
    result: NDArray[np.uint16] = np.where(lower, flags | words[flat], flags).astype(np.uint16)
    return result


def _marks(form: str) -> int:
    """Flags that the written form alone gives."""
    if not form[0].isalnum():
        hyphen, comma = form in _HYPHENS, form == ","
        hard = not hyphen and not comma and form.lower() not in ("'s", "’s")
        opener = OPENER if form in OPENERS else 0
        return HARD * hard | HYPHEN * hyphen | COMMA * comma | opener | (INNER if form.lower() in ("'s", "’s") else 0)
    if form[0].isdigit():
        return WORD | NUMBER
    return WORD | (CAPITAL if form[0].isupper() else 0)


def _word_flags(form: str, lang: Lang) -> int:
    """Flags that the word gives where it is written small, or at the start of a sentence."""
    table, word = bounds(lang), low(form)
    flag = 0
    if word in table["capital"]:
        flag |= CAPITAL_INNER
    elif word in table["inner"]:
        flag |= INNER
    elif word in table["stop"] or word in table["verb"]:
        flag |= HARD
    if word in table["classifier"]:
        flag |= NO_START | CLASSIFIER
    if word in table["nostart"]:
        flag |= NO_START
    if word in table["noend"]:
        flag |= NO_END
    general = frequencies(lang)
    if lang == "vi":
        verbal = general.count(word) >= _LEAST_SYLLABLE and general.verbal(word) > _VERBAL_PAIR
        return flag | (VERBAL if verbal else 0)
    return flag | _english_flags(word)


def _english_flags(word: str) -> int:
    """Flags of verbs and adverbs, by general text and endings."""
    general, flag = frequencies("en"), 0
    if general.count(word) >= _LEAST_GENERAL and general.verbal(word) > _VERBAL:
        flag |= NO_START | (0 if general.is_noun(word) else NO_END)
    if _is_verb_form(word):
        flag |= NO_START
    if word.endswith("ly") and not general.is_noun(word):
        flag |= NO_START | NO_END
    return flag


def _is_verb_form(word: str) -> bool:
    """Whether an English word is the -ing or -ed form of a word that general text shows to be a verb."""
    stem = next((word[: -len(end)] for end in ("ing", "ed") if word.endswith(end)), "")
    general = frequencies("en")
    bases = [base for base in (stem, stem + "e", stem[:-1]) if len(base) > 2 and general.count(base) >= _LEAST_FORM]
    if general.is_noun(word):
        return False
    return word.endswith(("ate", "ify", "ize", "ise")) or any(general.verbal(base) > _VERBAL for base in bases)


def _separate(
    flags: NDArray[np.uint16], lows: NDArray[np.int64], low_of: dict[str, int], unit: NDArray[np.int32], lang: Lang
) -> None:
    """Bar the conjunction of "between X and Y", where there is but one: it joins two terms."""
    between, conjunction = (low_of.get(word, -1) for word in _BETWEEN[lang])
    for at in np.flatnonzero(lows == between):
        end = min(int(at) + _REACH, len(lows))
        run = flags[at + 1 : end]
        stops = np.flatnonzero(((run & HARD) != 0) | (unit[at + 1 : end] != unit[at]))
        length = int(stops[0]) if len(stops) else len(run)
        places = np.flatnonzero(lows[at + 1 : at + 1 + length] == conjunction)
        if len(places) == 1:
            flags[at + 1 + places[0]] |= np.uint16(HARD)


def _dates(lang: Lang) -> frozenset[str]:
    """Words that are no names although they are written with a capital."""
    return bounds(lang)["always"]


def _pairs(flags: NDArray[np.uint16], lows: NDArray[np.int64], low_of: dict[str, int], lang: Lang) -> None:
    """Mark bounding words of two syllables: a stop or verb at both, a barred start or end at its edge."""
    if len(lows) < 2:
        return
    codes = lows[:-1] << 32 | lows[1:]
    free = (flags[:-1] & CAPITAL) == 0
    table = bounds(lang)
    for name, flag in (("stop", HARD), ("verb", HARD), ("nostart", NO_START), ("noend", NO_END)):
        split = [words.split() for words in table[name] if words.count(" ") == 1]
        wanted = [low_of[a] << 32 | low_of[b] for a, b in split if a in low_of and b in low_of]
        _mark(flags, np.flatnonzero(np.isin(codes, np.array(wanted, dtype=np.int64)) & free), flag)
    if lang == "vi":
        verbs = _verbs(np.unique(codes[free]), list(low_of))
        _mark(flags, np.flatnonzero(np.isin(codes, verbs) & free), NO_START)


def _mark(flags: NDArray[np.uint16], at: NDArray[np.int64], flag: int) -> None:
    if flag != NO_END:
        flags[at] |= np.uint16(flag)
    if flag != NO_START:
        flags[at + 1] |= np.uint16(flag)


def _verbs(codes: NDArray[np.int64], names: list[str]) -> NDArray[np.int64]:
    """Those of some pairs of syllables that general text shows to be verbs."""
    general = frequencies("vi")
    listed = bounds("vi")["nostart"]
    found = []
    for code in codes:
        words = f"{names[int(code) >> 32]} {names[int(code) & 0xFFFFFFFF]}"
        if general.count(words) >= _LEAST_GENERAL and general.verbal(words) > _VERBAL_PAIR and words not in listed:
            found.append(int(code))
    return np.array(found, dtype=np.int64)


def _bonds(lows: NDArray[np.int64], names: list[str], lang: Lang) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """How firmly Vietnamese neighbors belong together, [tokens - 1]: normalized pointwise mutual information, 0 to 1.

    Counts are those of general text and of the corpus together; what stands together once or twice says nothing.
    The second array says which pairs general text has.
    """
    if lang == "en" or len(lows) < 2:
        return np.zeros(max(len(lows) - 1, 0)), np.zeros(max(len(lows) - 1, 0), dtype=bool)
    distinct, place, together = np.unique(lows[:-1] << 32 | lows[1:], return_inverse=True, return_counts=True)
    general = frequencies(lang)
    count = np.bincount(lows, minlength=len(names)) + np.array([general.count(name) for name in names])
    first, second = distinct >> 32, distinct & 0xFFFFFFFF
    known = np.array([general.count(f"{names[a]} {names[b]}") for a, b in zip(first, second, strict=True)])
    both = known + np.maximum(together - _CHANCE, 0)
    total = general.total + len(lows)
    with np.errstate(divide="ignore", invalid="ignore"):
        bond = np.log(both * float(total) / (count[first] * count[second])) / -np.log(both / total)
    return np.where(both > 0, np.maximum(bond, 0.0), 0.0)[place], (known > 0)[place]


def _free_syllables(flags: NDArray[np.uint16], bonds: NDArray[np.float64]) -> None:
    """Take the bounding marks from syllables that are half a content word: do in tự do, không in hàng không."""
    if not len(bonds):
        return
    marks = np.uint16(HARD | INNER | CAPITAL_INNER | NO_START | NO_END | CLASSIFIER)
    bounding = (flags & (HARD | INNER | CAPITAL_INNER)) != 0
    word = (flags & WORD) != 0
    tied = np.maximum(np.concatenate([[0.0], bonds]), np.concatenate([bonds, [0.0]])) > _GLUED
    flags[((flags & VERBAL) != 0) & ~tied] |= np.uint16(NO_START | NO_END)
    one = word[:-1] & word[1:] & (bounding[:-1] != bounding[1:])
    after = np.concatenate([bonds[1:], [0.0]])
    starting = ((flags[:-1] & (NO_START | CLASSIFIER)) != 0) & (bonds > _COMPOUND_START) & (bonds > after) & word[1:]
    flags[:-1][starting & ((flags[:-1] & VERBAL) == 0)] &= ~np.uint16(NO_START | CLASSIFIER)
    flags[:-1][one & bounding[:-1] & (bonds > _COMPOUND_FIRST)] &= ~marks
    flags[1:][one & bounding[1:] & (bonds > _COMPOUND)] &= ~marks


def _glued(bonds: NDArray[np.float64], flags: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Whether the token before belongs to the same Vietnamese word."""
    glued = np.zeros(len(flags), dtype=bool)
    if not len(bonds):
        return glued
    bounding = HARD | INNER | CAPITAL_INNER
    content = ((flags & WORD) != 0) & ((flags & (bounding | NUMBER)) == 0)
    bonds = bonds * (content[:-1] & content[1:] & ((flags[:-1] & CLASSIFIER) == 0))
    # A firmer tie on either other side wins.
    before, after = np.concatenate([[0.0], bonds[:-1]]), np.concatenate([bonds[1:], [0.0]])
    capital = (flags & CAPITAL) != 0
    bonds = bonds * ~(capital[1:] & ~capital[:-1])  # a name begins
    glued[1:] = (bonds > _GLUED) & (bonds >= after) & (bonds >= before)
    return glued
