"""MT systems compared: hypotheses and references in, scores with intervals, checks and a report out.

test_set = bench.read_test_set(bench.Files(refs=(Path("test.en"),), src=Path("test.vi")))
result = bench.run(test_set, {"mine": bench.read_output(Path("mine.en"), test_set)})
bench.write(result, Path("outputs/bench"))
"""

from align.bench.metrics import DEFAULT, METRICS
from align.bench.reading import Files, read_output, read_segment_scores, read_test_set
from align.bench.records import BenchResult, Options, Output, Place, Speed, TestSet
from align.bench.run import Extras, run
from align.bench.write import write

__all__ = [
    "DEFAULT",
    "METRICS",
    "BenchResult",
    "Extras",
    "Files",
    "Options",
    "Output",
    "Place",
    "Speed",
    "TestSet",
    "read_output",
    "read_segment_scores",
    "read_test_set",
    "run",
    "write",
]
