"""Encoders of model hubs, or of a local folder, through sentence-transformers (the extra `align-vien[hub]`).

Nothing is fetched unless the user named a model that is not there yet: that is sentence-transformers' own doing, and
HF_HUB_OFFLINE=1 forbids it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from align.errors import EncoderError
from align.types import Vectors

# Name -> model on the hub, and what it wants before each text.
MODELS: Final[dict[str, tuple[str, str]]] = {
    "labse": ("sentence-transformers/LaBSE", ""),
    "e5": ("intfloat/multilingual-e5-base", "query: "),
    "e5-large": ("intfloat/multilingual-e5-large", "query: "),
    "bge-m3": ("BAAI/bge-m3", ""),
}
_BATCH: Final = 32
_CARDS: Final = ("modules.json", "config_sentence_transformers.json", "config.json")


def is_model_folder(folder: Path) -> bool:
    """Whether a folder holds a model that sentence-transformers reads."""
    return any((folder / name).is_file() for name in _CARDS)


class HubEncoder:
    """A sentence-transformers model by name or folder."""

    def __init__(self, name: str) -> None:
        """Note the name; the model is loaded on first use.

        Args:
            name: a key of MODELS, a folder, or a hub name such as `sentence-transformers/LaBSE`.

        Raises:
            EncoderError: the model is known to need another program.
        """
        if name == "sonar":
            message = (
                "encoder 'sonar' is not made for sentence-transformers: export it to a folder of theirs and name that "
                "folder, or use labse, e5 or bge-m3"
            )
            raise EncoderError(message)
        self.name = name
        self.model_name, self.prefix = MODELS.get(name, (name, ""))

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            message = f"encoder {self.name!r} needs sentence-transformers: pip install 'align-vien[hub]'"
            raise EncoderError(message) from error
        try:
            return SentenceTransformer(self.model_name)
        except Exception as error:  # whatever the hub's client raises: no network, no such model, broken files
            reason = str(error).split("\n", maxsplit=1)[0]
            message = (
                f"encoder {self.name!r}: the model {self.model_name} cannot be loaded ({reason}); download it once, "
                f"`hf download {self.model_name}`, or name a folder that holds it"
            )
            raise EncoderError(message) from error

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    @cached_property
    def signature(self) -> str:
        """Name, version of sentence-transformers, dimensions, and a hash over the weights."""
        from importlib import metadata

        digest = hashlib.sha256(self.prefix.encode())
        for name, weights in sorted(self._model.state_dict().items()):
            digest.update(name.encode() + np.ascontiguousarray(weights.float().cpu().numpy()).tobytes())
        version = metadata.version("sentence-transformers")
        return f"{self.model_name} st={version} dim={self.dim} sha256={digest.hexdigest()[:12]}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: float32 [n, dim], unit rows, or a zero row for a text of white space only."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        full = [number for number, text in enumerate(texts) if text.strip()]
        if full:
            vectors[full] = self._model.encode(
                [self.prefix + texts[number] for number in full],
                batch_size=_BATCH,
                convert_to_numpy=True,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return vectors
