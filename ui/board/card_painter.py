"""Paints one card of the board: number, clock, subject, customer, whose it is; main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from agent_desk.domain.board import BoardOrder, CardClock
from agent_desk.domain.service_clock import ServiceLevel
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from ui.formats import format_span
from ui.language import tr
from ui.orders.clock_pill import clock_face, format_working_time
from ui.theme.theme import px
from ui.theme.tokens import RADIUS
from ui.widgets.grounds import round_ground
from ui.widgets.pill import PillKind
from ui.widgets.row_painting import FontRole, RowPainter

CARD_HEIGHT: Final = 92
_LINE: Final = 19
_PADDING: Final = 10

_PRIORITY_KINDS: Final[dict[Priority, PillKind]] = {
    Priority.P1: "danger",
    Priority.P2: "warning",
    Priority.P3: "info",
    Priority.P4: "neutral",
}


_HOUR: Final = timedelta(hours=1)
_LEVEL_TOKENS: Final = {
    ServiceLevel.ON_TIME: "text_muted",
    ServiceLevel.WARNING: "warning",
    ServiceLevel.BREACHED: "danger",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLook:
    """How a card stands out. is_current: the keyboard is at it; has_focus: and in its column."""

    is_marked: bool = False
    is_current: bool = False
    has_focus: bool = False


class CardPainter:
    """Paints and describes cards; ``department`` gives a department's name by its id."""

    def __init__(
        self, view: QWidget, *, now: Callable[[], datetime], department: Callable[[str], str]
    ) -> None:
        self._now = now
        self._department = department
        self._draw = RowPainter(view)

    def paint(
        self,
        painter: QPainter,
        area: QRect,
        order: BoardOrder,
        clock: CardClock | None,
        look: CardLook,
    ) -> None:
        """Paint the card of ``order`` into ``area``."""
        self._ground(painter, area, look)
        inner = area.adjusted(px(_PADDING) + px(4), px(7), -px(_PADDING), 0)
        line = QRect(inner.left(), inner.top(), inner.width(), px(_LINE))
        self._number(painter, line, order, clock, look)
        line.translate(0, px(_LINE) + px(1))
        self._draw.text(painter, line, order.subject, role=FontRole.STRONG)
        line.translate(0, px(_LINE))
        again = tr("board.round", round=order.round) if order.round > 1 else ""
        about = " · ".join(part for part in (again, order.customer_name, order.city) if part)
        self._draw.text(painter, line, about, token="text_muted", role=FontRole.SMALL)
        line.translate(0, px(_LINE))
        self._where(painter, line, order)

    def describe(self, order: BoardOrder, clock: CardClock | None) -> str:
        """Return a card in words, as tooltip and screen reader say it."""
        state = tr(f"work_order_state.{order.state}")
        lines = [
            f"#{order.number} {order.subject}",
            f"{tr(f'priority.{order.priority}')} · {state} · {self._age(order)}",
            " · ".join(part for part in (order.customer_name, order.city.strip()) if part),
            self._department_of(order),
        ]
        if order.hold_reason:
            lines.append(tr("board.held", reason=order.hold_reason))
        face = clock_face(clock.deadline, self._now()) if clock is not None else None
        if face is not None:
            lines.append(face.spoken)
        return "\n".join(line for line in lines if line)

    def _ground(self, painter: QPainter, area: QRect, look: CardLook) -> None:
        token = "selected" if look.is_marked or look.is_current else "card"
        edge = "focus" if look.is_current and look.has_focus else "border"
        if look.is_current and not look.has_focus:
            edge = "border_strong"
        width = 2.0 if edge == "focus" else 1.0
        size = (area.width(), area.height())
        ground = round_ground(painter, token, size, px(RADIUS), border=edge, pen_width=width)
        painter.drawPixmap(area.topLeft(), ground)

    def _number(
        self,
        painter: QPainter,
        line: QRect,
        order: BoardOrder,
        clock: CardClock | None,
        look: CardLook,
    ) -> None:
        draw = self._draw
        start = line.left()
        if look.is_marked:
            middle = QPoint(start, line.center().y())
            start += draw.icon(painter, middle, "circle-check", "accent", 16) + px(5)
        kind = _PRIORITY_KINDS[order.priority]
        mark = QRect(area_left(line), line.top() - px(1), px(3), px(_LINE))
        painter.drawPixmap(mark.topLeft(), round_ground(painter, kind, (px(3), px(_LINE)), px(1)))
        text, token = short_clock(clock, self._now())
        room = draw.width_of(text, FontRole.SMALL_STRONG) + 2 if text else 0
        number = f"#{order.number}"
        words = f"{order.priority} {number}"
        if draw.width_of(words, FontRole.SMALL_STRONG) > line.right() - start - room - px(6):
            # The bar's colour says the priority too; nothing else says which order it is.
            words = number
        left = QRect(start, line.top(), line.right() - start - room - px(6), line.height())
        draw.text(painter, left, words, token=kind, role=FontRole.SMALL_STRONG)
        draw.text(painter, line, text, token=token, role=FontRole.SMALL_STRONG, right=True)

    def _where(self, painter: QPainter, line: QRect, order: BoardOrder) -> None:
        draw = self._draw
        age = format_span(self._now() - order.changed_at, short=True)
        room = draw.width_of(age, FontRole.SMALL) + 2
        left = line.adjusted(0, 0, -room - px(8), 0)
        if order.state is WorkOrderState.ON_HOLD:
            middle = QPoint(line.left(), line.center().y())
            left.setLeft(line.left() + draw.icon(painter, middle, "pause", "warning", 14) + px(4))
            draw.text(painter, left, order.hold_reason, token="warning", role=FontRole.SMALL_STRONG)
        else:
            where = self._department_of(order)
            draw.text(painter, left, where, token="text_muted", role=FontRole.SMALL)
        draw.text(painter, line, age, token="text_muted", role=FontRole.SMALL, right=True)

    def _department_of(self, order: BoardOrder) -> str:
        if order.department_id is None:
            return tr("board.nobody")
        return self._department(order.department_id)

    def _age(self, order: BoardOrder) -> str:
        return format_span(self._now() - order.changed_at)


def area_left(line: QRect) -> int:
    """Return where the coloured mark of a card stands, left of its first line."""
    return line.left() - px(8)


def short_clock(clock: CardClock | None, now: datetime) -> tuple[str, str]:
    """Return what the service clock says on a card and in which colour; ("", "text") for none."""
    if clock is None:
        return "", "text"
    deadline = clock.deadline
    level, left = deadline.level_at(now), deadline.remaining_at(now)
    key = "service_clock.over" if level is ServiceLevel.BREACHED else "service_clock.left"
    hours = abs(left) // _HOUR
    # Working time: of days every house has its own idea.
    time = tr("service_clock.hours", hours=hours) if hours else format_working_time(abs(left))
    return tr(key, time=time), _LEVEL_TOKENS[level]
