"""sacrebleu's metrics, kept as sums over segments: extracted once, scored for the whole, subsets and resamples.

The figures come from sacrebleu's own functions; only the summing is ours. Whole-set scores equal those of sacrebleu's
command line (tests/test_bench_metrics.py runs it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from align.bench import ngrams
from align.bench.records import Measure, Options, Stats, TestSet
from align.errors import ConfigError

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

# Name -> what it is. Without word segmentation: chrF needs none, 13a is what others report for Vietnamese.
METRICS: Final[dict[str, str]] = {
    "chrF++": "character 6-grams and word 2-grams (Popović 2017)",
    "chrF": "character 6-grams (Popović 2015)",
    "BLEU": "BLEU with 13a tokenization (Papineni et al. 2002; Post 2018)",
    "BLEU-intl": "BLEU with Unicode-aware tokenization",
    "BLEU-flores200": "BLEU on flores200 pieces; only where sacrebleu's file is present",
    "BLEU-spm": "BLEU on flores101 pieces; only where sacrebleu's file is present",
    "TER": "translation edit rate, lower is better; slow",
}
DEFAULT: Final = Options().metrics
_SPM_FILES: Final = {
    "BLEU-flores200": ("flores200", "flores200sacrebleuspm"),
    "BLEU-spm": ("flores101", "sacrebleu_tokenizer_spm.model"),
}
_CHRF_COUNTS: Final = 18  # counts of six character orders; those of words follow


def make(name: str, options: Options) -> Metric:
    """A sacrebleu metric by name, without references.

    Raises:
        ConfigError: the name is unknown, or its file is not there; nothing is fetched.
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    makers: dict[str, Callable[[], Metric]] = {
        "chrF++": lambda: CHRF(word_order=2),
        "chrF": CHRF,
        "BLEU": lambda: BLEU(force=True),
        "BLEU-intl": lambda: BLEU(tokenize="intl", force=True),
        "TER": TER,
    }
    if name in _SPM_FILES:
        metric: Metric = BLEU(tokenize=_present(name), force=True)
    elif name in makers:
        metric = makers[name]()
    else:
        raise ConfigError(f"--metric {name!r} is unknown; expected one of {', '.join(METRICS)}, comet")
    metric.n_bootstrap, metric.seed = options.samples, str(options.seed)
    return metric


def _present(name: str) -> str:
    """Tokenizer of a metric whose file is there: sacrebleu would fetch it without asking."""
    from sacrebleu.utils import SACREBLEU_DIR

    tokenizer, file = _SPM_FILES[name]
    path = Path(SACREBLEU_DIR) / "models" / file
    if not path.is_file():
        raise ConfigError(f"--metric {name} needs {path}, which is not there; put it there, or leave the metric out")
    return tokenizer


def measure(
    names: Sequence[str], test_set: TestSet, lines: dict[str, Sequence[str]], options: Options
) -> list[Measure]:
    """Measures of several metrics.

    Args:
        names: of METRICS.
        test_set: references.
        lines: system -> translations.
        options: for the signatures.
    """
    found: list[Measure] = []
    for name in dict.fromkeys(names):
        metric = make(name, options)
        parent = next((other for other in found if other.name == "chrF++"), None)
        if name == "chrF" and parent is not None and len(test_set.refs) == 1:
            # With one reference no choice among references depends on words: the counts are there already.
            metric.num_refs = 1
            stats = {system: rows[:, :_CHRF_COUNTS] for system, rows in parent.stats.items()}
        else:
            stats = _counts(metric, test_set, lines)
        found.append(_measure(name, metric, stats))
    return found


def _counts(metric: Metric, test_set: TestSet, lines: dict[str, Sequence[str]]) -> dict[str, Stats]:
    """System -> counts of each segment."""
    from sacrebleu.metrics.chrf import CHRF

    if isinstance(metric, CHRF) and len(test_set.refs) == 1:
        fast = {system: ngrams.chrf(metric, texts, test_set.refs[0]) for system, texts in lines.items()}
        counted = {system: rows for system, rows in fast.items() if rows is not None}
        if len(counted) == len(lines):
            metric.num_refs = 1
            return counted
    metric._ref_cache = metric._cache_references(test_set.refs)  # noqa: SLF001 - as Metric(references=...) does
    return {system: extract(metric, texts) for system, texts in lines.items()}


def extract(metric: Metric, lines: Sequence[str], refs: Sequence[Sequence[str]] | None = None) -> Stats:
    """Counts of each segment, float64 [segments, k]; against the metric's own references where none are given."""
    rows = metric._extract_corpus_statistics(list(lines), refs)  # noqa: SLF001 - what sacrebleu's own tests call
    return np.asarray(rows, dtype=np.float64)


def _measure(name: str, metric: Metric, stats: dict[str, Stats]) -> Measure:
    score, alone = scorer(metric), scorer(_for_segments(name, metric))
    segments = {system: np.array([alone(row) for row in rows.tolist()]) for system, rows in stats.items()}
    signature = f"{metric.get_signature()}"
    return Measure(name, signature, stats, score, segments, lower_is_better=name == "TER")


def scorer(metric: Metric) -> Callable[[Sequence[float]], float]:
    """Sums of counts -> figure, by sacrebleu."""

    def score(sums: Sequence[float]) -> float:
        return float(metric._compute_score_from_stats(list(sums)).score)  # noqa: SLF001 - what its own tests call

    return score


def _for_segments(name: str, metric: Metric) -> Metric:
    """The same metric for single segments: BLEU counts only the orders a short one has, as --sentence-level does."""
    if not name.startswith("BLEU"):
        return metric
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(effective_order=True, force=True)


def normalized(whole: Measure, test_set: TestSet, lines: dict[str, Sequence[str]], options: Options) -> Measure | None:
    """The same metric on normalized text, None where normalizing changes nothing; only changed segments are read anew.

    Args:
        whole: the metric on the text as it is.
        test_set: as for `measure`.
        lines: as for `measure`.
        options: for the signature.
    """
    from align.bench.normalize import normalize

    refs = [[normalize(line, test_set.lang) for line in ref] for ref in test_set.refs]
    moved = [any(a[k] != b[k] for a, b in zip(refs, test_set.refs, strict=True)) for k in range(len(test_set))]
    metric = make(whole.name, options)
    metric.num_refs = len(refs)
    stats: dict[str, Stats] = {}
    changed = False
    for system, texts in lines.items():
        new = [normalize(text, test_set.lang) for text in texts]
        rows = [k for k, text in enumerate(new) if moved[k] or text != texts[k]]
        stats[system] = whole.stats[system].copy()
        if rows:
            changed = True
            stats[system][rows] = extract(metric, [new[k] for k in rows], [[ref[k] for k in rows] for ref in refs])
    if not changed:
        return None
    named = _measure(whole.name, metric, stats)
    signature = f"{named.signature}|text:{'nfc+tones+iy' if test_set.lang == 'vi' else 'nfc'}"
    return Measure(
        f"{whole.name} normalized", signature, stats, named.score, named.segments, lower_is_better=whole.lower_is_better
    )
