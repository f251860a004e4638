"""COMET, where unbabel-comet and a model file are there. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from align.bench import checks
from align.bench.records import Measure, TestSet
from align.errors import ConfigError


def measure(test_set: TestSet, lines: dict[str, Sequence[str]], model: Path | None) -> Measure:
    """COMET of each segment against the first reference.

    Args:
        test_set: with its source.
        lines: system -> translations.
        model: checkpoint file.

    Raises:
        ConfigError: the package, the model or the source is missing.
    """
    if test_set.src is None:
        raise ConfigError("--metric comet needs the source: add --src FILE")
    if model is None or not model.is_file():
        raise ConfigError("--metric comet needs a model that is on this machine: --comet-model FILE.ckpt")
    try:
        import comet
    except ImportError as error:
        raise ConfigError("--metric comet needs unbabel-comet: pip install unbabel-comet") from error
    loaded: Any = comet.load_from_checkpoint(str(model))
    values = {}
    for system, texts in lines.items():
        rows = [{"src": s, "mt": m, "ref": r} for s, m, r in zip(test_set.src, texts, test_set.refs[0], strict=True)]
        values[system] = [100.0 * float(score) for score in loaded.predict(rows, gpus=0, progress_bar=False).scores]
    return checks.mean("comet", f"comet:{model.name}|scale:100", values, "given")
