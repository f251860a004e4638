"""TBX-Basic, version 3 (ISO 30042:2019, style DCA) and version 2 (martif): core structure and data categories."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from align.formats.tbx import NAMESPACE, STATUSES, TERM_TYPES
from align.formats.validation.checker import Checker, Frame, Rule, rule

_AUX: Final = "admin|adminGrp|descrip|descripGrp|note|ref|transacGrp|xref*"
_INLINE: Final = "#text|hi|foreign|sc|ec|ph|bpt|ept*"
_OWN: Final = "id xml:lang"
_TYPED: Final = ("type", "id xml:lang target datatype")

_SHARED: Final[dict[str, Rule]] = {
    "fileDesc": rule("titleStmt? publicationStmt? sourceDesc+", "", _OWN),
    "titleStmt": rule("title note*", "", _OWN),
    "title": rule("#text", "", _OWN),
    "publicationStmt": rule("p+", "", _OWN),
    "sourceDesc": rule("p+", "", _OWN),
    "encodingDesc": rule("p+", "", _OWN),
    "revisionDesc": rule("change+", "", _OWN),
    "change": rule("p+", "", _OWN),
    "p": rule("#text", "", f"{_OWN} type"),
    "text": rule("body back?", "", _OWN),
    "back": rule("refObjectSec|refObjectList*", "", _OWN),
    "term": rule(_INLINE, "", _OWN),
    "termNote": rule(_INLINE, *_TYPED),
    "descrip": rule(_INLINE, *_TYPED),
    "descripNote": rule(_INLINE, *_TYPED),
    "descripGrp": rule(f"descrip descripNote|{_AUX}", "", "id"),
    "admin": rule(_INLINE, *_TYPED),
    "adminNote": rule(_INLINE, *_TYPED),
    "adminGrp": rule("admin adminNote|note|ref|xref*", "", "id"),
    "transac": rule(_INLINE, *_TYPED),
    "transacNote": rule(_INLINE, *_TYPED),
    "transacGrp": rule("transac date|note|ref|transacNote|xref*", "", "id"),
    "date": rule("#text", "", "id"),
    "note": rule(_INLINE, "", _OWN),
    "ref": rule("#text", "type", "id xml:lang target datatype"),
    "xref": rule("#text", "type target", "id"),
    "hi": rule("#text", "", "type target xml:lang id"),
    "foreign": rule("#text|hi*", "", _OWN),
}
_V3: Final[dict[str, Rule]] = {
    "tbx": rule("tbxHeader text", "type style xml:lang", "id", {"style": ("dca", "dct")}),
    "tbxHeader": rule("fileDesc encodingDesc? revisionDesc?", "", _OWN),
    "body": rule("conceptEntry+", "", _OWN),
    "conceptEntry": rule(f"{_AUX} langSec+", "", "id"),
    "langSec": rule(f"{_AUX} termSec+", "xml:lang", "id"),
    "termSec": rule(f"term termNote|termNoteGrp|{_AUX}", "", "id"),
    "termNoteGrp": rule("termNote admin|adminGrp|note|ref|transacGrp|xref*", "", "id"),
}
_V2: Final[dict[str, Rule]] = {
    "martif": rule("martifHeader text", "type xml:lang", "id"),
    "martifHeader": rule("fileDesc encodingDesc? revisionDesc?", "", _OWN),
    "body": rule("termEntry+", "", _OWN),
    "termEntry": rule(f"{_AUX} langSet+", "", "id"),
    "langSet": rule(f"{_AUX} tig|ntig+", "xml:lang", "id"),
    "tig": rule(f"term termNote* {_AUX}", "", "id"),
    "ntig": rule(f"termGrp {_AUX}", "", "id"),
    "termGrp": rule("term termNote|termNoteGrp*", "", "id"),
    "termNoteGrp": rule("termNote admin|adminGrp|note|ref|transacGrp|xref*", "", "id"),
}
# Data categories of TBX-Basic: element -> type -> the values it may have (none: any text).
CATEGORIES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "termNote": {
        "administrativeStatus": STATUSES,
        "geographicalUsage": (),
        "grammaticalGender": ("masculine", "feminine", "neuter", "other"),
        "grammaticalNumber": ("single", "singular", "plural", "dual", "mass", "other"),
        "partOfSpeech": ("noun", "verb", "adjective", "adverb", "properNoun", "other"),
        "termLocation": (),
        "termType": TERM_TYPES,
    },
    "descrip": {"context": (), "definition": (), "subjectField": ()},
    "admin": {"customerSubset": (), "projectSubset": (), "source": ()},
    "transac": {"transactionType": ("origination", "modification")},
    "transacNote": {"responsibility": ()},
    "ref": {"crossReference": ()},
    "xref": {"externalCrossReference": (), "xGraphic": ()},
}


class TbxChecker(Checker):
    """Checks TBX of the version that its first element says."""

    def __init__(self, path: Path) -> None:
        """Prepare."""
        super().__init__(path, _SHARED | _V2 | _V3, ("tbx", "martif"))
        self._ids: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Choose the rules of the version when the first element begins."""
        if not self.stack:
            self.rules = _SHARED | (_V2 if name.endswith("martif") else _V3)
        super().start(name, attributes)

    def began(self, frame: Frame) -> None:
        """Dialect, name space, ids, languages and types."""
        attributes = frame.attributes
        if frame.name in {"tbx", "martif"}:
            self._check_root(frame.name, attributes)
        if (name := attributes.get("id")) is not None:
            if name in self._ids:
                self.problem(f"the id {name!r} stands twice; each needs its own")
            self._ids.add(name)
        known = CATEGORIES.get(frame.name)
        kind = attributes.get("type")
        if known is not None and kind is not None and kind not in known:
            message = f"<{frame.name}> has the type {kind!r}, which TBX-Basic does not know; expected"
            self.problem(f"{message} {' or '.join(known)}")
        if frame.name in {"langSec", "langSet"} and len(self.stack) > 1:
            code = attributes.get("xml:lang", "").lower()
            if code and code in self.stack[-2].seen:
                self.problem(f"two <{frame.name}> in {code} in one entry; put their terms into one")
            self.stack[-2].seen.add(code)

    def _check_root(self, name: str, attributes: dict[str, str]) -> None:
        dialect = attributes.get("type", "")
        if dialect and dialect not in {"TBX-Basic", "TBX-Core", "TBX"}:
            self.problem(f"the dialect is {dialect!r}; only TBX-Basic is checked in full", warning=True)
        if name == "tbx" and attributes.get("xmlns") != NAMESPACE:
            self.problem(f"<tbx> lacks xmlns={NAMESPACE!r}, without which no program takes it for TBX")
        if attributes.get("style") == "dct":
            self.problem("style is 'dct'; only dca is checked in full", warning=True)

    def ended(self, frame: Frame) -> None:
        """Empty terms and values that are none of the list."""
        text = "".join(self.text).strip()
        if frame.name == "term" and not text and not frame.count:
            self.problem("<term> is empty; give it its text, or take it out", frame.line)
        allowed = CATEGORIES.get(frame.name, {}).get(frame.attributes.get("type", ""), ())
        if allowed and text not in allowed:
            kind = frame.attributes["type"]
            self.problem(f"{kind} is {text[:40]!r}, expected {' or '.join(allowed)}", frame.line)
