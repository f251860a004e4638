"""Where the tasks of a run are computed: in this process, on local processes, by Ray, or in shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from align.errors import ConfigError
from align.pipeline.engines import on_ray
from align.pipeline.engines.processes import Processes
from align.pipeline.engines.shares import Share
from align.pipeline.store import Store
from align.pipeline.tasks import Engine, Outcome, Task, execute

ENGINES: Final = ("local", "ray")


class _Here:
    """Runs tasks in this process."""

    def run(self, store: Store, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Run one after the other."""
        for task in tasks:
            yield execute(store, task)


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
        with on_ray.started(jobs, address) as found:
            yield found
    elif jobs == 1:
        yield _Here()
    else:
        processes = Processes(jobs)
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
    return Share(number, shares, patience)
