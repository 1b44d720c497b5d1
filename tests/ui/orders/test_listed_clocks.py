"""Service clocks on the lists of orders and tickets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractItemModel
from pytestqt.qtbot import QtBot

from agent_desk.domain.ticket import TicketState
from agent_desk.domain.work_order import WorkOrderState
from tests.ui.customer import samples
from ui.orders.clock_pill import ClockFace
from ui.orders.department_page import DepartmentPage
from ui.orders.work_orders import WorkOrdersPanel
from ui.ticket.tickets_page import TicketsPage

LATE = ClockFace("35 min late", "danger", "Acceptance: was due Today 09:00")
EARLY = ClockFace("3 h left", "neutral", "Acceptance: due Today 18:00")
W = WorkOrderState


def words(model: QAbstractItemModel) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.fixture
def page(qtbot: QtBot) -> DepartmentPage:
    made = DepartmentPage(now=samples.now)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def faces(**of_orders: ClockFace) -> Callable[[str], ClockFace | None]:
    return of_orders.get


def test_the_department_sees_each_orders_clock_in_list_and_detail(page: DepartmentPage) -> None:
    page.follow_clocks(faces(o1=LATE))
    lines = [samples.order_line(number, W.ASSIGNED) for number in (1, 2)]
    page.show_lines(lines)
    model = page.list.model()
    assert "35 min late · Acceptance: was due Today 09:00" in words(model)[1]
    assert "late" not in words(model)[2]
    assert page.detail.clock.text() == "35 min late"
    page.select_order("o2")
    assert page.detail.clock.isHidden()


def test_a_clock_that_went_on_changes_its_own_row_and_no_other(
    page: DepartmentPage, qtbot: QtBot
) -> None:
    page.follow_clocks(faces(o1=EARLY, o2=EARLY))
    page.show_lines([samples.order_line(number, W.ASSIGNED) for number in (1, 2)])
    page.select_order("o2")
    model = page.list.model()
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    page.follow_clocks(faces(o1=EARLY, o2=LATE))
    with qtbot.assertNotEmitted(model.modelReset):
        page.show_clocks()
    assert changed == [2]
    assert page.list.marked_id() == "o2"
    assert page.detail.clock.text() == "35 min late"


def test_my_tickets_show_the_clock_of_what_is_to_be_verified(qtbot: QtBot) -> None:
    page = TicketsPage(now=samples.now)
    qtbot.addWidget(page)
    page.show()
    line = samples.order_line(1, W.VERIFYING)
    page.follow_clocks(faces(o1=LATE))
    verifying = samples.ticket(1, TicketState.VERIFYING, id=line.order.ticket_id)
    page.show_tickets([verifying, samples.ticket(2, TicketState.OPEN)], {})
    page.show_verification(line)
    assert "35 min late" in words(page.list.model())[1]
    assert page.verification.clock.text() == "35 min late"


def test_the_customers_orders_say_how_their_clocks_stand(qtbot: QtBot) -> None:
    panel = WorkOrdersPanel(now=samples.now)
    qtbot.addWidget(panel)
    panel.follow_clocks(faces(o1=LATE))
    panel.show_orders((samples.open_order(1), samples.open_order(2)))
    said = words(panel.view.model())
    assert sum("35 min late" in line for line in said) == 1
    panel.resize(320, 200)
    panel.show()
    panel.show_clocks()
    assert not panel.grab().isNull()
