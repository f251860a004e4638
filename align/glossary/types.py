"""What the glossary takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Tier: TypeAlias = Literal["sure", "likely", "check"]
TIERS: Final[tuple[Tier, ...]] = ("sure", "likely", "check")
KINDS: Final = ("title", "person", "organisation", "place", "treaty", "document", "event", "topic")
# A person's verdict on an entry; "" where nobody has looked at it.
STATUSES: Final = ("", "accepted", "rejected", "preferred", "deprecated")


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as the glossary sees it; `loose` where two passages only report the same thing."""

    id: str
    vi: str
    en: str
    vi_doc: str = ""
    en_doc: str = ""
    date: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """Where an entry stands: the sentences, the places of the term in them, the documents, the date."""

    id: str
    vi: str
    en: str
    vi_span: tuple[int, int]
    en_span: tuple[int, int]
    vi_doc: str
    en_doc: str
    date: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """A rival translation: its share of the meetings, and who used it when."""

    en: str
    share: float
    units: int
    documents: tuple[str, ...]
    first_seen: str
    last_seen: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A glossary entry in citation form, with what speaks for it."""

    vi: str
    en: str
    kind: str
    score: float
    tier: Tier
    frequency: int
    documents: int
    acronym: str = ""
    variants_vi: tuple[str, ...] = ()
    variants_en: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    contexts: tuple[Context, ...] = ()
    first_seen: str = ""
    last_seen: str = ""
    reasons: tuple[str, ...] = ()
    status: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A row of a term list: forms of both sides (the first is the preferred one), kind, validity in ISO dates."""

    vi: tuple[str, ...]
    en: tuple[str, ...]
    kind: str
    valid_from: str = ""
    valid_to: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """How a glossary is made.

    Attributes:
        top: entries kept, None for all.
        terms: term lists used as evidence.
        least: occurrences that a candidate needs; None chooses by the size of the corpus.
        contexts: contexts shown with an entry.
    """

    top: int | None = None
    terms: tuple[Known, ...] = ()
    least: int | None = None
    contexts: int = 3
