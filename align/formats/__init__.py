"""Corpus formats: units in, files out, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from align.errors import OutputError
from align.errors import OutputError
from align.formats import jsonl, moses, tmx, tsv
from align.formats.atomic import write_lines
from align.formats.tmx import TmxOptions
from align.formats.tmx import write as write_tmx
from align.formats.tsv import write_rejected, write_table
from align.types import Unit

__all__ = [
    "CORPUS_FILES",
    "TmxOptions",
    "make_folder",
    "write_corpus",
    "write_lines",
    "write_rejected",
    "write_table",
    "write_tmx",
]

# Format -> what it writes for a folder's corpus.
CORPUS_FILES: Final[dict[str, tuple[str, ...]]] = {
    "tsv": ("corpus.tsv",),
    "tmx": ("corpus.tmx",),
    "jsonl": ("corpus.jsonl",),
    "parquet": ("corpus.parquet",),
    "moses": ("corpus.vi", "corpus.en"),
}

_PLAIN_WRITERS: Final[dict[str, Callable[[Path, Sequence[Unit]], None]]] = {
    "tsv": tsv.write,
    "jsonl": jsonl.write,
    "parquet": jsonl.write_parquet,
}


def write_corpus(name: str, folder: Path, units: Sequence[Unit], encoder: str = "") -> None:
    """Write units as `corpus.*` in one format.

    Args:
        name: a key of CORPUS_FILES.
        folder: an existing folder.
        units: in the order they are to stand.
        encoder: signature that formats with metadata keep.

    Raises:
        OutputError: the folder cannot be written.
    """
    if name == "tmx":
        tmx.write(folder / "corpus.tmx", units, TmxOptions(encoder=encoder))
    elif name == "moses":
        moses.write(folder / "corpus", units)
    else:
        _PLAIN_WRITERS[name](folder / CORPUS_FILES[name][0], units)


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
