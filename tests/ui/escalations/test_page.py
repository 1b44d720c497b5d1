"""What the page of escalations says, group by group, in both languages and without a database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agent_desk.domain.escalation import Escalation, EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Role
from agent_desk.domain.service_clock import ServiceAlert
from agent_desk.domain.service_target import ServiceStep
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from agent_desk.services.escalation_list import EscalationOverview, LateOrder
from tests.ui.customer import samples
from tests.ui.orders.clocks import deadline
from ui.escalations.page import EscalationsPage
from ui.language import Language, set_language

HOUR = timedelta(hours=1)


def late(number: int, *, role: Role = Role.SUPERVISOR, percent: int = 100) -> LateOrder:
    line = samples.order_line(number, WorkOrderState.ASSIGNED)
    alert = ServiceAlert(
        step=ServiceStep.ACCEPT,
        lap=1,
        priority=Priority.P2,
        percent=percent,
        at=samples.NOW - HOUR,
        role=role,
    )
    escalation = Escalation(order_id=line.order.id, alert=alert, role=role)
    return LateOrder(
        line=line, escalation=escalation, deadline=deadline(), within=4 * HOUR, owner_name="Wei"
    )


def noted(number: int) -> LateOrder:
    one = late(number)
    assert one.escalation is not None
    event = EscalationAcknowledgedEvent(
        order_id=one.line.order.id,
        alert_key=one.escalation.alert.key,
        role=Role.SUPERVISOR,
        by=AgentId("ling"),
        at=samples.NOW,
        note="电话已打",
    )
    return LateOrder(
        line=one.line,
        escalation=Escalation(
            order_id=one.line.order.id,
            alert=one.escalation.alert,
            role=Role.SUPERVISOR,
            acknowledged=event,
        ),
        within=4 * HOUR,
        by_name="Ling",
    )


@pytest.fixture
def page(qtbot: QtBot) -> EscalationsPage:
    made = EscalationsPage(now=samples.now)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def rows(page: EscalationsPage) -> list[str]:
    model = page.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def texts(page: EscalationsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_each_group_says_what_is_to_be_done_with_it(page: EscalationsPage) -> None:
    soon = LateOrder(line=samples.order_line(3), deadline=deadline(), within=4 * HOUR)
    page.show_overview(
        EscalationOverview(
            mine=(late(1),),
            others=(late(2, role=Role.DISPATCHER),),
            soon=(soon,),
            done=(noted(4),),
            left_out=7,
        )
    )
    headings = [row for row in rows(page) if row[0] != "#"]
    assert headings == [
        "To acknowledge · 1",
        "Told to others · 1",
        "Due soon · 1",
        "Acknowledged · 1",
    ]
    assert "Dispatcher · Acceptance" in rows(page)[3]
    assert "7 more wait behind these." in texts(page)
    assert "Owner: Wei" in texts(page)
    page.list.mark(noted(4).key)
    assert "Ling took note Today" in texts(page)
    assert page.detail.acknowledge.isHidden()


def test_a_typed_note_stays_with_its_escalation(page: EscalationsPage, qtbot: QtBot) -> None:
    first, second = late(1), late(2)
    page.show_overview(EscalationOverview(mine=(first, second)))
    page.detail.note.setText("call back at 3")
    page.list.mark(second.key)
    assert page.detail.note.text() == ""
    page.list.mark(first.key)
    with qtbot.waitSignal(page.acknowledge_requested) as asked:
        QTest.keyClick(page.detail.note, Qt.Key.Key_Return)
    assert asked.args == ["o1", "ACCEPT.1.P2.100", "call back at 3"]
    taken = noted(1).escalation
    assert taken is not None
    assert taken.acknowledged is not None
    page.acknowledged(taken.acknowledged, "Ling")
    assert page.list.marked_id() == second.key
    page.list.mark(first.key)
    assert page.detail.note.text() == ""
    assert not page.detail.note.isVisible()
    assert "Ling took note Today" in texts(page)


def test_control_and_return_in_the_note_acknowledge_once(
    page: EscalationsPage, qtbot: QtBot
) -> None:
    page.show_overview(EscalationOverview(mine=(late(1),)))
    asked: list[str] = []
    page.acknowledge_requested.connect(lambda order_id, *_: asked.append(order_id))
    page.detail.note.setFocus()
    qtbot.waitUntil(page.detail.note.hasFocus)
    QTest.keyClick(page.detail.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["o1"]
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["o1", "o1"]


def test_a_mark_beyond_the_target_names_its_share(page: EscalationsPage) -> None:
    page.show_overview(EscalationOverview(mine=(late(1, percent=150),)))
    assert "Acceptance: 150 % of its 4 h of working time were used Today" in texts(page)


def test_it_says_that_it_is_reading_that_nothing_is_late_and_that_it_cannot_know(
    page: EscalationsPage,
) -> None:
    page.show_loading()
    page.show_overview(EscalationOverview(is_complete=False))
    assert "Reading the orders' clocks" in texts(page)
    page.show_overview(EscalationOverview())
    assert "Nothing is late" in texts(page)
    page.show_unavailable("The server is away")
    assert "The server is away" in texts(page)


def test_it_follows_the_language(page: EscalationsPage) -> None:
    page.show_overview(EscalationOverview(mine=(late(1),)))
    set_language(Language.ZH)
    page.retranslate()
    assert rows(page)[0] == "待确认 · 1"
    assert "接单：4 小时的时限已于 今天" in texts(page)
