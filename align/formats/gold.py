"""Gold folders: `NAME.vi` and `NAME.en` with a segment a line, `NAME.gold` with a bead a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from align.errors import FormatError, InputError
from align.formats import ladder
from align.types import Bead


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
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}); convert it, for example with iconv") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return tuple(line.removesuffix("\r") for line in lines)


def read_gold_folder(folder: Path) -> Iterator[GoldDocument]:
    """All document pairs of a folder, by name.

    Raises:
        InputError: there is no gold file, or one of a trio is missing.
        FormatError: a bead is malformed, or the beads do not tile both documents once.
    """
    paths = sorted(folder.glob("*.gold"))
    if not paths:
        raise InputError(f"{folder}: no NAME.gold in it; expected NAME.vi, NAME.en and NAME.gold")
    for path in paths:
        vi, en = (read_segments(path.with_suffix(f".{lang}")) for lang in ("vi", "en"))
        beads = tuple(ladder.read(path))
        check_tiling(path, beads, len(vi), len(en))
        yield GoldDocument(path.stem, vi, en, beads)


def check_tiling(path: Path | str, beads: Sequence[Bead], n_vi: int, n_en: int) -> None:
    """Check that every segment of both documents stands in one bead.

    Raises:
        FormatError: with the segments that are missing, double or outside.
    """
    for lang, size, sides in (("vi", n_vi, [b.vi for b in beads]), ("en", n_en, [b.en for b in beads])):
        counts = Counter(index for side in sides for index in side)
        problems = {
            "in no bead": [index for index in range(size) if not counts[index]],
            "in several beads": [index for index, count in sorted(counts.items()) if count > 1],
            f"outside 0-{size - 1}": [index for index in sorted(counts) if index >= size],
        }
        for problem, indexes in problems.items():
            if indexes:
                raise FormatError(path, None, f"{lang} segments {_few(indexes)} {problem}")


def _few(indexes: Iterable[int]) -> str:
    listed = [str(index) for index in indexes]
    return ", ".join(listed[:5]) + (" ..." if len(listed) > 5 else "")  # noqa: PLR2004
