"""Says that somebody saved the rules meanwhile, and offers both ways on; Qt main thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.notice import Notice


class StaleLine(QWidget):
    """Hidden until `show_text`. theirs_wanted, mine_wanted: what the person chose."""

    theirs_wanted = Signal()
    mine_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice = Notice()
        self.theirs = Button("routing_page.take_theirs", "undo-2")
        self.mine = Button("routing_page.keep_mine", "save")
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addStretch(1)
        row.addWidget(self.theirs)
        row.addWidget(self.mine)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addWidget(self._notice)
        column.addLayout(row)
        self.theirs.clicked.connect(self.theirs_wanted)
        self.mine.clicked.connect(self.mine_wanted)
        self.hide()

    def text(self) -> str:
        """Return what is said now, ``""`` when nothing is."""
        return "" if self.isHidden() else self._notice.text()

    def show_text(self, text: str) -> None:
        """Say what happened."""
        self._notice.show_text(text, "warning")
        self.show()
        self.theirs.setFocus(Qt.FocusReason.OtherFocusReason)
