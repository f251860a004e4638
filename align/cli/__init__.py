"""The command line: the only place that parses arguments, prints and exits."""

from align.cli.app import main

__all__ = ["main"]
