"""Records kept on disk between the steps of a run, and steps that run on several processes in a fixed order."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")
Place = tuple[int, int]  # number of a file, offset in it


@dataclass
class SpillWriter:
    """Appends records to a file; each can be read alone by its offset."""

    file: IO[bytes]

    def add(self, record: Any) -> int:
        """Write a record; its offset."""
        offset = self.file.tell()
        pickle.dump(record, self.file, protocol=pickle.HIGHEST_PROTOCOL)
        return offset


@contextmanager
def writing(path: Path) -> Iterator[SpillWriter]:
    """A file of records to write."""
    with path.open("wb") as file:
        yield SpillWriter(file)


@dataclass
class SpillReader:
    """Reads records of the files `NAME-0`, `NAME-1` ... of a folder, which this run has written itself.

    Attributes:
        folder: private to the run.
        name: of the files.
    """

    folder: Path
    name: str
    _open: dict[int, IO[bytes]] = field(default_factory=dict)

    def read(self, place: Place) -> Any:
        """The record at a place."""
        number, offset = place
        if number not in self._open:
            self._open[number] = (self.folder / f"{self.name}-{number}").open("rb")
        self._open[number].seek(offset)
        return pickle.load(self._open[number])  # noqa: S301 - written by this run, in a folder of its own

    def read_next(self, place: Place) -> Any:
        """The record after the one at a place, which was read last."""
        return pickle.load(self._open[place[0]])  # noqa: S301 - written by this run, in a folder of its own

    def close(self) -> None:
        """Close the files."""
        for file in self._open.values():
            file.close()
        self._open.clear()


@dataclass(frozen=True)
class Workers:
    """Processes for the steps of a run; with one job everything runs in this process."""

    jobs: int
    pool: Executor | None

    def each(self, step: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """Results of a step for each item, in order; only some items are waiting at any time."""
        if self.pool is None:
            yield from map(step, items)
            return
        waiting: deque[Future[B]] = deque()
        for item in items:
            waiting.append(self.pool.submit(step, item))
            if len(waiting) > 2 * self.jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def workers(jobs: int) -> Iterator[Workers]:
    """Processes that end with the block."""
    with ProcessPoolExecutor(jobs) if jobs > 1 else nullcontext() as pool:
        yield Workers(jobs, pool)
