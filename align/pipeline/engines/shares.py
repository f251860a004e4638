"""Tasks in shares: several processes, on machines that see one folder, work on one run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from align.pipeline.store import Store
from align.pipeline.tasks import Outcome, Task, execute


@dataclass
class Share:
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
