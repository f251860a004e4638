"""The command line: the only place that parses arguments, prints and exits."""

import os

# The tables of an article are small: numpy's threads would wait for each other longer than they compute, several times
# as long where other programs run. What uses all cores is worker processes. Has to stand before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from align.cli.app import main

__all__ = ["main"]
