"""Who gets the orders: a department is chosen once for one card or for many; main thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.domain.board import BoardOrder
from ui.board.department_list import DepartmentList
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import plain_label


class AssignPanel(QFrame):
    """assigned: the orders' ids, a department's id, and whether somebody goes there, or None.

    left: nothing is decided.
    """

    assigned = Signal(list, str, object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._orders: tuple[BoardOrder, ...] = ()
        self._title = plain_label("heading")
        self._about = plain_label("muted")
        self._notice = Notice()
        self._words = QLineEdit()
        self._words.setClearButtonEnabled(True)
        self._words.installEventFilter(self)
        self.departments = DepartmentList()
        self._field_work = QCheckBox()
        self._field_work.setTristate(True)
        self._assign = Button("board.assign", "send", "primary", shortcut_hint="Return")
        self._back = Button("board.back", role="ghost", shortcut_hint="Esc")
        self._build()
        self._words.textChanged.connect(self.departments.look_for)
        self._words.returnPressed.connect(self._on_assign)
        self._assign.clicked.connect(self._on_assign)
        self._back.clicked.connect(self.left)
        self.departments.chosen.connect(lambda _: self._on_assign())
        self.retranslate()

    def ask(self, orders: Sequence[BoardOrder]) -> None:
        """Ask who gets ``orders``, with the cursor where the name is typed."""
        self._orders = tuple(orders)
        self._notice.hide()
        self._words.clear()
        kinds = {order.field_work for order in orders}
        state = Qt.CheckState.PartiallyChecked
        if len(kinds) == 1:
            state = Qt.CheckState.Checked if kinds.pop() else Qt.CheckState.Unchecked
        self._field_work.setCheckState(state)
        self.retranslate()
        self._words.setFocus(Qt.FocusReason.OtherFocusReason)

    def orders(self) -> tuple[BoardOrder, ...]:
        """Return what is to be assigned."""
        return self._orders

    def show_error(self, text: str) -> None:
        """Say why it was refused; what was chosen stays."""
        self._notice.show_text(text, "warning")

    def retranslate(self) -> None:
        """Set every text anew."""
        self._words.setPlaceholderText(tr("board.find_department"))
        self._words.setAccessibleName(tr("board.find_department"))
        self._field_work.setText(tr("board.field_work"))
        self.departments.retranslate()
        if len(self._orders) == 1:
            order = self._orders[0]
            self._title.setText(f"#{order.number} {order.subject}")
            self._about.setText(order.customer_name)
        else:
            self._title.setText(tr("board.assign_several", count=len(self._orders)))
            numbers = [f"#{order.number}" for order in self._orders[:8]]
            more = len(self._orders) - len(numbers)
            self._about.setText(", ".join(numbers) + (f" +{more}" if more > 0 else ""))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        """Let the arrows choose while the name is typed."""
        if watched is self._words and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
            step = steps.get(Qt.Key(event.key()))
            if event.type() == QEvent.Type.KeyPress and step is not None:
                self.departments.step(step)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addWidget(self._assign)
        buttons.addWidget(self._back)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(14), px(16), px(14))
        layout.setSpacing(px(8))
        layout.addWidget(Label("board.assign_title", role="muted"))
        for part in (self._title, self._about, self._notice, self._words):
            layout.addWidget(part)
        layout.addWidget(self.departments, 1)
        layout.addWidget(self._field_work)
        layout.addLayout(buttons)

    def _on_assign(self) -> None:
        department = self.departments.marked_id()
        if not department:
            self.show_error(tr("board.no_department"))
            return
        state = self._field_work.checkState()
        mixed = state == Qt.CheckState.PartiallyChecked
        field_work = None if mixed else state == Qt.CheckState.Checked
        self.assigned.emit([order.id for order in self._orders], department, field_work)
