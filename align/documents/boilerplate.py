"""Lines that an outlet prints on page after page, found by how many of its documents have them.

A line counts at the ends of a story only, and only in documents that share little else: the paragraphs of a wire story
that many sites print are repeated, too, but together. What is taken out is listed with the rule `boilerplate`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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
    """Lines of a collection that are boilerplate, by their keys."""

    keys: frozenset[_Key]

    def strip(self, document: Document) -> Document:
        """The document without the lines that are repeated."""
        edges = [edge for edge in _edges(document) if edge.key in self.keys] if self.keys else []
        return _without(document, edges) if edges and _shares_little(document, edges) else document


def strip_repeated(documents: Sequence[Document]) -> list[Document]:
    """Take the lines out that are repeated; documents in the order given.

    Memory: 16 bytes and a count for each different line at an end of a document. The order of the documents makes no
    difference.
    """
    ends = [ends_of(document) for document in documents]
    repeated = find(lambda: ends)
    return [repeated.strip(document) for document in documents]


@dataclass(frozen=True, slots=True)
class Ends:
    """What has to be known of a document to find the lines that are repeated.

    Attributes:
        outlet: where it was published.
        keys: of the lines at its ends.
        sizes: characters of each line.
        length: characters of the document.
    """

    outlet: str
    keys: Sequence[_Key]
    sizes: Sequence[int]
    length: int


def ends_of(document: Document) -> Ends:
    """The lines at the ends of a document."""
    edges = _edges(document)
    sizes = [edge.size for edge in edges]
    return Ends(_outlet(document), [edge.key for edge in edges], sizes, len(document.text))


def find(read: Callable[[], Iterable[Ends]]) -> Repeated:
    """Lines that are repeated in a collection.

    Args:
        read: gives the ends of all documents, in any order; called twice.
    """
    outlets: Counter[str] = Counter()
    seen: Counter[_Key] = Counter()
    for ends in read():
        outlets[ends.outlet] += 1
        seen.update(set(ends.keys))
    often = {key for key, times in seen.items() if times >= _MIN_DOCUMENTS}
    alone: Counter[_Key] = Counter()
    least: dict[_Key, float] = {}
    for ends in read() if often else ():
        mine = [(key, size) for key, size in zip(ends.keys, ends.sizes, strict=True) if key in often]
        if sum(size for _, size in mine) < _MAX_SHARED * ends.length:
            alone.update({key for key, _ in mine})
            # A key holds its outlet: every document that has it is of the same.
            least |= dict.fromkeys((key for key, _ in mine), _MIN_SHARE * outlets[ends.outlet])
    return Repeated(frozenset(key for key, n in alone.items() if n >= max(_MIN_DOCUMENTS, least[key])))


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
