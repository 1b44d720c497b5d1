"""Colleagues, queues and recent numbers: the list that the dial box completes from.

Main thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agent_desk.domain.identifiers import digits_of
from ui.formats import format_number
from ui.icons import pixmap
from ui.language import tr
from ui.theme.theme import colour, px, text_font
from ui.theme.tokens import SMALL_TEXT_SIZE, M, S

ROW_HEIGHT: Final = 34
MOST_RECENT: Final = 8
ICON: Final = 16

AnyIndex = QModelIndex | QPersistentModelIndex


class DirectoryKind(StrEnum):
    """Where an entry comes from."""

    RECENT = "recent"
    COLLEAGUE = "colleague"
    QUEUE = "queue"


_ICONS: Final = {
    DirectoryKind.RECENT: "history",
    DirectoryKind.COLLEAGUE: "user-round",
    DirectoryKind.QUEUE: "users-round",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntry:
    """Somebody or something that can be dialled.

    name: as people know it, ``""`` for a bare number. number: extension or telephone number.
    other_name: a second spelling that is searched too (Chinese, pinyin).
    """

    name: str
    number: str
    kind: DirectoryKind = DirectoryKind.COLLEAGUE
    other_name: str = ""


class DirectoryModel(QAbstractListModel):
    """The entries that match what was typed, recent numbers first."""

    def __init__(self) -> None:
        super().__init__()
        self._directory: tuple[DirectoryEntry, ...] = ()
        self._recent: tuple[DirectoryEntry, ...] = ()
        self._shown: tuple[DirectoryEntry, ...] = ()
        self._typed = ""

    def set_directory(self, entries: Sequence[DirectoryEntry]) -> None:
        """Offer ``entries`` from now on, in their order."""
        self._directory = tuple(entries)
        self.search(self._typed)

    def set_recent(self, entries: Sequence[DirectoryEntry]) -> None:
        """Offer these numbers as recent ones, newest first."""
        self._recent = tuple(entries)[:MOST_RECENT]
        self.search(self._typed)

    def add_recent(self, number: str) -> None:
        """Put ``number`` on top of the recent ones, under the name that the directory has."""
        known = next((entry for entry in self._directory if entry.number == number), None)
        name = known.name if known else ""
        fresh = DirectoryEntry(name=name, number=number, kind=DirectoryKind.RECENT)
        self.set_recent([fresh, *(e for e in self._recent if e.number != number)])

    def search(self, typed: str) -> None:
        """Show the entries whose name or number contains ``typed``."""
        self._typed = typed
        self.beginResetModel()
        self._shown = tuple(entry for entry in self._all() if _matches(entry, typed))
        self.endResetModel()

    def entry(self, row: int) -> DirectoryEntry | None:
        """Return the entry in ``row``, None when there is no such row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many entries match."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text for screen readers; the delegate paints from the entry itself."""
        entry = self.entry(index.row())
        if entry is None or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        words = (entry.name, format_number(entry.number), tr(f"dial_box.kind.{entry.kind.value}"))
        return " ".join(word for word in words if word)

    def _all(self) -> tuple[DirectoryEntry, ...]:
        recent = {entry.number for entry in self._recent}
        return self._recent + tuple(e for e in self._directory if e.number not in recent)


class DirectoryDelegate(QStyledItemDelegate):
    """Paints icon, name and number of one entry."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the height of a row; the list gives the width."""
        return QSize(px(200), px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one row."""
        model = index.model()
        entry = model.entry(index.row()) if isinstance(model, DirectoryModel) else None
        if entry is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selected" if selected else "hover"))
            painter.drawRoundedRect(place, px(6), px(6))
        middle = place.center().y() + 1
        symbol = pixmap(_ICONS[entry.kind], "accent" if selected else "text_muted", px(ICON))
        painter.drawPixmap(QPointF(place.left() + px(S), middle - px(ICON) / 2), symbol)
        inner = place.adjusted(px(S) + px(ICON) + px(S), 0, -px(S), 0)
        _paint_words(painter, inner, entry)
        painter.restore()


def _paint_words(painter: QPainter, place: QRect, entry: DirectoryEntry) -> None:
    number = format_number(entry.number)
    middle = Qt.AlignmentFlag.AlignVCenter
    if entry.name:
        painter.setFont(text_font(SMALL_TEXT_SIZE, tabular=True))
        painter.setPen(colour("text_muted"))
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, number)
        taken = QFontMetrics(painter.font()).horizontalAdvance(number) + px(M)
        place = place.adjusted(0, 0, -taken, 0)
    font = text_font(weight=QFont.Weight.Medium, tabular=not entry.name)
    painter.setFont(font)
    painter.setPen(colour("text"))
    words = QFontMetrics(font).elidedText(
        entry.name or number, Qt.TextElideMode.ElideRight, place.width()
    )
    painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, words)


def _matches(entry: DirectoryEntry, typed: str) -> bool:
    wanted = typed.strip().casefold()
    if not wanted:
        return True
    if wanted in entry.name.casefold() or wanted in entry.other_name.casefold():
        return True
    digits = digits_of(wanted)
    only_number = bool(digits) and not any(letter.isalpha() for letter in wanted)
    return only_number and digits in digits_of(entry.number)
