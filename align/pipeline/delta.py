"""What changed between two builds of one corpus, as files that a translation memory can take in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align import formats
from align.digests import Digests, Ints
from align.errors import ConfigError, FormatError, InputError
from align.formats import tsv
from align.types import Unit

FOLDER: Final = "delta"
REPORT: Final = "delta.json"
REPLACES: Final = "replaces:"  # flag of a changed unit that has another id than the unit which it stands for now
CORPUS: Final = "corpus.tsv"
_SAME, _OTHER, _CHANGED = 0, 1, 2  # other: of this corpus alone


@dataclass(frozen=True, slots=True)
class DeltaCounts:
    """Units by what became of them."""

    added: int
    changed: int
    removed: int
    unchanged: int


@dataclass(frozen=True)
class _Prints:
    """Units of a corpus as digests: 48 bytes each."""

    ids: Digests = field(default_factory=Digests)
    rows: Digests = field(default_factory=Digests)
    places: Digests = field(default_factory=Digests)

    def add(self, unit: Unit) -> None:
        """Add a unit."""
        cells = tsv.unit_cells(unit)
        self.ids.add(unit.id)
        self.rows.add("\t".join(cells))
        self.places.add("\t".join(cells[7:11]))  # documents and segments


@dataclass(frozen=True)
class _Fates:
    """What became of the units.

    Attributes:
        old, new: by position: _SAME, _OTHER or _CHANGED; a unit that stands for one of another id is _CHANGED.
        replaced: position in the new corpus -> position of the old unit of another id that it stands for; else -1.
    """

    old: NDArray[np.uint8]
    new: NDArray[np.uint8]
    replaced: Ints


def write_delta(old: Path, new: Path, out: Path, encoder: str = "") -> DeltaCounts:
    """Write `added.tmx`, `changed.tmx`, `removed.tmx` and, last, `delta.json`.

    A unit is changed if one of its id is there with any other cell, or if the only unit at its place (documents and
    segments) has another text, and so another id: that id stands in the flag and the prop `replaces`. Both files are
    read three times; some 140 bytes of each unit are held, no text.

    Args:
        old: the earlier corpus, as `corpus.tsv`.
        new: that of now.
        out: folder to write.
        encoder: signature that is written with each unit.

    Raises:
        InputError: a corpus cannot be read.
        FormatError: it breaks its format, or an id stands in it twice.
        OutputError: the folder cannot be written.
    """
    fates = _compared(_prints(old), _prints(new), (old, new))
    formats.make_folder(out)
    (out / REPORT).unlink(missing_ok=True)
    options = formats.TmxOptions(encoder=encoder)
    formats.write_tmx(out / "added.tmx", _chosen(new, fates.new, _OTHER), options)
    formats.write_tmx(out / "changed.tmx", _changed(old, new, fates), options)
    formats.write_tmx(out / "removed.tmx", _chosen(old, fates.old, _OTHER), options)
    added, changed, unchanged = (int((fates.new == fate).sum()) for fate in (_OTHER, _CHANGED, _SAME))
    counts = DeltaCounts(added, changed, int((fates.old == _OTHER).sum()), unchanged)
    formats.write_lines(out / REPORT, [json.dumps(asdict(counts), indent=1) + "\n"])
    return counts


def _prints(path: Path) -> _Prints:
    found = _Prints()
    for unit in formats.read_corpus(path):
        found.add(unit)
    return found


def _compared(old: _Prints, new: _Prints, paths: tuple[Path, Path]) -> _Fates:
    ids = _split(old.ids, new.ids)
    for path, own in zip(paths, ids, strict=True):
        _require_single(path, own)
    new_of_old, old_of_new = _partners(*ids)
    fates = _Fates(
        np.where(new_of_old < 0, _OTHER, _SAME).astype(np.uint8),
        np.where(old_of_new < 0, _OTHER, _SAME).astype(np.uint8),
        np.full(len(ids[1]), -1, dtype=np.int64),
    )
    rows = _split(old.rows, new.rows)
    both = np.flatnonzero(old_of_new >= 0)
    fates.new[both[rows[1][both] != rows[0][old_of_new[both]]]] = _CHANGED
    _match_places(fates, *_split(old.places, new.places))
    return fates


def _match_places(fates: _Fates, old: Ints, new: Ints) -> None:
    """Units of one corpus alone that stand at one place, each the only one there, are one unit with another text."""
    gone, come = np.flatnonzero(fates.old == _OTHER), np.flatnonzero(fates.new == _OTHER)
    gone, come = gone[_single(old[gone])], come[_single(new[come])]
    _, one, other = np.intersect1d(old[gone], new[come], assume_unique=True, return_indices=True)
    fates.old[gone[one]] = fates.new[come[other]] = _CHANGED
    fates.replaced[come[other]] = gone[one]


def _single(values: Ints) -> NDArray[np.bool_]:
    """Which values stand there once."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    found: NDArray[np.bool_] = counts[inverse] == 1
    return found


def _split(old: Digests, new: Digests) -> tuple[Ints, Ints]:
    """Equal numbers for equal texts in both."""
    numbers = Digests(old.data + new.data).groups()
    return numbers[: len(old)], numbers[len(old) :]


def _partners(old: Ints, new: Ints) -> tuple[Ints, Ints]:
    """For each value of the one its position in the other, -1 where it is not there."""
    size = max(old.max(initial=-1), new.max(initial=-1)) + 1
    found = []
    for here, there in ((old, new), (new, old)):
        at = np.full(size, -1, dtype=np.int64)
        at[there] = np.arange(len(there))
        found.append(at[here])
    return found[0], found[1]


def _require_single(path: Path, ids: Ints) -> None:
    double = np.flatnonzero(~_single(ids))
    if len(double):
        number = int(double[1])
        unit = next(unit for position, unit in enumerate(formats.read_corpus(path)) if position == number)
        raise FormatError(path, number + 2, f"id {unit.id} stands in the corpus before; expected each id once")


def _chosen(path: Path, fates: NDArray[np.uint8], fate: int) -> Iterator[Unit]:
    return (unit for unit, own in zip(formats.read_corpus(path), fates, strict=True) if own == fate)


def _changed(old: Path, new: Path, fates: _Fates) -> Iterator[Unit]:
    """The units as they are now."""
    positions = np.flatnonzero(fates.old == _CHANGED).tolist()
    ids = dict(zip(positions, (unit.id for unit in _chosen(old, fates.old, _CHANGED)), strict=True))
    for unit, fate, replaced in zip(formats.read_corpus(new), fates.new, fates.replaced, strict=True):
        if fate == _CHANGED:
            yield unit if replaced < 0 else replace(unit, flags=(*unit.flags, f"{REPLACES}{ids[int(replaced)]}"))


@contextmanager
def kept_aside(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """The corpus that an earlier build left in a folder, under another name while a new one is written.

    Args:
        folder: of the run.
        names: formats that the new build writes.

    Raises:
        ConfigError: the new build would write no `corpus.tsv`.
        InputError: there is none.
        OutputError: the folder cannot be written.
    """
    if "tsv" not in names:
        raise ConfigError(f"formats are {', '.join(names)}; --delta compares files {CORPUS}: add the format tsv")
    if not (folder / CORPUS).is_file():
        raise InputError(f"{folder / CORPUS}: no such file; --delta needs the corpus of an earlier build there")
    with TemporaryDirectory(prefix=".delta-", dir=folder) as aside:
        copy = Path(aside) / CORPUS
        try:
            os.link(folder / CORPUS, copy)  # a build puts a new file in its place and leaves this one as it is
        except OSError:
            shutil.copyfile(folder / CORPUS, copy)
        yield copy
