"""A keycap: one key combination drawn as keys; main thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class Keycap(QLabel):
    """Shows a key sequence such as "Ctrl+K" as a small key."""

    def __init__(self, sequence: str, parent: QWidget | None = None) -> None:
        """Show ``sequence`` as this platform writes it."""
        native = QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)
        super().__init__(native or sequence, parent)
        self.setProperty("role", "keycap")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
