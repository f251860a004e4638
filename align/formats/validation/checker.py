"""A content model checked event by event: memory does not grow with the file."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from align.formats.xml_events import XmlEvents, local

_TEXT: Final = "#text"
_TOKEN: Final = re.compile(r"([#\w|]+)([*+?]?)")
_BOUNDS: Final[dict[str, tuple[int, float]]] = {"": (1, 1), "*": (0, math.inf), "+": (1, math.inf), "?": (0, 1)}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a line. A warning breaks no rule of the format, but some program stumbles over it."""

    line: int
    message: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A group of elements that may stand at one place: names, fewest, most."""

    names: frozenset[str]
    low: int
    high: float


@dataclass(frozen=True, slots=True)
class Rule:
    """What an element may hold.

    Attributes:
        steps: groups of children in their order.
        text: whether text may stand in it.
        required, allowed: attributes.
        values: attribute -> the values it may have.
    """

    steps: tuple[Step, ...]
    text: bool
    required: frozenset[str]
    allowed: frozenset[str]
    values: Mapping[str, frozenset[str]]


def rule(
    content: str, required: str = "", optional: str = "", values: Mapping[str, Sequence[str]] | None = None
) -> Rule:
    """A rule from a content model as a DTD has it, "note|prop* tuv+", and attributes separated by blanks.

    A group ends at the blank: `a|b*` is any number of a and b mixed. `#text` among the names allows text.
    """
    steps = []
    text = False
    for names, mark in _TOKEN.findall(content):
        found = set(names.split("|"))
        text = text or _TEXT in found
        if found - {_TEXT}:
            steps.append(Step(frozenset(found - {_TEXT}), *_BOUNDS[mark]))
    needed = frozenset(required.split())
    fixed = {name: frozenset(allowed) for name, allowed in (values or {}).items()}
    return Rule(tuple(steps), text, needed, needed | frozenset(optional.split()), fixed)


@dataclass(slots=True)
class Frame:
    """An open element: `step` and `count` say how far its content has come."""

    name: str
    rule: Rule | None
    line: int
    attributes: dict[str, str]
    step: int = 0
    count: int = 0
    told: bool = False
    seen: set[str] = field(default_factory=set)


class Checker(XmlEvents):
    """Checks a file against rules; `began` and `ended` are for what a content model cannot say."""

    def __init__(self, path: Path, rules: Mapping[str, Rule], roots: Sequence[str]) -> None:
        """Prepare.

        Args:
            path: the file.
            rules: element -> its rule.
            roots: elements that a file may begin with.
        """
        super().__init__(path)
        self.rules = rules
        self.roots = roots
        self.stack: list[Frame] = []
        self._problems: list[Problem] = []

    def take(self) -> list[Problem]:
        """Problems found since the last call."""
        found, self._problems = self._problems, []
        return found

    def problem(self, message: str, line: int | None = None, *, warning: bool = False) -> None:
        """Note what is wrong at a line (where the parser is, if not said)."""
        self._problems.append(Problem(line or self.line, message, warning))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Check that an element may stand here, and its attributes."""
        self.deeper(name)
        name = local(name)
        self._check_text()
        known = self._expected(name)
        frame = Frame(name, self.rules.get(name) if known else None, self.line, attributes)
        self.stack.append(frame)
        if frame.rule is not None:
            self._check_attributes(frame, frame.rule)
            self.began(frame)
        if frame.rule is None or frame.rule.text:
            self.text.clear()

    def end(self, name: str) -> None:  # noqa: ARG002 - the stack knows it
        """Check that nothing is missing in an element that ends."""
        self.depth -= 1
        self._check_text()
        frame = self.stack.pop()
        if frame.rule is not None:
            self._check_complete(frame, frame.rule)
            self.ended(frame)
        if not (self.stack and self.stack[-1].rule is not None and self.stack[-1].rule.text):
            self.text.clear()

    def began(self, frame: Frame) -> None:
        """More checks when an element begins."""

    def ended(self, frame: Frame) -> None:
        """More checks when an element ends; its text, if it may have some, stands in `self.text`."""

    def _expected(self, name: str) -> bool:
        if not self.stack:
            if name in self.roots:
                return True
            self.problem(f"the first element is <{name}>, expected <{'> or <'.join(self.roots)}>")
            return False
        parent = self.stack[-1]
        if parent.rule is None:
            return False  # inside of what is unknown: one message is enough
        if _advance(parent, parent.rule, name):
            return True
        anywhere = any(name in step.names for step in parent.rule.steps)
        where = "cannot stand here" if anywhere else "does not belong"
        self.problem(f"<{name}> {where} in <{parent.name}>; expected {_awaited(parent, parent.rule)}")
        return anywhere

    def _check_text(self) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is None or frame.rule is None or frame.rule.text or not self.text:
            return
        text = "".join(self.text).strip()
        self.text.clear()
        if text and not frame.told:
            frame.told = True
            self.problem(f"text {text[:30]!r} stands directly in <{frame.name}>, which holds elements only")

    def _check_attributes(self, frame: Frame, rule: Rule) -> None:
        for name in sorted(rule.required - frame.attributes.keys()):
            self.problem(f"<{frame.name}> lacks the attribute {name}")
        for name, value in frame.attributes.items():
            if name not in rule.allowed and not name.startswith("xmlns"):
                self.problem(f"<{frame.name}> has an attribute {name}, which the format does not know")
            allowed = rule.values.get(name)
            if allowed and value not in allowed:
                self.problem(f"{name} of <{frame.name}> is {value!r}, expected {' or '.join(sorted(allowed))}")

    def _check_complete(self, frame: Frame, rule: Rule) -> None:
        if frame.told:
            return
        missing = [s for k, s in enumerate(rule.steps) if k >= frame.step and s.low > frame.count * (k == frame.step)]
        if missing:
            wanted = " and ".join("<" + "> or <".join(sorted(step.names)) + ">" for step in missing)
            self.problem(f"<{frame.name}> that begins in line {frame.line} ends without {wanted}")


def _advance(frame: Frame, rule: Rule, name: str) -> bool:
    """Go on to the step that a child fits; False where there is none from here on."""
    for number in range(frame.step, len(rule.steps)):
        step = rule.steps[number]
        count = frame.count if number == frame.step else 0
        if name in step.names and count < step.high:
            frame.step, frame.count = number, count + 1
            return True
        if count < step.low:
            return False
    return False


def _awaited(frame: Frame, rule: Rule) -> str:
    """Names that may follow."""
    names: list[str] = []
    for number in range(frame.step, len(rule.steps)):
        step = rule.steps[number]
        count = frame.count if number == frame.step else 0
        if count < step.high:
            names.extend(sorted(step.names))
        if count < step.low:
            break
    return "<" + ">, <".join(names) + ">" if names else "nothing more"
