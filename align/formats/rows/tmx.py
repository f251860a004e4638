"""Rows written as TMX 1.4b. `tmx_events` reads them back and says how columns are named."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from align.errors import FormatError
from align.formats import packed
from align.formats.rows.cells import Row, Source, Written, text_of
from align.formats.rows.tmx_events import COLUMNS_PROP, OF_SIDE, PROP_NAMES, PROP_TYPES
from align.formats.tmx import DOCTYPE, TmxOptions, header_attributes, xml_text

# Attributes of <tu> and <tuv> by the DTD, but for its id and language.
_ATTRIBUTES: Final = frozenset(
    {"o-encoding", "datatype", "usagecount", "lastusagedate", "creationtool", "creationtoolversion", "creationdate"}
    | {"creationid", "changedate", "segtype", "changeid", "o-tmf", "srclang"}
)
_TEXTS: Final = frozenset({"id", "vi", "en"})
_QUOTE: Final = '"'
_ONLY_OF_UNIT: Final = {"segtype", "srclang"}
_AWKWARD: Final = re.compile(r"[&<>\x00-\x1f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def write_tmx(path: Path, source: Source, options: TmxOptions | None = None) -> Written:
    """Write TMX 1.4b in bounded memory; a row with an empty side is left out, which TMX has no form for.

    Raises:
        FormatError: a column's name holds characters that XML does not.
        OutputError: the file cannot be written.
    """
    options = options or TmxOptions()
    columns = source.columns
    for name in columns or ():
        if xml_text(name) != name:
            raise FormatError(source.path, 1, f"XML cannot hold the column name {name!r}; rename the column")
    done = Written()
    with packed.text(path) as file:
        file.write(_head(options, columns))
        for row in source.rows():
            unit = _unit(row, options, done.rows + 1)
            if unit is None:
                done.leave_out("an empty side, which TMX forbids")
            else:
                file.write(unit)
                done.rows += 1
        file.write("</body>\n</tmx>\n")
    return done


def _head(options: TmxOptions, columns: tuple[str, ...] | None) -> str:
    attributes = "".join(f' {name}="{_quoted(value)}"' for name, value in header_attributes(options).items())
    prop = f'<prop type="{COLUMNS_PROP}">{_escaped(json.dumps(columns or ()))}</prop>'
    doctype = f"{DOCTYPE}\n" if options.doctype else ""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<tmx version="1.4">\n'
    return f"{head}<header{attributes}>{prop}</header>\n<body>\n"


def _unit(row: Row, options: TmxOptions, number: int) -> str | None:
    """A <tu> with its line end; None where a side is empty."""
    vi, en = _escaped(text_of(row, "vi")), _escaped(text_of(row, "en"))
    if not (vi.strip() and en.strip()):
        return None
    parts: dict[str, list[str]] = {"tu": [], "vi": [], "en": [], "tu@": [], "vi@": [], "en@": []}
    dated = "vi_date" in row or "en_date" in row
    for name, value in row.items():
        if name not in _TEXTS and (text := value if isinstance(value, str) else text_of(row, name)):
            place, before, after = _markup(name, dated)
            text = _escaped(text)
            parts[place].append(f"{before}{text.replace(_QUOTE, '&quot;') if place[-1] == '@' else text}{after}")
    if dated and (day := min(filter(None, (text_of(row, "vi_date"), text_of(row, "en_date"))), default="")):
        parts["tu"].append(f'<prop type="x-date">{_escaped(day)}</prop>')
    tuid = _quoted(text_of(row, "id")) if "id" in row else str(number)
    own = f' tuid="{tuid}"' if tuid else ""
    return (
        f"<tu{own}{''.join(parts['tu@'])}>{''.join(parts['tu'])}"
        f'<tuv xml:lang="{_quoted(options.vi)}"{"".join(parts["vi@"])}>{"".join(parts["vi"])}<seg>{vi}</seg></tuv>'
        f'<tuv xml:lang="{_quoted(options.en)}"{"".join(parts["en@"])}>{"".join(parts["en"])}<seg>{en}</seg></tuv>'
        "</tu>\n"
    )


@cache
def _markup(name: str, dated: bool) -> tuple[str, str, str]:
    """Where a column goes ("tu", "vi", "en", or one of these with @ for attributes), what stands before and after it.

    Args:
        name: of the column.
        dated: whether the row has dates of its sides, so that the prop x-date is theirs.
    """
    if name in OF_SIDE:
        place, kind = OF_SIDE[name]
        return place, f'<prop type="{kind}">', "</prop>"
    place, mark, inner = _address(name)
    if mark == "@":
        return f"{place}@", f' {inner}="', _QUOTE
    if inner == "note":
        return place, "<note>", "</note>"
    kind = inner[5:] if inner.startswith("prop:") else _prop_type(inner, place, dated)
    return place, f'<prop type="{_quoted(kind)}">', "</prop>"


def _address(name: str) -> tuple[str, str, str]:
    place, inner = name[:2], name[3:]
    if place in {"tu", "vi", "en"} and inner:
        if name[2] == "@" and inner in (_ATTRIBUTES if place == "tu" else _ATTRIBUTES - _ONLY_OF_UNIT):
            return place, "@", inner
        if name[2] == ":" and place != "tu" and inner not in {"date", "segments"}:
            return place, ":", inner
    return "tu", ":", name


def _prop_type(name: str, place: str, dated: bool) -> str:
    if place != "tu":
        return f"x-{name}"
    if name in PROP_TYPES:
        return PROP_TYPES[name]
    # A name that would be taken for another column when the file is read.
    taken = f"x-{name}" in PROP_NAMES or (dated and name == "date") or name.startswith("column:")
    return f"x-column:{name}" if taken or f"x-{name}" == COLUMNS_PROP else f"x-{name}"


def _escaped(text: str) -> str:
    return escape(xml_text(text)) if _AWKWARD.search(text) else text


def _quoted(text: str) -> str:
    return _escaped(text).replace(_QUOTE, "&quot;")
