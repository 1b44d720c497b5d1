"""What the search found, in a list below the search box; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from agent_desk.domain.customer import SearchHit, SearchKind, Tier
from ui.icons import pixmap
from ui.language import tr
from ui.theme.theme import colour, px, text_font, theme_signals
from ui.theme.tokens import ICON_SIZE, RADIUS, SMALL_TEXT_SIZE, TEXT_SIZE, XS, M, S
from ui.widgets.label import Label, LabelRole
from ui.widgets.pill import PillKind, paint_pill, pill_font, pill_size

MOST_ROWS: Final = 8
"""Rows shown without scrolling."""

HIT_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""Role under which the model gives the whole SearchHit."""

_ROW_HEIGHT: Final = 48
_WIDTH: Final = 440
_TIER_KINDS: Final[dict[Tier, PillKind]] = {
    Tier.SILVER: "neutral",
    Tier.GOLD: "warning",
    Tier.VIP: "accent",
}
_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class SearchList(QFrame):
    """The list: a child of the window, so that the window keeps the focus and the input method."""

    chosen = Signal(object)

    def __init__(self, box: QLineEdit) -> None:
        """Belong to ``box``; hidden until something is shown."""
        super().__init__(box.window())
        self.setObjectName("popup")
        self._box = box
        self.model = HitModel(self)
        self._list = QListView()
        self._list.setModel(self.model)
        self._list.setItemDelegate(_HitDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._list.clicked.connect(self._open)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._line = Label()
        self._line.setWordWrap(True)
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._keys = Label("search.keys", role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(XS + 2, XS + 2, XS + 2, XS + 2)
        layout.setSpacing(XS)
        for widget in (self._list, self._line, self._keys):
            layout.addWidget(widget)
        self._line.setMargin(S)
        self._keys.setMargin(XS)
        self._list.setAccessibleName(tr("search.hits"))
        box.window().installEventFilter(self)
        theme_signals().changed.connect(self.hide)

    def show_hits(self, hits: Sequence[SearchHit], line: str, role: LabelRole = "muted") -> None:
        """Show ``hits`` with ``line`` below them, or ``line`` alone."""
        self.model.set_hits(hits)
        self._list.setVisible(bool(hits))
        self._keys.setVisible(bool(hits))
        self._line.setVisible(bool(line))
        self._line.set_role(role)
        self._line.setText(line)
        if hits:
            self._list.setCurrentIndex(self.model.index(0))
        self._list.setFixedHeight(px(_ROW_HEIGHT) * min(len(hits), self._fitting_rows()))
        self.place()

    def place(self) -> None:
        """Stand under the box, inside the window."""
        window = self._box.window()
        corner = self._box.mapTo(window, QPoint(0, self._box.height() + XS))
        width = min(px(_WIDTH), window.width() - 2 * M)
        # Wider than the box, it grows to the left: the box stands at the right edge.
        x = max(M, min(corner.x(), corner.x() + self._box.width() - width))
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(x, corner.y())

    def step(self, by: int) -> None:
        """Choose the next row, or the former one; round the ends."""
        row = (self._list.currentIndex().row() + by) % self.model.rowCount()
        self._list.setCurrentIndex(self.model.index(row))

    def open_chosen(self) -> None:
        """Open the chosen row."""
        self._open(self._list.currentIndex())

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        outside = event.type() == QEvent.Type.MouseButtonPress
        if outside or event.type() in (QEvent.Type.Resize, QEvent.Type.WindowDeactivate):
            self.hide()
        return False

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.hide()

    def _fitting_rows(self) -> int:
        window = self._box.window()
        top = self._box.mapTo(window, QPoint(0, self._box.height())).y()
        return max(2, min(MOST_ROWS, (window.height() - top - px(48)) // px(_ROW_HEIGHT)))

    def _open(self, index: QModelIndex) -> None:
        hit = index.data(HIT_ROLE)
        if isinstance(hit, SearchHit):
            self.chosen.emit(hit)


class HitModel(QAbstractListModel):
    """The hits of the last answer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._hits: tuple[SearchHit, ...] = ()

    def hits(self) -> tuple[SearchHit, ...]:
        """Return the hits in their order."""
        return self._hits

    def set_hits(self, hits: Sequence[SearchHit]) -> None:
        """Show ``hits`` instead of the former ones."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT, /) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole, /) -> object:
        if not index.isValid():
            return None
        hit = self._hits[index.row()]
        if role == HIT_ROLE:
            return hit
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{hit_title(hit)}, {hit.detail}" if hit.detail else hit_title(hit)
        return hit_title(hit) if role == Qt.ItemDataRole.DisplayRole else None


def hit_title(hit: SearchHit) -> str:
    """Return the first line of a hit."""
    if hit.kind is SearchKind.TICKET:
        return tr("search.ticket", number=hit.number, title=hit.title)
    return hit.title


class _HitDelegate(QStyledItemDelegate):
    """Paints a hit: icon, title, detail line, tier."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index, /) -> QSize:
        return QSize(px(200), px(_ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index, /) -> None:
        hit: SearchHit = index.data(HIT_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selected"))
            painter.drawRoundedRect(QRectF(rect), px(RADIUS) - 2, px(RADIUS) - 2)
        side = px(ICON_SIZE)
        name = "ticket" if hit.kind is SearchKind.TICKET else "user-round"
        top = rect.y() + (rect.height() - side) // 2
        painter.drawPixmap(rect.x() + px(S), top, pixmap(name, "text_muted", side))
        text = rect.adjusted(px(S) + side + px(M), px(6), -px(S), -px(6))
        text.setRight(text.right() - _paint_tier(painter, text, hit))
        _paint_lines(painter, text, hit)
        painter.restore()


def _paint_tier(painter: QPainter, rect: QRect, hit: SearchHit) -> int:
    """Paint the tier at the right end and return the width it takes."""
    kind = _TIER_KINDS.get(hit.tier)
    if kind is None or hit.kind is not SearchKind.CUSTOMER:
        return 0
    word = tr(f"tier.{hit.tier.value}")
    size = pill_size(word, pill_font())
    top = rect.y() + (rect.height() - size.height()) / 2
    paint_pill(
        painter,
        QRectF(rect.right() - size.width(), top, size.width(), size.height()),
        word,
        kind,
    )
    return size.width() + px(S)


def _paint_lines(painter: QPainter, rect: QRect, hit: SearchHit) -> None:
    half = rect.height() // 2
    upper = QRect(rect.x(), rect.y(), rect.width(), half) if hit.detail else rect
    lower = QRect(rect.x(), rect.y() + half, rect.width(), half)
    medium = text_font(TEXT_SIZE, QFont.Weight.Medium)
    for area, text, font, token in (
        (upper, hit_title(hit), medium, "text"),
        (lower, hit.detail, text_font(SMALL_TEXT_SIZE), "text_muted"),
    ):
        painter.setFont(font)
        painter.setPen(colour(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)
