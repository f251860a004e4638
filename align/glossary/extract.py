"""The glossary of a parallel corpus: rows in, entries out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from align.encoders import embedded
from align.glossary import acronyms, entries, half, names, side
from align.glossary.evidence import Evidence
from align.glossary.lexicon import Lexicon
from align.glossary.pairing import pair
from align.glossary.seeds import TermList
from align.glossary.select import Selector
from align.glossary.side import Side
from align.glossary.spans import keep_names_whole, keep_phrases_whole
from align.glossary.terms import Sides
from align.glossary.tokens import keys
from align.glossary.types import Config, Entry, Row
from align.glossary.words_align import WordAligner
from align.types import LANGS, Encoder

_LEAST: Final = ((2_000, 1), (20_000, 2), (200_000, 3))  # units up to which a candidate needs so many occurrences
_LEAST_LARGE: Final = 5


def extract(
    rows: Sequence[Row], encoder: Encoder, config: Config | None = None, lexicon: Lexicon | None = None
) -> list[Entry]:
    """Term pairs of a corpus, best first.

    Args:
        rows: units in the order of the corpus.
        encoder: gives the vectors of phrases and words.
        config: see Config.
        lexicon: translations of words; None: those of the embedded encoder.
    """
    config, lexicon = config or Config(), lexicon or Lexicon(embedded())
    if not rows:
        return []
    least = config.least or next((n for units, n in _LEAST if len(rows) <= units), _LEAST_LARGE)
    texts = ([row.vi for row in rows], [row.en for row in rows])
    tokens = _tokens(texts, config)
    vi, vi_texts = half.make(texts[0], tokens[0], encoder, lexicon, least)
    en, en_texts = half.make(texts[1], tokens[1], encoder, lexicon, least)
    evidence = Evidence(
        TermList(config.terms),
        acronyms.full_forms(vi.side, vi.candidates, texts[0]),
        acronyms.full_forms(en.side, en.candidates, texts[1]),
        np.array([row.loose for row in rows]),
    )
    aligner = WordAligner(vi.side, en.side, encoder, lexicon)
    selector = Selector(Sides(vi, en), evidence, aligner, lexicon)
    terms = selector.choose(pair(vi, en, len(rows)))
    return entries.build(terms, (vi, en), (vi_texts, en_texts), rows, config)


def _tokens(texts: tuple[Sequence[str], Sequence[str]], config: Config) -> tuple[Side, Side]:
    """Both sides as tokens, names and listed terms kept whole."""
    vi, en = keep_names_whole(side.encode(texts[0], "vi"), side.encode(texts[1], "en"))
    whole = []
    for tokens, lang in zip((vi, en), LANGS, strict=True):
        listed = [keys(form, lang) for term in config.terms for form in getattr(term, lang)]
        whole.append(keep_phrases_whole(tokens, names.whole(lang), listed))
    return whole[0], whole[1]
