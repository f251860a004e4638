"""Files -> documents: one reader a suffix, bad content rejected row by row, nothing read without a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from align.documents import delimited, encodings, jsonlines, pages, parquet_rows, streams
from align.documents.article import Page, parse
from align.documents.ids import PACKED, Source
from align.documents.rows import Columns
from align.documents.streams import BadContentError
from align.types import Document, RejectedDocument

Reader: TypeAlias = Callable[[Source, Columns], Iterator[Document | RejectedDocument]]


def read_file(source: Source, columns: Columns) -> Iterator[Document | RejectedDocument]:
    """Documents of one file; whatever is wrong with it becomes a RejectedDocument.

    Args:
        source: the file.
        columns: field -> column of tables, where it has another name.
    """
    reader = READERS.get(source.kind)
    try:
        if not source.path.is_file():
            yield RejectedDocument(source.name, "not a regular file: only files and folders are read")
        elif reader is None:
            yield RejectedDocument(source.name, _unsupported(source.kind))
        elif not source.base:
            yield RejectedDocument(source.name, "file name gives no doc_id: rename the file")
        else:
            yield from reader(source, columns)
    except BadContentError as error:
        yield RejectedDocument(source.name, str(error))
    except OSError as error:
        reason = f"cannot be read ({error.strerror or error}): check that it exists and its permissions"
        yield RejectedDocument(source.name, reason)


def _unsupported(kind: str) -> str:
    what = f"files with suffix '{kind}'" if kind else "files without suffix"
    return f"{what} are not read: supported are {', '.join(READERS)}, and these with {PACKED}"


def _read_txt(source: Source, _columns: Columns) -> Iterator[Document | RejectedDocument]:
    decoded = encodings.decode(streams.whole(source.path))
    page = Page(name=source.name, warnings=decoded.warnings)
    yield parse(decoded.text, doc_id=source.base, source=source.name, page=page)


# Suffix -> reader: one more format is one more entry.
READERS: Final[dict[str, Reader]] = {
    ".txt": _read_txt,
    ".jsonl": jsonlines.read,
    ".html": pages.read,
    ".htm": pages.read,
    ".csv": delimited.read,
    ".tsv": delimited.read,
    ".parquet": parquet_rows.read,
}
