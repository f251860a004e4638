"""A joint sentencepiece vocabulary for both sides, as training sets of MT toolkits have it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

from align.errors import InputError

_THREADS: Final = 4  # fixed: the number decides the order of sums, and so the model
_SENTENCES: Final = 10_000_000  # more are sampled


def train(lines: Iterable[str], size: int) -> bytes:
    """Train a unigram model (Kudo 2018) that gives back every line exactly, unknown characters as bytes.

    Args:
        lines: of both languages.
        size: pieces of the vocabulary.

    Returns:
        The serialized model.

    Raises:
        InputError: the text is too little for such a vocabulary.
    """
    import sentencepiece

    rest = iter(lines)
    first = next(rest, None)
    if first is None:
        raise InputError(f"there is no text to train a vocabulary of {size:,} pieces on; leave --spm out")
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=chain([first], rest),
            model_writer=model,
            vocab_size=size,
            model_type="unigram",
            character_coverage=1.0,
            normalization_rule_name="identity",
            byte_fallback=True,
            input_sentence_size=_SENTENCES,
            shuffle_input_sentence=False,
            num_threads=_THREADS,
            minloglevel=2,
        )
    except (RuntimeError, OSError) as error:
        reason = str(error).partition("] ")[2] or str(error)
        message = f"a vocabulary of {size:,} pieces cannot be trained on this text: {reason.strip()}"
        remedy = "larger" if "smaller than" in reason else "smaller"
        raise InputError(f"{message}; choose a {remedy} --spm") from error
    return model.getvalue()


class Pieces:
    """A trained model at work."""

    def __init__(self, model: bytes) -> None:
        """Load a serialized model."""
        import sentencepiece

        self._processor: Any = sentencepiece.SentencePieceProcessor(model_proto=model)

    def encode(self, lines: Sequence[str]) -> Iterator[str]:
        """Lines of pieces with a space between."""
        for pieces in self._processor.encode(list(lines), out_type=str):
            yield " ".join(pieces)

    def decode(self, line: str) -> str:
        """The text of a line of pieces."""
        return str(self._processor.decode(line.split(" ")))

    def vocabulary(self) -> list[tuple[str, float]]:
        """Pieces with their log probability, in the order of their ids."""
        count = self._processor.get_piece_size()
        return [(self._processor.id_to_piece(n), self._processor.get_score(n)) for n in range(count)]
