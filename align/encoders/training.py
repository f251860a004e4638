"""Training of the static encoder: vocabularies, in-batch contrastive loss, weights as a vector table.

The model is a bag of features (see `features.py`): one vector and one weight per feature, weighted sum, unit length.
Loss: symmetric InfoNCE over the batch (Oord et al. 2018; for translation pairs Feng et al. 2022, LaBSE), with
batches made of runs of neighbors of one document, so that negatives are hard, and token dropout.
Needs the extra `align[train]` (torch); nothing here is imported at run time.
"""

from __future__ import annotations

import dataclasses
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.encoders.features import Featurizer, folded_words, prepare
from align.errors import EncoderError
from align.types import Vectors

_LEAST_BATCH = 32
_WARM_UP = 20  # steps


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of a training run; the defaults are those of the shipped encoder."""

    dim: int = 512
    n_pieces: int = 16_000
    max_words: int = 50_000
    min_word_count: int = 2
    buckets: int = 16_384
    batch: int = 4096
    run: int = 16  # neighbors that stay together in a batch
    epochs: int = 16
    dropout: float = 0.5
    scale: float = 20.0
    lr: float = 5e-3
    seed: int = 20


@dataclass(frozen=True)
class PairIds:
    """Feature ids of sentence pairs, as `Featurizer.ids` gives them, one (ids, offsets) a side."""

    vi: tuple[NDArray[np.int32], NDArray[np.int64]]
    en: tuple[NDArray[np.int32], NDArray[np.int64]]


def build_featurizer(texts: Sequence[str], config: TrainingConfig) -> tuple[Featurizer, bytes]:
    """Learn the piece vocabulary and count the folded words.

    Returns:
        The featurizer, and the serialized sentencepiece model.
    """
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(prepare(text) for text in texts),
        model_writer=model,
        vocab_size=config.n_pieces,
        model_type="unigram",
        normalization_rule_name="nmt_nfkc_cf",
        character_coverage=0.9998,
        bos_id=-1,
        hard_vocab_limit=False,  # a small corpus has fewer pieces than asked for
        eos_id=-1,
        minloglevel=2,
        num_threads=1,  # the result of several threads is not the same on every run
    )
    counts = Counter(word for text in texts for word in folded_words(text))
    common = sorted((-n, word) for word, n in counts.items() if n >= config.min_word_count)[: config.max_words]
    words = {word: number for number, (_, word) in enumerate(common)}
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return Featurizer(pieces, words, config.buckets), model.getvalue()


def batches(n: int, config: TrainingConfig, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Row numbers of batches: runs of neighbors in random order, each epoch cut elsewhere."""
    start = int(rng.integers(config.run))
    edges = [0, *range(start or config.run, n, config.run), n]
    runs = [np.arange(a, b) for a, b in pairwise(edges)]
    order = np.concatenate([runs[i] for i in rng.permutation(len(runs))])
    for at in range(0, n, config.batch):
        if len(rows := order[at : at + config.batch]) > 1:
            yield rows


def _gather(
    side: tuple[NDArray[np.int32], NDArray[np.int64]], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ids, offsets = side
    parts = [ids[offsets[row] : offsets[row + 1]] for row in rows]
    lengths = [len(part) for part in parts]
    return np.concatenate(parts).astype(np.int64), np.concatenate([[0], np.cumsum(lengths)[:-1]])


def _require_torch() -> Any:
    try:
        import torch
    except ImportError as error:
        message = "training needs torch, which is not installed: pip install 'align-vien[train]'"
        raise EncoderError(message) from error
    return torch


class _Trainer:
    """The torch side: parameters, one step, one encoded batch."""

    def __init__(self, size: int, config: TrainingConfig, start: Vectors | None) -> None:
        self.torch = torch = _require_torch()
        torch.manual_seed(config.seed)
        self.config = config
        first = torch.randn(size, config.dim) / config.dim**0.5 if start is None else torch.from_numpy(start.copy())
        self.table = torch.nn.Parameter(first)
        self.log_weight = torch.nn.Parameter(torch.zeros(size))
        self.optimizer = torch.optim.Adam(
            [{"params": [self.table]}, {"params": [self.log_weight], "lr": config.lr}], lr=config.lr
        )

    def encode(self, ids: NDArray[np.int64], offsets: NDArray[np.int64], *, dropout: float) -> Any:
        torch = self.torch
        index = torch.from_numpy(ids)
        weight = self.log_weight[index].exp()
        if dropout:
            weight = weight * (torch.rand(len(index)) >= dropout) / (1 - dropout)
        bags = torch.nn.functional.embedding_bag(
            index, self.table, torch.from_numpy(offsets), mode="sum", per_sample_weights=weight
        )
        return torch.nn.functional.normalize(bags, dim=1, eps=1e-6)

    def step(self, pairs: PairIds, rows: NDArray[np.int64], same: Any = None) -> float:
        torch = self.torch
        vi = self.encode(*_gather(pairs.vi, rows), dropout=self.config.dropout)
        en = self.encode(*_gather(pairs.en, rows), dropout=self.config.dropout)
        logits = self.config.scale * vi @ en.T
        if same is not None:
            logits = logits.masked_fill(same, -1e4)
        target = torch.arange(len(rows))
        cross = torch.nn.functional.cross_entropy
        loss = (cross(logits, target) + cross(logits.T, target)) / 2
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def weighted_table(self) -> NDArray[np.float32]:
        with self.torch.no_grad():
            table: NDArray[np.float32] = (self.table * self.log_weight.exp()[:, None]).numpy()
        return table


def same_text(vi_keys: NDArray[np.int64], en_keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Cells of a batch off the diagonal whose Vietnamese or English texts are equal: no negatives."""
    same: NDArray[np.bool_] = (vi_keys[:, None] == vi_keys[None, :]) | (en_keys[:, None] == en_keys[None, :])
    np.fill_diagonal(same, val=False)
    return same


def _text_keys(texts: Sequence[str]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(" ".join(folded_words(text)), len(numbers)) for text in texts])


def train(
    vi: Sequence[str],
    en: Sequence[str],
    featurizer: Featurizer,
    config: TrainingConfig,
    start: Vectors | None = None,
) -> Iterator[tuple[int, float, NDArray[np.float32]]]:
    """Train on sentence pairs in document order.

    Args:
        vi: Vietnamese sides.
        en: English sides.
        featurizer: vocabularies.
        config: settings.
        start: vector table to go on from, float32 [featurizer.size, config.dim]; random if None.

    Yields:
        After each epoch its number (from 1), mean loss and the vector table float32 [featurizer.size, dim], in
        which each row is already multiplied by its weight.
    """
    # A small corpus gets batches small enough for some steps per epoch.
    config = dataclasses.replace(config, batch=min(config.batch, max(_LEAST_BATCH, len(vi) // 8)))
    trainer = _Trainer(featurizer.size, config, start)
    pairs = PairIds(featurizer.ids(vi), featurizer.ids(en))
    vi_keys, en_keys = _text_keys(vi), _text_keys(en)
    rng = np.random.default_rng(config.seed)
    steps = config.epochs * -(-len(vi) // config.batch)
    warm_up = min(_WARM_UP, max(1, steps // 10))
    step = 0
    for epoch in range(1, config.epochs + 1):
        losses = []
        for rows in batches(len(vi), config, rng):
            rate = config.lr * min(1.0, (step + 1) / warm_up) * max(0.02, 1 - step / steps)
            for group in trainer.optimizer.param_groups:
                group["lr"] = rate
            same = trainer.torch.from_numpy(same_text(vi_keys[rows], en_keys[rows]))
            losses.append(trainer.step(pairs, rows, same))
            step += 1
        yield epoch, float(np.mean(losses)), trainer.weighted_table()
