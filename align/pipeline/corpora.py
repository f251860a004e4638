"""Folders of finished runs read and written: what split, merge, export and audit have in common."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from align import formats, review
from align.curation import leaks
from align.errors import ConfigError, InputError
from align.formats.packed import lines
from align.formats.pairs import read_pairs
from align.types import RejectedUnit, Unit

CONTAMINATED: Final = "in_test_file"
_PLAIN: Final = (".txt", ".txt.gz")


def corpus_file(folder: Path) -> Path:
    """The corpus of a run's folder, the first of its formats that has scores.

    Raises:
        InputError: there is none.
    """
    names = [name for files in formats.CORPUS_FILES.values() for name in files if not name.startswith("corpus.v")]
    found = [folder / name for name in names if (folder / name).exists()]
    if not found:
        expected = ", ".join(name for name in names if name != "corpus.en")
        raise InputError(f"{folder}: no corpus with scores in this folder; expected {expected}, as align build writes")
    return found[0]


def formats_of(folder: Path) -> list[str]:
    """Formats in which a folder has its corpus."""
    return [name for name, files in formats.CORPUS_FILES.items() if all((folder / file).exists() for file in files)]


def reviewed_units(folder: Path) -> Iterator[Unit]:
    """The units of a run as they are to be used. Decisions of a review are applied here and nowhere else.

    Raises:
        InputError: the folder has no corpus.
        FormatError: the corpus is damaged.
    """
    log = folder / review.FILE
    if not log.is_file():
        yield from formats.read_corpus(corpus_file(folder))
        return
    store = review.Store(log)
    try:
        yield from review.reviewed_units(review.Desk(folder, store))
    finally:
        store.close()


def test_texts(files: Sequence[Path]) -> list[leaks.Texts]:
    """Texts of test files: pairs of any corpus file, or lines of a `.txt`, which may be of either language.

    Raises:
        InputError: a file cannot be read, or is no corpus by its name.
        FormatError: a file breaks its format.
    """
    found: list[leaks.Texts] = []
    for path in files:
        if path.name.lower().endswith(_PLAIN):
            found += [(line, line) for _, line in lines(path) if line.strip()]
        elif path.suffix in {".vi", ".en"} and not (
            path.with_suffix(".vi").exists() and path.with_suffix(".en").exists()
        ):
            found += [(line, "") if path.suffix == ".vi" else ("", line) for _, line in lines(path)]
        else:
            found += [(pair.vi, pair.en) for pair in read_pairs(path)]
    return found


def decontaminate(units: Sequence[Unit], files: Sequence[Path]) -> tuple[list[Unit], list[RejectedUnit]]:
    """Units that stand in no test file, and the others with the reason.

    Raises:
        InputError: a test file cannot be read.
    """
    found = leaks.contaminated([(unit.vi, unit.en) for unit in units], test_texts(files)) if files else {}
    kept = [unit for number, unit in enumerate(units) if number not in found]
    return kept, [RejectedUnit(units[number], CONTAMINATED) for number in sorted(found)]


def check_formats(names: Sequence[str]) -> None:
    """Check formats before anything is written.

    Raises:
        ConfigError: one is unknown.
    """
    for name in names:
        if name not in formats.WRITERS:
            raise ConfigError(f"format {name!r} is unknown; choose from {', '.join(formats.WRITERS)}")


def write_folder(folder: Path, units: Sequence[Unit], names: Sequence[str], encoder: str = "") -> None:
    """Write a corpus in several formats.

    Raises:
        ConfigError: a format is unknown.
        OutputError: the folder cannot be written.
    """
    formats.make_folder(folder)
    for name in names:
        formats.write_corpus(name, folder, units, encoder)


def encoder_of(folder: Path) -> str:
    """Signature of the encoder that a run's report names, "" where there is no report."""
    try:
        return str(json.loads((folder / "report.json").read_text(encoding="utf-8"))["encoder"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
