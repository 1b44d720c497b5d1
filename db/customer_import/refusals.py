"""Reasons against lines, kept in a file without a name until they are listed; the caller's thread.

Not in the database: what is refused may be what no database takes, such as a NUL.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from types import TracebackType

from db.customer_import.report import RefusedValue

_MAX_VALUE_LENGTH = 200


class Refusals:
    """Reasons in the order of the file; a context manager."""

    def __init__(self) -> None:
        """Begin empty."""
        # For the system as good as removed already: not even a killed import leaves it behind.
        with ExitStack() as opened:
            self._file = opened.enter_context(TemporaryFile("w+", encoding="utf-8"))
            self._opened = opened.pop_all()
        self._last_line = 0
        self.lines = 0

    def __enter__(self) -> Refusals:
        """Return the list."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget everything."""
        self._opened.close()

    def add(self, refused: Iterable[RefusedValue]) -> None:
        """Keep reasons against further lines, in order."""
        for reason in refused:
            self.lines += reason.line != self._last_line
            self._last_line = reason.line
            cells = (reason.line, reason.field, reason.value[:_MAX_VALUE_LENGTH], reason.accepted)
            self._file.write(json.dumps(cells) + "\n")

    def __iter__(self) -> Iterator[RefusedValue]:
        """Yield them from the first on; nothing is added meanwhile."""
        self._file.seek(0)
        for line in self._file:
            yield RefusedValue(*json.loads(line))
        self._file.seek(0, 2)
