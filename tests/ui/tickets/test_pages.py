"""Work orders, my tickets, verification and the department's list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.command import AcceptOrder
from agent_desk.domain.conflict import EditConflict, compare
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, CommandId, WorkOrderId
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.domain.work_order import ReportOutcome, WorkOrderState, WorkReport
from tests.ui.customer import samples
from ui.language import Language, set_language
from ui.orders.department_page import DepartmentPage
from ui.orders.report_form import ReportForm
from ui.orders.step_wish import Step, StepWish
from ui.orders.work_orders import WorkOrdersPanel
from ui.ticket.tickets_page import TicketsPage

W = WorkOrderState
NAMES = {"c1": "Anna Müller"}


def shown_texts(panel: QWidget) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def shown_buttons(panel: QWidget) -> set[str]:
    buttons = panel.findChildren(QPushButton)
    return {b.text() for b in buttons if b.isVisible() and b.isEnabled() and b.text()}


def press(qtbot: QtBot, panel: QWidget, text: str) -> None:
    button = next(b for b in panel.findChildren(QPushButton) if b.isVisible() and b.text() == text)
    QTest.keyClick(button, Qt.Key.Key_Space)


# Work orders of the customer


def test_the_order_that_changed_last_stands_first_and_enter_opens_it(qtbot: QtBot) -> None:
    panel = WorkOrdersPanel(now=samples.now)
    qtbot.addWidget(panel)
    panel.show()
    older = samples.open_order(1, changed_at=samples.NOW - timedelta(days=3))
    newer = samples.open_order(2, changed_at=samples.NOW)
    panel.show_orders((older, newer))
    QTest.keyClick(panel.view, Qt.Key.Key_Home)
    with qtbot.waitSignal(panel.order_opened) as opened:
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert opened.args == ["o2"]
    panel.show_orders(())
    assert "No open work orders" in shown_texts(panel)


def test_an_order_can_be_marked_and_tells_that_it_is(qtbot: QtBot) -> None:
    panel = WorkOrdersPanel(now=samples.now)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_orders((samples.open_order(1), samples.open_order(2)))
    with qtbot.waitSignal(panel.order_marked) as marked:
        panel.mark("o1" if panel.marked_id() == "o2" else "o2")
    assert marked.args == [panel.marked_id()]
    kept = panel.marked_id()
    panel.mark("o9")
    panel.show_orders((samples.open_order(1), samples.open_order(2)))
    assert panel.marked_id() == kept


# My tickets


@pytest.fixture
def page(qtbot: QtBot) -> TicketsPage:
    made = TicketsPage(now=samples.now)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def my_tickets() -> list[Ticket]:
    later, sooner = samples.NOW + timedelta(hours=5), samples.NOW - timedelta(hours=1)
    return [
        samples.ticket(1, TicketState.OPEN),
        samples.ticket(2, TicketState.OPEN, follow_up_at=later),
        samples.ticket(3, TicketState.OPEN, follow_up_at=sooner),
        samples.ticket(4, TicketState.VERIFYING),
    ]


def test_what_to_verify_stands_first_then_follow_ups_by_time(
    qtbot: QtBot, page: TicketsPage
) -> None:
    page.show_tickets(my_tickets(), NAMES)
    order = [page.list.marked_id()]
    for _ in range(3):
        QTest.keyClick(page.list, Qt.Key.Key_Down)
        order.append(page.list.marked_id())
    assert order == ["t4", "t3", "t2", "t1"]


def test_headings_are_passed_over(qtbot: QtBot, page: TicketsPage) -> None:
    page.show_tickets(my_tickets(), NAMES)
    assert page.list.count() == 4
    QTest.keyClick(page.list, Qt.Key.Key_Home)
    assert page.list.marked_id() == "t4"


def test_a_ticket_is_opened_and_its_customer_called_by_keyboard(
    qtbot: QtBot, page: TicketsPage
) -> None:
    page.show_tickets(my_tickets(), NAMES)
    page.list.mark("t2")
    with qtbot.waitSignal(page.ticket_opened) as opened:
        QTest.keyClick(page.list, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.call_customer_requested) as called:
        press(qtbot, page, "Call customer")
    assert (opened.args, called.args) == (["t2"], ["t2"])


def test_an_update_keeps_the_mark(page: TicketsPage) -> None:
    page.show_tickets(my_tickets(), NAMES)
    page.list.mark("t1")
    page.show_tickets([samples.ticket(9, TicketState.VERIFYING), *my_tickets()], NAMES)
    assert page.list.marked_id() == "t1"


def test_marking_a_ticket_to_verify_asks_for_its_order(qtbot: QtBot, page: TicketsPage) -> None:
    with qtbot.waitSignal(page.ticket_marked) as marked:
        page.show_tickets([samples.ticket(1042, TicketState.VERIFYING)], NAMES)
    assert marked.args == ["t1042"]
    page.show_verification(samples.order_line(state=W.VERIFYING, report=samples.report()))
    assert "What does the customer say?" in shown_texts(page)


def test_nothing_to_do_and_failures_say_so(qtbot: QtBot, page: TicketsPage) -> None:
    page.show_tickets([], {})
    assert "All done" in shown_texts(page)
    page.show_unavailable("The database is locked")
    assert "The database is locked" in shown_texts(page)
    with qtbot.waitSignal(page.reload_requested):
        press(qtbot, page, "Try again")


# The work report


@pytest.fixture
def form(qtbot: QtBot) -> ReportForm:
    made = ReportForm(now=samples.now)
    qtbot.addWidget(made)
    made.show()
    made.begin(samples.NOW - timedelta(hours=1))
    return made


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"done": "x", "ended_at": "2026-11-18T00:00:00+00:00"}, "The work cannot end before"),
        ({"done": "  "}, "Write what was done"),
        ({"done": "x", "outcome": "NOT_SOLVED"}, "Write why it was not solved"),
    ],
)
def test_an_incomplete_report_says_so_at_the_field(
    qtbot: QtBot, form: ReportForm, fields: dict[str, str], complaint: str
) -> None:
    form.restore(fields)
    with qtbot.assertNotEmitted(form.submitted):
        form.submit()
    assert complaint in shown_texts(form)


def test_control_enter_sends_a_complete_report(qtbot: QtBot, form: ReportForm) -> None:
    QTest.keyClicks(form._done, "replaced the modem")
    with qtbot.waitSignal(form.submitted) as submitted:
        QTest.keyClick(form._done, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    report = submitted.args[0]
    assert isinstance(report, WorkReport)
    assert (report.done, report.outcome) == ("replaced the modem", ReportOutcome.SOLVED)
    assert report.ended_at - report.started_at == timedelta(hours=1)


def test_a_report_being_typed_is_kept_as_a_draft(qtbot: QtBot, form: ReportForm) -> None:
    drafts: list[dict[str, str]] = []
    form.draft_changed.connect(drafts.append)
    QTest.keyClicks(form._done, "half")
    qtbot.waitUntil(lambda: bool(drafts) and drafts[-1]["done"] == "half")
    other = ReportForm(now=samples.now)
    qtbot.addWidget(other)
    other.restore(drafts[-1])
    assert other.fields() == form.fields()


# The department's list


def late_step(order_id: str) -> LateStep:
    command = AcceptOrder(
        id=CommandId("c"),
        at=samples.NOW,
        actor=AgentId("agent017"),
        order_id=WorkOrderId(order_id),
        version=1,
    )
    fields = compare(mine={"state": "ASSIGNED"}, theirs={"state": "ACCEPTED"}, base=None)
    conflict = EditConflict(
        stream=Stream.WORK_ORDER,
        subject_id=order_id,
        mine_version=1,
        theirs_version=2,
        last_edit=None,
        fields=fields,
    )
    order = samples.order_line(state=W.ACCEPTED).order
    return LateStep(command=command, conflict=conflict, order=order)


def test_a_late_answer_stays_until_it_is_decided_also_when_its_ticket_left_the_list(
    qtbot: QtBot, page: TicketsPage
) -> None:
    page.show_tickets(my_tickets(), NAMES)
    page.show_late(late_step("o4"), "t4")
    assert page.late.isVisible()
    page.list.mark("t3")
    assert not page.late.isVisible()
    page.list.mark("t4")
    assert page.late.isVisible()
    page.show_tickets(my_tickets()[:3], NAMES)
    assert page.late.isVisible()

    with qtbot.waitSignal(page.step_dropped) as dropped:
        press(qtbot, page, "Drop my step")

    assert dropped.args is not None
    assert dropped.args[0].command.order_id == "o4"
    assert not page.late.isVisible()


@pytest.fixture
def department(qtbot: QtBot) -> DepartmentPage:
    made = DepartmentPage(now=samples.now)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.set_departments(samples.departments())
    made.show()
    return made


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (W.PENDING_DISPATCH, {"Send"}),
        (W.ASSIGNED, {"Accept", "Decline…"}),
        (W.ACCEPTED, {"Start work", "On site…"}),
        (W.IN_PROGRESS, {"Send report", "Put on hold…"}),
        (W.ON_HOLD, {"Go on with the work", "On site…"}),
        (W.REPORTED, {"Return to the agent", "Send back…"}),
        (W.VERIFYING, set()),
        (W.CLOSED, set()),
    ],
)
def test_only_the_steps_that_are_possible_are_offered(
    department: DepartmentPage, state: WorkOrderState, buttons: set[str]
) -> None:
    department.show_lines([samples.order_line(state=state)])
    assert shown_buttons(department.detail.bar) == buttons


def test_steps_carry_the_order_and_its_version(qtbot: QtBot, department: DepartmentPage) -> None:
    for state, button, step in (
        (W.ASSIGNED, "Accept", Step.ACCEPT),
        (W.ACCEPTED, "Start work", Step.START),
        (W.REPORTED, "Return to the agent", Step.RETURN),
    ):
        department.show_lines([samples.order_line(state=state)])
        with qtbot.waitSignal(department.step_requested) as asked:
            press(qtbot, department.detail, button)
        assert asked.args == ["o118", 5, StepWish(step=step)]


def test_a_waiting_order_is_sent_to_the_chosen_department(
    qtbot: QtBot, department: DepartmentPage
) -> None:
    department.show_lines([samples.order_line(state=W.PENDING_DISPATCH)])
    wanted = samples.departments()[-1]
    choices = department.detail.bar.departments
    choices.setCurrentIndex(choices.findData(str(wanted.id)))
    with qtbot.waitSignal(department.step_requested) as sent:
        press(qtbot, department.detail, "Send")
    assert sent.args == ["o118", 5, StepWish(step=Step.DISPATCH, department_id=wanted.id)]


def test_declining_needs_a_reason(qtbot: QtBot, department: DepartmentPage) -> None:
    department.show_lines([samples.order_line()])
    press(qtbot, department.detail, "Decline…")
    with qtbot.assertNotEmitted(department.step_requested):
        press(qtbot, department.detail, "Decline the order")
    assert "Give a reason" in shown_texts(department.detail)
    reason = department.detail.bar.why[Step.DECLINE].findChild(QLineEdit)
    assert reason is not None
    QTest.keyClicks(reason, "no parts")
    with qtbot.waitSignal(department.step_requested) as declined:
        QTest.keyClick(reason, Qt.Key.Key_Return)
    assert declined.args == ["o118", 5, StepWish(step=Step.DECLINE, reason="no parts")]


def test_a_report_is_sent_for_the_shown_order(qtbot: QtBot, department: DepartmentPage) -> None:
    department.show_lines([samples.order_line(state=W.IN_PROGRESS)])
    department.detail.form.restore({"done": "replaced"})
    with qtbot.waitSignal(department.report_requested) as reported:
        press(qtbot, department.detail, "Send report")
    order_id, version, report = reported.args
    assert (order_id, version, report.done) == ("o118", 5, "replaced")


def test_a_half_typed_report_stays_with_its_order(qtbot: QtBot, department: DepartmentPage) -> None:
    lines = [samples.order_line(number, W.IN_PROGRESS) for number in (118, 119)]
    department.show_lines(lines)
    department.list.mark("o118")
    with qtbot.waitSignal(department.report_draft_changed) as draft:
        QTest.keyClicks(department.detail.form._done, "half")
    assert draft.args[0] == "o118"
    department.show_lines(lines)
    assert department.detail.form.fields()["done"] == "half"
    department.list.mark("o119")
    assert department.detail.form.fields()["done"] == ""
    department.list.mark("o118")
    assert department.detail.form.fields()["done"] == "half"


def test_another_department_is_asked_for(qtbot: QtBot, department: DepartmentPage) -> None:
    chooser = department.findChild(QComboBox, "departmentChooser")
    assert chooser is not None
    with qtbot.waitSignal(department.department_chosen) as chosen:
        QTest.keyClick(chooser, Qt.Key.Key_Down)
    assert chosen.args == ["field"]
    department.set_departments(samples.departments())
    assert department.department_id() == "field"


def test_a_refused_step_is_told_at_its_field_or_above(department: DepartmentPage) -> None:
    department.show_lines([samples.order_line(state=W.IN_PROGRESS)])
    department.show_error("done", "done: too short")
    department.show_error("version", "Work order 118 was changed meanwhile")
    texts = shown_texts(department)
    assert "done: too short" in texts
    assert "Work order 118 was changed meanwhile" in texts


def test_an_empty_list_and_a_failure_say_so(department: DepartmentPage) -> None:
    department.show_lines([])
    assert "No work orders" in shown_texts(department)
    department.show_unavailable("The database is locked")
    assert "The database is locked" in shown_texts(department)


def test_the_page_speaks_the_language(qtbot: QtBot, department: DepartmentPage) -> None:
    department.show_lines([samples.order_line()])
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: shown_buttons(department.detail.bar) == {"接单", "退单…"})
    chooser = department.findChild(QComboBox, "departmentChooser")
    assert chooser is not None
    assert [chooser.itemText(row) for row in range(3)] == ["所有部门", "现场服务", "安装队"]


def test_an_order_is_marked_as_soon_as_it_is_listed(department: DepartmentPage) -> None:
    department.select_order("o119")
    department.show_lines([samples.order_line(118), samples.order_line(119)])
    assert department.list.marked_id() == "o119"
    department.select_order("o118")
    department.show_lines([samples.order_line(118), samples.order_line(119)])
    assert department.list.marked_id() == "o118"


def test_a_late_step_stays_until_it_is_decided_and_offers_no_step_that_no_longer_fits(
    qtbot: QtBot, department: DepartmentPage
) -> None:
    first, second = samples.order_line(118), samples.order_line(119)
    department.show_lines([first, second])
    department.select_order(first.order.id)
    department.show_late(late_step(first.order.id))
    assert "Somebody moved this work order" in shown_texts(department.late)
    assert shown_buttons(department.late) == {"Drop my step"}

    department.select_order(second.order.id)
    assert not department.late.isVisible()
    department.show_lines([second])
    assert department.late.isVisible()
    with qtbot.waitSignal(department.step_dropped):
        press(qtbot, department.late, "Drop my step")
    assert department.detail.isVisible()
