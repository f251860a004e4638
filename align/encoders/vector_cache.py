"""A disk cache of vectors for slow encoders, keyed by encoder signature and text.

The embedded encoder has none: reading a row from disk takes longer than encoding the text.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from align.types import Encoder, Vectors

logger = logging.getLogger(__name__)

_ASKED: Final = 500  # keys in one question: SQLite allows 999 variables
_BATCH: Final = 256  # texts encoded, and committed, at a time: what an interrupted run has done is kept


def default_path() -> Path:
    """`$ALIGN_CACHE`, or `align/vectors.sqlite` in the user's cache folder."""
    if named := os.environ.get("ALIGN_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "align" / "vectors.sqlite"


class CachedEncoder:
    """An encoder that remembers what it encoded."""

    def __init__(self, encoder: Encoder, path: Path | None = None) -> None:
        """Put a cache before an encoder.

        Args:
            encoder: asked for what the cache does not hold.
            path: SQLite file, `default_path()` if None; made if missing. One that cannot be opened is done without,
                with a warning.
        """
        self._encoder = encoder
        self._given_path = path

    @property
    def _path(self) -> Path:
        return self._given_path or default_path()

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._encoder.dim

    @property
    def signature(self) -> str:
        """That of the encoder itself: the cache changes no vector."""
        return self._encoder.signature

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: float32 [n, dim]; each distinct one is encoded once and then read from disk."""
        keys = [self._key(text) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        with self._opened() as database:
            if database is None:
                return self._encoder.encode(texts)
            known = dict(_stored(database, list(wanted), self.dim))
            missing = [key for key in wanted if key not in known]
            for at in range(0, len(missing), _BATCH):
                batch = missing[at : at + _BATCH]
                vectors = self._encoder.encode([wanted[key] for key in batch])
                known.update(zip(batch, vectors, strict=True))
                rows = [(key, row.astype("<f4").tobytes()) for key, row in zip(batch, vectors, strict=True)]
                database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
                database.commit()
        result = np.zeros((len(texts), self.dim), dtype=np.float32)
        for number, key in enumerate(keys):
            result[number] = known[key]
        return result

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.signature}\0{text}".encode("utf-8", "surrogatepass")).digest()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection | None]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._path, timeout=30)
            database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, row BLOB) WITHOUT ROWID")
        except (OSError, sqlite3.Error) as error:
            logger.warning("%s: vectors are not cached (%s)", self._path, error)
            yield None
            return
        try:
            yield database
        finally:
            database.close()


def _stored(database: sqlite3.Connection, keys: Sequence[bytes], dim: int) -> Iterable[tuple[bytes, Vectors]]:
    for at in range(0, len(keys), _ASKED):
        some = keys[at : at + _ASKED]
        marks = ",".join("?" * len(some))
        for key, row in database.execute(f"SELECT key, row FROM vectors WHERE key IN ({marks})", some):  # noqa: S608
            if len(row) == 4 * dim:  # a damaged row is encoded anew
                yield key, np.frombuffer(row, dtype="<f4")
