"""Reading documents: files and folders of articles -> cleaned documents, or the reason why not.

from align.documents import read
documents = [item for item in read([Path("articles")]) if isinstance(item, Document)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from align.documents.article import parse
from align.documents.ids import Source, find_sources
from align.documents.language import identify
from align.documents.readers import READERS, read_file
from align.errors import InputError
from align.types import Document, RejectedDocument

__all__ = ["READERS", "given_twice", "identify", "parse", "read", "require_articles"]


def read(inputs: Sequence[Path], columns: Mapping[str, str] | None = None) -> Iterator[Document | RejectedDocument]:
    """Read every article of files and folders (recursive, hidden files left out), files in order of doc_id.

    One bad file or row is one RejectedDocument; the rest is read. A second document of a doc_id is rejected.

    Args:
        inputs: files and folders.
        columns: field (id, lang, date, title, text, url) -> column of tables that holds it under another name.

    Raises:
        InputError: an input does not exist, or no file with articles is found; raised at the call.
    """
    require_articles(inputs)
    return _read(find_sources(inputs), columns or {})


def require_articles(inputs: Sequence[Path]) -> None:
    """Raise if no input holds a file of articles.

    Raises:
        InputError: that, or an input does not exist.
    """
    if not any(isinstance(source, Source) and source.kind in READERS for source in find_sources(inputs)):
        places = ", ".join(str(path) for path in inputs)
        raise InputError(f"{places}: no articles found; files with suffix {', '.join(READERS)} are expected")


def _read(
    sources: Iterator[Source | RejectedDocument], columns: Mapping[str, str]
) -> Iterator[Document | RejectedDocument]:
    places: dict[str, str] = {}
    for source in sources:
        if isinstance(source, RejectedDocument):
            yield source
            continue
        for item in read_file(source, columns):
            if isinstance(item, Document):
                first = places.setdefault(item.doc_id, item.source)
                if first is not item.source:
                    yield given_twice(item.doc_id, item.source, first)
                    continue
            yield item


def given_twice(doc_id: str, source: str, first: str) -> RejectedDocument:
    """The second document of an id, with where the first stands."""
    return RejectedDocument(source, f"doc_id '{doc_id}' is taken by {first}: give each document an id of its own")
