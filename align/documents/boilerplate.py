"""Lines that an outlet prints on page after page, found by how many of its documents have them.

A line counts at the ends of a story only, and only in documents that share little else: the paragraphs of a wire story
that many sites print are repeated, too, but together. What is taken out is listed with the rule `boilerplate`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from align import text as texts
from align.documents import furniture
from align.types import Document, Furniture

_MIN_DOCUMENTS: Final = 8  # that have a line, of one outlet and language
_MIN_SHARE: Final = 0.02  # of that outlet's documents
_TOP: Final = 2  # paragraphs below the title, and
_BOTTOM: Final = 4  # paragraphs at the end, where a line counts
_MAX_SHARED: Final = 1 / 3  # of a document's characters; where more is repeated it is the story that is
_MAX_WORDS: Final = 60
_DIGITS: Final = re.compile(r"\d+")
_Key = bytes


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line at an end of a document: its place among the paragraphs, its key, its length."""

    place: int
    key: _Key
    size: int


@dataclass(frozen=True)
class Repeated:
    """Lines of a collection that may be boilerplate.

    Attributes:
        sizes: documents of each outlet.
        alone: line -> documents that have it and share little else.
    """

    sizes: Counter[str]
    alone: Counter[_Key]

    def strip(self, document: Document) -> Document:
        """The document without the lines that are repeated."""
        least = max(_MIN_DOCUMENTS, _MIN_SHARE * self.sizes[_outlet(document)])
        edges = [edge for edge in _edges(document) if self.alone[edge.key] >= least] if self.alone else []
        return _without(document, edges) if edges and _shares_little(document, edges) else document


def strip_repeated(documents: Sequence[Document]) -> list[Document]:
    """Take the lines out that are repeated; documents in the order given.

    Memory: 16 bytes and a count for each different line at an end of a document. The order of the documents and the
    number of processes make no difference.
    """
    sizes, seen = count(documents)
    often = frequent(seen)
    repeated = Repeated(sizes, count_alone(documents, often))
    return [repeated.strip(document) for document in documents]


def count(documents: Iterable[Document]) -> tuple[Counter[str], Counter[_Key]]:
    """Documents of each outlet, and documents that have each line at an end; counts of parts may be added up."""
    sizes: Counter[str] = Counter()
    seen: Counter[_Key] = Counter()
    for document in documents:
        sizes[_outlet(document)] += 1
        seen.update({edge.key for edge in _edges(document)})
    return sizes, seen


def frequent(seen: Counter[_Key]) -> frozenset[_Key]:
    """Lines that stand in documents enough to be looked at."""
    return frozenset(key for key, times in seen.items() if times >= _MIN_DOCUMENTS)


def count_alone(documents: Iterable[Document], often: frozenset[_Key]) -> Counter[_Key]:
    """Documents that have each frequent line and share little else; counts of parts may be added up."""
    alone: Counter[_Key] = Counter()
    for document in documents if often else ():
        edges = [edge for edge in _edges(document) if edge.key in often]
        if _shares_little(document, edges):
            alone.update({edge.key for edge in edges})
    return alone


def _without(document: Document, edges: Sequence[_Edge]) -> Document:
    places = {edge.place for edge in edges}
    lines = document.text.split("\n")
    taken = tuple(Furniture("boilerplate", lines[place]) for place in sorted(places))
    # What stood above a repeated line may be the end of the page now: an agency tag, a signature.
    rest = [line for place, line in enumerate(lines) if place not in places]
    story = furniture.strip(rest, first_body=int(document.title is not None))
    return replace(
        document,
        text="\n".join(story.paragraphs or rest),
        furniture=(*document.furniture, *taken, *(story.furniture if story.paragraphs else ())),
    )


def _shares_little(document: Document, edges: Iterable[_Edge]) -> bool:
    return sum(edge.size for edge in edges) < _MAX_SHARED * len(document.text)


def _edges(document: Document) -> list[_Edge]:
    lines = document.text.split("\n")
    first = int(document.title is not None)
    places = sorted(
        {*range(first, min(first + _TOP, len(lines))), *range(max(first, len(lines) - _BOTTOM), len(lines))}
    )
    outlet = _outlet(document)
    return [
        _Edge(place, _key(outlet, lines[place]), len(lines[place]))
        for place in places
        if lines[place].count(" ") < _MAX_WORDS
    ]


def _key(outlet: str, line: str) -> _Key:
    """A line in one form, numbers left open: "Hotline: 0912..." and "Cập nhật 15:30" vary in them."""
    form = _DIGITS.sub("0", texts.new_style_tones(texts.one_line(line)).casefold())
    return hashlib.blake2b(f"{outlet}\0{form}".encode(), digest_size=16).digest()


def _outlet(document: Document) -> str:
    """Site where one is known, else the folder or table that a document came in; and its language."""
    source = PurePosixPath(document.source)
    place = source.name.rpartition(":")[0] or str(source.parent)
    return f"{document.lang}\0{document.site or place}"
