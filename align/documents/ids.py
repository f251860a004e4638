"""Which files the inputs hold, and under which doc_id: alike on every machine, safe in paths and tables."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from align import text as texts
from align.errors import InputError
from align.types import RejectedDocument


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its place, its name relative to the input, its doc_id or the base of its ids."""

    path: Path
    name: str
    base: str

    @property
    def suffix(self) -> str:
        """Suffix in lower case, as ".txt"."""
        return self.path.suffix.lower()


def safe_id(raw: str) -> str:
    """A doc_id that is one line, relative and without "." or ".." components; "" where nothing is left."""
    printable = "".join(char if char.isprintable() else " " for char in texts.clean(raw))
    parts = (" ".join(part.split()) for part in printable.replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def find_sources(inputs: Sequence[Path]) -> list[Source | RejectedDocument]:
    """Every file of the inputs but hidden ones, in order of doc_id; first the folders that cannot be listed.

    Raises:
        InputError: an input does not exist, or there is none.
    """
    if not inputs:
        raise InputError("no input: give at least one file or folder of articles")
    rejected: list[RejectedDocument] = []
    groups = [list(_of_input(path, rejected)) for path in inputs]
    clashing = _clashing(groups)
    sources: dict[Path, Source] = {}
    for path, group in zip(inputs, groups, strict=True):
        prefix = safe_id(path.resolve().name if path.is_dir() else path.resolve().parent.name)
        for source in group:
            base = f"{prefix}/{source.base}" if source.base in clashing and prefix else source.base
            sources.setdefault(source.path.resolve(), Source(source.path, source.name, base))
    ordered = sorted(sources.values(), key=lambda source: (PurePosixPath(source.base).parts, source.name))
    return [*rejected, *ordered]


def _of_input(path: Path, rejected: list[RejectedDocument]) -> Iterator[Source]:
    if path.is_dir():
        for file in _walk(path, rejected):
            name = file.relative_to(path)
            yield Source(file, safe_id(name.as_posix()), safe_id(name.with_suffix("").as_posix()))
    elif path.exists():
        yield Source(path, safe_id(path.name), safe_id(path.stem))
    else:
        raise InputError(f"{path}: no such file or folder; check the path")


def _walk(folder: Path, rejected: list[RejectedDocument]) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        place = Path(error.filename or folder).relative_to(folder).as_posix()
        rejected.append(RejectedDocument(place, f"folder cannot be listed ({error.strerror}): check its permissions"))

    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in sorted(files) if not name.startswith("."))


def _clashing(groups: Iterable[Iterable[Source]]) -> set[str]:
    """Ids that more than one input would give to different files."""
    paths: dict[str, set[Path]] = {}
    seen: Counter[str] = Counter()
    for group in groups:
        for source in group:
            paths.setdefault(source.base, set()).add(source.path.resolve())
        seen.update({source.base for source in group})
    return {base for base, times in seen.items() if times > 1 and len(paths[base]) > 1}
