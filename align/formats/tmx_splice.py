"""Props put into an existing TMX by its bytes, so that everything else in it stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from align.errors import FormatError
from align.formats.tmx import xml_text
from align.formats.tmx_reader import LANGS, NATIVE_CODE, opened
from align.formats.xml_events import XmlEvents, local, parse


@dataclass(slots=True)
class Insertion:
    """A unit: its texts, where props may be put in, and the props that give way to them.

    Attributes:
        vi, en: texts, "" where the unit has none.
        at: offset of its first <tuv> in bytes.
        gone: offsets of props: first byte, first byte of the end tag.
    """

    vi: str = ""
    en: str = ""
    at: int = -1
    gone: list[tuple[int, int]] = field(default_factory=list)


def insertions(path: Path, replaced: set[str]) -> Iterator[Insertion]:
    """All units of a TMX in order, those in one language too; a unit without any <tuv> is passed over.

    Args:
        path: the file.
        replaced: types of props that are to give way.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is no TMX, declares entities, or is not in a form of ASCII (UTF-16).
    """
    with opened(path) as file:
        if file.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
            raise FormatError(path, 1, "UTF-16; write it as UTF-8 first, with align convert")
    events = _Places(path, replaced)
    for _ in parse(events, root="tmx"):
        yield from events.units
        events.units.clear()


class _Places(XmlEvents):
    """Collects units with their offsets."""

    def __init__(self, path: Path, replaced: set[str]) -> None:
        super().__init__(path)
        self.units: list[Insertion] = []
        self._replaced = replaced
        self._unit: Insertion | None = None
        self._lang: Any = None
        self._in_tuv = False
        self._prop = -1
        self._native = 0
        self._pieces: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.deeper(name)
        name = local(name)
        self._flush()
        if name == "tu":
            self._unit = Insertion()
        elif name == "tuv" and self._unit is not None:
            self._in_tuv = True
            if self._unit.at < 0:
                self._unit.at = self.offset
            code = attributes.get("xml:lang") or attributes.get("lang") or ""
            self._lang = LANGS.get(code.lower().replace("_", "-").split("-")[0])
        elif name == "prop" and not self._in_tuv and attributes.get("type") in self._replaced:
            self._prop = self.offset
        elif name == "seg":
            self._pieces = []
        elif name in NATIVE_CODE:
            self._native += 1

    def end(self, name: str) -> None:
        self.depth -= 1
        name = local(name)
        self._flush()
        if name == "prop" and self._prop >= 0 and self._unit is not None:
            self._unit.gone.append((self._prop, self.offset))
            self._prop = -1
        elif name == "seg":
            self._end_seg()
        elif name == "tuv":
            self._in_tuv = False
        elif name in NATIVE_CODE:
            self._native -= 1
        elif name == "tu" and self._unit is not None:
            if self._unit.at >= 0:
                self.units.append(self._unit)
            self._unit = None

    def _flush(self) -> None:
        """Take the text so far if it belongs to a segment and is no native code."""
        if self._pieces is not None and not self._native:
            self._pieces += self.text
        self.text.clear()

    def _end_seg(self) -> None:
        text, self._pieces = "".join(self._pieces or ()).strip(), None
        if self._unit is None or self._lang is None:
            return
        if self._lang == "vi":
            self._unit.vi = self._unit.vi or text
        else:
            self._unit.en = self._unit.en or text


def splice(source: IO[bytes], target: IO[bytes], place: int, found: Iterable[tuple[Insertion, dict[str, str]]]) -> int:
    """Copy a file up to the last of some units, their props put in.

    Args:
        source: the TMX, at `place`.
        target: copied to.
        place: offset.
        found: units in order with props, type -> text.

    Returns:
        The new place.
    """
    for unit, props in found:
        for start, end in unit.gone:
            place = _copy(source, target, place, start)
            place += len(source.read(end - place))
            while (byte := source.read(1)) not in {b"", b">"}:
                place += len(byte)
            place += 1
        place = _copy(source, target, place, unit.at)
        for kind, text in props.items():
            target.write(f"<prop type={quoteattr(kind)}>{escape(xml_text(text))}</prop>".encode())
    return place


def _copy(source: IO[bytes], target: IO[bytes], place: int, end: int) -> int:
    target.write(source.read(end - place))
    return end
