"""Workbooks of strangers, looked at before a library unpacks them: sizes, packing, document types."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Final
from xml.parsers import expat

from align.errors import FormatError
from align.formats.reading import unreadable
from align.gunzip import FREE_BYTES, MAX_RATIO

_MOST_BYTES: Final = 4 << 30  # of the unpacked sheets, which are streamed: a million units take about 1 GB
_MOST_STRINGS: Final = 512 << 20  # of the table of strings, which is held in memory
_MOST_PARTS: Final = 10_000
_BEFORE_ROOT: Final = 1 << 20  # bytes; the first element of a part comes at once
_BLOCK: Final = 1 << 14


def check(path: Path) -> None:
    """Refuse what is no workbook, has a document type (entities), or would unpack to more than memory holds.

    The sizes are those of the archive's list: no more is unpacked than it says, whatever the data hold.

    Raises:
        InputError: it cannot be read.
        FormatError: it is refused.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if reason := _too_large(parts):
                raise FormatError(path, None, f"{reason}, which is refused; split the workbook or save it anew")
            for part in parts:
                if not part.is_dir() and _has_document_type(archive, part):
                    message = f"{part.filename[:80]!r} has a document type, which is refused; save it anew as .xlsx"
                    raise FormatError(path, None, message)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError) as error:
        # An unknown packing, a password, a list that contradicts the data.
        raise FormatError(path, None, f"not a workbook (.xlsx) ({error}); save it anew in this format") from error
    except OSError as error:
        raise unreadable(path, error) from error


def _too_large(parts: list[zipfile.ZipInfo]) -> str:
    """What is too much in a workbook, "" if nothing."""
    if len(parts) > _MOST_PARTS:
        return f"has more than {_MOST_PARTS:,} parts"
    if sum(part.file_size for part in parts) > _MOST_BYTES:
        return f"unpacks to more than {_MOST_BYTES >> 30} GB"
    for part in parts:
        if part.filename.lower().endswith("sharedstrings.xml") and part.file_size > _MOST_STRINGS:
            return f"has more than {_MOST_STRINGS >> 20} MB of texts in one table"
        if part.file_size > max(FREE_BYTES, MAX_RATIO * part.compress_size):
            return f"unpacks to more than {MAX_RATIO} times its size"
    return ""


def _has_document_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part is XML with a document type before its first element, in any encoding."""
    found: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    parser.StartElementHandler = lambda *_: found.append(False)
    with archive.open(part) as file:
        try:
            while not found and file.tell() < _BEFORE_ROOT and (block := file.read(_BLOCK)):
                parser.Parse(block, False)
        except (expat.ExpatError, LookupError):  # a picture, or nothing that another parser would take
            return bool(found) and found[0]
        return found[0] if found else file.tell() >= _BEFORE_ROOT
