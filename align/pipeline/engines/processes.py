"""Tasks on processes of this machine."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from typing import Final

from align.errors import ShardError
from align.pipeline.store import Store
from align.pipeline.tasks import Outcome, Task, execute

# What numpy and polars ask when they are imported.
THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
_MOST_DEATHS: Final = 6  # one after the other, a worker, before the run is given up
_DIED: Final = "its process died; it may have run out of memory"


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
class Processes:
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
