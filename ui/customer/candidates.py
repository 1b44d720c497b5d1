"""Who may be calling: a list with readable reasons, from which nothing is picked; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from agent_desk.domain.customer import Tier
from agent_desk.domain.matching import MatchCandidate, MatchReason, MatchReasonCode
from ui.formats import format_moment
from ui.language import tr
from ui.theme.theme import colour, px, theme_signals
from ui.widgets.row_model import ROW_ROLE, RowModel
from ui.widgets.row_painting import FontRole, RowPainter
from ui.widgets.state_kinds import TIER_KINDS

_LINE: Final = 19
_PADDING: Final = 9
_KEY: Final = 20
_SIDE: Final = 14
_REASON_ICON: Final = 14
_GOOD_REASONS: Final = frozenset({MatchReasonCode.EXACT_NUMBER, MatchReasonCode.PRIMARY_NUMBER})
_REASON_ICONS: Final = {
    MatchReasonCode.EXACT_NUMBER: "check",
    MatchReasonCode.LAST_DIGITS: "hash",
    MatchReasonCode.NUMBER_IN_NOTE: "sticky-note",
    MatchReasonCode.SHARED_NUMBER: "users",
    MatchReasonCode.OPEN_TICKET: "ticket",
    MatchReasonCode.OPEN_ORDER: "wrench",
    MatchReasonCode.WE_CALLED: "phone-outgoing",
    MatchReasonCode.CALLED_RECENTLY: "phone-incoming",
    MatchReasonCode.PRIMARY_NUMBER: "star",
}
_SAME_NUMBER: Final = frozenset({MatchReasonCode.EXACT_NUMBER})
"""Reasons whose number stands above the list anyway."""

_TIMED: Final = frozenset({MatchReasonCode.WE_CALLED, MatchReasonCode.CALLED_RECENTLY})


def reason_text(reason: MatchReason, now: datetime) -> str:
    """Return the sentence of ``reason``; times are told as seen from ``now``."""
    value = "" if reason.code in _SAME_NUMBER else reason.value
    if reason.code in _TIMED and value:
        value = format_moment(datetime.fromisoformat(value), now)
    return tr(f"match_reason.{reason.code}", value=value).strip()


def describe_candidate(candidate: MatchCandidate, now: datetime) -> str:
    """Return a candidate in words, as a screen reader and the tooltip say it."""
    reasons = [reason_text(reason, now) for reason in candidate.reasons]
    parts = [candidate.name, candidate.company_name, candidate.city, *reasons]
    return "\n".join(part for part in parts if part)


class _CandidateDelegate(QStyledItemDelegate):
    """Paints the number key, the name, the place, and each reason on a line of its own."""

    def __init__(self, view: QListView, *, now: Callable[[], datetime]) -> None:
        super().__init__(view)
        self._view = view
        self._now = now
        self._draw = RowPainter(view)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        candidate: MatchCandidate = index.data(ROW_ROLE)
        room = self._view.viewport().width() - px(2 * _SIDE + _REASON_ICON + 9)
        reasons = sum(len(self._lines(reason, room)) for reason in candidate.reasons)
        lines = 1 + bool(_place(candidate)) + reasons
        return QSize(px(120), px(_LINE) * lines + 2 * px(_PADDING) + px(2))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        candidate: MatchCandidate = index.data(ROW_ROLE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw.ground(painter, option)
        area = option.rect.adjusted(px(_SIDE), px(_PADDING), -px(_SIDE), 0)
        self._key(painter, area, index.row() + 1)
        line = QRect(area.left() + px(_KEY + 9), area.top(), 0, px(_LINE))
        line.setRight(area.right())
        self._name(painter, line, candidate)
        place = _place(candidate)
        if place:
            line.translate(0, px(_LINE))
            self._draw.text(painter, line, place, token="text_muted", role=FontRole.SMALL)
        line.setLeft(area.left())
        for reason in candidate.reasons:
            self._reason(painter, line, reason)

    def _key(self, painter: QPainter, area: QRect, number: int) -> None:
        if number > 9:
            return
        side = px(_KEY)
        key = QRect(area.left(), area.top(), side, side)
        painter.setBrush(colour("raised"))
        painter.setPen(QPen(colour("border_strong"), 1))
        painter.drawRoundedRect(QRectF(key).adjusted(0.5, 0.5, -0.5, -0.5), px(5), px(5))
        width = self._draw.width_of(str(number), FontRole.SMALL_STRONG)
        inner = key.adjusted((side - width) // 2, 0, 0, 0)
        self._draw.text(painter, inner, str(number), role=FontRole.SMALL_STRONG)

    def _name(self, painter: QPainter, line: QRect, candidate: MatchCandidate) -> None:
        room = 0
        if candidate.tier is not Tier.STANDARD:
            word = tr(f"tier.{candidate.tier}")
            room = self._draw.pill_width(word)
            start = QPoint(line.right() + 1 - room, line.center().y())
            self._draw.pill(painter, start, word, TIER_KINDS[candidate.tier], room)
            room += px(8)
        name = line.adjusted(0, 0, -room, 0)
        self._draw.text(painter, name, candidate.name, role=FontRole.STRONG)

    def _reason(self, painter: QPainter, line: QRect, reason: MatchReason) -> None:
        token = "success" if reason.code in _GOOD_REASONS else "text_muted"
        middle = QPoint(line.left() + px(3), line.center().y() + px(_LINE))
        self._draw.icon(painter, middle, _REASON_ICONS[reason.code], token, _REASON_ICON)
        room = line.width() - px(_REASON_ICON + 9)
        for text in self._lines(reason, room):
            line.translate(0, px(_LINE))
            words = line.adjusted(px(_REASON_ICON + 9), 0, 0, 0)
            self._draw.text(painter, words, text, role=FontRole.SMALL)

    def _lines(self, reason: MatchReason, room: int) -> list[str]:
        """Return the reason in one line, or in two where it does not fit."""
        text = reason_text(reason, self._now())
        if self._draw.width_of(text, FontRole.SMALL) <= room:
            return [text]
        words = text.split()
        for count in range(len(words) - 1, 0, -1):
            first = " ".join(words[:count])
            if self._draw.width_of(first, FontRole.SMALL) <= room:
                return [first, " ".join(words[count:])]
        return [text]


class CandidateList(QListView):
    """Arrows and Enter, a number key, or a click choose; until then nobody is chosen."""

    candidate_chosen = Signal(str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RowModel[MatchCandidate] = RowModel(
            describe=lambda candidate: describe_candidate(candidate, now()), parent=self
        )
        self.setModel(self._model)
        self.setItemDelegate(_CandidateDelegate(self, now=now))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.clicked.connect(lambda index: self._choose(index.row()))
        theme_signals().changed.connect(self.scheduleDelayedItemsLayout)
        self.retranslate()

    def show_candidates(self, candidates: Iterable[MatchCandidate]) -> None:
        """Offer ``candidates``, best first, none of them marked."""
        self._model.show(candidates)
        self.selectionModel().clear()

    def count(self) -> int:
        """Return how many are offered."""
        return self._model.rowCount()

    def choose_number(self, number: int) -> None:
        """Choose the ``number``-th candidate, from 1; one that is not there changes nothing."""
        if 1 <= number <= self.count():
            self._choose(number - 1)

    def chosen_row(self) -> int | None:
        """Return which row is marked, None while none is."""
        marked = self.selectedIndexes()
        return marked[0].row() if marked else None

    def retranslate(self) -> None:
        """Set every text anew."""
        self.setAccessibleName(tr("screen_pop.candidates"))
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark by arrows, choose by Enter or a number key."""
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row = self.chosen_row()
            if row is not None:
                self._choose(row)
        elif len(text) == 1 and text in "123456789":
            self.choose_number(int(text))
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.chosen_row() is None:
            self._mark(0 if event.key() == Qt.Key.Key_Down else self.count() - 1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew at the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def _mark(self, row: int) -> None:
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self._model.index(row), flag)

    def _choose(self, row: int) -> None:
        self.candidate_chosen.emit(self._model.row(row).customer_id)


def _place(candidate: MatchCandidate) -> str:
    return " · ".join(part for part in (candidate.company_name, candidate.city) if part)
