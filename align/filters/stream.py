"""Units that are read again and again from where they are kept; what is held of them are numbers of fixed size."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np

from align.digests import Ints
from align.types import Unit

Read = Callable[[], Iterable[Unit]]


@dataclass(frozen=True)
class Stream:
    """Units of a run, in their order.

    Attributes:
        read: gives all units, always the same.
        verdicts: by position; units with another verdict than 0 are out and passed over.
        folder: for texts that are kept aside; None keeps them in memory.
    """

    read: Read
    verdicts: bytearray
    folder: Path | None = None

    def living(self) -> Iterator[tuple[int, Unit]]:
        """Position and unit of those that are not out yet.

        Raises:
            ValueError: `read` gave more or fewer units than before.
        """
        number = -1
        for number, unit in enumerate(self.read()):
            if not self.verdicts[number : number + 1]:
                break
            if not self.verdicts[number]:
                yield number, unit
        if number + 1 != len(self.verdicts):
            raise ValueError(f"{number + 1} units or more read again, expected {len(self.verdicts)} as the first time")

    def positions(self) -> Ints:
        """Positions of the living."""
        return np.flatnonzero(np.frombuffer(self.verdicts, dtype=np.uint8) == 0)


def listed(units: Sequence[Unit]) -> Stream:
    """Units that are in memory anyway."""
    return Stream(lambda: units, bytearray(len(units)))


class Texts(Sequence[tuple[str, ...]]):
    """Texts of items, one line each side, in a file that nobody else sees; or in memory where there is no folder."""

    def __init__(self, folder: Path | None) -> None:
        """Open the file."""
        self._file: IO[bytes] | None = TemporaryFile(dir=folder) if folder else None  # noqa: SIM115 - closed by close()
        self._starts = array("q", [0])
        self._listed: list[tuple[str, ...]] = []

    def add(self, *texts: str) -> None:
        """Add an item; its texts have no line breaks."""
        if self._file is None:
            self._listed.append(texts)
            return
        self._starts.append(self._starts[-1] + self._file.write("\n".join(texts).encode("utf-8", "surrogatepass")))

    def __len__(self) -> int:
        """Number of items."""
        return len(self._listed) if self._file is None else len(self._starts) - 1

    def __getitem__(self, number: Any) -> Any:
        """The texts of an item."""
        if self._file is None:
            return self._listed[number]
        start, end = self._starts[number], self._starts[number + 1]
        self._file.seek(start)
        return tuple(self._file.read(end - start).decode("utf-8", "surrogatepass").split("\n"))

    def close(self) -> None:
        """Close the file; it is then gone."""
        if self._file is not None:
            self._file.close()


@dataclass(frozen=True)
class Chosen(Sequence[tuple[str, ...]]):
    """Some of the texts, in an order of their own."""

    texts: Texts
    numbers: Ints

    def __len__(self) -> int:
        """Number of items."""
        return len(self.numbers)

    def __getitem__(self, number: Any) -> Any:
        """The texts of an item."""
        return self.texts[int(self.numbers[number])]
