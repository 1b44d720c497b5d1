"""Keeps the mouse wheel from changing a value that nobody meant to change; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class CalmWheel(QObject):
    """Lets the wheel scroll the page unless the editor under it has the focus."""

    def watch(self, editor: QWidget) -> None:
        """Calm ``editor``, a combo box, spin box or slider."""
        editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() != QEvent.Type.Wheel or not isinstance(watched, QWidget):
            return False
        if watched.hasFocus():
            return False
        event.ignore()
        return True
