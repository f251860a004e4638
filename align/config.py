"""Typed configuration of a build, from defaults, a TOML file and options of the command line, in that order."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align.errors import ConfigError

FORMATS: Final = ("tsv", "tmx", "jsonl", "parquet", "moses")
# Filter -> whether it is on by default, in the order in which they are asked; `align.filters` has them, docs/filters.md
# what each would reject of true units. Off is what would reject useful short material or needs a person's eye.
FILTERS: Final = {
    "no_words": True,
    "untranslated": True,
    "wrong_language": True,
    "too_long": True,
    "too_short": False,
    "length_ratio": True,
    "mostly_names_or_numbers": True,
    "number_mismatch": False,
    "low_quality": True,
    "furniture": True,
    "one_sided": False,
    "duplicate": True,
    "near_duplicate": True,
}
FILTERS_ON: Final = tuple(name for name, on in FILTERS.items() if on)


@dataclass(frozen=True)
class BuildConfig:
    """Settings of `align build`.

    Attributes:
        encoder: name of an encoder, or a folder of one.
        min_quality: units below it are rejected; 0.5 is where a unit is as likely right as wrong.
        window_days: largest distance of the dates of two articles on one event; newsrooms report within three
            days (design note on matching).
        formats: corpus formats written besides each other.
        jobs: worker processes; the result does not depend on it.
        min_pair_score: document pairs below this probability feed nothing.
        related_score: document pairs between this and `min_pair_score` are listed as related.
        columns: "field=name" for columns of tables that have another name, as "title=headline".
        filters: names of those that are switched on, in order of FILTERS.
    """

    encoder: str = "embedded"
    min_quality: float = 0.5
    window_days: int = 3
    formats: tuple[str, ...] = ("tsv", "tmx")
    jobs: int = 1
    min_pair_score: float = 0.5
    related_score: float = 0.2
    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = FILTERS_ON

    def __post_init__(self) -> None:
        """Check every value.

        Raises:
            ConfigError: a value is out of its range.
        """
        for name in ("min_quality", "min_pair_score", "related_score"):
            _check(0.0 <= getattr(self, name) <= 1.0, name, getattr(self, name), "a number from 0 to 1")
        _check(self.window_days >= 0, "window_days", self.window_days, "0 or more")
        _check(self.jobs >= 1, "jobs", self.jobs, "1 or more")
        for name in self.formats:
            _check(name in FORMATS, "formats", name, f"one of {', '.join(FORMATS)}")
        check_filters(self.filters)


def _check(good: bool, name: str, found: object, expected: str) -> None:
    if not good:
        raise ConfigError(f"{name} is {found!r}, expected {expected}")


def check_filters(names: Iterable[str]) -> None:
    """Check names of filters.

    Raises:
        ConfigError: there is no such filter.
    """
    for name in names:
        if name not in FILTERS:
            raise ConfigError(f"filter {name!r} is unknown, expected one of {', '.join(FILTERS)}")


def switched(names: Iterable[str], switches: Mapping[str, bool]) -> tuple[str, ...]:
    """Names of filters after some have been switched on or off, in order of FILTERS; unknown ones last."""
    on = {*names, *(name for name, value in switches.items() if value)}
    # An unknown name is wrong, whichever way it is switched: it stays, for BuildConfig to say so.
    on -= {name for name, value in switches.items() if not value and name in FILTERS}
    return (*(name for name in FILTERS if name in on), *sorted({*on, *switches} - set(FILTERS)))


def read_config(path: Path | None, options: dict[str, Any]) -> BuildConfig:
    """Defaults, then the `[build]` table of a TOML file, then options that are not None.

    Filters are switches by name, `{"number_mismatch": True}`: those of the options come on top of those of the file.

    Raises:
        ConfigError: the file cannot be read, or holds an unknown name or a wrong value.
    """
    known = {field.name: field for field in dataclasses.fields(BuildConfig)}
    values: dict[str, Any] = {}
    for name, value in (_read_table(path) if path else {}).items():
        if name not in known:
            raise ConfigError(f"{path}: unknown setting {name!r}, expected one of {', '.join(known)}")
        values[name] = _typed(path, name, value, getattr(BuildConfig(), name))
    values |= {name: value for name, value in options.items() if value is not None and name != "filters"}
    switches: Any = options.get("filters") or {}
    if isinstance(switches, Mapping):
        values["filters"] = switched(values.get("filters", FILTERS_ON), switches)
    else:
        values["filters"] = switched(switches, {})
    return BuildConfig(**values)


def _read_table(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); expected a TOML file in UTF-8") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not TOML that can be read: nested too deep") from error
    except ValueError as error:  # TOMLDecodeError, and a whole number of thousands of digits
        raise ConfigError(f"{path}: not TOML: {error}") from error
    table = data.get("build", {})
    if not isinstance(table, dict) or set(data) - {"build"}:
        raise ConfigError(f"{path}: expected one table [build], found {', '.join(sorted(data)) or 'nothing'}")
    return table


def _typed(path: Path | None, name: str, value: Any, default: Any) -> Any:
    if name == "filters":
        if not isinstance(value, dict) or not all(type(on) is bool for on in value.values()):
            message = f"expected a table of switches such as [build.filters] {next(iter(FILTERS))} = false"
            raise ConfigError(f"{path}: filters is {value!r}, {message}")
        return switched(default, value)
    if isinstance(default, tuple) and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        raise ConfigError(f"{path}: {name} is {value!r}, expected {type(default).__name__}")
    return value
