"""Which files the inputs hold, and under which doc_id: alike on every machine, safe in paths and tables."""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Final

from align import text as texts
from align.errors import InputError
from align.types import RejectedDocument

PACKED: Final = ".gz"
_SAFE: Final = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its place, its name relative to the input, its doc_id or the base of its ids."""

    path: Path
    name: str
    base: str

    @property
    def kind(self) -> str:
        """Suffix in lower case without that of packing: ".txt" of x.TXT and of x.txt.gz."""
        return PurePosixPath(_unpacked(self.path.name)).suffix.lower()


@dataclass(frozen=True, slots=True)
class _Unlisted:
    """A folder that cannot be listed."""

    name: str
    reason: str


def safe_id(raw: str) -> str:
    """A doc_id that is one line, relative and without "." or ".." components; "" where nothing is left."""
    if _SAFE.fullmatch(raw):
        return raw  # most names, spared the work
    printable = "".join(char if char.isprintable() else " " for char in texts.clean(raw))
    parts = (" ".join(part.split()) for part in printable.replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def find_sources(inputs: Sequence[Path]) -> Iterator[Source | RejectedDocument]:
    """Every file of the inputs but hidden ones, in order of doc_id, and the folders that cannot be listed.

    Streamed: of one folder at a time, and those above it, the names are in memory. Ids that several inputs would give
    to different files get the name of their input in front, and come last. A file is read once, whatever inputs or
    links lead to it.

    Raises:
        InputError: an input does not exist, or there is none; raised at the call.
    """
    if not inputs:
        raise InputError("no input: give at least one file or folder of articles")
    for path in inputs:
        if not path.exists():
            raise InputError(f"{path}: no such file or folder; check the path")
    return _find(inputs)


def _find(inputs: Sequence[Path]) -> Iterator[Source | RejectedDocument]:
    roots = [path.resolve() for path in inputs]
    streams = [_of_input(number, inputs, roots) for number in range(len(inputs))]
    clashing: list[Source] = []
    merged = heapq.merge(*streams, key=lambda found: _order(found[0]))
    for _, group in groupby(merged, key=lambda found: found[0].base if isinstance(found[0], Source) else found[0]):
        found = list(group)
        if len({number for _, number in found}) == 1:
            yield from (_rejected(source) if isinstance(source, _Unlisted) else source for source, _ in found)
            continue
        for source, number in found:
            if isinstance(source, Source):
                prefix = safe_id(roots[number].name if roots[number].is_dir() else roots[number].parent.name)
                clashing.append(replace(source, base=f"{prefix}/{source.base}" if prefix else source.base))
    yield from sorted(clashing, key=_order)


def _rejected(folder: _Unlisted) -> RejectedDocument:
    return RejectedDocument(folder.name, folder.reason)


def _order(found: Source | _Unlisted) -> tuple[tuple[str, ...], str]:
    return tuple((found.base if isinstance(found, Source) else found.name).split("/")), found.name


def _of_input(number: int, inputs: Sequence[Path], roots: Sequence[Path]) -> Iterator[tuple[Source | _Unlisted, int]]:
    """Files of one input that no earlier one holds, in order of doc_id, with the number of the input."""
    path, earlier = inputs[number], roots[:number]
    if path.is_dir():
        for file in _walk(path, "", roots):
            if isinstance(file, _Unlisted) or not (earlier and _held(file.path.resolve(), earlier)):
                yield file, number
    elif not _held(roots[number], earlier):
        yield Source(path, safe_id(path.name), safe_id(_stem(path.name))), number


def _held(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a file is one of the inputs, or below one without a hidden part."""
    for root in roots:
        if path == root:
            return True
        if path.is_relative_to(root) and not any(part.startswith(".") for part in path.relative_to(root).parts):
            return True
    return False


def _walk(folder: Path, prefix: str, roots: Sequence[Path]) -> Iterator[Source | _Unlisted]:
    """Files below a folder in order of doc_id; folders that are links are not entered."""
    try:
        with os.scandir(folder) as entries:
            names = [
                (entry.name, _is_folder(entry), entry.is_symlink())
                for entry in entries
                if not entry.name.startswith(".")
            ]
    except OSError as error:
        reason = f"folder cannot be listed ({error.strerror}): check its permissions"
        yield _Unlisted(safe_id(prefix) or folder.name, reason)
        return
    names.sort(key=lambda name: (safe_id(name[0] if name[1] else _stem(name[0])).split("/"), name[1], name[0]))
    for name, is_folder, is_link in names:
        path, relative = folder / name, f"{prefix}{name}"
        if is_folder:
            yield from _walk(path, f"{relative}/", roots)
        elif not (is_link and path.exists() and _held(path.resolve(), roots)):
            yield Source(path, safe_id(relative), safe_id(prefix + _stem(name)))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _unpacked(name: str) -> str:
    return name[: -len(PACKED)] if name.lower().endswith(PACKED) and len(name) > len(PACKED) else name


def _stem(name: str) -> str:
    """Name without suffix, that of packing included: x.vi.txt.gz -> x.vi."""
    bare = _unpacked(name)
    stem, dot, suffix = bare.rpartition(".")
    return stem if stem and dot and suffix else bare
