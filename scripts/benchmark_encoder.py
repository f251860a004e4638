"""Speed of the embedded encoder, beside sentencepiece alone and LaBSE's architecture, on the same segments in one run.

    .venv/bin/python scripts/benchmark_encoder.py corpus/sample --threads 1

LaBSE's architecture (BERT-base: 12 layers, 768 dimensions, 12 heads, 3,072 inner) is timed with random weights, which
cost what trained ones do. It needs torch and is left out without it. Rates are medians over rounds in turn, A B C A B
C, so that a machine that changes its speed changes all of them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from align import documents
from align.encoders import StaticEncoder, static_encoder
from align.segment import segment
from align.types import Document

Rate = Callable[[], float]


def read_segments(folder: Path, wanted: int) -> list[str]:
    """Segments of a folder's articles, repeated until there are enough, each time with other last words.

    Raises:
        SystemExit: the folder holds no article.
    """
    read = [item for item in documents.read([folder]) if isinstance(item, Document)]
    texts = [piece.text for document in read for piece in segment(document)]
    if not texts:
        sys.exit(f"{folder}: no article in it")
    return [f"{texts[k % len(texts)]} {k // len(texts)}" for k in range(wanted)]


def rate(work: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> Rate:
    """Segments a second of one call."""

    def run() -> float:
        start = time.perf_counter()
        work(texts)
        return len(texts) / (time.perf_counter() - start)

    return run


def labse_architecture(encoder: StaticEncoder, texts: Sequence[str], threads: int) -> Rate | None:
    """BERT-base on the same segments, as many at a time as is usual on a CPU; None without torch."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(threads)
    layer = torch.nn.TransformerEncoderLayer(768, 12, 3072, activation="gelu", batch_first=True)
    model = torch.nn.TransformerEncoder(layer, 12, enable_nested_tensor=False).eval()
    embed = torch.nn.Embedding(encoder.featurizer.pieces.get_piece_size(), 768)
    ids = [torch.tensor(row[:128]) for row in encoder.featurizer.pieces.encode(list(texts))]

    def work(_: Sequence[str]) -> None:
        with torch.inference_mode():
            for at in range(0, len(ids), 16):
                batch = torch.nn.utils.rnn.pad_sequence(ids[at : at + 16], batch_first=True)
                model(embed(batch))

    return rate(work, texts)


def loading_milliseconds() -> float:
    """Opening the model and encoding one segment in a fresh process, imports not counted."""
    code = (
        "import time, numpy, scipy.sparse, sentencepiece; from align.encoders import static_encoder; "
        "t = time.perf_counter(); static_encoder().encode(['Xin chào']); print(time.perf_counter() - t)"
    )
    done = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(5)]  # noqa: S603
    return 1000 * statistics.median(float(run.stdout) for run in done)


def import_milliseconds() -> float:
    """`import align` in a fresh process, the interpreter's own start not counted."""
    code = "import time; t = time.perf_counter(); import align; print(time.perf_counter() - t)"
    done = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(5)]  # noqa: S603
    return 1000 * statistics.median(float(run.stdout) for run in done)


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="articles")
    parser.add_argument("--segments", type=int, default=20_000)
    parser.add_argument("--labse-segments", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != str(arguments.threads):
        environment = {**os.environ, "OMP_NUM_THREADS": str(arguments.threads)}
        environment["OPENBLAS_NUM_THREADS"] = str(arguments.threads)
        sys.exit(subprocess.call([sys.executable, *sys.argv], env=environment))  # noqa: S603
    texts = read_segments(arguments.folder, arguments.segments)
    encoder = static_encoder()
    encoder.encode(texts)  # rows are unpacked once
    pieces = encoder.featurizer.pieces
    contestants: dict[str, Rate | None] = {
        "sentencepiece alone": rate(lambda rows: pieces.encode(list(rows), num_threads=1), texts),
        "embedded encoder": rate(encoder.encode, texts),
        "LaBSE architecture": labse_architecture(encoder, texts[: arguments.labse_segments], arguments.threads),
    }
    rates: dict[str, list[float]] = {name: [] for name, run in contestants.items() if run}
    for _ in range(arguments.rounds):
        for name, run in contestants.items():
            if run:
                rates[name].append(run())
    medians = {name: statistics.median(found) for name, found in rates.items()}
    for name, median in medians.items():
        print(f"{name:20} {median:12,.1f} segments a second")
    own = medians["embedded encoder"]
    for name in medians:
        if name != "embedded encoder":
            shares = [a / b for a, b in zip(rates["embedded encoder"], rates[name], strict=True)]
            print(f"embedded / {name:20} {statistics.median(shares):10.3f} ({min(shares):.3f} to {max(shares):.3f})")
    print(
        f"opening the model {loading_milliseconds():.0f} ms, import align {import_milliseconds():.0f} ms, {own:,.0f}/s"
    )


if __name__ == "__main__":
    main()
