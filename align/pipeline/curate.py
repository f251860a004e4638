"""Split, merge and export: finished runs in, folders of corpora out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from align import filters, formats, matching
from align.config import check_filters
from align.curation import leaks, spm
from align.curation.split import Split, split
from align.errors import InputError
from align.formats.atomic import atomic_binary
from align.pipeline import card, corpora
from align.text import one_line
from align.types import RejectedUnit, Unit

SETS: Final = ("train", "dev", "test")
LEAK_COLUMNS: Final = ("kind", "set", "id", "other_set", "other_id", "what")
_BATCH: Final = 10_000  # lines that are cut into pieces at a time


@dataclass(frozen=True)
class Curated:
    """What was written.

    Attributes:
        out: the folder.
        counts: name of a set -> number of its units.
        left_out: reason -> number of units.
    """

    out: Path
    counts: dict[str, int]
    left_out: dict[str, int]


def split_run(folder: Path, out: Path, sizes: tuple[int, int], *, seed: int = 1, tests: Sequence[Path] = ()) -> Curated:
    """Split a run's corpus into `train/`, `dev/` and `test/`, each in the formats of the run.

    Args:
        folder: of the run.
        out: folder to write.
        sizes: units of dev, units of test.
        seed: of the choice of groups.
        tests: files whose texts must stand in none of the sets.

    Raises:
        InputError: no corpus, too few units, or the sets leak (nothing is then written).
    """
    clean, contaminated = corpora.decontaminate(list(corpora.reviewed_units(folder)), tests)
    made = split(clean, *sizes, seed)
    require_tight(made.sets)
    for name, units in made.sets.items():
        corpora.write_folder(out / name, units, corpora.formats_of(folder), corpora.encoder_of(folder))
    formats.write_rejected(out / "left_out.tsv", [*contaminated, *made.left_out])
    write_leaks(out / "leaks.tsv", [])
    return Curated(
        out, {name: len(units) for name, units in made.sets.items()}, _reasons([*contaminated, *made.left_out])
    )


def require_tight(sets: dict[str, list[Unit]]) -> None:
    """Check that sets share nothing.

    Raises:
        InputError: they do; the message counts the leaks by their kind.
    """
    if found := leaks.find(sets):
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(leak.kind for leak in found).items()))
        first = f"{found[0].one_set} {found[0].one_id} and {found[0].other_set} {found[0].other_id}"
        raise InputError(f"the sets leak: {kinds}; the first: {first} share {found[0].kind} {found[0].what[:60]!r}")


def check_split(folder: Path) -> dict[str, int]:
    """Check a folder of sets and write its leak report.

    Returns:
        Number of units of each set.

    Raises:
        InputError: the sets leak, or there are none.
    """
    sets = {name: list(corpora.reviewed_units(folder / name)) for name in SETS if (folder / name).is_dir()}
    if len(sets) < 2:
        raise InputError(f"{folder}: expected folders {', '.join(SETS)} as align split writes them")
    write_leaks(folder / "leaks.tsv", leaks.find(sets))
    require_tight(sets)
    return {name: len(units) for name, units in sets.items()}


def write_leaks(path: Path, found: Sequence[leaks.Leak]) -> None:
    """Write the leak report; without leaks it is a header."""
    rows = [(one.kind, one.one_set, one.one_id, one.other_set, one.other_id, one.what) for one in found]
    formats.write_table(path, LEAK_COLUMNS, rows)


def _reasons(rejected: Sequence[RejectedUnit]) -> dict[str, int]:
    return dict(sorted(Counter(one.reason for one in rejected).items()))


def merge_runs(folders: Sequence[Path], out: Path, names: Sequence[str], *, tests: Sequence[Path] = ()) -> Curated:
    """One corpus of several runs: duplicates and near-duplicates out, the best of them kept.

    Events that share a document are one; others of one name get names of their own.

    Args:
        folders: of the runs.
        out: folder to write.
        names: formats; those of the first run if empty.
        tests: files whose texts must not stand in the corpus.

    Raises:
        ConfigError: a format is unknown.
        InputError: a folder has no corpus.
        OutputError: the folder cannot be written.
    """
    corpora.check_formats(names)
    runs = [list(corpora.reviewed_units(folder)) for folder in folders]
    units = [unit for run in united_events(runs) for unit in run]
    kept, rejected = filters.deduplicate(units)
    kept, near = filters.near_duplicates(kept)
    kept, contaminated = corpora.decontaminate(kept, tests)
    kept.sort(key=_place)
    rejected = sorted([*rejected, *near, *contaminated], key=lambda one: _place(one.unit))
    encoders = sorted({name for folder in folders if (name := corpora.encoder_of(folder))})
    corpora.write_folder(out, kept, list(names) or corpora.formats_of(folders[0]), " + ".join(encoders))
    formats.write_rejected(out / "rejected.tsv", rejected)
    done = Curated(out, {"units": len(kept)}, _reasons(rejected))
    facts = card.Facts(kept, " + ".join(encoders), tuple(folder.name for folder in folders), done.left_out)
    formats.write_lines(out / card.NAME, [card.text(facts)])
    report: dict[str, Any] = {"merged": [str(folder) for folder in folders], "units": len(kept)}
    report |= {"rejected": done.left_out, "encoder": " + ".join(encoders)}
    formats.write_lines(out / "report.json", [json.dumps(report, ensure_ascii=False, indent=1) + "\n"])
    return done


def _place(unit: Unit) -> tuple[str, str, str, tuple[int, ...], tuple[int, ...]]:
    return unit.event, unit.vi_doc, unit.en_doc, unit.vi_segments, unit.en_segments


def united_events(runs: Sequence[Sequence[Unit]]) -> list[list[Unit]]:
    """Units whose events have one name if they share a document, whatever run they are of, and else different ones."""
    nodes = [
        (f"{number} {unit.event}", doc)
        for number, run in enumerate(runs)
        for unit in run
        for doc in (f"vi\0{unit.vi_doc}", f"en\0{unit.en_doc}")
        if unit.event
    ]
    # A name of a run's event begins with a digit and so stands before its documents ("en", "vi") in its group.
    group_of = {node: number for number, group in enumerate(matching.events(nodes)) for node in group}
    names: dict[int, str] = {}
    taken: set[str] = set()
    for node, _ in nodes:
        group = group_of[node]
        if group not in names:
            names[group] = _free(node.partition(" ")[2], taken)
    return [
        [replace(u, event=names[group_of[f"{number} {u.event}"]]) if u.event else u for u in run]
        for number, run in enumerate(runs)
    ]


def _free(name: str, taken: set[str]) -> str:
    """A name that is not taken: "2024-11-21-01", then "2024-11-21-01b", "2024-11-21-01c" ..."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}{chr(96 + number)}" if number <= 26 else f"{name}-{number}"
    taken.add(free)
    return free


@dataclass(frozen=True)
class ExportOptions:
    """Settings of an export.

    Attributes:
        formats: corpus formats.
        spm: pieces of a joint vocabulary; none is trained if None.
        min_quality: units below it stay out.
        tests: files whose texts stay out of everything but sets called dev and test.
        filters: of a build, applied to all but what a reviewer decided on.

    Raises:
        ConfigError: a filter is unknown.
    """

    formats: tuple[str, ...] = ("tsv",)
    spm: int | None = None
    min_quality: float = 0.0
    tests: tuple[Path, ...] = ()
    filters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the names of the filters."""
        check_filters(self.filters)


def export_run(folder: Path, out: Path, options: ExportOptions) -> Curated:
    """Write a run's corpus, or the sets of a split, with review decisions applied.

    A run gives `corpus.*`; a folder of `align split` gives `train.*`, `dev.*`, `test.*`. With `spm`, a vocabulary is
    trained on the corpus or the training set alone and applied to all: `NAME.spm.vi`, `NAME.spm.en`, `spm.model`,
    `spm.vocab`, `dict.txt` (fairseq) and `vocab.txt` (OpenNMT).

    Raises:
        ConfigError: a format is unknown.
        InputError: no corpus, or too little text for the vocabulary.
        OutputError: the folder cannot be written.
    """
    corpora.check_formats(options.formats)
    sets = _sets(folder)
    read: dict[str, list[Unit]] = {}
    rejected: list[RejectedUnit] = []
    for name, source in sets.items():
        good = [unit for unit in corpora.reviewed_units(source) if unit.quality >= options.min_quality]
        good, left_out = _filtered(good, options)
        tests = () if name in {"dev", "test"} else options.tests
        read[name], gone = corpora.decontaminate(good, tests)
        rejected += [*left_out, *gone]
    pieces = _trained(read[next(iter(read))], options.spm) if options.spm else None
    for name, units in read.items():
        _write_set(out, name, units, options, corpora.encoder_of(folder))
        if pieces:
            _write_pieces(out, name, units, spm.Pieces(pieces))
    if pieces:
        _write_vocabulary(out, pieces)
    return Curated(out, {name: len(units) for name, units in read.items()}, _reasons(rejected))


def _filtered(units: Sequence[Unit], options: ExportOptions) -> tuple[list[Unit], list[RejectedUnit]]:
    """Units in their order; a person's decision stands."""
    decided = {number for number, unit in enumerate(units) if any(f.startswith("reviewed_by:") for f in unit.flags)}
    others = [unit for number, unit in enumerate(units) if number not in decided]
    _, rejected = filters.select(others, options.filters, options.min_quality)
    gone = {id(one.unit) for one in rejected}
    return [unit for unit in units if id(unit) not in gone], rejected


def _sets(folder: Path) -> dict[str, Path]:
    parts = {name: folder / name for name in SETS if (folder / name).is_dir()}
    return parts if "train" in parts else {"corpus": folder}


def _write_set(out: Path, name: str, units: Sequence[Unit], options: ExportOptions, encoder: str) -> None:
    """Write `NAME.*` in every format, by way of a folder of its own: OUT may hold another `corpus.*`."""
    formats.make_folder(out)
    with TemporaryDirectory(prefix=".export-", dir=out) as part:
        corpora.write_folder(Path(part), units, options.formats, encoder)
        for path in sorted(Path(part).iterdir()):
            path.replace(out / path.name.replace("corpus", name, 1))


def _trained(units: Sequence[Unit], size: int) -> bytes:
    return spm.train((one_line(text) for unit in units for text in (unit.vi, unit.en)), size)


def _write_pieces(out: Path, name: str, units: Sequence[Unit], pieces: spm.Pieces) -> None:
    for lang in ("vi", "en"):
        texts = [one_line(unit.vi if lang == "vi" else unit.en) for unit in units]
        batches = (texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH))
        found = (f"{line}\n" for batch in batches for line in pieces.encode(batch))
        formats.write_lines(out / f"{name}.spm.{lang}", found)


def _write_vocabulary(out: Path, model: bytes) -> None:
    with atomic_binary(out / "spm.model") as file:
        file.write(model)
    entries = spm.Pieces(model).vocabulary()
    formats.write_lines(out / "spm.vocab", (f"{piece}\t{score:g}\n" for piece, score in entries))
    # fairseq and OpenNMT add <unk>, <s> and </s> themselves; the count of fairseq's dictionary is never read again.
    own = [piece for piece, _ in entries if piece not in {"<unk>", "<s>", "</s>"}]
    formats.write_lines(out / "dict.txt", (f"{piece} 1\n" for piece in own))
    formats.write_lines(out / "vocab.txt", (f"{piece}\n" for piece in ("<unk>", "<s>", "</s>", *own)))


__all__ = ["Curated", "ExportOptions", "Split", "check_split", "export_run", "merge_runs", "split_run"]
