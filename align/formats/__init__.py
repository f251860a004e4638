"""Corpus formats: units in, files out, and back.

To add a format: a module with `write` (and `read`), an entry in WRITERS, CORPUS_FILES and READERS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from align.errors import ConfigError, InputError, OutputError
from align.formats import jsonl, moses, parquet, tmx, tmx_reader, tsv
from align.formats.atomic import write_lines
from align.formats.tmx import TmxOptions
from align.formats.tmx import write as write_tmx
from align.formats.tsv import write_rejected, write_table
from align.types import Unit

__all__ = [
    "CORPUS_FILES",
    "READERS",
    "WRITERS",
    "TmxOptions",
    "make_folder",
    "read_corpus",
    "write_corpus",
    "write_lines",
    "write_rejected",
    "write_table",
    "write_tmx",
]

Writer: TypeAlias = Callable[[Path, Iterable[Unit], str], None]  # folder, units, signature of the encoder
Reader: TypeAlias = Callable[[Path], Iterator[Unit]]

# Format -> what it writes for a folder's corpus.
CORPUS_FILES: Final[dict[str, tuple[str, ...]]] = {
    "tsv": ("corpus.tsv",),
    "tmx": ("corpus.tmx",),
    "jsonl": ("corpus.jsonl",),
    "parquet": ("corpus.parquet",),
    "moses": ("corpus.vi", "corpus.en"),
}

WRITERS: Final[dict[str, Writer]] = {
    "tsv": lambda folder, units, _: tsv.write(folder / "corpus.tsv", units),
    "tmx": lambda folder, units, encoder: tmx.write(folder / "corpus.tmx", units, TmxOptions(encoder=encoder)),
    "jsonl": lambda folder, units, _: jsonl.write(folder / "corpus.jsonl", units),
    "parquet": lambda folder, units, _: parquet.write(folder / "corpus.parquet", units),
    "moses": lambda folder, units, _: moses.write(folder / "corpus", units),
}

# End of a file's name -> reader. A Moses pair has no scores, and so no units: see `moses.read`.
READERS: Final[dict[str, Reader]] = {
    ".tsv": tsv.read,
    ".tmx": tmx_reader.read_units,
    ".tmx.gz": tmx_reader.read_units,
    ".jsonl": jsonl.read,
    ".parquet": parquet.read,
}


def write_corpus(name: str, folder: Path, units: Iterable[Unit], encoder: str = "") -> None:
    """Write units as `corpus.*` in one format.

    Args:
        name: a key of WRITERS.
        folder: an existing folder.
        units: in the order they are to stand.
        encoder: signature that formats with metadata keep.

    Raises:
        ConfigError: there is no such format.
        OutputError: the folder cannot be written.
    """
    if name not in WRITERS:
        raise ConfigError(f"format {name!r} is unknown; choose from {', '.join(WRITERS)}")
    WRITERS[name](folder, units, encoder)


def read_corpus(path: Path) -> Iterator[Unit]:
    """Read a corpus written by `write_corpus`, in the format that its name ends with.

    Raises:
        InputError: there is no reader for such a name, or the file cannot be read.
        FormatError: the file breaks its format.
    """
    for ending, read in READERS.items():
        if path.name.lower().endswith(ending):
            return read(path)
    raise InputError(f"{path}: not known as a corpus by its name; expected one that ends with {', '.join(READERS)}")


def make_folder(folder: Path) -> None:
    """Make a folder and its parents.

    Raises:
        OutputError: there is a file of that name, or no permission.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{folder}: cannot be made a folder ({reason}); choose another --out") from error
