"""The dataset card of a run: `README.md` as dataset hubs expect it. It says nothing that is not known."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import align
from align.pipeline.summary import BANDS, Summary
from align.types import Document, Unit

NAME: Final = "README.md"
_SIZES: Final = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_MOST_SOURCES: Final = 20
_SPECIAL: Final = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>|#"})


@dataclass(frozen=True)
class Facts:
    """What a card is written from.

    Attributes:
        units: the corpus, or what was gathered of it and of the articles unit by unit.
        encoder: signature.
        inputs: what the run was given.
        rejected: reason -> number of units.
        documents: the articles, if known; not asked for beside a summary, which has them.
        licenses: what, license and origin as a `sources.toml` beside the input gives them.
        files: files of the corpus.
    """

    units: Iterable[Unit] | Summary
    encoder: str
    inputs: tuple[str, ...]
    rejected: Mapping[str, int]
    documents: Iterable[Document] = ()
    licenses: Sequence[tuple[str, str, str]] = ()
    files: Sequence[str] = ()


def text(facts: Facts) -> str:
    """The card in Markdown, with the head that hubs read. Equal facts give equal bytes."""
    found = facts.units if isinstance(facts.units, Summary) else Summary(facts.units, facts.documents)
    parts = [_head(facts, found), _what(found), _bands(facts, found), _origin(facts, found), _how(facts, found)]
    return "\n".join(parts)


def _head(facts: Facts, found: Summary) -> str:
    size = next((name for limit, name in _SIZES if found.units < limit), "n>1M")
    lines = ["---", "language:", "- vi", "- en", "multilinguality: translation", "task_categories:", "- translation"]
    lines += ["license: other", "size_categories:", f"- {size}"]
    data = next((name for name in ("corpus.parquet", "corpus.jsonl") if name in facts.files), None)
    if data:
        lines += ["configs:", "- config_name: default", f"  data_files: {data}"]
    return "\n".join([*lines, "---", ""])


def _what(found: Summary) -> str:
    rows = [
        ("translation units", f"{found.units:,}"),
        ("Vietnamese syllables", f"{found.words[0]:,}"),
        ("English words", f"{found.words[1]:,}"),
        ("document pairs", f"{found.pairs:,}"),
        ("events", f"{found.events:,}"),
        ("dates", f"{found.days[0]} to {found.days[1]}" if found.days else "unknown"),
    ]
    if found.documents:
        rows.append(("articles read", f"{found.documents['vi']:,} Vietnamese, {found.documents['en']:,} English"))
    intro = "Sentences of Vietnamese and English news articles on the same events, aligned automatically."
    return f"# Vietnamese-English parallel corpus\n\n{intro}\n\n{_table(('what', 'how many'), rows)}"


def _bands(facts: Facts, found: Summary) -> str:
    rows = [(name, f"{found.bands[name]:,}") for _, _, name in BANDS if found.bands[name]]
    intro = "`quality` is a probability that the two sides say the same. Take the band that your use can bear."
    left = ", ".join(f"{count:,} {reason}" for reason, count in facts.rejected.items()) or "none"
    return f"## Quality\n\n{intro}\n\n{_table(('quality', 'units'), rows)}\nLeft out: {left}.\n"


def _origin(facts: Facts, found: Summary) -> str:
    places = found.places
    rows = [(escaped(place), f"{count:,}") for place, count in _ranked(places)[:_MOST_SOURCES]]
    if len(places) > _MOST_SOURCES:
        rest = sum(count for _, count in _ranked(places)[_MOST_SOURCES:])
        rows.append((f"{len(places) - _MOST_SOURCES} others", f"{rest:,}"))
    if rows and (unknown := found.documents.total() - places.total()):
        rows.append(("without an address", f"{unknown:,}"))
    parts = ["## Where it comes from\n", "Made from: " + ", ".join(map(escaped, facts.inputs)) + ".\n"]
    if rows:
        parts.append(_table(("source", "articles"), rows))
    parts.append("## License\n")
    if facts.licenses:
        parts.append(
            _table(("what", "license as given", "origin"), [tuple(map(escaped, row)) for row in facts.licenses])
        )
    else:
        parts.append(
            "The articles name no license. Their texts belong to their publishers: settle the right to use and to\n"
            "pass them on before this corpus is shared.\n"
        )
    return "\n".join(parts)


def _how(facts: Facts, found: Summary) -> str:
    encoder = facts.encoder or "unknown"
    signature = f"align {align.__version__}; encoder {encoder}"
    title = "Vietnamese-English parallel corpus made with align"
    bib = f"@misc{{align_corpus,\n  title = {{{title}}},\n  note = {{{signature}; {found.units} units}}\n}}"
    return (
        f"## How it was made\n\n`{signature}`. Settings, versions and hashes of the input stand in `report.json`.\n\n"
        f"## How to cite\n\n```bibtex\n{bib}\n```\n"
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(row) + " |\n" for row in lines)


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def escaped(text: Any) -> str:
    """Text of a stranger for Markdown: one line, no markup, no cell of its own."""
    return " ".join(str(text).split()).translate(_SPECIAL)[:200]


def licenses(inputs: Sequence[Path]) -> tuple[tuple[str, str, str], ...]:
    """What, license and origin of the inputs, from a `sources.toml` in their folder or the one above.

    Its tables are called `source` and have `path` (relative to the file), `what`, `license`, `origin`, as that of this
    project's own corpus. A file that is none is passed over: a card says what is given, it does not check it.
    """
    found: dict[tuple[str, str, str], None] = {}
    for path in inputs:
        for folder in (path, path.parent):
            found |= dict.fromkeys(_sources(folder / "sources.toml", path))
    return tuple(found)


def _sources(file: Path, path: Path) -> list[tuple[str, str, str]]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("source", [])
    except (OSError, ValueError):
        return []
    rows = []
    for table in tables if isinstance(tables, list) else []:
        if isinstance(table, dict) and "license" in table:
            place = (file.parent / str(table.get("path", "."))).resolve()
            if path.resolve().is_relative_to(place) or place.is_relative_to(path.resolve()):
                what = str(table.get("what") or table.get("path") or path.name)
                rows.append((what, str(table["license"]), str(table.get("origin", ""))))
    return rows
