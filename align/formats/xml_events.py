"""XML as a stream of events with line numbers: constant memory, entities refused, depth bounded."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from align.errors import FormatError
from align.formats.reading import unreadable
from align.formats.tmx_reader import opened

_BLOCK: Final = 1 << 16
_MOST_BYTES: Final = 20_000_000  # of a text, tag or comment; as of an article
_MOST_PIECES: Final = 1_000_000  # of a text with tags inside
_MOST_DEPTH: Final = 256  # as libxml2 bounds it


class XmlEvents:
    """What happens in a file: `parse` calls `start` and `end`, and puts text into the list `text`.

    A subclass calls `deeper` in its `start` and takes one from `depth` in its `end`: a layer of calls between would
    cost a third of the time of a large file.

    Attributes:
        path: the file.
        text: pieces of text, until the subclass empties it.
        depth: elements that are open.
    """

    def __init__(self, path: Path) -> None:
        """Begin before the file."""
        self.path = path
        self.text: list[str] = []
        self.depth = 0
        self._root = ""
        self._parser: Any = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; its name as it stands in the file, with its prefix."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """An element ends."""
        raise NotImplementedError

    @property
    def line(self) -> int:
        """Where the parser is, from 1."""
        return int(self._parser.CurrentLineNumber)

    @property
    def offset(self) -> int:
        """Where the element or end tag that the parser is at begins, in bytes of the unpacked file."""
        return int(self._parser.CurrentByteIndex)

    def deeper(self, name: str) -> None:
        """Count an element that begins, and check its depth."""
        self.depth += 1
        self.check_depth(name)

    def check_depth(self, name: str) -> None:
        """Check an element that has begun.

        Raises:
            FormatError: it is the first and not the one expected, or nested too deep.
        """
        if self.depth > _MOST_DEPTH:
            raise FormatError(self.path, self.line, f"more than {_MOST_DEPTH} elements inside each other are refused")
        if self.depth == 1 and self._root and local(name) != self._root:
            raise FormatError(self.path, self.line, f"the root element is <{name}>, expected <{self._root}>")

    def check_size(self, done: int) -> None:
        """Check what is held in memory after so many bytes of the file.

        Raises:
            FormatError: a text, tag or comment is longer than any of a corpus.
        """
        unfinished = done - self.offset
        if unfinished > _MOST_BYTES or len(self.text) > _MOST_PIECES or sum(map(len, self.text)) > _MOST_BYTES:
            message = f"a text, tag or comment over {_MOST_BYTES // 1_000_000} MB is refused; look at this place"
            raise FormatError(self.path, self.line, message)

    def collect(self, take: Callable[[str], object]) -> None:
        """Have text handed to another function than `text.append`."""
        self._parser.CharacterDataHandler = take

    def attach(self, parser: Any, root: str) -> None:
        """Connect with a parser of a file whose first element is known (any if "")."""
        self._parser, self._root = parser, root
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.text.append


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def parse(events: XmlEvents, root: str = "") -> Iterator[None]:
    """Read the file of `events`, also one packed by gzip, and yield after every block.

    Raises:
        InputError: the file cannot be read.
        FormatError: it is not well-formed, declares or uses entities, begins with another element than `root`, or holds
            a text or tag of more than 20 MB.
    """
    path = events.path
    parser = _parser(path)
    events.attach(parser, root)
    try:
        with opened(path) as file:
            done = 0
            while block := file.read(_BLOCK):
                parser.Parse(block, False)
                done += len(block)
                events.check_size(done)
                yield
            parser.Parse(b"", True)
            yield
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, str(error))
        message = f"not well-formed XML: {reason}; repair the file or export it anew"
        raise FormatError(path, error.lineno or 1, message) from error
    except LookupError as error:  # from Python's codecs, which the parser asks
        raise FormatError(path, 1, f"{error}; declare the encoding of the file, UTF-8 for most") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FormatError(path, None, f"damaged gzip file ({error}); fetch or pack it anew") from error
    except OSError as error:
        raise unreadable(path, error) from error


def _parser(path: Path) -> Any:
    """A parser that refuses entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _BLOCK

    def declared(*_: object) -> None:
        message = "the file declares XML entities, which are refused; take its <!ENTITY> lines out"
        raise FormatError(path, parser.CurrentLineNumber, message)

    def skipped(name: str, _is_parameter: bool) -> None:
        message = f"entity &{name}; is declared nowhere in the file; write the character itself"
        raise FormatError(path, parser.CurrentLineNumber, message)

    parser.EntityDeclHandler, parser.SkippedEntityHandler = declared, skipped
    return parser
