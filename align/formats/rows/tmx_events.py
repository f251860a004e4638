"""Rows of any TMX: every unit with a Vietnamese and an English side, its props and attributes as columns.

A prop `x-NAME` is column NAME, another prop `prop:TYPE`, an attribute of the unit `tu@NAME`, a note `note`; those of
one side begin with `vi:` or `en:`, its attributes with `vi@` or `en@`. A TMX written by `rows.tmx` names its columns in
the header, so that empty ones come back. Of several variants in one language the first counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from align.errors import FormatError
from align.formats.reading import json_of
from align.formats.rows.cells import Row, Source
from align.formats.tmx_reader import LANGS, NATIVE_CODE
from align.formats.tsv import COLUMNS
from align.formats.xml_events import XmlEvents, local, parse
from align.types import Lang

COLUMNS_PROP: Final = "x-columns"
OF_SIDE: Final = {f"{side}_{name}": (side, f"x-{name}") for side in ("vi", "en") for name in ("date", "segments")}
PROP_TYPES: Final = {name: f"x-{name.replace('_', '-')}" for name in COLUMNS if name not in {"id", "vi", "en"}}
_DEPTH_OF_PROP: Final = 5  # in tmx, body, tu, tuv: deeper elements are counted with care
SIDE_KINDS: Final = frozenset({"x-date", "x-segments"})
_MOST_JOINED: Final = 10_000  # each makes a new text of all before it
_TOLD_APART: Final = "column:date"
PROP_NAMES: Final = {kind: name for name, kind in PROP_TYPES.items() if name not in OF_SIDE}


def open_tmx(path: Path) -> Source:
    """A TMX of any origin, also packed by gzip.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is not well-formed, declares entities, or is no TMX.
    """
    reader = _TmxRows(path)
    for _ in parse(reader, root="tmx"):
        if reader.rows or reader.header_read:
            break
    columns = reader.columns
    return Source(path, lambda: _rows(path), columns)


def _rows(path: Path) -> Iterator[Row]:
    reader = _TmxRows(path)
    for _ in parse(reader, root="tmx"):
        if reader.columns:
            empty = dict.fromkeys(reader.columns, "")
            yield from (completed(empty, row) for row in reader.rows)
        else:
            yield from reader.rows
        reader.rows.clear()


def completed(empty: Row, row: Row) -> Row:
    """A row with exactly the columns of `empty`, in their order."""
    full = {**empty, **row}
    return full if len(full) == len(empty) else {name: full[name] for name in empty}


def finished(row: Row) -> Row:
    """A row at the end of its unit, in place: the prop `x-date` is that of the sides, where they have one."""
    if "date" in row and ("vi_date" in row or "en_date" in row):
        del row["date"]
    if _TOLD_APART in row:
        row["date"] = row.pop(_TOLD_APART)
    return row


class _TmxRows(XmlEvents):
    """Collects finished rows; `columns` are those that the header names, if this program wrote it.

    One list takes all text and is emptied where a prop, note or segment begins: a million units make thirty million
    events, and each step that an event is spared counts.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.rows: list[Row] = []
        self.columns: tuple[str, ...] | None = None
        self.header_read = False
        self._ours = False
        self._said = False
        self._row: Row | None = None
        self._side: dict[str, str] | None = None
        self._lang: Lang | None = None
        self._kind = ""
        self._seg = ""
        self._in_seg = 0
        self._native = 0
        self._gap = False
        self._joined = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEPTH_OF_PROP or self.depth == 1:
            self.check_depth(name)
        if self._in_seg:
            self._inline(local(name))
        elif name == "prop":
            self._kind = attributes.get("type", "")
            self.text.clear()
        elif name == "seg":
            self._in_seg = 1
            self.text.clear()
        elif name == "tuv":
            self._begin_side(attributes)
        elif name == "tu":
            self._row, self._joined = {"id": attributes.pop("tuid", ""), "vi": "", "en": ""}, 0
            for key, value in attributes.items():
                self._row[f"tu@{key}"] = value
        else:
            self._start_other(name, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        if self._in_seg:
            self._end_inline(local(name))
        elif name == "prop":
            text = "".join(self.text)
            known = PROP_NAMES.get(self._kind)
            if known is not None and self._side is None and self._row is not None and known not in self._row:
                self._row[known] = text  # what nearly all props are
            else:
                self._end_prop(self._kind, text)
        elif name == "tuv":
            self._end_side()
        elif name == "tu":
            self._end_unit()
        else:
            self._end_other(name)

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "note":
            self._kind = "note"
            self.text.clear()
        elif ":" in name:
            self.depth -= 1
            self.start(local(name), attributes)
        elif name == "header":
            self._ours = attributes.get("creationtool") == "align"

    def _end_other(self, name: str) -> None:
        if name == "note":
            self._add("note", "".join(self.text))
        elif ":" in name:
            self.depth += 1
            self.end(local(name))
        elif name == "header":
            self.header_read = True
            if self._ours and not self._said:
                self.columns = (*COLUMNS, "encoder")  # written by a build

    def _begin_side(self, attributes: dict[str, str]) -> None:
        code = attributes.pop("xml:lang", "") or attributes.get("lang", "")
        attributes.pop("lang", None)
        self._lang = language(code)
        self._side = {f"{self._lang}@{key}": value for key, value in attributes.items()}
        self._seg = ""

    def _end_side(self) -> None:
        row, side, lang, text = self._row, self._side, self._lang, self._seg
        self._side = None
        if row is None or side is None or lang is None or row[lang] or not text or text.isspace():
            return
        row[lang] = text
        row |= side

    def _end_unit(self) -> None:
        row, self._row = self._row, None
        if row is None or not (row["vi"] and row["en"]):
            return
        self.rows.append(finished(row))

    def _end_prop(self, kind: str, text: str) -> None:
        if self._side is not None:
            if kind in SIDE_KINDS:
                self._side[f"{self._lang}_{kind[2:]}"] = text
            else:
                self._add(kind[2:] if kind.startswith("x-") else f"prop:{kind}", text)
        elif self._row is not None:
            self._add(column(kind), text)
        elif kind == COLUMNS_PROP and self._ours and not self.header_read:
            self.columns, self._said = _declared(text), True

    def _add(self, name: str, text: str) -> None:
        """Add to the side or unit that is open; a second note or prop of a kind is joined to the first."""
        row = self._row
        if self._side is not None:
            row, name = self._side, f"{self._lang}:{name}"
        if row is None:
            return
        if name in row:
            self._joined += 1
            if self._joined > _MOST_JOINED:
                message = f"more than {_MOST_JOINED:,} notes and props of one kind in a unit are refused"
                raise FormatError(self.path, self.line, message)
            text = f"{row[name]} | {text}"
        row[name] = text

    def _inline(self, name: str) -> None:
        self._in_seg += 1
        self.collect(self._add_text)
        if name in NATIVE_CODE:
            self._native += 1

    def _end_inline(self, name: str) -> None:
        self._in_seg -= 1
        if name in NATIVE_CODE:
            self._native -= 1
            self._gap = self._gap or name == "ph"
        if not self._in_seg:
            text = "".join(self.text)
            # Line breaks come from programs that indent; blanks at the ends of one line are the text's own.
            self._seg = " ".join(text.split()) if "\n" in text else text
            self._gap = False
            self.collect(self.text.append)

    def _add_text(self, text: str) -> None:
        if self._native:
            return
        # A placeholder such as <br/> that alone parts two words must not make them one.
        if self._gap and self.text and self.text[-1][-1:].isalnum() and text[:1].isalnum():
            text = f" {text}"
        self._gap = False
        self.text.append(text)


@cache
def language(code: str) -> Lang | None:
    """Language of a code, without its region."""
    return LANGS.get(code.lower().replace("_", "-").split("-")[0])


@cache
def column(kind: str) -> str:
    """Column of a prop of the unit."""
    known = PROP_NAMES.get(kind)
    if known is not None:
        return known
    if kind == "x-column:date":
        return _TOLD_APART  # `date` is the prop that other programs show: told apart when the unit ends
    if kind.startswith("x-"):
        return kind[2:].removeprefix("column:")
    return f"prop:{kind}"


def _declared(text: str) -> tuple[str, ...] | None:
    """Columns that a header names; none are named where a TMX of another program was written anew."""
    try:
        names = json_of(text)
    except ValueError:
        return None
    good = isinstance(names, list) and all(isinstance(name, str) for name in names) and len(set(names)) == len(names)
    return tuple(names) if good and names else None
