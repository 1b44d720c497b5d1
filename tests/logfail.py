"""Turns an unexpected log warning into a failing test.

Collects in whatever thread logs; judged in pytest's main thread.
"""

import logging
import re
from collections.abc import Iterable


class LogGuard(logging.Handler):
    """Keeps the records at WARNING or above whose message no announced pattern matches.

    `expect` takes regular expressions that are searched in the formatted message; it may be called
    before or after the record arrives, because the verdict falls at the end of the test.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        super().__init__(logging.WARNING)
        self._patterns = [re.compile(pattern) for pattern in patterns]
        self._records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def expect(self, *patterns: str) -> None:
        """Announce messages that this test provokes on purpose."""
        self._patterns.extend(re.compile(pattern) for pattern in patterns)

    def unexpected(self) -> list[str]:
        """Return the messages nobody announced, as `LEVEL logger: message`, oldest first."""
        return [
            f"{record.levelname} {record.name}: {record.getMessage()}"
            for record in self._records
            if not self._is_expected(record.getMessage())
        ]

    def _is_expected(self, message: str) -> bool:
        return any(pattern.search(message) for pattern in self._patterns)
