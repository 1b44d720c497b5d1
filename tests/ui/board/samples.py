"""Made-up cards for the board."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from agent_desk.domain.board import BoardOrder, CardClock
from agent_desk.domain.identifiers import (
    AgentId,
    CategoryId,
    CustomerId,
    DepartmentId,
    WorkOrderId,
)
from agent_desk.domain.service_clock import Deadline
from agent_desk.domain.service_target import ServiceStep, ServiceTarget
from agent_desk.domain.ticket import Category, Department, Priority
from agent_desk.domain.work_order import WorkOrderState
from tests.unit.domain.service_cases import ALWAYS, MARKS
from ui.board.card_painter import CardLook, CardPainter

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
FIELD = DepartmentId("d1")
DEALER = DepartmentId("d2")
DEPARTMENTS = (
    Department(id=FIELD, name="Field service", name_zh="现场服务"),
    Department(id=DEALER, name="Nord dealer", name_zh="北方经销商"),
)
CATEGORIES = (
    Category(id=CategoryId("k1"), parent_id=None, name="Technical", name_zh="技术"),
    Category(id=CategoryId("k2"), parent_id=CategoryId("k1"), name="Line", name_zh="线路"),
    Category(id=CategoryId("k3"), parent_id=None, name="Billing", name_zh="账务"),
)


def now() -> datetime:
    return NOW


def card(number: int, **changes: object) -> BoardOrder:
    """Return order ``number``, raised that many minutes ago, which waits for dispatch."""
    raised = NOW - timedelta(minutes=number)
    made = BoardOrder(
        id=WorkOrderId(f"o{number}"),
        number=number,
        subject=f"Line fault {number}",
        customer_id=CustomerId(f"c{number}"),
        customer_name=f"王芳 {number}",
        city="北京",
        category_id=CategoryId("k2"),
        department_id=None,
        state=WorkOrderState.PENDING_DISPATCH,
        priority=Priority.P3,
        owner=AgentId("a1"),
        raised_at=raised,
        changed_at=raised,
        version=1,
        field_work=False,
        hold_reason="",
        round=1,
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def due(minutes: float) -> CardClock:
    """Return a clock that runs day and night and is due so many minutes from now."""
    within = timedelta(hours=10)
    target = ServiceTarget(
        step=ServiceStep.DISPATCH, priority=Priority.P2, within=within, marks=MARKS
    )
    at = NOW + timedelta(minutes=minutes)
    deadline = Deadline(
        target=target,
        calendar=ALWAYS,
        lap=1,
        used=timedelta(0),
        since=at - within,
        is_running=True,
        passed={},
    )
    return CardClock(deadline=deadline, due_at=deadline.due_at)


@contextmanager
def painted_cards(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Yield the numbers of the cards that are painted inside, in order."""
    QApplication.processEvents()
    numbers: list[int] = []
    paint = CardPainter.paint

    def counting(
        self: CardPainter,
        painter: QPainter,
        area: QRect,
        order: BoardOrder,
        clock: CardClock | None,
        look: CardLook,
    ) -> None:
        numbers.append(order.number)
        paint(self, painter, area, order, clock, look)

    with monkeypatch.context() as patched:
        patched.setattr(CardPainter, "paint", counting)
        yield numbers
        QApplication.processEvents()
