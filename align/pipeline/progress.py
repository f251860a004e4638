"""How a run tells of its stages."""

from __future__ import annotations

from collections.abc import Callable

Tick = Callable[[int], None]
Progress = Callable[[str, int | None], Tick]  # a stage and its total (None if unknown) -> told of each step


def silent(_stage: str, _total: int | None) -> Tick:
    """Progress that nobody sees."""
    return lambda _: None
