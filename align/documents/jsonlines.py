"""Articles in JSON lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from align.documents import encodings, rows, streams
from align.documents.ids import Source
from align.documents.streams import BadContentError
from align.types import Document, RejectedDocument


def read(source: Source, columns: rows.Columns) -> Iterator[Document | RejectedDocument]:
    """Documents of a .jsonl file; a line that cannot be used is one RejectedDocument."""
    found, patience = 0, streams.Patience()
    with streams.opened(source.path) as handle:
        for number, line in streams.numbered_lines(handle):
            if line.isspace():
                continue
            try:
                if len(line) > streams.MAX_BYTES:
                    raise streams.too_large()
                content = encodings.decode(line, first=number == 1)
                if not content.text.strip():
                    continue
                found += 1
                document = rows.document(_object(content.text), columns, source, number, content.warnings)
            except BadContentError as error:
                found += 1
                yield RejectedDocument(f"{source.name}:{number}", str(error))
                patience.bad(error)
            else:
                yield document
                patience.good()
    if not found:
        yield RejectedDocument(source.name, "empty: no line holds an article")


def _object(content: str) -> dict[str, Any]:
    try:
        row = json.loads(content)
    except json.JSONDecodeError as error:
        raise BadContentError(f"no JSON at column {error.colno} ({error.msg}): one object a line is expected") from None
    except (ValueError, RecursionError) as error:
        raise BadContentError(f"JSON that cannot be read ({error}): one object a line is expected") from None
    if not isinstance(row, dict):
        raise BadContentError(f'JSON {type(row).__name__}, not an object: {{"text": ...}} is expected')
    return row
