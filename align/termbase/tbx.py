"""TBX-Basic: version 3 (ISO 30042:2019, DCA style) and version 2 (ISO 30042:2008)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from align.formats.atomic import atomic_text
from align.glossary.types import Context, Entry

_STATUS: Final = {
    "accepted": "admittedTerm-admn-sts",
    "preferred": "preferredTerm-admn-sts",
    "deprecated": "deprecatedTerm-admn-sts",
}
_TITLE: Final = "Vietnamese-English glossary"
_FILE: Final = (
    f"<fileDesc><titleStmt><title>{_TITLE}</title></titleStmt>"
    "<sourceDesc><p>Made by align glossary from a parallel corpus</p></sourceDesc></fileDesc>"
)
_XCS_2: Final = "http://www.lisa.org/fileadmin/standards/tbx_basic/TBXBasicXCSV02.xcs"
_HEAD_3: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">
<tbxHeader>{_FILE}<encodingDesc><p type="XCSURI">TBXXCSV02.xcs</p></encodingDesc></tbxHeader>
<text><body>
"""
_HEAD_2: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="en">
<martifHeader>{_FILE}<encodingDesc><p type="XCSURI">{_XCS_2}</p></encodingDesc></martifHeader>
<text><body>
"""
_TAGS: Final = {
    3: ("conceptEntry", "langSec", "termSec", _HEAD_3, "</body></text>\n</tbx>\n"),
    2: ("termEntry", "langSet", "tig", _HEAD_2, "</body></text>\n</martif>\n"),
}


def write(path: Path, entries: Sequence[Entry], version: int = 3) -> None:
    """Write a terminology file; rejected entries stay out.

    Args:
        path: the file.
        entries: in their order.
        version: 3 or 2.
    """
    head, foot = _TAGS[version][3:]
    with atomic_text(path) as file:
        file.write(head)
        kept = [entry for entry in entries if entry.status != "rejected"]
        for number, entry in enumerate(kept, 1):
            file.writelines(f"{line}\n" for line in _concept(entry, number, version))
        file.write(foot)


def _concept(entry: Entry, number: int, version: int) -> Iterator[str]:
    concept, lang_tag = _TAGS[version][:2]
    yield f'<{concept} id="c{number}">'
    yield f'<descrip type="subjectField">{text(entry.kind)}</descrip>'
    if entry.note:
        yield f"<note>{text(entry.note)}</note>"
    context = entry.contexts[0] if entry.contexts else None
    for lang in ("vi", "en"):
        yield f"<{lang_tag} xml:lang={quoteattr(lang)}>"
        for form, term_type in _forms(entry, lang):
            full = term_type == "fullForm"
            yield _term(form, term_type, entry.status, _context(context, lang) if full else "", _TAGS[version][2])
        yield f"</{lang_tag}>"
    yield f"</{concept}>"


def _forms(entry: Entry, lang: str) -> list[tuple[str, str]]:
    """Forms of a side with their type, each once."""
    main, others = (entry.vi, entry.variants_vi) if lang == "vi" else (entry.en, entry.variants_en)
    forms = [(main, "fullForm"), *((form, "variant") for form in others)]
    if entry.acronym:
        forms.append((entry.acronym, "acronym"))
    return list({form: (form, kind) for form, kind in reversed(forms)}.values())[::-1]


def _term(form: str, term_type: str, status: str, context: str, tag: str) -> str:
    parts = [f"<{tag}><term>{text(form)}</term>", f'<termNote type="termType">{term_type}</termNote>']
    if term_type == "fullForm" and status in _STATUS:
        parts.append(f'<termNote type="administrativeStatus">{_STATUS[status]}</termNote>')
    return "".join([*parts, context, f"</{tag}>"])


def _context(context: Context | None, lang: str) -> str:
    """The sentence of a side with its document."""
    if context is None:
        return ""
    sentence, source = (context.vi, context.vi_doc) if lang == "vi" else (context.en, context.en_doc)
    admin = f'<admin type="source">{text(source)}</admin>' if source else ""
    return f'<descripGrp><descrip type="context">{text(sentence)}</descrip>{admin}</descripGrp>'


def text(content: str) -> str:
    """Text for XML: escaped, characters that XML has no form for taken out."""
    return escape("".join(char for char in content if char in "\t\n" or (ord(char) >= 32 and not _is_no_xml(char))))


def _is_no_xml(char: str) -> bool:
    return 0xD800 <= ord(char) <= 0xDFFF or ord(char) in (0xFFFE, 0xFFFF)
