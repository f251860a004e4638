"""What the project depends on, as the metadata of the installed packages tell it: names, versions, licenses, edges.

Shared by `licenses.py`, `sbom.py` and their tests.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement

ROOT: Final = Path(__file__).resolve().parents[1]
# Licenses that ask no more than notices, or (MPL-2.0) the source of the licensed files themselves.
PERMISSIVE: Final = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0"}
    | {"PSF-2.0", "Python-2.0", "Unlicense", "Zlib"}
)
# What packages write instead of an SPDX identifier.
_WRITTEN: Final = {
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "the bsd 2-clause license": "BSD-2-Clause",
    "the unlicense (unlicense)": "Unlicense",
}
_TOKEN: Final = re.compile(r"[()]|[^\s()]+")


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package.

    Attributes:
        name: normalized as the package index does it.
        version: as installed.
        license: an SPDX expression where one can be told, else what the package says, "" if nothing.
        requires: names of packages that it needs here, sorted.
        roots: "core", and the extras of the project that need it, sorted.
    """

    name: str
    version: str
    license: str
    requires: tuple[str, ...]
    roots: tuple[str, ...]


def project() -> dict[str, Any]:
    """The table [project] of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


@cache
def roots() -> dict[str, list[str]]:
    """Requirements of the project by where they stand: "core", then every extra."""
    table = project()
    return {"core": table["dependencies"], **table.get("optional-dependencies", {})}


def normalized(name: str) -> str:
    """Name of a package as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(names: Iterable[str] | None = None) -> list[Package]:
    """Installed packages that some requirements lead to, by name; what is not installed is passed over.

    Args:
        names: keys of `roots`; all if None.
    """
    edges: dict[str, set[str]] = {}
    needed: dict[str, set[str]] = {}
    table = roots()
    for root in table if names is None else names:
        for name, found in _walk(table[root]):
            edges.setdefault(name, set()).update(found)
            needed.setdefault(name, set()).add(root)
    return [
        Package(
            name,
            metadata.version(name),
            license_of(metadata.metadata(name)),
            tuple(sorted(found & edges.keys())),
            tuple(sorted(needed[name])),
        )
        for name, found in sorted(edges.items())
    ]


def _walk(requirements: Iterable[str], *, everywhere: bool = False) -> Iterator[tuple[str, set[str]]]:
    """Installed packages with the names that they require; a package may come several times, with its extras."""
    waiting = [(Requirement(text), "") for text in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        asked, _ = waiting.pop()
        name = normalized(asked.name)
        for extra in ("", *sorted(asked.extras)):
            if (name, extra) in seen or not _installed(name):
                continue
            seen.add((name, extra))
            inner = [Requirement(text) for text in metadata.requires(name) or ()]
            inner = [one for one in inner if _applies(one, extra, everywhere=everywhere)]
            yield name, {normalized(one.name) for one in inner}
            waiting += [(one, extra) for one in inner]


@cache
def possible(root: str) -> set[str]:
    """Names that a root may lead to on any system, as far as the metadata of installed packages tell."""
    found = {normalized(Requirement(text).name) for text in roots()[root]}
    for name, inner in _walk(roots()[root], everywhere=True):
        found |= {name} | inner
    return found


def missing(root: str) -> set[str]:
    """Requirements of the project itself that are not installed."""
    return {name for text in roots()[root] if not _installed(name := normalized(Requirement(text).name))}


@cache
def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _applies(requirement: Requirement, extra: str, *, everywhere: bool) -> bool:
    marker = requirement.marker
    if marker is None:
        return not extra  # without the extra it has been taken already
    if everywhere:
        text = str(marker)
        return "extra" not in text if not extra else f'"{extra}"' in text
    with_extra = marker.evaluate({"extra": extra})
    return with_extra and not (extra and marker.evaluate({"extra": ""}))


def license_of(found: Any) -> str:
    """The license that a package's metadata say: License-Expression, else License, else classifiers."""
    if expression := found.get("License-Expression"):
        return str(expression)
    written = " ".join((found.get("License") or "").split())
    if written and len(written) <= 60 and permissive(spdx := _WRITTEN.get(written.lower(), written)):
        return spdx
    marks = [mark.rpartition(" :: ")[2] for mark in found.get_all("Classifier") or () if mark.startswith("License ::")]
    told = [_WRITTEN.get(mark.lower(), mark) for mark in marks if mark != "OSI Approved"]
    return " AND ".join(sorted(set(told))) or written[:60]


def permissive(expression: str, also: frozenset[str] = frozenset()) -> bool:
    """Whether an SPDX expression can be met with permissive licenses alone: one side of OR, both of AND.

    Args:
        expression: such as "Apache-2.0 OR GPL-2.0-only"; what is no expression is not permissive.
        also: further identifiers that count.
    """
    tokens = _TOKEN.findall(expression)
    good, rest = _either(tokens, PERMISSIVE | also)
    return good and not rest


def _either(tokens: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    good, rest = _both(tokens, allowed)
    while rest[:1] == ["OR"]:
        other, rest = _both(rest[1:], allowed)
        good = good or other
    return good, rest


def _both(tokens: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    good, rest = _one(tokens, allowed)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:], allowed)
        good = good and other
    return good, rest


def _one(tokens: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    if tokens[:1] == ["("]:
        good, rest = _either(tokens[1:], allowed)
        return good and rest[:1] == [")"], rest[1:]
    good, rest = tokens[:1] != [] and tokens[0] in allowed, tokens[1:]
    # An exception only takes conditions away.
    return good, rest[2:] if rest[:1] == ["WITH"] and len(rest) > 1 else rest
