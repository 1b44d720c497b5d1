"""Lets what is wished for often be done once for all wishes of a while; main thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer


class Gathering(QTimer):
    """Does one thing at most once in ``pause_ms``, so long after the first wish for it.

    Further wishes do not put it off: what changes without a pause is shown all the same.
    """

    def __init__(self, act: Callable[[], object], *, pause_ms: int, owner: QObject) -> None:
        """Call ``act`` for wishes, as long as ``owner`` is there."""
        super().__init__(owner)
        self.setSingleShot(True)
        self._pause_ms = pause_ms
        self._since_act = QElapsedTimer()
        self.timeout.connect(self._since_act.start)
        self.timeout.connect(act)

    def wish(self) -> None:
        """Have it done after the pause, unless it will be done before."""
        if not self.isActive():
            self.start(self._pause_ms)

    def wish_again(self) -> None:
        """Have it done for what came while it was done: the pause counts from its beginning."""
        elapsed = self._since_act.elapsed() if self._since_act.isValid() else 0
        self.start(max(0, self._pause_ms - elapsed))
