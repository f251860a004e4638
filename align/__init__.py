"""Vietnamese-English parallel text from comparable news.

import align
run = align.build(["articles/"], "outputs/run")     # a folder with corpus.tsv, corpus.tmx ...
bitext = align.pair(vi_text, en_text)               # two articles known to belong together
vectors = align.load_encoder().encode(["Xin chào"])  # float32 [1, dim], unit rows
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "build", "load_encoder", "pair"]

if TYPE_CHECKING:
    from align.facade import build, load_encoder, pair


def __getattr__(name: str) -> Any:
    # Numpy, polars and the rest load with the first use, so that `import align` costs nothing.
    if name in ("build", "pair", "load_encoder"):
        from align import facade

        return getattr(facade, name)
    raise AttributeError(f"module 'align' has no attribute {name!r}")
