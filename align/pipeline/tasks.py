"""The steps of a run as tasks: what a task is, how it is run, and how it ended.

A task reads finished tables of the store and writes its own; nothing else passes between processes but the tasks and
how they ended. Neither engine, number of workers nor order makes a difference to a byte.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from align.errors import OutputError
from align.pipeline.store import Store

TRIES: Final = 3


class Task(Protocol):
    """A step for one shard: a pure function from tables to tables.

    Attributes:
        kind: name of the step and of its tables.
        key: of the table that it writes.
    """

    @property
    def kind(self) -> str:
        """Name of the step."""
        ...

    @property
    def key(self) -> str:
        """Key of its table."""
        ...

    def run(self, store: Store) -> None:
        """Read tables, write a table."""
        ...


@dataclass(frozen=True)
class Outcome:
    """How a task ended.

    Attributes:
        kind, key: of its table.
        seconds: it took; 0 where the table was there already.
        memory: most bytes that its process has held so far; 0 where that is not known.
        error: why it failed, "" where it did not.
        reused: whether the table was there already.
    """

    kind: str
    key: str
    seconds: float = 0.0
    memory: int = 0
    error: str = ""
    reused: bool = False


def execute(store: Store, task: Task) -> Outcome:
    """Run a task; what goes wrong in it is told, not raised, but for what no other task could do better."""
    start = time.perf_counter()
    try:
        task.run(store)
    except (OutputError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - one bad shard must not end the run
        return Outcome(task.kind, task.key, error=f"{type(error).__name__}: {error}"[:500])
    return Outcome(task.kind, task.key, time.perf_counter() - start, most_memory())


def most_memory() -> int:
    """Most bytes that this process has held; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class Engine(Protocol):
    """Runs tasks."""

    def run(self, store: Store, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Run tasks that do not depend on each other; outcomes in their order."""
        ...


def each(engine: Engine, store: Store, tasks: Iterable[Task]) -> Iterator[Outcome]:
    """Outcomes of tasks in their order; those whose tables are there are not run, those that fail are tried again."""
    listed = list(tasks)
    reused = {task.key for task in listed if store.is_finished(task.kind, task.key)}
    fresh = engine.run(store, [task for task in listed if task.key not in reused])
    for task in listed:
        if task.key in reused:
            yield Outcome(task.kind, task.key, reused=True)
            continue
        outcome = next(fresh)
        for _ in range(TRIES - 1):
            if not outcome.error:
                break
            outcome = next(iter(engine.run(store, [task])))
        yield outcome
