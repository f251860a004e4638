"""TMX 1.4: the rules of its DTD, and those of its text that a DTD cannot say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from align.formats.validation.checker import Checker, Frame, Rule, rule

_SEGTYPES: Final = {"segtype": ("block", "paragraph", "sentence", "phrase")}
_INLINE: Final = "#text|bpt|ept|ph|it|hi|ut*"
_HISTORY: Final = (
    "o-encoding datatype usagecount lastusagedate creationtool creationtoolversion creationdate creationid changedate "
    "changeid o-tmf"
)
_HEADER: Final = "creationtool creationtoolversion segtype o-tmf adminlang srclang datatype"

RULES: Final[dict[str, Rule]] = {
    "tmx": rule("header body", "version", values={"version": ("1.4",)}),
    "header": rule("note|prop|ude*", _HEADER, "o-encoding creationdate creationid changedate changeid", _SEGTYPES),
    "body": rule("tu*"),
    "note": rule("#text", "", "o-encoding xml:lang lang"),
    "prop": rule("#text", "type", "o-encoding xml:lang lang"),
    "ude": rule("map+", "name", "base"),
    "map": rule("", "unicode", "code ent subst"),
    "tu": rule("note|prop* tuv+", "", f"tuid {_HISTORY} segtype srclang", _SEGTYPES),
    "tuv": rule("note|prop* seg", "xml:lang", f"lang {_HISTORY}"),
    "seg": rule(_INLINE),
    "bpt": rule("#text|sub*", "i", "x type"),
    "ept": rule("#text|sub*", "i"),
    "sub": rule(_INLINE, "", "datatype type"),
    "it": rule("#text|sub*", "pos", "x type", {"pos": ("begin", "end")}),
    "ph": rule("#text|sub*", "", "x assoc type"),
    "hi": rule(_INLINE, "", "x type"),
    "ut": rule("#text|sub*", "", "x"),
}
_DATES: Final = ("creationdate", "changedate", "lastusagedate")
_DATE: Final = re.compile(r"\d{8}T\d{6}Z")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*|x-\w+")


class TmxChecker(Checker):
    """Checks TMX."""

    def __init__(self, path: Path) -> None:
        """Prepare."""
        super().__init__(path, RULES, ("tmx",))
        self._source = ""

    def began(self, frame: Frame) -> None:
        """Dates, languages and the version."""
        attributes = frame.attributes
        for name in _DATES:
            if (value := attributes.get(name)) is not None and not _DATE.fullmatch(value):
                self.problem(f"{name} is {value!r}, expected a date such as 20241121T050005Z", warning=True)
        if frame.name == "header":
            self._source = attributes.get("srclang", "")
        elif frame.name == "tuv":
            self._check_language(attributes)
        elif frame.name == "map" and not attributes.get("unicode", "#x").startswith("#x"):
            self.problem(f"unicode of <map> is {attributes['unicode']!r}, expected a code such as #xF8FF", warning=True)

    def _check_language(self, attributes: dict[str, str]) -> None:
        code = attributes.get("xml:lang")
        if code is None:
            return
        if not _LANGUAGE.fullmatch(code):
            self.problem(f"xml:lang is {code!r}, expected a language code such as vi or en-US")
        parent = self.stack[-2] if len(self.stack) > 1 else None
        if parent is not None and code.lower() in parent.seen:
            self.problem(f"two <tuv> in {code} in one <tu>; programs read only one of them", warning=True)
        if parent is not None:
            parent.seen.add(code.lower())

    def ended(self, frame: Frame) -> None:
        """Empty segments, and units without their source language."""
        if frame.name == "seg" and not "".join(self.text).strip() and not frame.count:
            self.problem("<seg> is empty; give it its text, or take the unit out", frame.line)
        elif frame.name == "tu":
            wanted = (frame.attributes.get("srclang") or self._source).lower()
            if wanted and wanted != "*all*" and frame.seen and wanted not in frame.seen:
                found = ", ".join(sorted(frame.seen))
                message = f"<tu> has {found} but not its source language {wanted}; some programs skip it"
                self.problem(message, frame.line, warning=True)
