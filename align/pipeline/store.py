"""What the steps of a run have finished: tables named by everything that they were made from.

A table's key is a hash of its inputs' keys, of the settings that matter to it, of the code and of the encoder. A marker
beside it, written last, holds the checksum of each file: whoever finds the marker need not compute the table again,
on the next run, on another machine, or after the process was killed at any moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from align.errors import OutputError

if TYPE_CHECKING:
    import polars as pl

FOLDER: Final = ".work"
LOG: Final = "log.jsonl"
_MARKER: Final = ".done"
_BLOCK: Final = 1 << 20
_KEY: Final = 24  # hexadecimal digits: 96 bits


@dataclass
class Store:
    """A folder of tables.

    Attributes:
        folder: where they lie, one folder a kind.
        salt: hash of what every table depends on: code, packages, encoder.
    """

    folder: Path
    salt: str
    _known: set[tuple[str, str]] = field(default_factory=set, repr=False, compare=False)

    def key(self, kind: str, *parts: Any) -> str:
        """Key of the table of a kind that is made from these parts: keys, numbers, texts, sequences of them."""
        content = json.dumps([self.salt, kind, parts], ensure_ascii=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:_KEY]

    def path(self, kind: str, key: str, suffix: str = ".parquet") -> Path:
        """Where a file of a table lies."""
        return self.folder / kind / f"{key}{suffix}"

    def is_finished(self, kind: str, key: str) -> bool:
        """Whether a table is there, whole and unharmed; its files are read once a run to see that."""
        if (kind, key) not in self._known and not self._verified(kind, key):
            return False
        self._known.add((kind, key))
        return True

    def _verified(self, kind: str, key: str) -> bool:
        try:
            files = json.loads(self.path(kind, key, _MARKER).read_text(encoding="utf-8"))["files"]
            return all(_checksum(self.path(kind, key, suffix)) == seen for suffix, seen in files.items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False

    def write(self, kind: str, key: str, files: Iterable[tuple[str, Callable[[Path], object]]]) -> None:
        """Write the files of a table, suffix and what writes it, and its marker.

        Raises:
            OutputError: the folder cannot be written, or the disk is full.
        """
        sums = {}
        try:
            (self.folder / kind).mkdir(parents=True, exist_ok=True)
            for suffix, write in files:
                with _placed(self.path(kind, key, suffix)) as temporary:
                    write(temporary)
                    sums[suffix] = _checksum(temporary)
            with _placed(self.path(kind, key, _MARKER)) as temporary:
                temporary.write_text(json.dumps({"files": sums}), encoding="utf-8")
        except OSError as error:
            raise _output_error(self.folder, error) from error

    def write_table(self, kind: str, key: str, table: pl.DataFrame) -> None:
        """Write a table that is one file."""
        self.write(kind, key, [(".parquet", parquet(table))])

    def read(self, kind: str, key: str, columns: Sequence[str] | None = None, suffix: str = ".parquet") -> pl.DataFrame:
        """Columns of a table."""
        import polars as pl

        return pl.read_parquet(self.path(kind, key, suffix), columns=None if columns is None else list(columns))

    def log(self, entry: dict[str, Any]) -> None:
        """Add a line to the log of the run: a JSON object with the time. A log that cannot be written ends no run."""
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds")} | entry, ensure_ascii=False)
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / LOG).open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def sweep(self, keep: set[tuple[str, str]], spare: Sequence[str] = ()) -> None:
        """Remove the tables that are no longer needed, those of whole kinds, and what killed processes left.

        Args:
            keep: kinds and keys that stay.
            spare: kinds that can be made again cheaply, and go.
        """
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if folder.name in spare:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if (folder.name, path.name.partition(".")[0]) not in keep:
                    path.unlink(missing_ok=True)
        self._known = {known for known in self._known if known in keep and known[0] not in spare}


def parquet(table: pl.DataFrame) -> Callable[[Path], object]:
    """What writes a table; the same table gives the same bytes."""

    def write(path: Path) -> None:
        # By way of memory: a full disk is then an OSError that says so, which polars would call something else.
        content = BytesIO()
        table.write_parquet(content, compression="lz4", row_group_size=4096)
        path.write_bytes(content.getbuffer())

    return write


def _output_error(folder: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    remedy = "free space, mend its permissions or choose another --out"
    return OutputError(f"{folder}: cannot be written ({reason}); {remedy}")


@contextlib.contextmanager
def _placed(path: Path) -> Iterator[Path]:
    """A temporary path that takes the place of `path` when the block ends well.

    Not synced to the disk one by one: after a power failure the checksums tell what is whole.
    """
    temporary = path.with_name(f"..{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _checksum(path: Path) -> str:
    total, size = 0, 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total, size = zlib.crc32(block, total), size + len(block)
    return f"{size}-{total:08x}"
