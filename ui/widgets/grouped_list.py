"""A list of records under headings, one calm two-line row each; Qt main thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.theme.theme import px, theme_signals
from ui.widgets.pill import PillKind
from ui.widgets.row_painting import FontRole, RowPainter, is_chosen

_ROW_HEIGHT: Final = 54
_HEADING_HEIGHT: Final = 34
_ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedRow:
    """One record: two lines at the left, a pill at the right of the first.

    due_token: colour of the right end of the second line, where ``due`` stands. hint: what the
    tooltip says besides.
    """

    id: str
    title: str
    about: str
    pill: str
    kind: PillKind
    due: str = ""
    due_token: str = "text_muted"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; one without rows is left out."""

    title: str
    rows: tuple[GroupedRow, ...]


def _place(item: str | GroupedRow) -> str:
    """Return what stands in a line: a record by its id, or a heading."""
    return item.id if isinstance(item, GroupedRow) else ""


class _GroupedModel(QAbstractListModel):
    """Headings (texts) and rows, in the order of the groups."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[str | GroupedRow] = []
        self._places: dict[str, int] = {}

    def show(self, groups: Iterable[Group]) -> None:
        """Show ``groups``; where the same records stay in their places only what differs."""
        items: list[str | GroupedRow] = []
        for group in groups:
            if group.rows:
                items.append(f"{group.title} · {len(group.rows)}")
                items.extend(group.rows)
        if list(map(_place, items)) != list(map(_place, self._items)):
            self.beginResetModel()
            self._items = items
            self._places = {
                item.id: n for n, item in enumerate(items) if isinstance(item, GroupedRow)
            }
            self.endResetModel()
            return
        former, self._items = self._items, items
        for number, (one, other) in enumerate(zip(items, former, strict=True)):
            if one != other:
                self.dataChanged.emit(self.index(number), self.index(number))

    def row(self, index: int) -> GroupedRow | None:
        item = self._items[index]
        return item if isinstance(item, GroupedRow) else None

    def index_of(self, record_id: str) -> QModelIndex:
        """Return where a record stands; an invalid index when it is not there."""
        place = self._places.get(record_id)
        return self.index(place) if place is not None else QModelIndex()

    def ids_after(self, record_id: str) -> list[str]:
        """Return the records below one, in their order; none when it is not there."""
        start = self.index_of(record_id)
        below = self._items[start.row() + 1 :] if start.isValid() else ()
        return [item.id for item in below if isinstance(item, GroupedRow)]

    def ids(self) -> Collection[str]:
        """Return every record."""
        return self._places.keys()

    def first(self) -> QModelIndex:
        """Return the first record; an invalid index when there is none."""
        return self.index(1) if len(self._items) > 1 else QModelIndex()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if index.isValid() and self.row(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == _ROW_ROLE:
            return item
        if role not in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)):
            return None
        if isinstance(item, str):
            return item if role == int(Qt.ItemDataRole.DisplayRole) else None
        parts = (item.title, item.about, item.pill, item.due, item.hint)
        return " · ".join(part for part in parts if part)


class _GroupedDelegate(QStyledItemDelegate):
    """Paints a heading, or a record in two lines."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._draw = RowPainter(view)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        heading = isinstance(index.data(_ROW_ROLE), str)
        return QSize(px(200), px(_HEADING_HEIGHT if heading else _ROW_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        item: str | GroupedRow = index.data(_ROW_ROLE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(px(16), 0, -px(16), 0)
        if isinstance(item, str):
            heading = area.adjusted(0, px(6), 0, 0)
            role = FontRole.SMALL_STRONG
            self._draw.text(painter, heading, item, token="text_muted", role=role)
            return
        self._draw.ground(painter, option)
        self._paint_row(painter, area, item, chosen=is_chosen(option))

    def _paint_row(self, painter: QPainter, area: QRect, row: GroupedRow, *, chosen: bool) -> None:
        draw = self._draw
        top = QRect(area.left(), area.top() + px(7), area.width(), px(20))
        room = min(draw.pill_width(row.pill), area.width() // 2) if row.pill else 0
        if room:
            middle = QPoint(area.right() + 1 - room, top.center().y())
            draw.pill(painter, middle, row.pill, row.kind, room, chosen=chosen)
        draw.text(painter, top.adjusted(0, 0, -room - px(8), 0), row.title)
        below = top.translated(0, px(20))
        due = min(draw.width_of(row.due, FontRole.SMALL) + 2, area.width() // 2)
        right = below.adjusted(area.width() - due, 0, 0, 0)
        role = FontRole.SMALL
        draw.text(painter, right, row.due, token=row.due_token, role=role, right=True)
        left = below.adjusted(0, 0, -due - px(8), 0)
        draw.text(painter, left, row.about, token="text_muted", role=role)


class GroupedList(QListView):
    """row_marked follows the mark (``""`` when nothing is left), row_opened an Enter.

    selection_changed: other records are selected, where several may be (`allow_many`).
    """

    row_marked = Signal(str)
    row_opened = Signal(str)
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _GroupedModel(self)
        self._marked = ""
        self.setModel(self._model)
        self.setItemDelegate(_GroupedDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_open)
        theme_signals().changed.connect(self.scheduleDelayedItemsLayout)

    def show_groups(self, groups: Iterable[Group]) -> None:
        """Show ``groups``; the marked record stays marked, else the next one that is left."""
        kept = [self._marked, *self._model.ids_after(self._marked)]
        chosen = self.selected_ids()
        top = self.verticalScrollBar().value()
        self.selectionModel().blockSignals(True)
        self._model.show(groups)
        self.selectionModel().blockSignals(False)
        left = self._model.ids()
        index = self._model.index_of(next((record for record in kept if record in left), ""))
        if not index.isValid():
            index = self._model.first()
        if index.isValid():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flag)
        if len(chosen) > 1:
            self._select_again(record for record in chosen if record in left)
        self._tell(index)
        self.verticalScrollBar().setValue(top)

    def allow_many(self) -> None:
        """Let several records be selected: Shift and arrows, Control and Space, Control and A."""
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())

    def selected_ids(self) -> list[str]:
        """Return the selected records, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        found = (self._model.row(row) for row in rows)
        return [row.id for row in found if row is not None]

    def select_marked(self) -> None:
        """Select the marked record alone."""
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(self.currentIndex(), flag)

    def marked_id(self) -> str:
        """Return the marked record's id, ``""`` when none."""
        return self._marked

    def mark(self, record_id: str) -> None:
        """Mark a record; one that is not there changes nothing."""
        index = self._model.index_of(record_id)
        if index.isValid():
            # Not the view's own: that one asks which keys are held down, and selects by them.
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flag)
            self.scrollTo(index)

    def count(self) -> int:
        """Return how many records are listed."""
        rows = range(self._model.rowCount())
        return sum(self._model.row(row) is not None for row in rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter; with Control it belongs to the page."""
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        control = Qt.KeyboardModifier.ControlModifier
        if enters and event.modifiers() & control:
            event.ignore()
        elif enters and self.currentIndex().isValid():
            self._on_open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Home and self._model.first().isValid():
            # Qt would go to the heading, which cannot be marked, and so nowhere.
            self.setCurrentIndex(self._model.first())
        else:
            super().keyPressEvent(event)

    def _select_again(self, records: Iterable[str]) -> None:
        """Add ``records`` to the selection, which a new model had emptied."""
        selection = QItemSelection()
        for record in records:
            index = self._model.index_of(record)
            selection.select(index, index)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(selection, flag)

    def _on_current(self, current: QModelIndex, former: QModelIndex) -> None:
        self._tell(current)

    def _tell(self, index: QModelIndex) -> None:
        row = self._model.row(index.row()) if index.isValid() else None
        record_id = row.id if row is not None else ""
        if record_id != self._marked:
            self._marked = record_id
            self.row_marked.emit(record_id)

    def _on_open(self, index: QModelIndex) -> None:
        row = self._model.row(index.row())
        if row is not None:
            self.row_opened.emit(row.id)
