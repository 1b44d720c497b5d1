"""Tells when a window was painted; main thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

_PAINTING = (QEvent.Type.UpdateRequest, QEvent.Type.Expose)
"""Both paint everything that is due inside their own handling: what follows it is painted."""


class PaintWatch(QObject):
    """Calls ``painted`` after each painting of ``window``, from its first on."""

    def __init__(self, window: QWidget, painted: Callable[[], object]) -> None:
        """Watch a top-level widget, also before it is shown."""
        super().__init__(window)
        self._painted = painted
        window.winId()
        handle = window.windowHandle()
        assert handle is not None
        for watched in (window, handle):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the event do its painting, then tell."""
        if event.type() not in _PAINTING:
            return False
        watched.removeEventFilter(self)
        QCoreApplication.sendEvent(watched, event)
        self._painted()
        watched.installEventFilter(self)
        return True
