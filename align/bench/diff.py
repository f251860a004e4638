"""Word-level differences of a translation and its reference, as pieces for the page to mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from align.text import fold, nfc

_WORD: Final = re.compile(r"\s+|[^\W_]+(?:[.,:/'’-][^\W_]+)*|.", re.DOTALL)
Pieces = list[tuple[str, str]]  # (kind, text): "" as it is, "other" not in the reference, "missed" a missed term


def compare(hypothesis: str, refs: Sequence[str]) -> Pieces:
    """A translation in pieces; words that the closest reference has not at that place are "other"."""
    tokens = _WORD.findall(nfc(hypothesis))
    words = [token for token in tokens if not token.isspace()]
    keys = [word.lower() for word in words]
    matchers = [SequenceMatcher(None, keys, _keys(ref), autojunk=False) for ref in refs]
    best = max(matchers, key=lambda matcher: matcher.ratio())
    same = {k for block in best.get_matching_blocks() for k in range(block.a, block.a + block.size)}
    pieces: Pieces = []
    number = 0
    for token in tokens:
        if token.isspace():
            _add(pieces, pieces[-1][0] if pieces and number not in same else "", " ")
            continue
        _add(pieces, "" if number in same else "other", token)
        number += 1
    return pieces


def mark_terms(text: str, terms: Iterable[str]) -> Pieces:
    """A reference in pieces; terms that a translation missed are "missed". Case, diacritics and endings may differ."""
    text = nfc(text)
    folded = fold(text)
    spans: list[tuple[int, int]] = []
    if len(folded) == len(text):
        for term in terms:
            pattern = r"\W+".join(map(re.escape, re.findall(r"\w+", fold(nfc(term)))))
            spans += [found.span() for found in re.finditer(rf"(?<!\w){pattern}(?:['’]?e?s)?(?!\w)", folded)]
    pieces: Pieces = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            _add(pieces, "", text[done:start])
            _add(pieces, "missed", text[start:end])
            done = end
    _add(pieces, "", text[done:])
    return pieces


def _keys(text: str) -> list[str]:
    return [token.lower() for token in _WORD.findall(nfc(text)) if not token.isspace()]


def _add(pieces: Pieces, kind: str, text: str) -> None:
    if text and pieces and pieces[-1][0] == kind:
        pieces[-1] = (kind, pieces[-1][1] + text)
    elif text:
        pieces.append((kind, text))
