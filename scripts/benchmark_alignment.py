"""Aligners side by side on gold documents: figures, time and memory, in one run on one core.

    .venv/bin/python scripts/benchmark_alignment.py ../shared/devsets/align/news --parity even
    .venv/bin/python scripts/benchmark_alignment.py corpus/gold/beads --aligner chains bertalign
    .venv/bin/python scripts/benchmark_alignment.py --long 10000

`pass` is the time of the search with vectors (and, for ours, anchors) given; `all` is with encoding. Every aligner runs
in a process of its own, so that memory is its own; times are the median of some rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from align import baselines, evaluate
from align.baselines import bertalign
from align.beads import align, make_side
from align.encoders import static_encoder
from align.formats.gold import GoldDocument, read_gold_folder
from align.types import Bead

OURS: Final = "chains"
ROUNDS: Final = 3


def chosen(folder: Path, parity: str) -> list[GoldDocument]:
    """Gold documents of one parity, or all."""
    documents = list(read_gold_folder(folder))
    if parity == "all":
        return documents
    return [d for d in documents if (int(re.sub(r"\D", "", d.name)) % 2 == 0) == (parity == "even")]


Pass = Callable[[], list[Bead]]


def prepared(aligner: str, document: GoldDocument) -> Pass:
    """The aligner's own pass over a document, everything that it needs from the encoder made before."""
    encoder = static_encoder()
    if aligner == OURS:
        vi = make_side(document.vi, encoder.encode(document.vi), "vi", encoder.featurizer)
        en = make_side(document.en, encoder.encode(document.en), "en", encoder.featurizer)
        return lambda: list(align(vi, en, encoder).beads)
    if aligner == "bertalign" and document.vi and document.en:
        runs = [bertalign.encode_runs(texts, encoder) for texts in (document.vi, document.en)]
        return lambda: bertalign.align(runs[0], runs[1])
    return lambda: baselines.align(aligner, document.vi, document.en, encoder)


def measured(aligner: str, documents: Sequence[GoldDocument]) -> dict[str, Any]:
    """Figures of one aligner."""
    long = len(documents) == 1
    for document in documents[:3] if not long else ():
        prepared(aligner, document)()
    whole, search = [], []
    beads: list[list[Bead]] = []
    for _ in range(1 if long else ROUNDS):
        start = time.perf_counter()
        passes = [prepared(aligner, document) for document in documents]
        middle = time.perf_counter()
        beads = [run() for run in passes]
        end = time.perf_counter()
        whole.append(end - start)
        search.append(end - middle)
    scores = evaluate.evaluate((d.beads, found) for d, found in zip(documents, beads, strict=True))
    return {
        "strict": scores.strict.f1,
        "lax": scores.lax.f1,
        "null": scores.null.f1,
        "link": scores.link.f1,
        "pass": 1000 * statistics.median(search) / len(documents),
        "all": 1000 * statistics.median(whole) / len(documents),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def long_document(n: int) -> GoldDocument:
    """A made book of `n` segments a side: words drawn by Zipf's law, a tenth of either side without partner."""
    rng = random.Random(1)
    words = static_encoder().featurizer.words
    vocabulary = [word for word in words if word.isalpha() and len(word) > 2][:8000]
    weights = [1 / (rank + 10) for rank in range(len(vocabulary))]
    vi: list[str] = []
    en: list[str] = []
    links = []
    while len(vi) < n or len(en) < n:
        text = " ".join(rng.choices(vocabulary, weights, k=rng.randint(8, 30)))
        if rng.random() < 0.1:
            (vi if rng.random() < 0.5 else en).append(text + ".")
            continue
        # The same words in another order with a few exchanged stand for a translation.
        other = rng.sample(text.split(), k=len(text.split()))
        other[: len(other) // 5] = rng.choices(vocabulary, weights, k=len(other) // 5)
        links.append(Bead((len(vi),), (len(en),)))
        vi.append(text + ".")
        en.append(" ".join(other) + ".")
    links = [bead for bead in links if bead.vi[0] < n and bead.en[0] < n]
    vi_linked, en_linked = {bead.vi[0] for bead in links}, {bead.en[0] for bead in links}
    nulls = [Bead((k,), ()) for k in range(n) if k not in vi_linked]
    nulls += [Bead((), (k,)) for k in range(n) if k not in en_linked]
    return GoldDocument(f"made, {n:,} segments", tuple(vi[:n]), tuple(en[:n]), (*links, *nulls))


def in_own_process(aligner: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Figures of one aligner, measured in a new process."""
    where = ["--long", str(arguments.long)] if arguments.long else [str(arguments.folder), "--parity", arguments.parity]
    command = [sys.executable, __file__, *where, "--aligner", aligner, "--json"]
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | one_core)  # noqa: S603 - this very script
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="NAME.vi, NAME.en, NAME.gold")
    parser.add_argument("--parity", choices=("all", "odd", "even"), default="all")
    parser.add_argument("--aligner", nargs="+", default=[OURS, "bertalign", "gale-church"])
    parser.add_argument("--long", type=int, default=0, help="a made document of so many segments a side, instead")
    parser.add_argument("--json", action="store_true", help="figures of one aligner, in this process")
    arguments = parser.parse_args()
    if arguments.json:
        documents = [long_document(arguments.long)] if arguments.long else chosen(arguments.folder, arguments.parity)
        print(json.dumps(measured(arguments.aligner[0], documents)))
        return
    print(f"{'aligner':18} strict    lax   null   link  pass ms/doc  all ms/doc     MB")
    for aligner in [OURS] if arguments.long else arguments.aligner:
        f = in_own_process(aligner, arguments)
        scores = " ".join(f"{f[name]:.4f}" for name in ("strict", "lax", "null", "link"))
        print(f"{aligner:18} {scores} {f['pass']:12.1f} {f['all']:11.1f} {f['memory']:6.0f}")


if __name__ == "__main__":
    main()
