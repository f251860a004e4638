"""Encoders: the embedded static one, those of hubs, and how to find one by name."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from align.encoders import hub
from align.encoders.static import FILES, StaticEncoder
from align.encoders.vector_cache import CachedEncoder
from align.errors import EncoderError
from align.types import Encoder

EMBEDDED: Final = "embedded"

__all__ = ["EMBEDDED", "StaticEncoder", "embedded", "load_encoder", "static_encoder"]


def embedded() -> StaticEncoder:
    """The encoder that ships inside the package."""
    return _open(Path(str(resources.files("align.encoders") / EMBEDDED)))


def static_encoder(name: str | None = None) -> StaticEncoder:
    """A static encoder: the embedded one, or a folder written by `align encoder train`.

    Args:
        name: None or "embedded" for the one that ships inside the package.

    Raises:
        EncoderError: no such folder, or a file of the model is missing.
    """
    if name is None or name == EMBEDDED:
        return embedded()
    if Path(name).is_dir():
        return _open(Path(name).resolve())
    message = f"encoder {name!r} is neither 'embedded' nor a folder; expected one of these"
    raise EncoderError(message)


def load_encoder(name: str | None = None) -> Encoder:
    """The encoder of a name: embedded, a folder, or one of a hub, with a cache of its vectors.

    Args:
        name: None or "embedded"; the folder of a static or of a sentence-transformers model; a name of `hub.MODELS`,
            or a hub name with a slash.

    Raises:
        EncoderError: the name is none of these.
    """
    if name is None or name == EMBEDDED:
        return embedded()
    folder = Path(name)
    if folder.is_dir():
        known = any((folder / file).exists() for file in FILES[:3]) or not hub.is_model_folder(folder)
        return _open(folder.resolve()) if known else _open_hub(str(folder.resolve()))
    if name in hub.MODELS or name == "sonar" or name.count("/") == 1:
        return _open_hub(name)
    names = ", ".join([EMBEDDED, *hub.MODELS])
    message = f"encoder {name!r} is neither 'embedded' nor a folder nor known by name; expected one of {names}"
    raise EncoderError(f"{message}, a folder, or a hub name such as sentence-transformers/LaBSE")


@cache
def _open(folder: Path) -> StaticEncoder:
    """One encoder a folder and process: its rows are unpacked once."""
    return StaticEncoder(folder)


@cache
def _open_hub(name: str) -> Encoder:
    return CachedEncoder(hub.HubEncoder(name))
