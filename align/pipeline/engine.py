"""Where the steps of a run are computed: in this process, on local processes, or by Ray.

A task reads finished tables of the store and writes its own; nothing else passes between processes but the tasks and
how they ended. Neither engine, number of workers nor order makes a difference to a byte.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from typing import Any, Final, Protocol

from align.errors import ConfigError, OutputError, ShardError
from align.pipeline.store import Store

ENGINES: Final = ("local", "ray")
# What numpy and polars ask when they are imported.
THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
_TRIES: Final = 3
_MOST_DEATHS: Final = 6  # one after the other, a worker, before the run is given up
_DIED: Final = "its process died; it may have run out of memory"


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
        for _ in range(_TRIES - 1):
            if not outcome.error:
                break
            outcome = next(iter(engine.run(store, [task])))
        yield outcome


class _Here:
    """Runs tasks in this process."""

    def run(self, store: Store, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Run one after the other."""
        for task in tasks:
            yield execute(store, task)


def _watch_parent() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose run was killed would wait for its next task for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes that are started here compute in one thread each: they are as many as there are cores to use."""
    names = [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]


@contextmanager
def _no_main() -> Iterator[None]:
    """Processes that are started here do not import the program again: the tasks need nothing of it.

    So a script that calls `align.build(jobs=2)` at its top level works, and starts itself no second time.
    """
    main = sys.modules["__main__"]
    kept = {name: getattr(main, name) for name in ("__spec__", "__file__") if hasattr(main, name)}
    main.__spec__ = None
    if "__file__" in kept:
        del main.__file__
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)


@dataclass
class _Processes:
    """Runs tasks on local processes; one that dies is replaced, and its tasks are run again."""

    jobs: int
    _pool: ProcessPoolExecutor | None = field(default=None)
    _deaths: int = 0  # in a row

    def run(self, store: Store, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Run tasks; only some wait at any time."""
        waiting: deque[tuple[Task, Future[Outcome] | None]] = deque()
        for task in tasks:
            waiting.append((task, self._submit(store, task)))
            if len(waiting) > 2 * self.jobs:
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def _submit(self, store: Store, task: Task) -> Future[Outcome] | None:
        if self._pool is None:
            # Not forked: threads of this process may hold locks that a copy of it would wait for for ever.
            self._pool = ProcessPoolExecutor(self.jobs, mp_context=get_context("spawn"), initializer=_watch_parent)
        try:
            with _no_main(), _one_thread():
                return self._pool.submit(execute, store, task)
        except BrokenProcessPool:
            self.close()
            return None

    def _result(self, task: Task, future: Future[Outcome] | None) -> Outcome:
        try:
            outcome = future.result() if future else Outcome(task.kind, task.key, error=_DIED)
            self._deaths = 0 if future else self._deaths + 1
        except BrokenProcessPool:
            self.close()
            self._deaths += 1
            outcome = Outcome(task.kind, task.key, error=_DIED)
        if self._deaths > _MOST_DEATHS * self.jobs:
            message = f"{self._deaths} worker processes died one after the other; run again with --jobs 1 to see why"
            raise ShardError(message)
        return outcome

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


@dataclass
class _Share:
    """Runs one share of the tasks and waits for those who run the others, over a store that all of them see.

    Who waits for long without anything new takes on what is missing: the work is done even by one alone, and a table
    that two have made is the same.
    """

    number: int
    shares: int
    patience: float

    def run(self, store: Store, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Run the own share first; the outcomes of others are those of finished tables."""
        listed = list(tasks)
        mine = {task.key: execute(store, task) for task in listed if self._is_mine(task)}
        for task in listed:
            yield mine[task.key] if task.key in mine else self._of_others(store, task, listed)

    def _is_mine(self, task: Task) -> bool:
        return int(task.key[:8], 16) % self.shares == self.number

    def _of_others(self, store: Store, task: Task, listed: Sequence[Task]) -> Outcome:
        last, missing = time.monotonic(), len(listed) + 1
        while not store.is_finished(task.kind, task.key):
            now = sum(not store.is_finished(other.kind, other.key) for other in listed)
            if now < missing:
                last, missing = time.monotonic(), now
            if time.monotonic() - last > self.patience:
                return execute(store, task)
            time.sleep(min(1.0, self.patience))
        return Outcome(task.kind, task.key, reused=True)


@dataclass
class _Ray:
    """Runs tasks by Ray: its scheduler, its retries."""

    jobs: int
    ray: Any
    _remote: Any = None

    def run(self, store: Store, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Run tasks; only some wait at any time."""
        waiting: deque[Any] = deque()
        if self._remote is None:
            self._remote = self.ray.remote(num_cpus=1, max_retries=_TRIES)(_executed)
        at_once = max(2 * self.jobs, 2 * int(self.ray.cluster_resources().get("CPU", 1)))
        for task in tasks:
            waiting.append((task, self._remote.remote(store, task)))
            if len(waiting) > at_once:
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def _result(self, task: Task, reference: Any) -> Outcome:
        try:
            outcome: Outcome = self.ray.get(reference)
        except self.ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, OutputError | MemoryError):
                raise error.cause from error
            return Outcome(task.kind, task.key, error=f"{error.cause}"[:500])
        except self.ray.exceptions.RayError as error:
            return Outcome(task.kind, task.key, error=f"{type(error).__name__}: {error}"[:500])
        return outcome


def _executed(store: Store, task: Task) -> Outcome:
    return execute(store, task)


@contextmanager
def engine(name: str = "local", jobs: int = 1, address: str | None = None) -> Iterator[Engine]:
    """An engine that ends with the block.

    Args:
        name: one of ENGINES.
        jobs: processes; for Ray on this machine, cores.
        address: of a Ray cluster; a fresh one on this machine if None.

    Raises:
        ConfigError: there is no such engine, or Ray is not installed.
    """
    if name not in ENGINES:
        raise ConfigError(f"engine {name!r} is unknown, expected one of {', '.join(ENGINES)}")
    if name == "ray":
        with _ray(jobs, address) as found:
            yield found
    elif jobs == 1:
        yield _Here()
    else:
        processes = _Processes(jobs)
        try:
            yield processes
        finally:
            processes.close()


def share(number: int, shares: int, patience: float) -> Engine:
    """An engine for one of several processes that work on one run, on machines that see the same folder.

    Args:
        number: from 0.
        shares: number of processes.
        patience: seconds without a new table after which what others have left is computed here.
    """
    return _Share(number, shares, patience)


@contextmanager
def _ray(jobs: int, address: str | None) -> Iterator[Engine]:
    try:
        import ray
    except ImportError as error:
        raise ConfigError("the engine 'ray' needs the extra ray: pip install 'align-vien[ray]'") from error
    was_there = ray.is_initialized()
    if not was_there:
        options: dict[str, Any] = {"address": address} if address else {"num_cpus": jobs, "include_dashboard": False}
        ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)
    try:
        yield _Ray(jobs, ray)
    finally:
        if not was_there:
            ray.shutdown()
