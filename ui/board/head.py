"""What stands over the board: how many orders, cards or regions, the next one; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.label import Label
from ui.widgets.segments import Segments

_VIEWS = (("cards", "board.cards"), ("regions", "board.regions"))


class BoardHead(QWidget):
    """view_chosen: "cards" or "regions". assign_requested: of the marked cards."""

    view_chosen = Signal(str)
    next_requested = Signal()
    assign_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._summary = ("board.summary", dict[str, object]({"count": 0}))
        self._title = Label("board.title", role="heading")
        self._said = ElidedLabel(role="muted")
        self._marked = Label(role="muted")
        self._assign = Button("board.assign_marked", "send", shortcut_hint="A")
        self._views = Segments(_VIEWS, "board.view")
        self._views.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.next = Button("board.next", "inbox", "primary", shortcut_hint="N")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(self._title)
        row.addWidget(self._said, 1)
        for part in (self._marked, self._assign, self._views, self.next):
            row.addWidget(part)
        self._views.chosen.connect(self.view_chosen)
        self.next.clicked.connect(self.next_requested)
        self._assign.clicked.connect(self.assign_requested)
        self.show_marked(0)

    def view(self) -> str:
        """Return "cards" or "regions"."""
        return self._views.value()

    def set_view(self, view: str) -> None:
        """Show which view is chosen, without telling."""
        self._views.set_value(view)

    def summary(self) -> str:
        """Return what is said of the orders."""
        return self._said.text()

    def show_summary(self, key: str, **values: object) -> None:
        """Say how many orders there are."""
        self._summary = (key, values)
        self._said.setText(tr(key, **values))

    def show_marked(self, count: int) -> None:
        """Say how many cards are marked, with what can be done to all of them."""
        self._count = count
        self._marked.setText(tr("board.marked", count=count))
        for part in (self._marked, self._assign):
            part.setVisible(count > 0)

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            key, values = self._summary
            self.show_summary(key, **values)
            self.show_marked(self._count)
