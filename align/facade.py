"""What `import align` offers: the same calls as the command line, for notebooks and programs. Nothing prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from align.config import read_config
from align.encoders import load_encoder
from align.errors import ConfigError
from align.pipeline import BuildResult, Settings, pair
from align.pipeline import build as build_run

__all__ = ["build", "load_encoder", "pair"]


def build(
    inputs: str | Path | Sequence[str | Path], out: str | Path, *, fresh: bool = False, **settings: Any
) -> BuildResult:
    """Build a parallel corpus from articles.

    Args:
        inputs: a file or folder of articles, or several.
        out: folder of the run.
        fresh: compute anew even if the folder holds this very result.
        settings: fields of `align.config.BuildConfig`, such as `min_quality=0.7`.

    Raises:
        AlignError: a subclass that says what is wrong and how to mend it.
    """
    paths = [Path(path) for path in ([inputs] if isinstance(inputs, str | Path) else inputs)]
    try:
        config = read_config(None, settings)
    except TypeError as error:
        raise ConfigError(f"unknown setting: {error}") from error
    return build_run(paths, Path(out), config, Settings(fresh=fresh))
