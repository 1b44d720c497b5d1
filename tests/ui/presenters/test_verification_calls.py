"""The verification call on a whole desk: told, dialled by one key, answered, in vain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from agent_desk.domain.claim import WorkItem, WorkKind
from agent_desk.domain.customer import Customer, NewCustomer
from agent_desk.domain.identifiers import AgentId, CallId, WorkItemId, new_uuid7
from agent_desk.domain.ticket import Priority, Resolution, Ticket, TicketForm
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_callbacks import press_next, shown_texts, tickets_page
from ui.language import tr
from ui.ticket.tickets_page import TicketsPage

NUMBER = "+8613800138222"
BOTH = CONTROL | Qt.KeyboardModifier.ShiftModifier
_S = WorkOrderState


async def raised(stage: ScriptedStage) -> tuple[Customer, WorkOrder]:
    """Return a customer and the order that was sent to a department for them."""
    desk = stage.desk
    card = await desk.customers.create(NewCustomer(name="王芳", number=NUMBER))
    tree = await desk.tickets.categories()
    form = TicketForm(
        customer_id=card.customer.id,
        category_id=next(c.id for c in tree if c.name == "Line fault on site"),
        subject="Line is dead",
        resolution=Resolution.WORK_ORDER,
    )
    ticket = await desk.tickets.log(form, None)
    (order,) = await stage.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    return card.customer, order


async def come_back(stage: ScriptedStage, order: WorkOrder) -> WorkOrder:
    """Return the order after the department's work, to be verified."""
    orders, now = stage.desk.orders, stage.clock.now()
    order = await orders.accept(order.id, order.version)
    report = WorkReport(
        started_at=now - timedelta(hours=1),
        ended_at=now,
        done="New splice",
        outcome=ReportOutcome.SOLVED,
    )
    order = await orders.report(order.id, order.version, report)
    return await orders.return_to_agent(order.id, order.version)


async def came_back(stage: ScriptedStage) -> tuple[Customer, WorkOrder]:
    customer, order = await raised(stage)
    return customer, await come_back(stage, order)


def shown(stage: ScriptedStage, order: WorkOrder) -> TicketsPage:
    """Open the page, and wait for the order with its story."""
    page = tickets_page(stage)
    stage.wait(lambda: page.is_verifying() and page.verification.order_id() == order.id)
    stage.wait(lambda: tr("verification.ticket") in shown_texts(page.verification))
    return page


def on_the_phone(stage: ScriptedStage) -> CallId:
    stage.wait(lambda: bool(stage.desk.calls.calls))
    return next(iter(stage.desk.calls.calls))


def stored(stage: ScriptedStage, order: WorkOrder) -> WorkOrder:
    return stage.on_loop(stage.desk.orders.get(order.id))


def ticket_of(stage: ScriptedStage, order: WorkOrder) -> Ticket:
    return stage.on_loop(stage.desk.tickets.get(order.ticket_id))


def test_what_comes_back_is_told_at_once_and_closed_by_keys(stage: ScriptedStage) -> None:
    _, sent = stage.on_loop(raised(stage))
    order = stage.on_loop(come_back(stage, sent))
    number = {"number": order.number, "name": tr("nav.tickets")}
    stage.wait(lambda: tr("desk.order_returned", **number) in stage.notices())
    page = shown(stage, order)

    stage.press(Qt.Key.Key_D, BOTH)
    call = on_the_phone(stage)
    stage.wait(lambda: bool(stage.desk.claims.held))
    stage.do(stage.switch.far_answers, call)
    stage.wait(lambda: "On the phone with the customer" in shown_texts(page.verification))
    stage.press(Qt.Key.Key_Y, BOTH)
    stage.wait(page.verification.script.rating.hasFocus)
    stage.press(Qt.Key.Key_5)
    stage.press(Qt.Key.Key_Return)

    stage.wait(lambda: stored(stage, order).state is _S.CLOSED)
    assert stored(stage, order).satisfaction == 5
    stage.wait(lambda: not stage.desk.claims.held)


def test_a_closing_without_the_call_is_refused_at_the_field(stage: ScriptedStage) -> None:
    _, order = stage.on_loop(came_back(stage))
    page = shown(stage, order)

    stage.press(Qt.Key.Key_Y, BOTH)
    stage.wait(page.verification.script.rating.hasFocus)
    stage.press(Qt.Key.Key_4)
    stage.press(Qt.Key.Key_Return)

    stage.wait(lambda: "cannot be closed yet" in shown_texts(page.verification.script))
    assert page.verification.script.rating.score() == 4
    assert stored(stage, order) == order


def test_who_is_not_satisfied_gets_it_back_more_urgent(stage: ScriptedStage) -> None:
    _, order = stage.on_loop(came_back(stage))
    page = shown(stage, order)
    stage.press(Qt.Key.Key_D, BOTH)
    stage.do(stage.switch.far_answers, on_the_phone(stage))

    stage.press(Qt.Key.Key_N, BOTH)
    stage.wait(page.verification.script._reason.hasFocus)
    stage.press(Qt.Key.Key_Return)
    assert tr("verification.reason_missing") in shown_texts(page.verification)
    QTest.keyClicks(page.verification.script._reason, "still dead")
    stage.press(Qt.Key.Key_Return)

    stage.wait(lambda: stored(stage, order).state is _S.ASSIGNED)
    again = stored(stage, order)
    assert (again.priority, again.round) == (Priority.P2, 2)


def test_a_call_in_vain_is_counted_and_waits_for_another_day(stage: ScriptedStage) -> None:
    _, order = stage.on_loop(came_back(stage))
    page = shown(stage, order)
    stage.press(Qt.Key.Key_U, BOTH)
    stage.wait(lambda: "a call with this customer" in shown_texts(page.verification))

    stage.press(Qt.Key.Key_D, BOTH)
    call = on_the_phone(stage)
    stage.on_loop(stage.desk.calls.clear_connection(call))
    stage.press(Qt.Key.Key_U, BOTH)

    stage.wait(lambda: tr("verification.attempt_logged") in stage.notices())
    stage.wait(lambda: tr("verification.attempts") in shown_texts(page.verification))
    item = stage.on_loop(
        stage.storage.read(lambda uow: uow.claims.about(WorkKind.VERIFY, order.id))
    )
    assert item is not None
    assert item.due_at > stage.clock.now() + timedelta(hours=1)


def test_the_next_call_is_the_one_that_came_back(stage: ScriptedStage) -> None:
    _, order = stage.on_loop(came_back(stage))
    page = tickets_page(stage)
    stage.wait(lambda: page._due.isVisible() and page._due.text() == "1 due")

    press_next(page)

    stage.wait(lambda: page.is_verifying() and page.verification.order_id() == order.id)
    stage.wait(lambda: bool(stage.desk.claims.held))
    (claim,) = stage.desk.claims.held.values()
    assert claim.item.subject_id == order.id


def test_a_customer_who_calls_by_themselves_is_asked_at_once(stage: ScriptedStage) -> None:
    _, order = stage.on_loop(came_back(stage))
    orders = stage.panels.contact.orders
    stage.do(stage.switch.ring, "c-9", NUMBER)
    stage.wait(lambda: tr("verification.came_back", number=order.number) in shown_texts(orders))
    stage.on_loop(stage.desk.calls.answer_call(CallId("c-9")))

    orders._came_back.button.click()

    page = stage.view.window.page("tickets")
    assert isinstance(page, TicketsPage)
    stage.wait(lambda: page.is_verifying() and page.verification.order_id() == order.id)
    stage.wait(lambda: "On the phone with the customer" in shown_texts(page.verification))
    stage.press(Qt.Key.Key_Y, BOTH)
    stage.wait(page.verification.script.rating.hasFocus)
    stage.press(Qt.Key.Key_Return)
    stage.wait(lambda: stored(stage, order).state is _S.CLOSED)


@pytest.mark.parametrize("wish", ["add", "hurry", "cancel"])
def test_where_is_my_order_is_answered_and_something_done_about_it(
    stage: ScriptedStage, wish: str
) -> None:
    customer, order = stage.on_loop(raised(stage))
    stage.do(stage.view.contact.open_customer, customer.id)
    part = stage.panels.contact.orders.answer
    stage.wait(lambda: "they have not accepted it yet" in shown_texts(part))

    getattr(part, wish).setFocus()
    stage.press(Qt.Key.Key_Space)
    QTest.keyClicks(stage.focus(), "Ring twice")
    if wish == "cancel":
        stage.press(Qt.Key.Key_Return)
        stage.wait(lambda: tr("order_answer.consent_missing") in shown_texts(part))
        QTest.keyClicks(stage.focus(), "Mrs Wang, by letter")
    stage.press(Qt.Key.Key_Return)

    said = {
        "add": tr("order_answer.told", who="Field service"),
        "hurry": tr("order_answer.told", who="Field service"),
        "cancel": tr("order_answer.cancelled", number=order.number),
    }
    stage.wait(lambda: said[wish] in stage.notices())
    (message,) = stage.on_loop(stage.desk.orders.messages(order.id))
    assert message.text == ("Mrs Wang, by letter" if wish == "cancel" else "Ring twice")
    if wish == "hurry":
        stage.wait(lambda: not part.hurry.isEnabled() and "lately" in part.hurry.toolTip())


def test_what_became_the_teams_is_told(stage: ScriptedStage) -> None:
    _, order = stage.on_loop(raised(stage))
    long_ago = stage.clock.now().replace(year=2000)
    item = WorkItem(
        id=WorkItemId(new_uuid7(long_ago)),
        kind=WorkKind.VERIFY,
        subject_id=order.id,
        due_at=long_ago,
        open_at=long_ago,
        reserved_for=AgentId("ann"),
    )
    stage.on_loop(stage.storage.write(lambda uow: uow.claims.put(item, at=long_ago)))

    stage.on_loop(stage.desk.orders.inform(order.id, order.version, "ring twice"))

    said = tr("desk.returned_for_team", count=1, name=tr("nav.tickets"))
    stage.wait(lambda: said in stage.notices())
