"""TMX of any origin, read as a stream: no entities, no DTD, no network, bounded text and depth."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from lxml import etree

from align import gunzip
from align.errors import FormatError
from align.formats.reading import unreadable
from align.formats.tmx import XML_LANG
from align.formats.tsv import COLUMNS, unit_of_cells
from align.types import Lang, Unit

_GZIP_MAGIC: Final = b"\x1f\x8b"
NATIVE_CODE: Final = {"bpt", "ept", "it", "ph", "ut"}  # their content is markup of the original, not text
LANGS: Final[dict[str, Lang]] = {"vi": "vi", "vie": "vi", "en": "en", "eng": "en"}


@dataclass(frozen=True, slots=True)
class TmxUnit:
    """A unit of any TMX file.

    Attributes:
        tuid: its id; None if it has none.
        vi, en: both texts, inline markup taken out.
        line: where it stands in the file.
        props: prop type -> text of the unit; vi_props, en_props: of either side.
    """

    tuid: str | None
    vi: str
    en: str
    line: int = 0
    props: dict[str, str] = field(default_factory=dict)
    vi_props: dict[str, str] = field(default_factory=dict)
    en_props: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Iterator[TmxUnit]:
    """Read the units that have a Vietnamese and an English side; others are passed over.

    Languages are told by their code without its region, in any case (vi, VI-VN, en_US, eng); of several
    variants in one language the first counts. A file compressed by gzip is unpacked on the way.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is not well-formed, refers to XML entities, or is no TMX.
    """
    try:
        with opened(path) as file:
            yield from _stream(path, file)
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg).split())
        message = f"not well-formed XML: {reason}; repair the file or export it anew"
        raise FormatError(path, error.lineno or 1, message) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FormatError(path, None, f"damaged gzip file ({error}); fetch or pack it anew") from error
    except OSError as error:
        raise unreadable(path, error) from error


def read_units(path: Path) -> Iterator[Unit]:
    """Read a corpus written by `tmx.write` back into units.

    Raises:
        InputError: the file cannot be read.
        FormatError: as `read`, or the scores that a corpus has are missing or malformed.
    """
    for found in read(path):
        try:
            unit = unit_of_cells(_cells(found))
        except ValueError as error:
            message = f"prop x-{error}; a TMX from elsewhere has no scores and cannot be read as a corpus"
            raise FormatError(path, found.line, message) from error
        yield unit


def _cells(found: TmxUnit) -> dict[str, str]:
    cells = {name: found.props.get(f"x-{name.replace('_', '-')}", "") for name in COLUMNS}
    sides = {"vi": found.vi_props, "en": found.en_props}
    for lang, props in sides.items():
        cells[f"{lang}_date"] = props.get("x-date", "")
        cells[f"{lang}_segments"] = props.get("x-segments", "")
    return cells | {"id": found.tuid or "", "vi": found.vi, "en": found.en}


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked if they begin as gzip does, whatever its name."""
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        if not packed:
            yield file
            return
        with gunzip.reader(file) as unpacked:
            yield unpacked


def _stream(path: Path, file: IO[bytes]) -> Iterator[TmxUnit]:
    events = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    root: Any = None
    for event, element in events:
        if root is None:
            root = element
            _check_root(path, root)
        if event == "end" and _name(element) in {"tu", "header"}:
            unit = _read_tu(path, element) if _name(element) == "tu" else None
            if unit is not None:
                yield unit
            _forget(element)


def _forget(element: Any) -> None:
    """Take an element and all before it out of the tree, which would else grow with the file."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _check_root(path: Path, root: Any) -> None:
    if _name(root) != "tmx":
        raise FormatError(path, root.sourceline, f"the root element is <{_name(root)}>, expected <tmx>")
    doctype = root.getroottree().docinfo.internalDTD
    if doctype is not None and next(doctype.iterentities(), None) is not None:
        raise FormatError(path, 1, "the file declares XML entities, which are refused; take its <!ENTITY> lines out")


def _read_tu(path: Path, tu: Any) -> TmxUnit | None:
    texts: dict[Lang, str] = {}
    props: dict[Lang, dict[str, str]] = {}
    for tuv in tu.iterchildren("{*}tuv"):
        code = (tuv.get(XML_LANG) or tuv.get("lang") or "").lower().replace("_", "-").split("-")[0]
        lang = LANGS.get(code)
        seg = tuv.find("{*}seg")
        if lang is None or seg is None or lang in texts:
            continue
        if text := _text(path, seg).strip():
            texts[lang], props[lang] = text, _props(tuv)
    if len(texts) < 2:
        return None
    return TmxUnit(tu.get("tuid"), texts["vi"], texts["en"], tu.sourceline or 0, _props(tu), props["vi"], props["en"])


def _props(element: Any) -> dict[str, str]:
    return {prop.get("type", ""): prop.text or "" for prop in element.iterchildren("{*}prop")}


def _text(path: Path, element: Any) -> str:
    """Text of a segment: of highlights (hi) too, not of native codes, which are markup such as <b>."""
    text = element.text or ""
    for child in element:
        if child.tag is etree.Entity:
            message = f"entity {child.text} is declared nowhere in the file; write the character itself"
            raise FormatError(path, child.sourceline, message)
        inner, tail = "", child.tail or ""
        if isinstance(child.tag, str):  # comments and processing instructions have none
            inner = "" if _name(child) in NATIVE_CODE else _text(path, child)
            # A placeholder such as <br/> that alone parts two words must not make them one.
            if _name(child) == "ph" and text[-1:].isalnum() and tail[:1].isalnum():
                inner = " "
        text += inner + tail
    return text


def _name(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""
