"""TMX 1.4b, written as a stream.

What tools hold a file to: all seven attributes of the header, props before variants, one segment a variant
and never an empty one, only characters of XML 1.0, no DOCTYPE unless asked for. The official DTD accepts it.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Final, cast

from lxml import etree

import align
from align.errors import OutputError
from align.formats.atomic import atomic_binary
from align.formats.tsv import date_cell, flags_cell, index_cell
from align.types import Unit

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_ILLEGAL: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS: Final = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
DOCTYPE: Final = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'


@dataclass(frozen=True, slots=True)
class TmxOptions:
    """How a TMX file is written.

    Attributes:
        vi, en: language codes; some tools skip units whose code is not exactly theirs (vi-VN, en-US).
        srclang: code of the source language, one of the two; the Vietnamese one if None.
        doctype: write the DOCTYPE line.
        created: creation date of the header, aware of its time zone; left out if None, so that equal input
            gives equal bytes.
        encoder: signature written with each unit.
    """

    vi: str = "vi"
    en: str = "en"
    srclang: str | None = None
    doctype: bool = False
    created: datetime | None = None
    encoder: str = ""


def xml_text(text: str) -> str:
    """Text that XML 1.0 can hold: line breaks become a space, other illegal code points are dropped."""
    return _ILLEGAL.sub("", _BREAKS.sub(" ", text))


def write(path: Path, units: Iterable[Unit], options: TmxOptions | None = None) -> None:
    """Write units in bounded memory; a path that ends with `.gz` is compressed.

    Raises:
        OutputError: the file cannot be written, or a unit has an empty side, which TMX does not allow.
    """
    options = options or TmxOptions()
    with _opened(path) as file, etree.xmlfile(file, encoding="UTF-8") as xml:
        xml.write_declaration()
        if options.doctype:
            xml.write_doctype(DOCTYPE)
        with xml.element("tmx", version="1.4"):
            xml.write("\n", etree.Element("header", header_attributes(options)), "\n")
            with xml.element("body"):
                for unit in units:
                    if not (xml_text(unit.vi).strip() and xml_text(unit.en).strip()):
                        raise OutputError(f"{path}: unit {unit.id} has an empty side, which TMX forbids; leave it out")
                    xml.write("\n", _tu(unit, options))
                xml.write("\n")
            xml.write("\n")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with atomic_binary(path) as file:
        if path.suffix != ".gz":
            yield file
            return
        # Without a name and a time inside, equal content gives equal bytes.
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
            yield cast("IO[bytes]", packed)


def header_attributes(options: TmxOptions) -> dict[str, str]:
    """The seven attributes that a header must have, and its date if there is one."""
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
    tu = etree.Element("tu", tuid=xml_text(unit.id))
    _add_props(tu, _props(unit, options))
    for code, text, day, indexes in (
        (options.vi, unit.vi, unit.vi_date, unit.vi_segments),
        (options.en, unit.en, unit.en_date, unit.en_segments),
    ):
        tuv = etree.SubElement(tu, "tuv", {XML_LANG: code})
        _add_props(tuv, (("date", date_cell(day)), ("segments", index_cell(indexes))))
        etree.SubElement(tuv, "seg").text = xml_text(text).strip()
    return tu


def _add_props(element: Any, props: Iterable[tuple[str, str]]) -> None:
    for name, value in props:
        if text := xml_text(value):
            etree.SubElement(element, "prop", type=f"x-{name}").text = text


def _props(unit: Unit, options: TmxOptions) -> list[tuple[str, str]]:
    return [
        ("quality", f"{unit.quality:.4f}"),
        ("similarity", f"{unit.similarity:.4f}"),
        ("margin", f"{unit.margin:.4f}"),
        ("shape", unit.shape),
        ("vi-doc", unit.vi_doc),
        ("en-doc", unit.en_doc),
        ("event", unit.event),
        ("date", date_cell(_first_date(unit))),
        ("flags", flags_cell(map(xml_text, unit.flags))),
        ("reviewer", _told(unit.flags, "reviewed_by:")),
        ("reviewed", _told(unit.flags, "reviewed_at:")),
        ("replaces", _told(unit.flags, "replaces:")),
        ("encoder", options.encoder),
    ]


def _told(flags: Iterable[str], name: str) -> str:
    return next((flag.removeprefix(name) for flag in flags if flag.startswith(name)), "")


def _first_date(unit: Unit) -> date | None:
    return min((day for day in (unit.vi_date, unit.en_date) if day), default=None)
