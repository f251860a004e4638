"""Systems that need nothing: `baseline:copy` and `baseline:words`. What a real system has to beat."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

from align.anchors.letters import is_syllable
from align.bench.records import Output, Speed, TestSet
from align.bench.terms import Glossary, words
from align.documents.language import identify
from align.encoders import StaticEncoder
from align.encoders.features import prepare
from align.errors import ConfigError
from align.text import fold, nfc, strip_diacritics
from align.types import Lang

NAMES: Final = ("baseline:copy", "baseline:words")
_PIECE: Final = re.compile(r"\d+(?:[.,]\d+)+|\w+(?:['’]\w+)?|[^\w\s]|\s+")
_MARKS: Final = str.maketrans(".,", ",.")  # 18,5 and 18.5
_SURE: Final = 0.25  # cosine below which a word is left out: most are particles without counterpart
# Syllables of a word: chosen on the parallel development set, chrF++ 31.1 (the nearest single word: 22.6).
_LIKELY: Final = 0.05  # probability of the first one
_ALSO: Final = 0.3  # of the others, as a share of the first one's
_SYLLABLES: Final = 3
_BLOCK: Final = 256  # words compared with the vocabulary in one go


def make(name: str, test_set: TestSet, encoder: StaticEncoder, glossary: Glossary | None) -> Output:
    """Translations of a baseline.

    Args:
        name: of NAMES.
        test_set: with its source. The references are not looked at.
        encoder: whose word vectors `baseline:words` translates by.
        glossary: terms it puts in whole.

    Raises:
        ConfigError: the name is unknown, or the test set has no source.
    """
    if name not in NAMES:
        raise ConfigError(f"--system {name}: expected NAME='COMMAND' or one of {', '.join(NAMES)}")
    if test_set.src is None:
        raise ConfigError(f"--system {name} needs the source: add --src FILE")
    if name == "baseline:copy":
        return Output(test_set.src, "the source itself")
    started = time.monotonic()
    translator = WordByWord(encoder, test_set.lang, glossary)
    lines = tuple(translator.translate(list(map(nfc, test_set.src))))
    how = "word by word by the encoder's vectors" + (" and the glossary" if glossary else "")
    return Output(lines, how, Speed(time.monotonic() - started, len(lines)))


class WordByWord:
    """Each word becomes what translates it best; names and numbers stay.

    Into English: the word whose vector is nearest to that of the syllable or of two syllables. Into Vietnamese, where
    a word is of several syllables: the likeliest syllables by the encoder's table of translations.
    """

    def __init__(self, encoder: StaticEncoder, lang: Lang, glossary: Glossary | None) -> None:
        """Note the encoder and the terms."""
        self._encoder, self._lang, self._glossary = encoder, lang, glossary
        self._source: Lang = "en" if lang == "vi" else "vi"

    def translate(self, lines: Sequence[str]) -> list[str]:
        """Translate lines."""
        units = sorted({unit for line in lines for unit in _units(line, self._source)})
        best = self._nearest(units) if self._lang == "en" else self._likeliest(units)
        return [self._line(line, best) for line in lines]

    def _nearest(self, units: Sequence[str]) -> dict[str, tuple[float, str]]:
        """Unit -> cosine and word of its nearest neighbor."""
        found = {}
        vocabulary = _vocabulary(self._encoder)
        vectors = self._encoder.encode(vocabulary)
        for start in range(0, len(units), _BLOCK):
            block = units[start : start + _BLOCK]
            cosines = self._encoder.encode(block) @ vectors.T
            for unit, row in zip(block, cosines, strict=True):
                # Not itself: "nam" is a word of both languages, and means nothing in one of them.
                ranked = np.argsort(-row, kind="stable")[:3]
                pick = next((k for k in ranked if vocabulary[k] != strip_diacritics(unit)), ranked[0])
                found[unit] = (float(row[pick]), vocabulary[pick])
        return found

    def _likeliest(self, units: Sequence[str]) -> dict[str, tuple[float, str]]:
        """Unit -> probability and syllables, the likeliest first."""
        pieces = self._encoder.featurizer.pieces
        texts = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
        targets = np.array([k for k, text in enumerate(texts) if text.startswith("▁") and is_syllable(fold(text[1:]))])
        found = {}
        for unit in units:
            sources = np.array(pieces.encode(prepare(unit)), dtype=np.int64)
            chance = self._encoder.translations.to_vi.dense(sources, targets).mean(axis=0)
            ranked = np.argsort(-chance, kind="stable")[:_SYLLABLES]
            first = float(chance[ranked[0]])
            chosen = [texts[targets[k]][1:] for k in ranked if chance[k] >= _ALSO * first]
            found[unit] = (first, " ".join(chosen) if first >= _LIKELY else "")
        return found

    def _line(self, line: str, best: dict[str, tuple[float, str]]) -> str:
        tokens = [token for token in _PIECE.findall(line) if not token.isspace()]
        terms = self._terms(line)
        out: list[str] = []
        k = 0
        while k < len(tokens):
            term = next((t for t in terms if _same(tokens[k : k + len(t[0])], t[0], self._source)), None)
            step, text = (len(term[0]), term[1]) if term else self._word(tokens, k, best)
            if text and not text[0].isalnum() and text not in "([“‘-–—":
                out.append(text)
            elif text:
                out.append(f" {text}")
            k += step
        joined = "".join(out).strip()
        return joined[:1].upper() + joined[1:]

    def _terms(self, line: str) -> list[tuple[tuple[str, ...], str]]:
        if self._glossary is None:
            return []
        tokens = words(line, self._source)
        found = self._glossary.find(line, self._source)
        return [(tokens[a:b], self._glossary.terms[numbers[0]].forms(self._lang)[0]) for a, b, _, numbers in found]

    def _word(self, tokens: list[str], k: int, best: dict[str, tuple[float, str]]) -> tuple[int, str]:
        """How many tokens to take, and what they become."""
        token = tokens[k]
        if token[0].isdigit():
            return 1, token.translate(_MARKS)
        if not token[0].isalpha() or (token[0].isupper() and (k > 0 or token.isupper())):
            keep = strip_diacritics(token) if self._lang == "en" else token
            return 1, keep
        alone = best.get(token.lower(), (0.0, ""))
        pair = best.get(f"{token.lower()} {tokens[k + 1].lower()}", (0.0, "")) if k + 1 < len(tokens) else (0.0, "")
        following = best.get(tokens[k + 1].lower(), (0.0, "")) if k + 1 < len(tokens) else (0.0, "")
        if self._lang == "vi":
            return 1, alone[1]
        if pair[0] > max(alone[0], following[0], _SURE):
            return 2, pair[1]
        return 1, alone[1] if alone[0] >= _SURE else ""


def _units(line: str, lang: Lang) -> set[str]:
    """Words to translate, and for Vietnamese pairs of syllables, where most words are of two."""
    tokens = [token.lower() for token in _PIECE.findall(line) if not token.isspace()]
    found = {token for token in tokens if token[0].isalpha()}
    if lang == "vi":
        found |= {f"{a} {b}" for a, b in pairwise(tokens) if a[0].isalpha() and b[0].isalpha()}
    return found


def _same(tokens: Sequence[str], form: tuple[str, ...], lang: Lang) -> bool:
    return len(tokens) == len(form) and words(" ".join(tokens), lang) == form


@cache
def _vocabulary(encoder: StaticEncoder) -> tuple[str, ...]:
    """English words among the encoder's whole pieces and folded words."""
    pieces = encoder.featurizer.pieces
    whole = (pieces.id_to_piece(k) for k in range(pieces.get_piece_size()))
    starts = {piece[1:] for piece in whole if piece.startswith("▁")}
    return tuple(sorted(filter(_is_english, starts | set(encoder.featurizer.words))))


def _is_english(word: str) -> bool:
    if len(word) < 2 or not (word.isascii() and word.isalpha() and word.islower()):
        return False
    return identify(word) == "en" or not is_syllable(word)
