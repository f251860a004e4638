"""Training an encoder on a user's own corpora: reading, holding out, training, writing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from align.encoders import retrieval, storage
from align.encoders.features import Featurizer
from align.encoders.static import StaticEncoder
from align.encoders.training import TrainingConfig, build_featurizer, train
from align.errors import InputError
from align.formats.pairs import SegmentPair, read_pairs
from align.types import Vectors

_HELD_OUT: Final = 20  # one document in so many
_MOST_HELD_OUT: Final = 2000  # pairs
_FEWEST: Final = 100  # pairs from which on training means anything


@dataclass(frozen=True, slots=True)
class Epoch:
    """What an epoch gave: its number, of how many, mean loss, and margin P@1 on held-out pairs."""

    number: int
    epochs: int
    loss: float
    held_out: retrieval.Retrieval


def train_encoder(
    corpora: Sequence[Path],
    out: Path,
    config: TrainingConfig | None = None,
    *,
    base: StaticEncoder | None = None,
    told: Callable[[Epoch], None] = lambda _: None,
) -> StaticEncoder:
    """Train an encoder and write its folder.

    Args:
        corpora: anything that `formats.pairs` reads.
        out: folder to write; `--encoder` accepts it.
        config: settings; the size of vectors is that of `base` where there is one.
        base: encoder whose vocabularies and vectors training goes on from.
        told: called after every epoch.

    Raises:
        InputError: a corpus cannot be read, or there are too few pairs.
        EncoderError: torch is not installed.
        OutputError: the folder cannot be written.
    """
    config = config or TrainingConfig()
    counts = {str(path): list(read_pairs(path)) for path in corpora}
    learn, held = _split([pair for pairs in counts.values() for pair in pairs])
    featurizer, pieces, start = _begin(learn, config, base)
    config = dataclasses.replace(config, dim=base.dim) if base else config
    vi, en = [pair.vi for pair in learn], [pair.en for pair in learn]
    card = _card(config, {path: len(pairs) for path, pairs in counts.items()}, base)
    figures = retrieval.Retrieval(0.0, 0.0, 0)
    for number, loss, table in train(vi, en, featurizer, config, start):
        storage.write_model(out, featurizer, pieces, table, card)
        figures = retrieval.test(StaticEncoder(out), [pair.vi for pair in held], [pair.en for pair in held])
        told(Epoch(number, config.epochs, loss, figures))
    encoder = StaticEncoder(out)
    storage.write_card(out, {**encoder.card, "margin_p_at_1_vi_en": {"held out": _rounded(figures)}})
    return StaticEncoder(out)


def _split(pairs: Sequence[SegmentPair]) -> tuple[list[SegmentPair], list[SegmentPair]]:
    """Pairs to learn from, and whole documents held out; where documents are unknown, single pairs."""
    distinct = list(dict.fromkeys(pairs))
    if len(distinct) < _FEWEST:
        raise InputError(f"{len(distinct)} different pairs: too few to train on, expected {_FEWEST} or more")
    names = {name: number for number, name in enumerate(dict.fromkeys(pair.doc for pair in distinct))}
    by_document = len(names) >= _HELD_OUT
    learn: list[SegmentPair] = []
    held: list[SegmentPair] = []
    for number, pair in enumerate(distinct):
        group = names[pair.doc] if by_document else number
        (held if group % _HELD_OUT == 0 and len(held) < _MOST_HELD_OUT else learn).append(pair)
    return learn, held


def _begin(
    pairs: Sequence[SegmentPair], config: TrainingConfig, base: StaticEncoder | None
) -> tuple[Featurizer, bytes, Vectors | None]:
    """Vocabularies, the serialized piece model, and the vectors to start from."""
    if base is None:
        texts = [text for pair in pairs for text in (pair.vi, pair.en)]
        return *build_featurizer(texts, config), None
    featurizer = base.featurizer
    return featurizer, (base.folder / "pieces.model").read_bytes(), base.rows(np.arange(featurizer.size))


def _card(config: TrainingConfig, counts: dict[str, int], base: StaticEncoder | None) -> dict[str, Any]:
    return {
        "name": "align-vien-own",
        "version": "1",
        "license": "that of the corpora",
        "date": datetime.now(UTC).date().isoformat(),
        "dim": config.dim,
        "training": dataclasses.asdict(config),
        "base": base.signature if base else None,
        "sources": [{"name": path, "pairs": count, "license": "as given"} for path, count in counts.items()],
    }


def _rounded(figures: retrieval.Retrieval) -> list[float]:
    return [round(figures.vi_to_en, 4), round(figures.en_to_vi, 4)]
