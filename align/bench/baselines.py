"""Systems that need nothing: `baseline:copy` and `baseline:words`. What a real system has to beat."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

from align.bench.records import Output, Speed, TestSet
from align.bench.terms import Glossary, words
from align.documents.language import identify
from align.encoders import StaticEncoder
from align.errors import ConfigError
from align.text import fold, nfc, strip_diacritics
from align.types import Lang

NAMES: Final = ("baseline:copy", "baseline:words")
_PIECE: Final = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]|\s+")
_VIETNAMESE: Final = re.compile(r"[^\W\d_a-z]")  # a lower-case word that needs more than ASCII
_SURE: Final = 0.25  # cosine below which a word is left out: most are particles without counterpart
_BLOCK: Final = 256  # words compared with the vocabulary in one go


def make(name: str, test_set: TestSet, encoder: StaticEncoder, glossary: Glossary | None,
         train: Iterable[str] = ()) -> Output:  # fmt: skip
    """Translations of a baseline.

    Args:
        name: of NAMES.
        test_set: with its source. The references are not looked at.
        encoder: whose word vectors `baseline:words` translates by.
        glossary: terms it puts in whole.
        train: text of the target language whose words it may use; without, the encoder's own vocabulary.

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
    translator = WordByWord(encoder, test_set.lang, glossary, train)
    lines = tuple(translator.translate(list(map(nfc, test_set.src))))
    how = "word by word by the encoder's vectors" + (" and the glossary" if glossary else "")
    return Output(lines, how, Speed(time.monotonic() - started, len(lines)))


class WordByWord:
    """Each word or pair of syllables becomes the nearest word of the target language; names and numbers stay."""

    def __init__(self, encoder: StaticEncoder, lang: Lang, glossary: Glossary | None, train: Iterable[str]) -> None:
        """Collect the target vocabulary."""
        self._encoder, self._lang, self._glossary = encoder, lang, glossary
        self._source: Lang = "en" if lang == "vi" else "vi"
        self._vocabulary = _vocabulary(encoder, lang, train)
        self._vectors = encoder.encode(self._vocabulary)

    def translate(self, lines: Sequence[str]) -> list[str]:
        """Translate lines."""
        units = sorted({unit for line in lines for unit in _units(line, self._source)})
        best = self._nearest(units)
        return [self._line(line, best) for line in lines]

    def _nearest(self, units: Sequence[str]) -> dict[str, tuple[float, str]]:
        """Unit -> cosine and word of its nearest neighbor."""
        found = {}
        for start in range(0, len(units), _BLOCK):
            block = units[start : start + _BLOCK]
            cosines = self._encoder.encode(block) @ self._vectors.T
            for unit, row in zip(block, cosines, strict=True):
                # Not itself: "nam" is a word of both languages, and means nothing in one of them.
                ranked = np.argsort(-row, kind="stable")[:3]
                pick = next((k for k in ranked if self._vocabulary[k] != strip_diacritics(unit)), ranked[0])
                found[unit] = (float(row[pick]), self._vocabulary[pick])
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
        if not token[0].isalpha() or (token[0].isupper() and (k > 0 or token.isupper())):
            keep = strip_diacritics(token) if self._lang == "en" else token
            return 1, keep
        alone = best.get(token.lower(), (0.0, ""))
        pair = best.get(f"{token.lower()} {tokens[k + 1].lower()}", (0.0, "")) if k + 1 < len(tokens) else (0.0, "")
        following = best.get(tokens[k + 1].lower(), (0.0, "")) if k + 1 < len(tokens) else (0.0, "")
        if self._source == "vi" and pair[0] > max(alone[0], following[0], _SURE):
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


def _vocabulary(encoder: StaticEncoder, lang: Lang, train: Iterable[str]) -> list[str]:
    """Words of the target language: of training text where there is some, else of the encoder."""
    seen = {word for line in train for word in re.findall(r"[^\W\d_]+", nfc(line)) if word.islower()}
    if not seen:
        seen = {word for word in _known(encoder) if _is_word(word, lang)}
    return sorted(seen)


@cache
def _known(encoder: StaticEncoder) -> tuple[str, ...]:
    """Whole words among the encoder's pieces (with diacritics) and folded words."""
    pieces = encoder.featurizer.pieces
    whole = (pieces.id_to_piece(k) for k in range(pieces.get_piece_size()))
    starts = {piece[1:] for piece in whole if piece.startswith("▁")}
    return tuple(sorted(word for word in starts | set(encoder.featurizer.words) if word.isalpha() and word.islower()))


def _is_word(word: str, lang: Lang) -> bool:
    """Whether a word is one of the language: by its letters, or by what a text of that word alone would be."""
    if lang == "vi":
        return bool(_VIETNAMESE.search(word)) or (len(word) < 8 and identify(word) == "vi")
    if not word.isascii() or len(word) < 2:
        return False
    return identify(word) == "en" or (fold(word) == word and not _syllable(word))


def _syllable(word: str) -> bool:
    from align.anchors.letters import is_syllable

    return is_syllable(word)
