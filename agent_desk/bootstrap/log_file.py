"""Where the program's log goes: everything to a file, what a person can act on to standard error.

A person sees sentences. Stack traces, and what libraries say of faults that are told in other words
anyway, are in the file alone.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

LOG_BYTES = 2_000_000
LOG_FILES = 5

FILE_ONLY = ("psycopg", "agent_desk.cli")
"""Loggers for the file: the driver's, which tells of connections that are given up as planned, and
the commands', which say on standard error by themselves what a person has to know."""


def configure_logging(path: Path) -> None:
    """Send everything from INFO to a rotating file, and warnings to standard error too."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in _handlers(path):
        root.addHandler(handler)


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Log warnings as `configure_logging` does, within the block alone."""
    root = logging.getLogger()
    handlers = _handlers(path)
    for handler in handlers:
        handler.setLevel(logging.WARNING)
        root.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def _handlers(path: Path) -> list[logging.Handler]:
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    console.setFormatter(_Sentence("%(levelname)s %(name)s: %(message)s"))
    console.addFilter(_is_for_people)
    file = _LogFile(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True)
    file.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    )
    return [console, file]


class _LogFile(logging.handlers.RotatingFileHandler):
    """Makes folder and file with the first record; says once that it cannot."""

    _has_failed = False

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 logging's own name
        """Say what is wrong with the file in one line, without the record's own trace."""
        if not self._has_failed:
            self._has_failed = True
            print(f"no log file at {self.baseFilename}: {sys.exc_info()[1]}", file=sys.stderr)


class _Sentence(logging.Formatter):
    """Formats a record without the stack trace that may hang on it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the one line of ``record``."""
        record.message = record.getMessage()
        return self.formatMessage(record)


def _is_for_people(record: logging.LogRecord) -> bool:
    return not any(record.name == name or record.name.startswith(f"{name}.") for name in FILE_ONLY)
