"""Checked reading of configuration tables, with errors that a person can act on; pure.

Every complaint names the file, the field, the value found and what is accepted.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from agent_desk.domain.errors import ConfigurationError


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file; raises ConfigurationError for any file that is none."""
    try:
        # Windows editors put a byte order mark first; TOML has none.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        _refuse(path.name, "file", str(path), "the path of an existing TOML file")
    except OSError as error:
        _refuse(path.name, "file", str(path), f"a file that can be read ({error.strerror})")
    except UnicodeDecodeError as error:
        _refuse(path.name, "encoding", f"byte {error.start}", "UTF-8 text")
    except tomllib.TOMLDecodeError as error:
        _refuse(path.name, "syntax", str(error), "TOML 1.0")


def _refuse(file: str, field: str, value: object, accepted: str) -> NoReturn:
    raise ConfigurationError(file=file, field=field, value=value, accepted=accepted)


class Fields:
    """One table of a configuration file, read field by field.

    Each reader returns the checked value or its default; without a default the field must be
    there. ``finish`` refuses every key that nobody asked for and suggests the nearest known one.
    """

    def __init__(self, table: Mapping[str, Any], *, file: str, path: str = "") -> None:
        """Read ``table`` from ``file``; ``path`` is the dotted name of the table in it."""
        self._table = table
        self._file = file
        self._path = path
        self._asked: set[str] = set()

    def refuse(self, key: str, accepted: str) -> NoReturn:
        """Raise ConfigurationError for the value of ``key``."""
        _refuse(self._file, self._name(key), self._table.get(key, "(missing)"), accepted)

    def has(self, key: str) -> bool:
        """Return whether the file gives ``key``."""
        return key in self._table

    def text(self, key: str, default: str | None = None) -> str:
        """Return a non-empty text, or exactly the default."""
        value = self._value(key, default, "a text in quotes")
        if not isinstance(value, str) or (not value and default != ""):
            self.refuse(key, "a text in quotes, not empty")
        return value

    def any_text(self, key: str, default: str | None = None) -> str:
        """Return a text, which may be empty."""
        value = self._value(key, default, "a text in quotes")
        if not isinstance(value, str):
            self.refuse(key, "a text in quotes")
        return value

    def integer(
        self, key: str, default: int | None = None, *, least: int = 0, most: int = 2**31 - 1
    ) -> int:
        """Return a whole number from ``least`` to ``most``."""
        accepted = f"a whole number from {least} to {most}"
        value = self._value(key, default, accepted)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(key, accepted)
        return value

    def number(
        self, key: str, default: float | None = None, *, least: float = 0.0, most: float = 1e9
    ) -> float:
        """Return a number from ``least`` to ``most``, whole numbers as float."""
        accepted = f"a number from {least:g} to {most:g}"
        value = self._value(key, default, accepted)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(key, accepted)
        if not least <= value <= most:
            self.refuse(key, accepted)
        return float(value)

    def boolean(self, key: str, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self._value(key, default, "true or false")
        if not isinstance(value, bool):
            self.refuse(key, "true or false")
        return value

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Return one of ``choices``."""
        options = list(choices)
        value = self._value(key, default, _one_of(options))
        if value not in options:
            self.refuse(key, _one_of(options) + _suggestion(value, options))
        return str(value)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._value(key, default, "a list of texts")
        if isinstance(value, str) or not isinstance(value, list | tuple):
            self.refuse(key, "a list of texts")
        if not all(isinstance(item, str) for item in value):
            self.refuse(key, "a list of texts")
        return tuple(value)

    def numbers(self, key: str, default: tuple[float, ...] | None = None) -> tuple[float, ...]:
        """Return a list of numbers, none negative."""
        accepted = "a list of numbers, none negative"
        value = self._value(key, default, accepted)
        if not isinstance(value, list | tuple):
            self.refuse(key, accepted)
        for item in value:
            if isinstance(item, bool) or not isinstance(item, int | float):
                self.refuse(key, accepted)
            if not 0 <= item < math.inf:
                self.refuse(key, accepted)
        return tuple(float(item) for item in value)

    def table(self, key: str, *, required: bool = False) -> Fields:
        """Return the table ``key``, an empty one when it is missing and not required."""
        value = self._value(key, None if required else {}, "a table")
        if not isinstance(value, Mapping):
            self.refuse(key, f"a table [{self._name(key)}]")
        return Fields(value, file=self._file, path=self._name(key))

    def tables(self, key: str) -> list[Fields]:
        """Return the list of tables ``[[key]]``, empty when it is missing."""
        value = self._value(key, [], "a list of tables")
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.refuse(key, f"a list of tables [[{self._name(key)}]]")
        return [
            Fields(item, file=self._file, path=f"{self._name(key)}[{index}]")
            for index, item in enumerate(value)
        ]

    def keys(self) -> Iterator[str]:
        """Yield every key of the table and count it as asked for."""
        for key in self._table:
            self._asked.add(key)
            yield key

    def finish(self) -> None:
        """Raise ConfigurationError for the first key that no reader asked for."""
        for key in self._table:
            if key not in self._asked:
                accepted = _one_of(sorted(self._asked)) + _suggestion(key, self._asked)
                _refuse(self._file, self._name(key), self._table[key], accepted)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _value(self, key: str, default: Any, accepted: str) -> Any:
        self._asked.add(key)
        if key in self._table:
            return self._table[key]
        if default is None:
            _refuse(self._file, self._name(key), "(missing)", accepted)
        return default


def _one_of(options: list[str]) -> str:
    return "one of " + ", ".join(options) if options else "nothing here"


def _suggestion(value: object, options: Iterable[str]) -> str:
    import difflib  # read only for a mistake: start-up does not need it

    near = difflib.get_close_matches(str(value), list(options), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
