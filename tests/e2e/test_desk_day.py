"""A day at the desk on a simulated floor: by keyboard, all the way round, and interrupted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.agent import AgentState, AgentStateChangedEvent
from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.customer import Customer, NewCustomer
from agent_desk.domain.event_log import Stream
from agent_desk.domain.interaction import Disposition, Interaction, InteractionOutcome
from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.services.case_log import TicketChangedEvent, WorkOrderChangedEvent
from agent_desk.services.interactions import InteractionChangedEvent
from agent_desk.settings import Settings
from tests.e2e.folders import copy_base
from tests.e2e.stage import CONTROL, SHIFT, SimulatedStage, Stage
from ui.orders.department_page import DepartmentPage
from ui.ticket.tickets_page import TicketsPage
from ui.widgets.grouped_list import GroupedList

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

WANG = "+86 138 0013 8111"
LI = "+86 139 0013 9222"
ALERTING = LocalConnectionState.ALERTING
CONNECTED = LocalConnectionState.CONNECTED


class Day:
    """What the agent does, and what is to be seen of it."""

    def __init__(self, stage: SimulatedStage) -> None:
        self.stage = stage

    def customer(self, name: str, number: str) -> Customer:
        """Store a customer whom the number leads to."""
        new = NewCustomer(name=name, number=number)
        return self.stage.on_loop(self.stage.desk.customers.create(new)).customer

    def calls(self) -> tuple[Call, ...]:
        changes = self.stage.seen(CallsChangedEvent)
        return changes[-1].calls if changes else ()

    def is_in(self, *states: LocalConnectionState) -> Callable[[], bool]:
        return lambda: tuple(call.state for call in self.calls()) == states

    def shows(self, name: str) -> Callable[[], bool]:
        """Return whether the card of ``name`` is on the screen and the editor writes for it."""

        def check() -> bool:
            shown = self.stage.view.contact.shown
            writes_for = self.stage.view.tickets.workspace
            return shown is not None and shown is writes_for and shown.name == name

        return check

    def be_ready(self) -> None:
        stage = self.stage
        stage.press(Qt.Key.Key_F2)
        stage.wait(lambda: self.agent_state() is AgentState.READY)

    def agent_state(self) -> AgentState:
        changes = self.stage.seen(AgentStateChangedEvent)
        return changes[-1].status.state if changes else AgentState.LOGGED_OFF

    def take_call(self, number: str, name: str) -> None:
        """Let the customer ring, and answer by key."""
        stage = self.stage
        stage.call_queue(number)
        stage.wait(self.is_in(ALERTING))
        stage.wait(self.shows(name))
        stage.press(Qt.Key.Key_F4)
        stage.wait(self.is_in(CONNECTED))
        stage.wait(self.shows(name))

    def write_ticket(self, subject: str, category: str, description: str = "") -> None:
        """Fill the ticket in without a mouse."""
        stage, form = self.stage, self.stage.panels.editor.form
        stage.wait(lambda: form.category.count() > 0)
        stage.press(Qt.Key.Key_T, CONTROL)
        assert form.subject.hasFocus()
        stage.type(subject)
        stage.choose_category(category)
        self.tab_to(form.description)
        stage.type(description)

    def tab_to(self, target: QWidget) -> None:
        for _ in range(20):
            if target.hasFocus():
                return
            self.stage.press(Qt.Key.Key_Tab)
        pytest.fail(f"Tab never reached {target}")

    def save(self, *modifiers: Qt.KeyboardModifier) -> Ticket:
        """Save the ticket by key and return it as the desk acknowledged it."""
        stage = self.stage
        before = len(stage.seen(TicketChangedEvent))
        stage.press(Qt.Key.Key_Return, *modifiers)
        stage.wait(lambda: len(stage.seen(TicketChangedEvent)) > before)
        stage.wait(lambda: not stage.panels.editor.is_dirty())
        return stage.seen(TicketChangedEvent)[-1].ticket

    def hang_up_and_close(self, digit: Qt.Key) -> Interaction:
        """End the call and say by key what came of it."""
        stage, wrap_up = self.stage, self.stage.panels.wrap_up
        stage.press(Qt.Key.Key_F12)
        stage.wait(self.is_in())
        stage.wait(lambda: wrap_up.isVisible() and wrap_up.call_id() != "")
        stage.press(Qt.Key.Key_R, CONTROL)
        assert wrap_up.isAncestorOf(stage.focus())
        stage.press(digit)
        stage.press(Qt.Key.Key_Return, CONTROL)
        stage.wait(lambda: wrap_up.call_id() == "")
        return self.records("Disposed")[-1]

    def records(self, kind: str) -> list[Interaction]:
        changes = self.stage.seen(InteractionChangedEvent)
        return [change.interaction for change in changes if change.kind == kind]

    def kinds(self, stream: Stream, stream_id: str) -> list[str]:
        """Return what the log in the database says of a record, oldest first."""
        self.stage.settled()
        storage = self.stage.storage
        events = self.stage.on_loop(storage.read(lambda uow: uow.events.of(stream, stream_id)))
        return [event.kind for event in events]

    def ticket(self, ticket: Ticket) -> Ticket:
        return self.stage.on_loop(self.stage.desk.tickets.get(ticket.id))


@pytest.fixture
def day(tmp_path: Path, template: Path, qtbot: QtBot, stages: list[Stage]) -> Day:
    folder = copy_base(template, tmp_path / "desk")
    settings = Settings(language="en", theme="light", ring_silent=True)
    stage = SimulatedStage(
        qtbot, folder=folder, settings=settings, starts_at=datetime.now(UTC), speed=20.0
    )
    stages.append(stage)
    stage.begin()
    return Day(stage)


def click(within: QWidget, text: str) -> None:
    """Click the visible button that says ``text``."""
    assert is_offered(within, text), [button.text() for button in buttons_in(within)]
    button = next(button for button in buttons_in(within) if button.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def is_offered(within: QWidget, text: str) -> bool:
    return any(button.text() == text for button in buttons_in(within))


def buttons_in(within: QWidget) -> list[QAbstractButton]:
    return [button for button in within.findChildren(QAbstractButton) if button.isVisible()]


def test_one_whole_call_by_keyboard(day: Day) -> None:
    customer = day.customer("王秀英", WANG)
    day.be_ready()
    day.take_call(WANG, "王秀英")
    day.write_ticket("Refund for order 88", "refund", "Booked back at once")
    ticket = day.save(CONTROL)
    record = day.hang_up_and_close(Qt.Key.Key_1)

    assert (ticket.customer_id, ticket.subject) == (customer.id, "Refund for order 88")
    assert (ticket.state, ticket.fcr_claimed) == (TicketState.RESOLVED, True)
    assert ticket.opened_in == record.id
    assert record.outcome is InteractionOutcome.ANSWERED
    assert record.disposition is next(iter(Disposition))
    assert (record.ticket_id, record.customer_id) == (ticket.id, customer.id)
    day.stage.wait(lambda: day.agent_state() is AgentState.READY)
    assert day.kinds(Stream.TICKET, ticket.id) == ["TicketOpened", "TicketResolved"]
    told = day.kinds(Stream.INTERACTION, record.id)
    for kind in ("Opened", "CustomerAssigned", "Answered", "TicketLinked", "Ended", "Disposed"):
        assert told.count(kind) == 1, told
    assert len(day.kinds(Stream.CALL, record.call_id)) >= 3


def test_the_ticket_settled_in_the_call_is_suggested_as_its_disposition(day: Day) -> None:
    day.customer("王秀英", WANG)
    day.be_ready()
    day.take_call(WANG, "王秀英")
    day.write_ticket("Refund", "refund")
    day.save(CONTROL)
    day.stage.press(Qt.Key.Key_F12)
    wrap_up = day.stage.panels.wrap_up
    day.stage.wait(lambda: wrap_up.call_id() != "")

    day.stage.wait(lambda: wrap_up.disposition() is Disposition.RESOLVED)


def test_a_work_order_goes_round_until_the_customer_confirmed(day: Day) -> None:
    stage = day.stage
    customer = day.customer("王秀英", WANG)
    day.be_ready()
    day.take_call(WANG, "王秀英")
    day.write_ticket("Router dead", "line fault", "Replace on site")
    form = stage.panels.editor.form
    day.tab_to(form.outcome.choice)
    stage.press(Qt.Key.Key_3)
    ticket = day.save(CONTROL, SHIFT)
    day.hang_up_and_close(Qt.Key.Key_3)
    assert (ticket.state, ticket.fcr_claimed) == (TicketState.PENDING, False)
    order = stage.seen(WorkOrderChangedEvent)[-1].order
    assert order.state is WorkOrderState.ASSIGNED

    _work_off(day, order)
    assert day.ticket(ticket).state is TicketState.VERIFYING
    call = _call_and_confirm(day, ticket)

    closed = stage.seen(WorkOrderChangedEvent)[-1].order
    assert closed.state is WorkOrderState.CLOSED
    assert closed.verified_in == call.id
    assert call.customer_id == customer.id
    done = day.ticket(ticket)
    assert (done.state, done.fcr_claimed) == (TicketState.CLOSED, False)
    assert day.kinds(Stream.WORK_ORDER, order.id) == [
        "OrderRaised",
        "OrderAwaitsDispatch",
        "OrderAssigned",
        "OrderAccepted",
        "OrderStarted",
        "OrderReported",
        "OrderReturned",
        "OrderClosed",
    ]
    assert day.kinds(Stream.TICKET, ticket.id) == [
        "TicketOpened",
        "TicketPending",
        "TicketToVerify",
        "TicketClosed",
    ]


def _work_off(day: Day, order: WorkOrder) -> None:
    """Be the department: accept, start, report, return."""
    stage = day.stage
    stage.press(Qt.Key.Key_3, CONTROL)
    page = stage.view.window.page("department")
    assert isinstance(page, DepartmentPage)
    mark(stage, page.list, order.id)
    click(page, "Accept")
    stage.wait(lambda: order_state(stage) is WorkOrderState.ACCEPTED)
    stage.wait(lambda: is_offered(page, "Start work"))
    click(page, "Start work")
    stage.wait(page.detail.form.isVisible)
    done = page.detail.form.findChild(QPlainTextEdit)
    assert isinstance(done, QPlainTextEdit)
    stage.activate()
    done.setFocus()
    stage.type("Replaced the router")
    stage.press(Qt.Key.Key_Return, CONTROL)
    stage.wait(lambda: order_state(stage) is WorkOrderState.REPORTED)
    stage.wait(lambda: is_offered(page, "Return to the agent"))
    click(page, "Return to the agent")
    stage.wait(lambda: order_state(stage) is WorkOrderState.VERIFYING)


def _call_and_confirm(day: Day, ticket: Ticket) -> Interaction:
    """Be the agent again: call the customer and hear that it works."""
    stage = day.stage
    stage.press(Qt.Key.Key_2, CONTROL)
    page = stage.view.window.page("tickets")
    assert isinstance(page, TicketsPage)
    mark(stage, page.list, ticket.id)
    stage.wait(page.verification.isVisible)
    click(page.verification, "Call customer")
    stage.wait(lambda: any(call.is_answered for call in day.calls()))
    stage.wait(lambda: bool(day.records("Answered")))
    click(page.verification, "Yes, resolved")
    click(page.verification, "Close the order")
    stage.wait(lambda: order_state(stage) is WorkOrderState.CLOSED)
    stage.press(Qt.Key.Key_1, CONTROL)
    return day.hang_up_and_close(Qt.Key.Key_8)


def mark(stage: Stage, rows: GroupedList, record_id: str) -> None:
    """Mark a row as soon as the list has it."""

    def is_marked() -> bool:
        rows.mark(record_id)
        return rows.marked_id() == record_id

    stage.wait(is_marked)


def order_state(stage: Stage) -> WorkOrderState:
    return stage.seen(WorkOrderChangedEvent)[-1].order.state


def test_a_repeat_call_about_the_same_withdraws_the_claim(day: Day) -> None:
    stage = day.stage
    day.customer("王秀英", WANG)
    day.be_ready()
    day.take_call(WANG, "王秀英")
    day.write_ticket("Refund", "refund")
    first = day.save(CONTROL)
    day.hang_up_and_close(Qt.Key.Key_1)
    assert day.ticket(first).fcr_withdrawn_at is None

    day.take_call(WANG, "王秀英")
    day.write_ticket("Refund once more", "refund")
    second = day.save(CONTROL)

    claimed = day.ticket(first)
    assert claimed.fcr_claimed
    assert claimed.fcr_withdrawn_at is not None
    assert not second.fcr_claimed
    assert day.kinds(Stream.TICKET, first.id)[-1] == "FcrWithdrawn"
    assert stage.notices() == ""


def test_a_draft_stays_with_its_customer_while_another_calls(day: Day) -> None:
    stage, editor = day.stage, day.stage.panels.editor
    day.customer("王秀英", WANG)
    day.customer("李伟", LI)
    day.be_ready()
    day.take_call(WANG, "王秀英")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("half a subje")
    stage.call_directly(LI)
    stage.wait(day.is_in(CONNECTED, ALERTING))
    assert editor.form.subject.text() == "half a subje"

    stage.press(Qt.Key.Key_F4)
    stage.wait(day.is_in(LocalConnectionState.HOLD, CONNECTED))
    stage.wait(day.shows("李伟"))
    assert editor.form.subject.text() == ""
    assert "王秀英" in stage.notices()

    stage.press(Qt.Key.Key_F12)
    stage.wait(day.is_in(LocalConnectionState.HOLD))
    stage.view.call_bar.select_call(day.calls()[0].call_id)
    stage.press(Qt.Key.Key_F5)
    stage.wait(day.is_in(CONNECTED))
    stage.wait(day.shows("王秀英"))
    assert editor.form.subject.text() == "half a subje"


def test_a_pop_never_takes_the_keyboard_from_who_types(day: Day) -> None:
    stage = day.stage
    day.customer("王秀英", WANG)
    day.customer("李伟", LI)
    day.be_ready()
    day.take_call(WANG, "王秀英")
    stage.press(Qt.Key.Key_T, CONTROL)
    subject = stage.panels.editor.form.subject
    stage.type("before ")
    stage.call_directly(LI)
    typed = "before "
    while not day.is_in(CONNECTED, ALERTING)() or len(typed) < 60:
        assert stage.focus() is subject
        stage.type("x")
        typed += "x"
        QApplication.processEvents()

    stage.wait(lambda: any(name.startswith("Opened") for name in stage_kinds(stage)))
    assert stage.focus() is subject
    assert subject.text() == typed


def stage_kinds(stage: Stage) -> list[str]:
    return [change.kind for change in stage.seen(InteractionChangedEvent)]


def test_a_pop_in_a_pause_leaves_the_keyboard_where_it_is(day: Day) -> None:
    stage = day.stage
    day.customer("王秀英", WANG)
    day.be_ready()
    stage.press(Qt.Key.Key_K, CONTROL)
    stage.type("ab")
    where = stage.focus()
    stage.call_queue(WANG)
    stage.wait(day.shows("王秀英"))

    stage.type("cd")
    assert stage.focus() is where
    assert isinstance(where, QLineEdit)
    assert where.text() == "abcd"
