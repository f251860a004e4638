"""TMX 1.4b, streamed both ways. Rules that tools hold a file to: see `docs/formats.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import align
from align.errors import FormatError
from align.formats.atomic import atomic_path
from align.types import Unit

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_ILLEGAL: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS: Final = re.compile(r"[\t\r\n\x85\u2028\u2029]+")
_DOCTYPE: Final = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'
_NATIVE_CODE: Final = {"bpt", "ept", "it", "ph", "ut"}  # their content is markup of the original, not text


@dataclass(frozen=True, slots=True)
class TmxOptions:
    """How a TMX file is written.

    Attributes:
        vi, en: language codes; some tools skip units whose code is not exactly theirs (vi-VN, en-US).
        srclang: code of the source language, one of the two.
        doctype: write the DOCTYPE line.
        created: creation date of the header; left out if None, so that equal input gives equal bytes.
        encoder: signature written with each unit.
    """

    vi: str = "vi"
    en: str = "en"
    srclang: str | None = None
    doctype: bool = False
    created: datetime | None = None
    encoder: str = ""


def xml_text(text: str) -> str:
    """Text that XML 1.0 can hold: other code points are dropped, line separators become a space."""
    return _ILLEGAL.sub("", _BREAKS.sub(" ", text))


def write(path: Path, units: Iterable[Unit], options: TmxOptions | None = None) -> None:
    """Write units in bounded memory.

    Raises:
        ValueError: a unit has an empty side: a TMX segment must not be empty.
    """
    from lxml import etree

    options = options or TmxOptions()
    with atomic_path(path) as temporary, temporary.open("wb") as file, etree.xmlfile(file, encoding="UTF-8") as xml:
        xml.write_declaration()
        if options.doctype:
            xml.write_doctype(_DOCTYPE)
        with xml.element("tmx", version="1.4"):
            xml.write("\n", etree.Element("header", _header(options)), "\n")
            with xml.element("body"):
                for unit in units:
                    xml.write("\n", _tu(unit, options))
                xml.write("\n")
            xml.write("\n")


def _header(options: TmxOptions) -> dict[str, str]:
    header = {
        "creationtool": "align",
        "creationtoolversion": align.__version__,
        "segtype": "sentence",
        "o-tmf": "align",
        "adminlang": "en",
        "srclang": options.srclang or options.vi,
        "datatype": "plaintext",
    }
    if options.created:
        header["creationdate"] = options.created.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return header


def _tu(unit: Unit, options: TmxOptions) -> Any:
    from lxml import etree

    tu = etree.Element("tu", tuid=xml_text(unit.id))
    for name, value in _props(unit, options):
        if text := xml_text(value):
            etree.SubElement(tu, "prop", type=f"x-{name}").text = text
    for code, text in ((options.vi, unit.vi), (options.en, unit.en)):
        if not (legal := xml_text(text).strip()):
            raise ValueError(f"unit {unit.id}: the {code} side is empty; an empty segment is not valid TMX")
        tuv = etree.SubElement(tu, "tuv", {XML_LANG: code})
        etree.SubElement(tuv, "seg").text = legal
    return tu


def _props(unit: Unit, options: TmxOptions) -> list[tuple[str, str]]:
    dates = [day.isoformat() for day in (unit.vi_date, unit.en_date) if day]
    return [
        ("quality", f"{unit.quality:.4f}"),
        ("similarity", f"{unit.similarity:.4f}"),
        ("margin", f"{unit.margin:.4f}"),
        ("shape", unit.shape),
        ("vi-doc", unit.vi_doc),
        ("en-doc", unit.en_doc),
        ("event", unit.event),
        ("date", min(dates) if dates else ""),
        ("flags", "; ".join(unit.flags)),
        ("encoder", options.encoder),
    ]


@dataclass(frozen=True, slots=True)
class TmxUnit:
    """A unit of any TMX file: its id (None if it has none), both texts, and its props by type."""

    tuid: str | None
    vi: str
    en: str
    props: dict[str, str]


def read(path: Path) -> Iterator[TmxUnit]:
    """Read the units of any TMX that have a vi and an en side, streaming, without entities, DTD or network.

    Raises:
        FormatError: the file is not well-formed, declares entities, or is no TMX.
    """
    from lxml import etree

    with path.open("rb") as file:
        try:
            yield from _stream(path, file)
        except etree.XMLSyntaxError as error:
            raise FormatError(path, error.lineno, f"not well-formed XML: {error.msg}") from error


def _stream(path: Path, file: IO[bytes]) -> Iterator[TmxUnit]:
    from lxml import etree

    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    root: Any = None
    for event, element in etree.iterparse(file, events=("start", "end"), **options):
        if root is None:
            root = element
            _check_root(path, root)
        if event == "end" and etree.QName(element).localname == "tu":
            unit = _read_tu(element)
            if unit is not None:
                yield unit
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _check_root(path: Path, root: Any) -> None:
    from lxml import etree

    if etree.QName(root).localname != "tmx":
        raise FormatError(path, root.sourceline, f"root element is <{root.tag}>, expected <tmx>")
    doctype = root.getroottree().docinfo.internalDTD
    if doctype is not None and list(doctype.iterentities()):
        raise FormatError(path, 1, "the file declares XML entities, which are refused; remove its <!ENTITY> lines")


def _read_tu(tu: Any) -> TmxUnit | None:
    sides: dict[str, str] = {}
    for tuv in tu.iterchildren("tuv"):
        code = (tuv.get(XML_LANG) or tuv.get("lang") or "").lower().replace("_", "-").split("-")[0]
        seg = tuv.find("seg")
        if seg is not None and code not in sides:
            sides[code] = _text(seg)
    if not (sides.get("vi") and sides.get("en")):
        return None
    props = {prop.get("type", ""): prop.text or "" for prop in tu.iterchildren("prop")}
    return TmxUnit(tu.get("tuid"), sides["vi"], sides["en"], props)


def _text(element: Any) -> str:
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _NATIVE_CODE:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
