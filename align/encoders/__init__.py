"""Encoders: the embedded static one, and how to find one by name."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from align.encoders.static import StaticEncoder
from align.errors import EncoderError

EMBEDDED: Final = "embedded"

__all__ = ["EMBEDDED", "StaticEncoder", "load_encoder"]


def load_encoder(name: str | None = None) -> StaticEncoder:
    """The encoder of a name, or of a folder written by `scripts/train_encoder.py`.

    Args:
        name: None or "embedded" for the one that ships inside the package.

    Raises:
        EncoderError: no such name or folder, or a file of the model is missing.
    """
    if name is None or name == EMBEDDED:
        return _open(Path(str(resources.files("align.encoders") / EMBEDDED)))
    if Path(name).is_dir():
        return _open(Path(name).resolve())
    message = f"encoder {name!r} is neither 'embedded' nor a folder; expected one of these"
    raise EncoderError(message)


@cache
def _open(folder: Path) -> StaticEncoder:
    """One encoder a folder and process: its table is read once."""
    return StaticEncoder(folder)
