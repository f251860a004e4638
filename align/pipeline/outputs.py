"""Which files of a folder are a run's own, even where that run was killed while it wrote them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from align import formats
from align.pipeline.store import FOLDER

REPORT: Final = "report.json"
_INTENT: Final = "writing.json"
_PART: Final = re.compile(r"\..+\.\d+\.part")


def own_files(out: Path) -> set[str]:
    """Names of the files that an earlier run wrote, or was about to write."""
    return _names(out / REPORT, "outputs") | _names(out / FOLDER / _INTENT, "names")


def _names(path: Path, field: str) -> set[str]:
    try:
        return set(json.loads(path.read_text(encoding="utf-8"))[field])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def begin(out: Path, names: Iterable[str]) -> None:
    """Note what is going to be written, and remove what a killed run left half-written.

    Raises:
        OutputError: the folder cannot be written.
    """
    formats.make_folder(out / FOLDER)
    intent = sorted({*names, *own_files(out)})
    formats.write_lines(out / FOLDER / _INTENT, [json.dumps({"names": intent}) + "\n"])
    for path in out.iterdir():
        if _PART.fullmatch(path.name):
            path.unlink(missing_ok=True)
    (out / REPORT).unlink(missing_ok=True)


def end(out: Path) -> None:
    """Everything is written, and the report says so."""
    (out / FOLDER / _INTENT).unlink(missing_ok=True)
