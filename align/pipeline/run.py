"""A run: its store, its engine, what it was told to do, and what became of its tasks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from align.config import BuildConfig
from align.errors import ShardError
from align.pipeline.progress import Progress
from align.pipeline.store import Store
from align.pipeline.tasks import Engine, Task, each, most_memory


@dataclass
class Stage:
    """What a stage took.

    Attributes:
        seconds: of the clock, over all times that the stage ran.
        work: seconds of its tasks, added up over all workers.
        memory: most bytes that a process which ran a task of it had held by then.
        shards, reused: tables that it needed, and those of them that were there already.
    """

    seconds: float = 0.0
    work: float = 0.0
    memory: int = 0
    shards: int = 0
    reused: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For the report."""
        rounded = {"seconds": round(self.seconds, 3), "work_seconds": round(self.work, 3)}
        return rounded | {"memory_bytes": self.memory, "shards": self.shards, "reused": self.reused}


@dataclass
class Run:
    """A run.

    Attributes:
        store, engine, config: what it works with.
        progress: told of every stage.
        strict: whether a shard that fails ends the run.
        stages: name -> what it took.
        used: kinds and keys of all tables that it needs.
        failed: what was set aside, and why.
    """

    store: Store
    engine: Engine
    config: BuildConfig
    progress: Progress
    strict: bool = False
    stages: dict[str, Stage] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def do(self, stage: str, tasks: Iterable[Task], sizes: Sequence[int] | None = None) -> set[str]:
        """Run tasks that do not depend on each other.

        Args:
            stage: name for progress and report.
            tasks: one a shard.
            sizes: documents or pairs of each, for progress; shards are counted if None.

        Returns:
            Keys of the tables that are there now.

        Raises:
            ShardError: a task failed, and the run is strict.
        """
        listed = list(tasks)
        start = time.perf_counter()
        taken = self.stages.setdefault(stage, Stage())
        weights = sizes or [1] * len(listed)
        tick = self.progress(stage, sum(weights))
        done = set()
        for outcome, weight in zip(each(self.engine, self.store, listed), weights, strict=True):
            tick(weight)
            self.store.log({"stage": stage} | asdict(outcome))
            taken.shards += 1
            taken.reused += outcome.reused
            taken.work += outcome.seconds
            taken.memory = max(taken.memory, outcome.memory)
            self.used.add((outcome.kind, outcome.key))
            if outcome.error:
                self.set_aside(f"{stage} {outcome.key}", outcome.error)
            else:
                done.add(outcome.key)
        taken.seconds += time.perf_counter() - start
        taken.memory = max(taken.memory, most_memory())
        self.store.log({"stage": stage, "ended": True} | taken.as_dict())
        return done

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Time a stage of this process alone."""
        start = time.perf_counter()
        yield
        taken = self.stages.setdefault(stage, Stage())
        taken.seconds += time.perf_counter() - start
        taken.memory = max(taken.memory, most_memory())

    def set_aside(self, what: str, reason: str) -> None:
        """Note what could not be done.

        Raises:
            ShardError: the run is strict.
        """
        if self.strict:
            message = f"{what}: {reason}; run again without --strict to go on without it"
            raise ShardError(message)
        self.failed.append((what, reason))
