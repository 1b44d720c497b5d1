"""The category field: a box that opens a searchable tree, all by keyboard; Qt main thread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.category_tree import PATH_SEPARATOR, CategoryRow, CategoryTree
from agent_desk.domain.identifiers import CategoryId
from agent_desk.domain.ticket import Category
from ui.language import Language, current_language, tr
from ui.theme.theme import px
from ui.widgets.row_model import ROW_ROLE, RowModel
from ui.widgets.row_painting import FontRole, RowPainter

_ROW_HEIGHT: Final = 30
_INDENT: Final = 18
_ROWS_SHOWN: Final = 10
_POPUP_WIDTH: Final = 340
_LIST_KEYS: Final = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
)
_CHOOSE_KEYS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class _CategoryModel(RowModel[CategoryRow]):
    """The rows that match what is typed, the whole tree when nothing is."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(describe=self.path, parent=parent)
        self._tree = CategoryTree()
        self.is_filtered = False

    def set_tree(self, tree: CategoryTree) -> None:
        self._tree = tree
        self.filter("")

    def filter(self, query: str) -> None:
        self.is_filtered = bool(query.strip())
        self.show(self._tree.matching(query))

    def path(self, row: CategoryRow) -> str:
        return self._tree.path(row.category.id, chinese=current_language() is Language.ZH)

    def row_of(self, category_id: str) -> int:
        """Return where a category stands in the list, 0 when it is not there."""
        ids = [row.category.id for row in self.rows()]
        return ids.index(CategoryId(category_id)) if category_id in ids else 0


class _CategoryDelegate(QStyledItemDelegate):
    """Paints a category indented, or its whole path while a filter is typed."""

    def __init__(self, view: QListView, model: _CategoryModel) -> None:
        super().__init__(view)
        self._model = model
        self._draw = RowPainter(view)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(px(200), px(_ROW_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: CategoryRow = index.data(ROW_ROLE)
        chinese = current_language() is Language.ZH
        self._draw.ground(painter, option, line=False)
        area = option.rect.adjusted(px(12), 0, -px(12), 0)
        other = row.category.name if chinese else row.category.name_zh
        other_width = min(self._draw.width_of(other, FontRole.SMALL) + 2, area.width() // 3)
        left = area.adjusted(0, 0, -other_width - px(12), 0)
        if self._model.is_filtered:
            self._draw.text(painter, left, self._model.path(row))
        else:
            name = row.category.name_zh if chinese else row.category.name
            role = FontRole.BODY if row.depth else FontRole.STRONG
            self._draw.text(
                painter, left.adjusted(px(_INDENT) * row.depth, 0, 0, 0), name, role=role
            )
        right = QRect(area.right() + 1 - other_width, area.top(), other_width, area.height())
        self._draw.text(painter, right, other, token="text_muted", role=FontRole.SMALL, right=True)


class _CategoryPopup(QFrame):
    """The filter and the tree; it has the keyboard while it is open."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self._filter = QLineEdit(self)
        self._filter.setClearButtonEnabled(True)
        self._filter.installEventFilter(self)
        self._list = QListView(self)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model = _CategoryModel(self._list)
        self._list.setModel(self.model)
        self._list.setItemDelegate(_CategoryDelegate(self._list, self.model))
        self._nothing = QLabel(self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        for widget in (self._filter, self._list, self._nothing):
            layout.addWidget(widget)
        self._filter.textChanged.connect(self._apply)
        self._list.clicked.connect(self._choose)

    def open_at(self, box: QWidget, typed: str, category_id: str) -> None:
        """Open under ``box`` with ``typed`` as the filter and ``category_id`` marked."""
        self._filter.setPlaceholderText(tr("ticket_editor.category_filter"))
        self._filter.setAccessibleName(tr("ticket_editor.category_filter"))
        self._list.setAccessibleName(tr("ticket_editor.category_id"))
        self._nothing.setText(tr("ticket_editor.category_nothing"))
        self._filter.setText(typed)
        self._apply(typed)
        rows = max(4, min(_ROWS_SHOWN, self.model.rowCount()))
        width = max(box.width(), px(_POPUP_WIDTH))
        self.setFixedSize(width, px(_ROW_HEIGHT) * rows + px(34) + 26)
        self.move(_beside(box, self.size()))
        self.show()
        self._mark(self.model.row_of(category_id))
        self._filter.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move in the list while the filter keeps the cursor."""
        if watched is not self._filter or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.key() in _LIST_KEYS:
            QApplication.sendEvent(self._list, event)
            return True
        if event.key() in _CHOOSE_KEYS:
            self._choose(self._list.currentIndex())
            return True
        return super().eventFilter(watched, event)

    def _apply(self, query: str) -> None:
        self.model.filter(query)
        found = self.model.rowCount() > 0
        self._list.setVisible(found)
        self._nothing.setVisible(not found)
        self._mark(0)

    def _mark(self, row: int) -> None:
        index = self.model.index(row)
        self._list.setCurrentIndex(index)
        self._list.scrollTo(index)

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        row: CategoryRow = index.data(ROW_ROLE)
        self.hide()
        self.chosen.emit(row.category.id)


class CategoryPicker(QComboBox):
    """Shows the chosen category as a path; opens the tree on Down, Enter, a letter or a click."""

    category_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree = CategoryTree()
        self._category_id = ""
        self._popup: _CategoryPopup | None = None
        self.setSizePolicy(self.sizePolicy().Policy.Ignored, self.sizePolicy().verticalPolicy())
        self.retranslate()

    def set_categories(self, categories: Iterable[Category]) -> None:
        """Offer ``categories``; a choice that is no longer among them is dropped."""
        self._tree = CategoryTree(categories)
        if self._tree.find(self._category_id) is None:
            self._category_id = ""
        if self._popup is not None:
            self._popup.model.set_tree(self._tree)
        self.retranslate()

    def category_id(self) -> str:
        """Return the chosen category's id, ``""`` when none."""
        return self._category_id

    def choose(self, name_or_id: str) -> None:
        """Choose a category without telling; an unknown one chooses none."""
        found = self._tree.find(name_or_id)
        self._category_id = found.id if found is not None else ""
        self.retranslate()

    def path_of(self, category_id: str) -> str:
        """Return any category's path in the present language, "" for an unknown one."""
        chinese = current_language() is Language.ZH
        return self._tree.path(CategoryId(category_id), chinese=chinese)

    def path(self) -> str:
        """Return the chosen category's path in the present language."""
        return self.path_of(self._category_id)

    def retranslate(self) -> None:
        """Set every text anew."""
        path = self.path()
        self.clear()
        self.addItem(path or tr("ticket_editor.category_none"))
        self.setAccessibleName(tr("ticket_editor.category_id"))
        self.setToolTip(path or tr("ticket_editor.category_tip"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Shorten a long path from its start: its end says the most."""
        super().initStyleOption(option)
        room = self.width() - px(44)
        text = option.currentText
        metrics = self.fontMetrics()
        if metrics.horizontalAdvance(text) > room and PATH_SEPARATOR in text:
            text = "…" + text[text.rindex(PATH_SEPARATOR) :]
        option.currentText = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def showPopup(self) -> None:
        """Open the tree."""
        self._open("")

    def hidePopup(self) -> None:
        """Close the tree."""
        if self._popup is not None:
            self._popup.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the tree on an arrow, Enter or Space; a letter is the filter's first."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if plain and event.text().strip() and event.text().isprintable():
            self._open(event.text())
        elif event.key() in _LIST_KEYS | _CHOOSE_KEYS | {Qt.Key.Key_Space} and plain:
            self._open("")
        else:
            event.ignore()

    def _open(self, typed: str) -> None:
        if self._popup is None:
            self._popup = _CategoryPopup(self.parentWidget() or self)
            self._popup.model.set_tree(self._tree)
            self._popup.chosen.connect(self._take)
        self._popup.open_at(self, typed, self._category_id)

    def _take(self, category_id: str) -> None:
        self.choose(category_id)
        self.category_chosen.emit(category_id)


def _beside(box: QWidget, size: QSize) -> QPoint:
    """Return where a popup of ``size`` goes: under ``box``, above it where the screen ends."""
    below = box.mapToGlobal(QPoint(0, box.height() + 4))
    screen = box.screen().availableGeometry()
    left = max(screen.left(), min(below.x(), screen.right() - size.width()))
    if below.y() + size.height() > screen.bottom():
        return QPoint(left, box.mapToGlobal(QPoint(0, -size.height() - 4)).y())
    return QPoint(left, below.y())
