"""Gold folders: `NAME.vi` and `NAME.en` with a segment a line, `NAME.gold` with a bead a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from align.errors import FormatError, InputError
from align.formats import ladder
from align.formats.reading import numbered_lines
from align.types import Bead

_SUFFIXES: Final = (".vi", ".en", ".gold")
_SHOWN: Final = 5  # segments that an error names


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document pair with its segments and true beads."""

    name: str
    vi: tuple[str, ...]
    en: tuple[str, ...]
    beads: tuple[Bead, ...]


def read_segments(path: Path) -> tuple[str, ...]:
    """Segments, one a line; blank lines are empty segments, so that indexes never shift.

    Raises:
        InputError: the file is missing, unreadable or not UTF-8.
    """
    return tuple(text for _, text in numbered_lines(path))


def read_gold_folder(folder: Path) -> Iterator[GoldDocument]:
    """All document pairs of a folder, by name; files with other suffixes are passed over.

    Raises:
        InputError: there is no gold file, or one of a trio is missing.
        FormatError: a bead is malformed, or the beads do not tile both documents once.
    """
    for name in _names(folder):
        vi_path, en_path, gold_path = (folder / f"{name}{suffix}" for suffix in _SUFFIXES)
        vi, en = read_segments(vi_path), read_segments(en_path)
        beads = tuple(ladder.read(gold_path))
        check_tiling(gold_path, beads, len(vi), len(en))
        yield GoldDocument(name, vi, en, beads)


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; expected one with NAME.vi, NAME.en and NAME.gold files")
    there = {path.name for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file()}
    names = sorted({name.rpartition(".")[0] for name in there})
    if not any(name.endswith(".gold") for name in there):
        raise InputError(f"{folder}: no gold in it; expected NAME.vi, NAME.en and NAME.gold files")
    for name in names:
        for suffix in _SUFFIXES:
            if f"{name}{suffix}" not in there:
                others = " and ".join(f"{name}{other}" for other in _SUFFIXES if f"{name}{other}" in there)
                raise InputError(f"{folder / name}{suffix}: missing, though {others} is there; add or remove files")
    return names


def check_tiling(path: Path | str, beads: Sequence[Bead], n_vi: int, n_en: int) -> None:
    """Check that every segment of both documents stands in exactly one bead.

    Args:
        path: where the beads come from, for the error.
        beads: in any order, null beads included.
        n_vi: number of Vietnamese segments.
        n_en: number of English segments.

    Raises:
        FormatError: with the segments that are missing, double or outside.
    """
    for lang, size, sides in (("vi", n_vi, [b.vi for b in beads]), ("en", n_en, [b.en for b in beads])):
        counts = Counter(index for side in sides for index in side)
        problems = {
            f"outside the {size} of NAME.{lang}": [index for index in sorted(counts) if not 0 <= index < size],
            "in several beads": [index for index, count in sorted(counts.items()) if count > 1],
            "in no bead, expected a null bead such as " + ("[3]:[]" if lang == "vi" else "[]:[3]"): [
                index for index in range(size) if index not in counts
            ],
        }
        for problem, indexes in problems.items():
            if indexes:
                raise FormatError(path, None, f"{lang} segments {_few(indexes)}: {problem}")


def _few(indexes: Iterable[int]) -> str:
    listed = [str(index) for index in indexes]
    return ", ".join(listed[:_SHOWN]) + (" ..." if len(listed) > _SHOWN else "")
