"""Number keys that a window lends to the panel that offers choices; Qt main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class LentKeys(QObject):
    """Alt+1..9 anywhere in the window of ``panel`` while ``lend`` is in force.

    The window's own shortcuts on the same keys rest meanwhile: two live shortcuts on one key
    would both stay dead. ``pressed`` carries the number, from 1.
    """

    pressed = Signal(int)

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self._resting: list[QShortcut] = []
        self._own: list[QShortcut] = []

    def lend(self, count: int) -> None:
        """Claim the keys 1 to ``count``, nine at most; 0 gives all of them back."""
        self.give_back()
        if count <= 0:
            return
        numbers = range(1, min(count, 9) + 1)
        sequences = [QKeySequence(f"Alt+{number}") for number in numbers]
        for shortcut in self._panel.window().findChildren(QShortcut):
            if shortcut.isEnabled() and any(shortcut.key() == keys for keys in sequences):
                shortcut.setEnabled(False)
                self._resting.append(shortcut)
        for number, keys in zip(numbers, sequences, strict=True):
            own = QShortcut(keys, self._panel)
            own.setContext(Qt.ShortcutContext.WindowShortcut)
            own.activated.connect(lambda chosen=number: self.pressed.emit(chosen))
            self._own.append(own)

    def give_back(self) -> None:
        """Let the window's own shortcuts work again."""
        for own in self._own:
            own.setEnabled(False)
            own.deleteLater()
        self._own.clear()
        for shortcut in self._resting:
            shortcut.setEnabled(True)
        self._resting.clear()
