"""The shared types: frozen records that the stages hand to each other, and the Encoder protocol.

Axis 0 of every array is Vietnamese, axis 1 English. Absent is None, never 0 or "".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Lang: TypeAlias = Literal["vi", "en"]
Vectors: TypeAlias = NDArray[np.float32]
PairClass: TypeAlias = Literal["translation", "same_event", "related"]

LANGS: tuple[Lang, Lang] = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Furniture:
    """A piece of a news page that is not its story: caption, byline, agency tag, closing line."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    r"""One article in one language.

    `text` is the cleaned text: NFC, one paragraph a line ("\n" between them), furniture taken out, the title
    (where known) as its first line. Offsets of segments count its characters. `date` is the day of publication and
    `date_source` says where it was found ("given", "dateline", "url" ...); `warnings` are what a person should know
    about how it was read.
    """

    doc_id: str
    lang: Lang
    text: str
    title: str | None = None
    date: date | None = None
    url: str | None = None
    source: str = ""
    furniture: tuple[Furniture, ...] = ()
    author: str | None = None
    site: str | None = None
    date_source: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedDocument:
    """A document, or a whole file, that could not be used, with a reason a person understands."""

    doc: str
    reason: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence-like piece: `text` stands at `document.text[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """Something both languages must say alike, in one canonical form: a number, date, name or acronym.

    `kind` is "number", "percent", "money", "date" or "name"; `key` is the canonical form ("18500000000",
    "11-21", "to lam", "unclos"); the characters stand at `text[start:end]`.
    """

    kind: str
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Bead:
    """An m-n group of segments that translate each other; one empty side makes a null bead.

    `vi` and `en` are ascending segment indexes. `log_odds` is the natural logarithm of the odds that the bead is
    right against its segments being null; `quality` the calibrated probability. Both are None where a bead was
    read from a file that does not say.
    """

    vi: tuple[int, ...]
    en: tuple[int, ...]
    log_odds: float | None = None
    quality: float | None = None

    @property
    def shape(self) -> str:
        """Number of segments on each side, as "2-1"."""
        return f"{len(self.vi)}-{len(self.en)}"

    @property
    def is_null(self) -> bool:
        """Whether one side is empty."""
        return not (self.vi and self.en)


@dataclass(frozen=True, slots=True)
class DocumentPair:
    """Two documents on one happening. `score` is the calibrated probability in [0, 1]."""

    vi_doc: str
    en_doc: str
    score: float
    pair_class: PairClass
    event: str
    days_apart: int | None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A translation unit: a row of the parallel corpus, in the order of the columns of `corpus.tsv`."""

    id: str
    vi: str
    en: str
    quality: float
    similarity: float
    margin: float
    shape: str
    vi_doc: str
    en_doc: str
    vi_segments: tuple[int, ...]
    en_segments: tuple[int, ...]
    vi_date: date | None
    en_date: date | None
    event: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedUnit:
    """A unit that was kept out of the corpus, and why."""

    unit: Unit
    reason: str


class Encoder(Protocol):
    """Turns segments of either language into vectors of one space."""

    @property
    def signature(self) -> str:
        """Name, version and hash of the weights: equal signatures give equal vectors."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts.

        Returns:
            float32 [n, dim]; unit rows, or a zero row where the text holds nothing that the encoder knows.
        """
        ...
