"""How much a pair is a term: what a terminologist would keep first."""

from __future__ import annotations

import math
from typing import Final

from align.glossary.names import same_name
from align.glossary.terms import Term
from align.glossary.tokens import keys
from align.glossary.wordlists import bounds, frequencies
from align.types import Lang

Keys = tuple[str, ...]
_KIND: Final = {
    "title": 2.2,
    "organisation": 1.2,
    "treaty": 2.4,
    "document": 2.4,
    "event": 2.6,
    "place": -0.5,
    "person": -1.0,
}
_STRANGEST: Final = 6.0  # log ratio to general text above which a word is no stranger


def termhood(term: Term, written: tuple[str, str], named: tuple[bool, bool], kind: str, n_units: int) -> float:
    """How much a pair is a term, log-odds in the making: names, cues, length, strangeness; ordinary words lose."""
    vi = tuple(word for word in keys(written[0], "vi"))
    en = tuple(written[1].lower().split())
    points = 0.8 * all(named) + _KIND.get(kind, 0.0)
    points += 0.5 * min(len(vi) - 2, 2) + 0.6 * min(len(en) - 1, 2)
    if not named[1]:
        points -= 0.6 * max(len(en) - 3, 0) + 0.4 * max(len(vi) - 5, 0)
    points -= 1.0 * (" của " in written[0] and not all(named))  # what is somebody's is seldom a term
    points -= 2.0 * any(word[0].isdigit() for word in vi[:-1])
    points -= 1.2 * (" và " in written[0] and not all(named) and term.known is None)
    points += 0.2 * (strangeness(vi, "vi", len(term.units), n_units) + strangeness(en, "en", len(term.units), n_units))
    points += 0.45 * math.log(len(term.units)) + 1.5 * (term.known is not None) + 1.0 * bool(term.acronym)
    points -= 1.5 * _ordinary(vi, "vi") + 1.5 * _ordinary(en, "en")
    points -= 1.2 * (len(en) == 1 and same_name(vi, en) and not written[1].isupper() and kind == "topic")
    if len(en) == 1 and not named[1]:
        general = frequencies("en")
        points -= (
            0.3 + 1.5 * (general.verbal(en[0]) > 0.5) + 0.8 * en[0].endswith(("al", "ive", "ous", "ic", "able", "ed"))
        )
    return points


def strangeness(words: Keys, lang: Lang, units: int, n_units: int) -> float:
    """How much oftener the phrase stands here than in general text, natural logarithm, 0 to 6."""
    here = math.log(units / max(n_units, 1) / 20)  # some twenty words a unit
    return min(max(here - frequencies(lang).log_share(list(words)), 0.0), _STRANGEST)


def _ordinary(words: Keys, lang: Lang) -> bool:
    """Whether nothing but words of ordinary prose makes up the phrase."""
    weak = bounds(lang)["weak"]
    if " ".join(words) in weak:
        return True
    joined = [" ".join(words[k : k + 2]) for k in range(0, len(words), 2)] if lang == "vi" else list(words)
    return all(word in weak for word in joined)
