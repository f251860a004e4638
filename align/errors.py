"""The exception tree. Each message says place, found, expected and remedy.

AlignError                    anything a user can mend; the CLI prints it and exits with 1
├── InputError                an input file or folder is missing, unreadable or malformed
│   └── FormatError           a corpus file breaks its format (carries path and line)
├── OutputError               an output cannot be written (no permission, disk full)
├── ConfigError               a configuration file or option has a wrong name or value
├── EncoderError              an encoder is unknown, incomplete, or needs an extra that is not installed
├── AlignerError              an aligner is unknown, or needs a package that is not installed
├── ShardError                a part of a run failed, and --strict asks to stop then
└── TranslationError          a live MT system died, hung, or printed another number of lines
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_LONGEST: Final = 600  # characters of a message


class AlignError(Exception):
    """Base of all errors that a user can mend."""


class InputError(AlignError):
    """An input file or folder is missing, unreadable or malformed."""


class FormatError(InputError):
    """A corpus file breaks its format."""

    def __init__(self, path: str | Path, line: int | None, message: str) -> None:
        """Put place and message together as `path:line: message`."""
        if len(message) > _LONGEST:  # files of strangers have names and values of any length
            message = f"{message[: _LONGEST // 2]} ... {message[-_LONGEST // 4 :]}"
        self.path = str(path)
        self.line = line
        place = self.path if line is None else f"{self.path}:{line}"
        super().__init__(f"{place}: {message}")


class OutputError(AlignError):
    """An output cannot be written."""


class ConfigError(AlignError):
    """A configuration file or option has a wrong name or value."""


class EncoderError(AlignError):
    """An encoder is unknown, incomplete, or needs an extra that is not installed."""


class AlignerError(AlignError):
    """An aligner is unknown, or needs a package that is not installed."""


class TranslationError(AlignError):
    """A live MT system died, hung, or printed another number of lines than it was given."""


class ShardError(AlignError):
    """A part of a run failed, and the run was asked to stop then."""
