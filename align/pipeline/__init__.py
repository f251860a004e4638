"""The composer: stages and files put together into runs."""

from align.pipeline.build import BuildResult, Progress, build, match, require_documents, silent
from align.pipeline.pair import pair, pair_documents, pair_segments

__all__ = [
    "BuildResult",
    "Progress",
    "build",
    "match",
    "pair",
    "pair_documents",
    "pair_segments",
    "require_documents",
    "silent",
]
