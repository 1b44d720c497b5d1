"""What the board shows: words, department, priority, place, category, overdue; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from agent_desk.domain.board_filter import BoardFilter
from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.ticket import Category, Department, Priority
from ui.language import Language, current_language, in_current_language, tr
from ui.theme.theme import px
from ui.widgets.buttons import Button, with_shortcut
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.flow_layout import FlowLayout

TYPING_MS: Final = 150
"""Pause after the last letter before ten thousand cards are looked through."""

_UNKNOWN: Final = "\0"
"""Data of the place that nobody knows; "" is every place."""


class FilterBar(QWidget):
    """chosen: another filter. left: Enter or Escape in the words, back to the cards."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._departments: tuple[Department, ...] = ()
        self._tree = CategoryTree()
        self._cities: tuple[str, ...] = ()
        self.words = QLineEdit()
        self.words.setClearButtonEnabled(True)
        self.words.installEventFilter(self)
        self.department = QComboBox()
        self.priority = QComboBox()
        self.city = QComboBox()
        self.category = QComboBox()
        self.overdue = Button("board.only_overdue", "clock")
        self.overdue.setCheckable(True)
        self.clear = Button("board.clear", "x", "ghost", shortcut_hint="Backspace")
        self.more = Button("board.more_filters", "filter", "ghost")
        self.more.setCheckable(True)
        self.more.hide()
        self._calm = CalmWheel(self)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._build()
        self._connect()
        self.retranslate()

    def filter(self) -> BoardFilter:
        """Return what is chosen."""
        city = str(self.city.currentData() or "")
        priority = str(self.priority.currentData() or "")
        department = str(self.department.currentData() or "")
        return BoardFilter(
            text=self.words.text().strip(),
            department_id=DepartmentId(department) if department else None,
            priority=Priority(priority) if priority else None,
            city="" if city == _UNKNOWN else city or None,
            categories=self._categories(),
            overdue=self.overdue.isChecked(),
        )

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments``."""
        self._departments = tuple(departments)
        _offer(self.department, [str(department.id) for department in departments])
        self.retranslate()

    def set_categories(self, categories: Sequence[Category]) -> None:
        """Offer ``categories``, those below others among them."""
        self._tree = CategoryTree(categories)
        _offer(self.category, [str(row.category.id) for row in self._tree.rows])
        self.retranslate()

    def set_cities(self, cities: Iterable[str]) -> None:
        """Offer the places that there are orders in; the chosen one stays."""
        chosen = str(self.city.currentData() or "").replace(_UNKNOWN, "")
        known = sorted({city for city in (*cities, chosen) if city})
        if tuple(known) != self._cities or self.city.count() < 2:
            self._cities = tuple(known)
            _offer(self.city, [_UNKNOWN, *known])
            self.retranslate()

    def choose_city(self, city: str) -> None:
        """Show one place, "" for the unknown one."""
        self.set_cities((*self._cities, city))
        _choose(self.city, city or _UNKNOWN)
        self._tell()

    def clear_all(self) -> None:
        """Show everything again."""
        with QSignalBlocker(self.words), QSignalBlocker(self.overdue):
            self.words.clear()
            self.overdue.setChecked(False)
        for box in self._boxes():
            _choose(box, "")
        self._tell()

    def be_compact(self, compact: bool) -> None:
        """Fold what is not chosen behind a button: where height is dear, cards need it."""
        if compact == self.more.isHidden():
            self.more.setVisible(compact)
            self._show_boxes()

    def focus_words(self) -> None:
        """Put the cursor into the words."""
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def retranslate(self) -> None:
        """Set every text anew."""
        self.words.setPlaceholderText(tr("board.words_hint"))
        self.words.setAccessibleName(tr("board.words"))
        self.words.setToolTip(with_shortcut(tr("board.words"), "F"))
        keys = ("department", "priority", "city", "category")
        for box, key in zip(self._boxes(), keys, strict=True):
            box.setAccessibleName(tr(f"board_filter.{key}"))
            box.setToolTip(tr(f"board_filter.{key}"))
            box.setItemText(0, tr(f"board_any.{key}"))
        for index, department in enumerate(self._departments, 1):
            name = in_current_language(department.name, department.name_zh)
            self.department.setItemText(index, name)
        for index, priority in enumerate(Priority, 1):
            self.priority.setItemText(index, tr(f"priority.{priority}"))
        self.city.setItemText(1, tr("board.no_city"))
        for index, city in enumerate(self._cities, 2):
            self.city.setItemText(index, city)
        chinese = current_language() is Language.ZH
        for index, row in enumerate(self._tree.rows, 1):
            category = row.category
            name = category.name_zh if chinese else category.name
            self.category.setItemText(index, "  " * row.depth + name)
        self._show_clear()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def eventFilter(self, watched: object, event: QEvent, /) -> bool:
        if watched is self.words and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
                self.left.emit()
                return True
        return False

    def _build(self) -> None:
        row = FlowLayout(self, spacing=px(8))
        self.words.setMinimumWidth(px(150))
        self.words.setMaximumWidth(px(220))
        row.addWidget(self.words)
        row.addWidget(self.more)
        for box in self._boxes():
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(9)
            self._calm.watch(box)
            row.addWidget(box)
        row.addWidget(self.overdue)
        row.addWidget(self.clear)
        _offer(self.department, [])
        _offer(self.priority, [str(priority) for priority in Priority])
        _offer(self.city, [_UNKNOWN])
        _offer(self.category, [])

    def _connect(self) -> None:
        self._typing.timeout.connect(self._tell)
        self.words.textChanged.connect(lambda: self._typing.start())
        self.words.returnPressed.connect(self._on_return)
        for box in self._boxes():
            box.activated.connect(self._tell)
        self.overdue.toggled.connect(self._tell)
        self.clear.clicked.connect(self.clear_all)
        self.more.toggled.connect(self._show_boxes)

    def _boxes(self) -> tuple[QComboBox, ...]:
        return self.department, self.priority, self.city, self.category

    def _categories(self) -> frozenset[CategoryId]:
        """Return the chosen category with everything below it."""
        chosen = str(self.category.currentData() or "")
        if not chosen:
            return frozenset()
        rows = [row.category for row in self._tree.rows]
        found = {CategoryId(chosen)}
        # Parents stand before their children.
        for category in rows:
            if category.parent_id in found:
                found.add(category.id)
        return frozenset(found)

    def _on_return(self) -> None:
        self._tell()
        self.left.emit()

    def _tell(self) -> None:
        self._typing.stop()
        self._show_clear()
        self.chosen.emit(self.filter())

    def _show_boxes(self) -> None:
        folded = not self.more.isHidden() and not self.more.isChecked()
        for box in self._boxes():
            box.setVisible(not folded or bool(box.currentData()))

    def _show_clear(self) -> None:
        chosen = self.filter()
        self.clear.setEnabled(not chosen.is_empty)
        for box in self._boxes():
            active = bool(box.currentData())
            if box.property("filtering") != active:
                box.setProperty("filtering", active)
                box.style().unpolish(box)
                box.style().polish(box)


def _offer(box: QComboBox, values: Iterable[str]) -> None:
    """Offer any, and each of ``values``; the chosen one stays. Texts are set afterwards."""
    chosen = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        for value in ("", *values):
            box.addItem("", value)
        box.setCurrentIndex(max(0, box.findData(chosen)))


def _choose(box: QComboBox, value: str) -> None:
    with QSignalBlocker(box):
        box.setCurrentIndex(max(0, box.findData(value)))
