"""What a run was made from: hashes of inputs, configuration, code and encoder."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import align
from align.config import BuildConfig

_PACKAGES: Final = (
    "ftfy",
    "htmldate",
    "jinja2",
    "lxml",
    "numpy",
    "polars",
    "sacrebleu",
    "scipy",
    "sentencepiece",
    "trafilatura",
)
_BLOCK: Final = 1 << 20
_LISTED: Final = 10_000  # files


@dataclass(frozen=True)
class Fingerprint:
    """Equal fingerprints promise equal corpus files."""

    inputs: dict[str, str]
    configuration: dict[str, Any]
    encoder: str
    code: str
    versions: dict[str, str]

    @property
    def digest(self) -> str:
        """One hash over everything that decides the result."""
        return hashlib.sha256(json.dumps(self.as_dict(digest=False), sort_keys=True).encode()).hexdigest()

    def as_dict(self, *, digest: bool = True) -> dict[str, Any]:
        """For the report."""
        data = dataclasses.asdict(self)
        return data | ({"fingerprint": self.digest} if digest else {})


def of_run(inputs: Sequence[Path], config: BuildConfig, encoder: str) -> Fingerprint:
    """Fingerprint of a run; inputs that cannot be read count with their name alone."""
    settings = {name: value for name, value in dataclasses.asdict(config).items() if name != "jobs"}
    settings |= {name: list(value) for name, value in settings.items() if isinstance(value, tuple)}
    hashes = {str(path): of_file(path) for path in _files(inputs)}
    return Fingerprint(hashes, settings, encoder, _code(), _versions())


def salt(encoder: str) -> str:
    """Hash of what every step of a run depends on: code, packages, encoder."""
    content = json.dumps([_code(), _versions(), encoder], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _versions() -> dict[str, str]:
    return {"align": align.__version__} | {name: metadata.version(name) for name in _PACKAGES}


def listed(hashes: Mapping[str, str]) -> dict[str, str]:
    """Hashes of inputs as a report lists them: file by file, or, of very many, folder by folder."""
    if len(hashes) <= _LISTED:
        return dict(hashes)
    folders: dict[str, Any] = {}
    for path, found in hashes.items():
        folders.setdefault(str(Path(path).parent), hashlib.sha256()).update(f"{path}\0{found}\n".encode())
    return {f"{folder}/": digest.hexdigest() for folder, digest in folders.items()}


def of_file(path: Path) -> str:
    """SHA-256 of a file, or "unreadable"."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return "unreadable"
    return digest.hexdigest()


def of_files(folder: Path, skip: str) -> dict[str, str]:
    """SHA-256 of each file of a folder but one, and but the log of its reviewers, which goes on after the run."""
    files = (path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith("review.sqlite"))
    return {path.name: of_file(path) for path in files if path.name != skip}


def _files(inputs: Iterable[Path]) -> list[Path]:
    found: set[Path] = set()
    for path in inputs:
        found.update(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else found.add(path)
    return sorted(found)


@cache
def _code() -> str:
    """Hash over the package's code and small data: a changed rule is a changed run."""
    root = Path(align.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".json", ".txt", ".tsv", ".html", ".css", ".js"} and path.is_file():
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
