"""A column of the board: its head with its counts, and its cards; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.work_order import WorkOrderState
from ui.board.card_painter import CardPainter
from ui.board.lane_view import LaneView
from ui.board.model import BoardModel
from ui.language import tr
from ui.theme.theme import colour, px
from ui.theme.tokens import RADIUS
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.pill import Pill

_LEAST: Final = 176
_WANTED: Final = 208

DropLook = Literal["", "yes", "no"]


class Lane(QWidget):
    """One column; while cards are carried over it, it says whether they may be dropped here."""

    def __init__(
        self,
        *,
        model: BoardModel,
        column: WorkOrderState,
        painter: CardPainter,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.column = column
        self._model = model
        self._now = now
        self._drop: DropLook = ""
        self.view = LaneView(model=model, column=column, painter=painter)
        self._title = ElidedLabel()
        self._title.setProperty("role", "heading")
        self._count = Pill()
        self._overdue = Pill(kind="danger")
        head = QHBoxLayout()
        head.setContentsMargins(px(8), 0, px(8), 0)
        head.setSpacing(px(6))
        head.addWidget(self._title, 1)
        head.addWidget(self._overdue)
        head.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(2), px(4), px(2), px(2))
        layout.setSpacing(px(2))
        layout.addLayout(head)
        layout.addWidget(self.view, 1)
        model.counted.connect(self.show_counts)
        self.show_counts()

    def drop_look(self) -> DropLook:
        """Return what it says about the cards that are carried over it."""
        return self._drop

    def set_drop(self, look: DropLook) -> None:
        """Say that cards may be dropped here, that they may not, or nothing."""
        if look != self._drop:
            self._drop = look
            self.update()

    def show_counts(self) -> None:
        """Say how many cards there are now, and how many of them are overdue."""
        title = tr(f"work_order_state.{self.column}")
        count = self.view.count()
        overdue = self._model.overdue(self.column, self._now())
        self._title.setText(title)
        self._count.setText(f"{count:,}")
        self._overdue.setText(f"{overdue:,}")
        self._overdue.setToolTip(tr("board.overdue", count=overdue))
        self._overdue.setVisible(overdue > 0)
        self.view.setAccessibleName(tr("board.column", state=title, count=count, overdue=overdue))

    def sizeHint(self) -> QSize:
        return QSize(px(_WANTED), px(300))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(_LEAST), px(120))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.show_counts()
            self.view.refresh_in_sight()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        if not self._drop:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = "accent" if self._drop == "yes" else "danger"
        style = Qt.PenStyle.SolidLine if self._drop == "yes" else Qt.PenStyle.DashLine
        painter.setPen(QPen(colour(token), 2, style))
        painter.setBrush(colour(f"{token}_soft"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(RADIUS), px(RADIUS))
        painter.end()
