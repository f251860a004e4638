"""Bytes -> text: UTF-8 and UTF-16 as they are, old Vietnamese encodings with a warning, anything unsure refused."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from align.documents import language, legacy
from align.documents.streams import MAX_BYTES, BadContentError

_HEAD: Final = 4096  # bytes in which the zeros of UTF-16 are looked for
_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and what a person should know about how it was read."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, *, first: bool = True) -> Decoded:
    """Text of a file, or of one line or field of it.

    Args:
        data: all its bytes, within the bound of streams.
        first: whether it begins the file, so that a byte order mark may stand there.

    Raises:
        BadContentError: binary, or in no encoding that is certain; with the offset of the first byte that is wrong.
    """
    if first and data.startswith(_MARKS):
        return Decoded(_strict(data, "utf-16"))
    if b"\0" in data:
        return _without_mark(data)
    try:
        return Decoded(_strict(data, "utf-8-sig" if first else "utf-8"))
    except BadContentError:
        found = legacy.convert(data)
        if found is None:
            raise
        return Decoded(found.text, (f"converted from {found.encoding}: found by how the text reads",))


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        bom = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" and data.startswith(codecs.BOM_UTF8) else 0
        name = encoding.removesuffix("-sig").upper()
        message = f"not {name} at byte {error.start + bom}: convert it to UTF-8"
        if name == "UTF-8":
            message += "; it reads as no certain Vietnamese in windows-1258, TCVN3 or VNI either"
        raise BadContentError(message) from None


def _without_mark(data: bytes) -> Decoded:
    """UTF-16 that lacks its mark: every other byte of its blanks and plain letters is zero."""
    head = data[:_HEAD]
    low, high = head[::2].count(0), head[1::2].count(0)
    name = "utf-16-be" if low > high else "utf-16-le"
    if max(low, high) > 4 * min(low, high) and max(low, high) >= 8:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            text = ""
        if "\0" not in text and language.identify(text) is not None:
            return Decoded(text, (f"read as {name.upper()} without byte order mark: found by how the text reads",))
    raise BadContentError(f"binary: a NUL byte at offset {data.index(0)}; plain text in UTF-8 is expected")


def declared(data: bytes) -> str | None:
    """Encoding that a web page says it is in, as Python names it; None where it says none or an unknown one."""
    match = re.search(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,30})""", data[:_HEAD], re.IGNORECASE)
    if match is None:
        return None
    try:
        return codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return None


def decode_page(data: bytes) -> Decoded:
    """Text of a web page: as `decode`, and in what it declares where that is another encoding.

    Raises:
        BadContentError: as `decode`.
    """
    try:
        return decode(data)
    except BadContentError:
        name = declared(data)
        if name is None or name.startswith(("utf", "ascii")) or b"\0" in data or len(data) > MAX_BYTES:
            raise
        try:
            return Decoded(data.decode(name), (f"read as {name}, as the page declares",))
        except (UnicodeDecodeError, LookupError, ValueError):
            raise BadContentError(f"not in {name}, as the page declares, nor in UTF-8: convert it to UTF-8") from None
