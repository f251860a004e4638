"""Reading documents: files and folders of articles -> cleaned documents, or the reason why not.

from align.documents import read
documents = [item for item in read([Path("articles")]) if isinstance(item, Document)]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from align.documents.article import parse
from align.documents.ids import Source, find_sources
from align.documents.language import identify
from align.documents.readers import READERS, read_file
from align.errors import InputError
from align.types import Document, RejectedDocument

__all__ = ["READERS", "identify", "parse", "read"]


def read(inputs: Sequence[Path]) -> Iterator[Document | RejectedDocument]:
    """Read every article of files and folders (recursive, hidden files left out), files in order of doc_id.

    One bad file or row is one RejectedDocument; the rest is read. A second document of a doc_id is rejected.

    Raises:
        InputError: an input does not exist, or no file with articles is found; raised at the call.
    """
    sources = find_sources(inputs)
    if not any(isinstance(source, Source) and source.suffix in READERS for source in sources):
        places = ", ".join(str(path) for path in inputs)
        raise InputError(f"{places}: no articles found; files with suffix {', '.join(READERS)} are expected")
    return _read(sources)


def _read(sources: Sequence[Source | RejectedDocument]) -> Iterator[Document | RejectedDocument]:
    places: dict[str, str] = {}
    for source in sources:
        if isinstance(source, RejectedDocument):
            yield source
            continue
        for item in read_file(source):
            if isinstance(item, Document):
                first = places.setdefault(item.doc_id, item.source)
                if first is not item.source:
                    yield RejectedDocument(item.source, _duplicate(item, first))
                    continue
            yield item


def _duplicate(item: Document, first: str) -> str:
    return f"{item.source}: doc_id '{item.doc_id}' is taken by {first}: give each document an id of its own"
