"""Licenses of what the project depends on: checks them and writes the table of docs/licenses.md.

.venv/bin/python scripts/licenses.py            # check
.venv/bin/python scripts/licenses.py --write    # after a dependency has changed
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Final

from dependencies import ROOT, Package, closure, missing, permissive

PAGE: Final = ROOT / "docs" / "licenses.md"
_BEGIN: Final = "| package | license | needed by |\n|---|---|---|\n"
_ROW: Final = re.compile(r"^\| `([a-z0-9.-]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)

# Package, or the beginning of its name with a *  ->  identifier that counts for it beside the permissive ones, reason.
REVIEWED: Final[dict[str, tuple[str, str]]] = {
    "tld": (
        "MPL-1.1",
        "a choice of three; MPL-1.1 asks for the source of its own changed files alone, and none is changed or shipped",
    ),
    "regex": ("CNRI-Python", "parts of it come from Python 1.6, whose license is permissive; beside it Apache-2.0"),
    "nvidia-*": (
        "",
        "NVIDIA's own license; torch brings them along on some systems, the embedded encoder does not need them",
    ),
}


def reviewed(name: str) -> tuple[str, str] | None:
    """The exception that a package has, with its reason."""
    for key, entry in REVIEWED.items():
        if name == key or (key.endswith("*") and name.startswith(key[:-1])):
            return entry
    return None


def problems(packages: Sequence[Package]) -> list[str]:
    """Packages whose license is not permissive, and not reviewed."""
    found = []
    for package in packages:
        entry = reviewed(package.name)
        whole = entry is not None and not entry[0]
        if not whole and not permissive(package.license, frozenset({entry[0]} if entry else ())):
            found.append(f"{package.name} {package.version}: license {package.license or 'not said'!r}")
    return found


def listed() -> dict[str, tuple[str, tuple[str, ...]]]:
    """What the page lists: package -> license, roots."""
    text = PAGE.read_text(encoding="utf-8")
    return {name: (said, tuple(of.split(", "))) for name, said, of in _ROW.findall(text)}


def table(packages: Sequence[Package]) -> str:
    """The rows of the page; those of extras that are not installed here stay as they are."""
    rows = {p.name: (p.license, p.roots) for p in packages if not p.name.startswith("nvidia-")}
    for name, (said, of) in listed().items():
        if name not in rows and any(missing(root) for root in of):
            rows[name] = (said, of)
    return "".join(f"| `{name}` | {said} | {', '.join(of)} |\n" for name, (said, of) in sorted(rows.items()))


def main() -> None:
    """Check; with --write also bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table of docs/licenses.md")
    wanted = parser.parse_args()
    packages = closure()
    if wanted.write:
        before, _, after = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
        PAGE.write_text(before + _BEGIN + table(packages) + _ROW.sub("", after).lstrip("\n"), encoding="utf-8")
    found = problems(packages)
    print("\n".join(found) or f"{len(packages)} packages, all permissive or reviewed")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
