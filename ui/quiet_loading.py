"""Loads a part of Qt that talks while the system's loader holds its lock; main thread.

QtMultimedia and its plugin log what they miss from constructors that run inside `dlopen`. Our
message handler is Python and waits there for the interpreter's lock; a thread that is importing an
extension module holds that lock and waits for the loader's. Neither ever goes on, and the desk
stands still before its window shows. So Qt says nothing to Python while such a part is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QLoggingCategory, qInstallMessageHandler

_SAY_NOTHING: Final = "*=false"
"""Without our handler Qt would write to the terminal. ``QT_LOGGING_RULES`` still overrules this."""


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keep what Qt logs away from Python within this block; afterwards all is as before."""
    handler = qInstallMessageHandler(None)
    QLoggingCategory.setFilterRules(_SAY_NOTHING)
    try:
        yield
    finally:
        QLoggingCategory.setFilterRules("")
        qInstallMessageHandler(handler)
