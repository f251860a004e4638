"""Systematic damage to true pairs: what a quality score must see."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

from align.anchors import find

Pair = tuple[str, str]
Damage = Callable[[Sequence[Pair], int, random.Random], "Pair | None"]

_EN_AUXILIARY: Final = re.compile(
    r"\b(is|are|was|were|will|would|can|could|should|has|have|had|may|must|do|does|did)\b"
)
_EN_NEGATED: Final = re.compile(rf"{_EN_AUXILIARY.pattern} not\b")
_VI_NEGATED: Final = re.compile(r"(?<!hàng )\b(?:không|chưa) (?!khí\b|gian\b|quân\b|phận\b|trung\b)")
_VI_VERB: Final = re.compile(r"\b(?=(?:được|có|phải|sẽ|thể|muốn|cần|là)\b)")
_WORD_OF_NAME: Final = r"[^\W\d_a-zà-ỹ]\w*"
_NAME: Final = re.compile(rf"(?<![\w’']){_WORD_OF_NAME}(?: {_WORD_OF_NAME})*")
_NO_NAMES: Final = frozenset({"The", "A", "In", "On", "I", "It", "He", "Ông", "Bà", "Các", "Theo"})
_TRIES: Final = 8


def neighbor(pairs: Sequence[Pair], k: int, _rng: random.Random) -> Pair | None:
    """The English of the next pair."""
    return pairs[k][0], pairs[(k + 1) % len(pairs)][1]


def half(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """Half of one side cut off."""
    sides = list(pairs[k])
    side = rng.randrange(2)
    words = sides[side].split()
    if len(words) < 6:
        return None
    cut = len(words) // 2
    sides[side] = " ".join(words[:cut] if rng.random() < 0.5 else words[cut:])
    return sides[0], sides[1]


def tidy_half(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """Half of one side cut off, and the rest made to look like a sentence."""
    cut = half(pairs, k, rng)
    return (_tidy(cut[0]), _tidy(cut[1])) if cut else None


def _tidy(text: str) -> str:
    text = text.strip(" ,;:-–")
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…", '"', "”")) else f"{text}."


def clause(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """A clause between commas taken out on one side."""
    sides = list(pairs[k])
    side = rng.randrange(2)
    parts = sides[side].split(", ")
    gone = rng.randrange(len(parts))
    if len(parts) < 3 or len(parts[gone].split()) < 4:
        return None
    sides[side] = _tidy(", ".join(parts[:gone] + parts[gone + 1 :]))
    return sides[0], sides[1]


def appended(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """The next sentence appended on one side."""
    sides, after = list(pairs[k]), pairs[(k + 1) % len(pairs)]
    side = rng.randrange(2)
    sides[side] = f"{sides[side]} {after[side]}"
    return sides[0], sides[1]


def number(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """A digit changed on one side."""
    sides = list(pairs[k])
    side = rng.randrange(2)
    digits = [match.start() for match in re.finditer(r"\d", sides[side])]
    if not digits:
        return None
    at = rng.choice(digits)
    other = rng.choice([digit for digit in "123456789" if digit != sides[side][at]])
    sides[side] = sides[side][:at] + other + sides[side][at + 1 :]
    return sides[0], sides[1]


def name(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """A name on the English side exchanged for another."""
    vi, en = pairs[k]
    own = [anchor for anchor in find(en, "en") if anchor.kind == "name"]
    donor = pairs[rng.randrange(len(pairs))][1]
    others = [donor[a.start : a.end] for a in find(donor, "en") if a.kind == "name"]
    if not own or not others:
        return None
    anchor, new = rng.choice(own), rng.choice(others)
    return (vi, en[: anchor.start] + new + en[anchor.end :]) if new != en[anchor.start : anchor.end] else None


def capitals(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """Words of capital letters on one side exchanged for those of another pair: names, offices, words of headlines."""
    sides = list(pairs[k])
    side = rng.randrange(2)
    own = [match for match in _names(sides[side]) if match.start() or " " in match[0]]
    if not own:
        return None
    for _ in range(_TRIES):
        others = [match[0] for match in _names(pairs[rng.randrange(len(pairs))][side]) if match.start()]
        if others:
            old, new = rng.choice(own), rng.choice(others)
            if new.casefold() in old[0].casefold() or old[0].casefold() in new.casefold():
                return None
            sides[side] = sides[side][: old.start()] + new + sides[side][old.end() :]
            return sides[0], sides[1]
    return None


def _names(text: str) -> list[re.Match[str]]:
    return [match for match in _NAME.finditer(text) if match[0][0].isupper() and match[0] not in _NO_NAMES]


def negation(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """A negation taken out, or one put in where there is none."""
    vi, en = pairs[k]
    options = []
    if found := _EN_NEGATED.search(en):
        options.append((vi, en[: found.end(1)] + en[found.end() :]))
    elif "cannot" in en:
        options.append((vi, en.replace("cannot", "can", 1)))
    if found := _VI_NEGATED.search(vi):
        options.append((vi[: found.start()] + vi[found.end() :], en))
    if not options:
        options += [(vi, f"{en[: one.end()]} not{en[one.end() :]}") for one in _EN_AUXILIARY.finditer(en)]
        options += [(f"{vi[: one.start()]}không {vi[one.start() :]}", en) for one in _VI_VERB.finditer(vi)]
    return rng.choice(options) if options else None


def untranslated(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """One side copied."""
    return (pairs[k][0],) * 2 if rng.random() < 0.5 else (pairs[k][1],) * 2


DAMAGES: Final[dict[str, Damage]] = {
    made.__name__: made
    for made in (neighbor, half, appended, number, name, negation, untranslated, tidy_half, clause, capitals)
}


def damaged(pairs: Sequence[Pair], seed: int) -> dict[str, list[Pair]]:
    """Kind of damage -> damaged pairs, without those that it left as they were."""
    rng = random.Random(seed)
    found: dict[str, list[Pair]] = {}
    for kind, damage in DAMAGES.items():
        made = [damage(pairs, k, rng) for k in range(len(pairs))]
        found[kind] = [pair for pair, true in zip(made, pairs, strict=True) if pair is not None and pair != true]
    return found
