"""The composer: stages and files put together into runs."""

from align.pipeline.build import BuildResult, build, require_documents
from align.pipeline.matches import Matched, match
from align.pipeline.pair import pair, pair_documents, pair_segments
from align.pipeline.progress import Progress, silent

__all__ = [
    "BuildResult",
    "Matched",
    "Progress",
    "build",
    "match",
    "pair",
    "pair_documents",
    "pair_segments",
    "require_documents",
    "silent",
]
