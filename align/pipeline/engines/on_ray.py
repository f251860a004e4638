"""Tasks on a Ray cluster: its scheduler, its retries, its workers."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from align.errors import ConfigError, OutputError
from align.pipeline.store import Store
from align.pipeline.tasks import TRIES, Engine, Outcome, Task, execute


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
            self._remote = self.ray.remote(num_cpus=1, max_retries=TRIES)(_executed)
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
def started(jobs: int, address: str | None) -> Iterator[Engine]:
    """Ray, if it runs already as it is; ends with the block.

    Raises:
        ConfigError: Ray is not installed.
    """
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
