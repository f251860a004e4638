"""Glossaries as TBX: version 3 (TBX-Basic, DCA style, ISO 30042:2019) and version 2 (TBX-Basic, martif).

Programs of translators (OmegaT, translate-toolkit) read version 2 only; version 3 is the standard of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from align.errors import FormatError, OutputError
from align.formats import packed
from align.formats.tmx import xml_text
from align.formats.tmx_reader import LANGS
from align.formats.xml_events import XmlEvents, local, parse
from align.types import LANGS as SIDES
from align.types import Lang

Version: TypeAlias = Literal[2, 3]

NAMESPACE: Final = "urn:iso:std:iso:30042:ed-2"
# Values of administrativeStatus by TBX-Basic.
STATUSES: Final = (
    "preferredTerm-admn-sts",
    "admittedTerm-admn-sts",
    "deprecatedTerm-admn-sts",
    "supersededTerm-admn-sts",
)
_MOST_TERMS: Final = 1_000  # of an entry; each makes new lists of all before it
TERM_TYPES: Final = ("fullForm", "acronym", "abbreviation", "shortForm", "variant", "phrase")


@dataclass(frozen=True, slots=True)
class Term:
    """One name of a concept in one language.

    Attributes:
        text: the term.
        status: one of STATUSES, "" if not said.
        kind: a termType such as "acronym", "" if not said.
        context: a sentence with the term.
    """

    text: str
    status: str = ""
    kind: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry: one concept with its terms, the preferred one first.

    Attributes:
        id: unique in the file.
        vi, en: terms of either language.
        subject: subject field, "" if none.
        note: free text of the entry, "" if none.
    """

    id: str
    vi: tuple[Term, ...]
    en: tuple[Term, ...]
    subject: str = ""
    note: str = ""


def write(path: Path, concepts: Iterable[Concept], version: Version = 3, title: str = "Glossary") -> int:
    """Write a glossary in bounded memory.

    Args:
        path: the file; packed where it ends with `.gz`.
        concepts: in their order.
        version: 3, or 2 for programs that know no other.
        title: what the file's header says it is.

    Returns:
        Number of entries.

    Raises:
        OutputError: an entry has no term on one side, an id twice, or a status that is none; or the file cannot be
            written.
    """
    form = _FORMS[version]
    seen: set[str] = set()
    with packed.text(path) as file:
        file.write(form.head.format(title=_text(title)))
        for concept in concepts:
            name = _identifier(concept.id)
            if name in seen:
                raise OutputError(f"{path}: two entries have the id {name!r}; give each its own")
            seen.add(name)
            file.write(_entry(path, replace(concept, id=name), form))
        file.write(form.tail)
    return len(seen)


@dataclass(frozen=True, slots=True)
class _Form:
    """Names of elements in one version."""

    head: str
    tail: str
    entry: str
    lang: str
    term: str


_HEAD_3: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="{NAMESPACE}">\n<tbxHeader><fileDesc>'
    "<titleStmt><title>{title}</title></titleStmt><sourceDesc><p>Made by align from a parallel corpus.</p></sourceDesc>"
    "</fileDesc></tbxHeader>\n<text><body>\n"
)
_HEAD_2: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">\n'
    '<martif type="TBX-Basic" xml:lang="en">\n<martifHeader><fileDesc>'
    "<titleStmt><title>{title}</title></titleStmt><sourceDesc><p>Made by align from a parallel corpus.</p></sourceDesc>"
    '</fileDesc><encodingDesc><p type="XCSURI">TBXBasicXCSV02.xcs</p></encodingDesc></martifHeader>\n<text><body>\n'
)
_FORMS: Final[dict[int, _Form]] = {
    3: _Form(_HEAD_3, "</body></text>\n</tbx>\n", "conceptEntry", "langSec", "termSec"),
    2: _Form(_HEAD_2, "</body></text>\n</martif>\n", "termEntry", "langSet", "tig"),
}


def _entry(path: Path, concept: Concept, form: _Form) -> str:
    parts = [f"<{form.entry} id={quoteattr(concept.id)}>"]
    if concept.subject:
        parts.append(f'<descrip type="subjectField">{_text(concept.subject)}</descrip>')
    if concept.note:
        parts.append(f"<note>{_text(concept.note)}</note>")
    for lang, terms in zip(SIDES, (concept.vi, concept.en), strict=True):
        if not any(_text(term.text) for term in terms):
            raise OutputError(f"{path}: entry {concept.id} has no term in {lang}; give it one or leave it out")
        inner = "".join(_term(path, concept.id, term, form) for term in terms)
        parts.append(f'<{form.lang} xml:lang="{lang}">{inner}</{form.lang}>')
    return "".join(parts) + f"</{form.entry}>\n"


def _term(path: Path, name: str, term: Term, form: _Form) -> str:
    if term.status and term.status not in STATUSES:
        raise OutputError(f"{path}: entry {name}: status {term.status!r} is unknown; expected {', '.join(STATUSES)}")
    parts = [f"<{form.term}><term>{_text(term.text)}</term>"]
    if term.kind:
        parts.append(f'<termNote type="termType">{_text(term.kind)}</termNote>')
    if term.status:
        parts.append(f'<termNote type="administrativeStatus">{term.status}</termNote>')
    if term.context:
        context = f'<descrip type="context">{_text(term.context)}</descrip>'
        # Version 3 has a context in a group of its own, so that its source may follow.
        parts.append(f"<descripGrp>{context}</descripGrp>" if form.term == "termSec" else context)
    return "".join(parts) + f"</{form.term}>"


def _text(text: str) -> str:
    return escape(" ".join(xml_text(text).split()))


def _identifier(text: str) -> str:
    """An id that XML allows: letters, digits, `_`, `-`, `.`, beginning with a letter."""
    name = "".join(char if char.isascii() and (char.isalnum() or char in "_-.") else "_" for char in text)
    return name if name[:1].isalpha() else f"c{name}"


def read(path: Path) -> Iterator[Concept]:
    """Entries of a TBX of either version, streamed; those without a term in both languages are passed over.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is not well-formed, declares entities, or is no TBX.
    """
    reader = _Reader(path)
    for _ in parse(reader):
        yield from reader.concepts
        reader.concepts.clear()


class _Reader(XmlEvents):
    """Collects finished entries."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.concepts: list[Concept] = []
        self._concept: Concept | None = None
        self._lang: Lang | None = None
        self._term: Term | None = None
        self._kind = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.deeper(name)
        name = local(name)
        if self.depth == 1 and name not in {"tbx", "martif"}:
            raise FormatError(self.path, self.line, f"the root element is <{name}>, expected <tbx> or <martif>")
        if name in {"conceptEntry", "termEntry"}:
            self._concept, self._lang = Concept(attributes.get("id", ""), (), ()), None
        elif name in {"langSec", "langSet"}:
            self._lang = LANGS.get(attributes.get("xml:lang", "").lower().split("-")[0])
        elif name in {"termSec", "tig", "ntig"}:
            self._term = Term("")
        elif name in {"term", "termNote", "descrip", "note"}:
            self._kind = attributes.get("type", "")
            self.text.clear()

    def end(self, name: str) -> None:
        self.depth -= 1
        name = local(name)
        if name in {"term", "termNote", "descrip", "note"}:
            self._take(name, " ".join("".join(self.text).split()))
        elif name in {"termSec", "tig", "ntig"}:
            self._end_term()
        elif name in {"conceptEntry", "termEntry"} and self._concept:
            if self._concept.vi and self._concept.en:
                self.concepts.append(self._concept)
            self._concept = None

    def _take(self, name: str, text: str) -> None:
        term, concept = self._term, self._concept
        if term is not None:
            if name == "term":
                self._term = replace(term, text=text)
            elif self._kind == "termType":
                self._term = replace(term, kind=text)
            elif self._kind == "administrativeStatus":
                self._term = replace(term, status=text)
            elif self._kind == "context":
                self._term = replace(term, context=text)
        elif concept is not None and self._lang is None:
            if name == "note":
                self._concept = replace(concept, note=text)
            elif self._kind == "subjectField":
                self._concept = replace(concept, subject=text)

    def _end_term(self) -> None:
        concept, term, self._term = self._concept, self._term, None
        if concept is None or term is None or not term.text:
            return
        if len(concept.vi) + len(concept.en) >= _MOST_TERMS:
            raise FormatError(self.path, self.line, f"more than {_MOST_TERMS:,} terms in one entry are refused")
        if self._lang == "vi":
            self._concept = replace(concept, vi=(*concept.vi, term))
        elif self._lang == "en":
            self._concept = replace(concept, en=(*concept.en, term))
