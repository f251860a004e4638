"""Kind of a term pair: by cues at its edges, by tables of names, by names that both sides share."""

from __future__ import annotations

from collections.abc import Sequence

from align.glossary.names import place, same_name
from align.glossary.wordlists import kind_cues

Keys = tuple[str, ...]


def kind_of(vi: Keys, en: Keys, named: bool) -> str:
    """Kind by cues at the edges of the term, by the table of places, by names that both sides share; else topic.

    Args:
        vi: words in lower case.
        en: words in lower case, not their keys.
        named: whether both sides are written with capitals.
    """
    if place(vi, "vi"):
        return "place"
    for cue in kind_cues():
        if (named or cue.kind not in ("organisation", "place")) and (
            _cued(vi, cue.vi, cue.where) or _cued(en, cue.en, cue.where)
        ):
            return cue.kind
    if named and same_name(vi, en) and 2 <= len(vi) <= 6 and not any(word.isdigit() for word in vi):
        return "person"
    return "topic"


def _cued(words: Keys, cues: Sequence[str], where: str) -> bool:
    text = f" {' '.join(words)} "
    if where == "start":
        return any(text.startswith(f" {cue} ") for cue in cues)
    return any(text.endswith(f" {cue} ") for cue in cues)


def is_titled(words: Keys) -> bool:
    """Whether Vietnamese words begin with a title."""
    titles = next(cue.vi for cue in kind_cues() if cue.kind == "title")
    start = " ".join(words) + " "
    return any(start.startswith(f"{title} ") for title in titles)
