"""From a corpus on disk to a glossary on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from align.errors import InputError
from align.formats import tsv
from align.formats.reading import numbered_lines
from align.glossary import extract as extraction
from align.glossary import seeds
from align.glossary.check import Finding, check
from align.glossary.types import Config, Entry, Known
from align.pipeline.glossary_rows import rows
from align.types import Encoder

_CHECK_COLUMNS: Final = (
    "vi",
    "en",
    "kind",
    "verdict",
    "units",
    "as_listed",
    "used",
    "instead",
    "out_of_date",
    "example_vi",
    "example_en",
    "example_id",
)


def config(*, seed_list: bool = True, domain: str = "diplomacy", top: int | None = None) -> Config:
    """Configuration with the term list of a domain.

    Args:
        seed_list: whether the list is evidence.
        domain: name of a list that ships with the package, or a file in its form.
        top: entries kept.
    """
    return Config(top=top, terms=terms_of(domain) if seed_list else ())


def terms_of(domain: str) -> tuple[Known, ...]:
    """Terms of a built-in domain or of a file.

    Raises:
        InputError: there is neither; or the file cannot be read.
        FormatError: a line of the file breaks the form.
    """
    if domain in seeds.BUILT_IN:
        return seeds.built_in(domain)
    lines = "\n".join(line for _, line in numbered_lines(Path(domain)))
    return tuple(seeds.parse(lines, domain))


def extract(corpus: Path, encoder: Encoder, settings: Config) -> list[Entry]:
    """Glossary of a build's folder or corpus file."""
    return extraction.extract(list(rows(corpus, encoder)), encoder, settings)


@dataclass(frozen=True, slots=True)
class Made:
    """A glossary, and how the corpus uses the terms of other lists."""

    entries: list[Entry]
    findings: list[Finding]


def make(
    corpus: Path, encoder: Encoder, terms: Sequence[Known], top: int | None = None, against: Sequence[Known] = ()
) -> Made:
    """Glossary of a build's folder or corpus file.

    Args:
        corpus: the folder or file.
        encoder: gives vectors.
        terms: evidence.
        top: entries kept.
        against: terms that the corpus is held against.

    Raises:
        InputError: the corpus cannot be read, or holds no pair.
    """
    units = list(rows(corpus, encoder))
    if not units:
        raise InputError(f"{corpus}: no pair with text on both sides")
    entries = extraction.extract(units, encoder, Config(top=top, terms=tuple(terms)))
    findings = check(units, against, entries) if against else []
    return Made(entries, findings)


def write_findings(path: Path, findings: Sequence[Finding]) -> None:
    """Write `check.tsv`."""
    tsv.write_table(path, _CHECK_COLUMNS, map(_finding_cells, findings))


def _finding_cells(finding: Finding) -> list[str]:
    example = finding.example
    return [
        "; ".join(finding.term.vi),
        "; ".join(finding.term.en),
        finding.term.kind,
        finding.verdict,
        str(finding.units),
        str(finding.listed),
        "; ".join(f"{form} ({count})" for form, count in finding.forms if count),
        "; ".join(finding.instead),
        str(finding.dated),
        example.vi if example else "",
        example.en if example else "",
        example.id if example else "",
    ]
