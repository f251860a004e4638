"""The composer: stages and files put together into runs."""

from align.pipeline.build import Settings, build, require_documents, run_share
from align.pipeline.matches import Matched, match
from align.pipeline.pair import pair, pair_documents, pair_segments
from align.pipeline.progress import Progress, silent
from align.pipeline.results import BuildResult

__all__ = [
    "BuildResult",
    "Matched",
    "Progress",
    "Settings",
    "build",
    "match",
    "pair",
    "pair_documents",
    "pair_segments",
    "require_documents",
    "run_share",
    "silent",
]
