"""Speed and memory of `align build` on made news, stage by stage, beside honest references in the same run; Linux only.

    .venv/bin/python scripts/benchmark_build.py --documents 1000 20000 --jobs 2
    .venv/bin/python scripts/benchmark_build.py --documents 5000 --jobs 1 2
    .venv/bin/python scripts/benchmark_build.py --documents 5000 --jobs 2 --engine local ray

The news come from `made_news.py`: half of the articles have a counterpart. Memory is the sum over all processes of the
run, pages that they share counted once for each. References, on one core, on texts and pairs of the same run:
sentencepiece alone on every segment, the pass of Bertalign's method with vectors given on pairs that were aligned, and
LaBSE's architecture with random weights (with torch installed).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import made_news
import polars as pl
from benchmark_encoder import labse_architecture
from benchmark_matching import run

from align.baselines import bertalign
from align.encoders import static_encoder
from align.pipeline.store import FOLDER

_CODE: Final = "from align.cli import main; main()"
_PAIRS: Final = 100  # aligned by the other method
_LABSE: Final = 32  # segments


@dataclass(frozen=True)
class Case:
    """What is measured."""

    documents: int
    jobs: int
    engine: str


@dataclass(frozen=True)
class Measured:
    """What it took: seconds, bytes, segments, document pairs, and the report's stages."""

    seconds: float
    memory: int
    segments: int
    pairs: int
    stages: dict[str, dict[str, Any]]


def segments(out: Path) -> Iterator[str]:
    """Every segment of a run."""
    for path in sorted((out / FOLDER / "ready").glob("*.parquet")):
        for text, starts, ends in pl.read_parquet(path, columns=["text", "starts", "ends"]).iter_rows():
            yield from (text[start:end] for start, end in zip(starts or (), ends or (), strict=True))


def measure(case: Case, news: Path, out: Path) -> Measured:
    """Build once, in an empty folder."""
    shutil.rmtree(out, ignore_errors=True)
    options = ["build", str(news), "--out", str(out), "--jobs", str(case.jobs), "--engine", case.engine]
    seconds, memory = run([sys.executable, "-c", _CODE, *options])
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    n = sum(1 for _ in segments(out))
    return Measured(seconds, memory, n, report["counts"]["pairs"], report["stages"])


def tell(case: Case, found: Measured) -> None:
    """Print a case and its stages."""
    what = f"{_named(case)}, {found.segments:,} segments, {found.pairs:,} pairs"
    rates = (
        f"{found.segments / found.seconds:,.0f} segments/s, {1000 * found.seconds / case.documents:.1f} ms an article"
    )
    print(f"\n{what}: {found.seconds:,.1f} s, {rates}, {found.memory / 1e9:.2f} GB")
    told = sum(stage["seconds"] for stage in found.stages.values())
    for name, stage in found.stages.items():
        share = stage["seconds"] / told
        memory = stage["memory_bytes"] / 1e9
        print(
            f"  {name:8} {stage['seconds']:8.1f} s  {share:4.0%}  work {stage['work_seconds']:8.1f} s  {memory:.2f} GB"
        )
    print(f"  {'start':8} {found.seconds - told:8.1f} s", flush=True)


def timed(work: Any) -> float:
    """Seconds of a call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def references(out: Path, found: Measured) -> None:
    """Print what others need for parts of the work."""
    encoder = static_encoder()
    texts = list(islice(segments(out), 50_000))
    pieces = encoder.featurizer.pieces
    rate = len(texts) / timed(lambda: pieces.encode(texts, num_threads=1))
    print(f"\nreferences on one core: sentencepiece alone {rate:,.0f} segments/s", flush=True)
    pairs = list(islice(_pairs(out), _PAIRS))
    runs = [(bertalign.encode_runs(vi, encoder), bertalign.encode_runs(en, encoder)) for vi, en in pairs]
    seconds = timed(lambda: [bertalign.align(vi, en) for vi, en in runs])
    own = 1000 * found.stages["align"]["work_seconds"] / max(found.pairs, 1)
    print(f"Bertalign's pass {1000 * seconds / len(pairs):.1f} ms a pair; stage align (scores included) {own:.1f} ms")
    labse = labse_architecture(encoder, texts[:_LABSE], 1)
    print(
        f"LaBSE's architecture {labse():,.1f} segments/s" if labse else "LaBSE's architecture: no torch here",
        flush=True,
    )


def _pairs(out: Path) -> Iterator[tuple[list[str], list[str]]]:
    with (out / "alignments.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            vi, en = ([piece["text"] for piece in pair[lang]["segments"]] for lang in ("vi", "en"))
            yield vi, en


def compare(cases: Sequence[Case], times: Sequence[Measured]) -> None:
    """Print how each case stands to the first."""
    for case, found in zip(cases[1:], times[1:], strict=True):
        first, one = cases[0], times[0]
        per_article = (found.seconds / case.documents) / (one.seconds / first.documents)
        print(f"{_named(case)} against {_named(first)}: {per_article:.2f} times the time an article")


def _named(case: Case) -> str:
    return f"{case.documents:,} articles, {case.engine}, {case.jobs} jobs"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[1000])
    parser.add_argument("--per-day", type=int, default=1000)
    parser.add_argument("--jobs", type=int, nargs="+", default=[2])
    parser.add_argument("--engine", nargs="+", default=["local"])
    parser.add_argument("--no-references", action="store_true")
    arguments = parser.parse_args()
    cases = [
        Case(n, jobs, engine) for n in arguments.documents for jobs in arguments.jobs for engine in arguments.engine
    ]
    times = []
    with tempfile.TemporaryDirectory() as name:
        for case in cases:
            news = Path(name) / str(case.documents)
            if not news.exists():
                made_news.write(news, case.documents, arguments.per_day)
            times.append(measure(case, news / "docs", Path(name) / "out"))
            tell(case, times[-1])
        if not arguments.no_references:
            references(Path(name) / "out", times[-1])
    compare(cases, times)


if __name__ == "__main__":
    main()
