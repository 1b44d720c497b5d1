"""A step of an order that somebody else moved first: it is shown, and done again or dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.command import OrderCommand
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.event_bus import EventBus
from agent_desk.services.work_orders import WorkOrders
from tests.contracts.presence_contract import a_report
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_contact import WANG, click, customer, texts
from ui.language import tr
from ui.orders.department_page import DepartmentPage
from ui.orders.verification_script import CustomersAnswer
from ui.ticket.tickets_page import TicketsPage

LI = AgentId("agent042")
Make = Callable[[WorkOrder], OrderCommand]


@dataclass
class Colleague:
    """Li Ming at another desk: what he does, nothing on this desk tells of."""

    stage: ScriptedStage
    orders: WorkOrders

    def does(self, order: WorkOrder, *steps: Make) -> WorkOrder:
        """Take ``steps`` one after the other; return the order as it is then."""
        for make in steps:
            order = self.stage.on_loop(self.orders.apply(replace(make(order), actor=LI)))
        return order


@pytest.fixture
def colleague(stage: ScriptedStage) -> Colleague:
    report = a_report("Li Ming 李明", agent_id=LI)
    stage.on_loop(stage.storage.write(lambda uow: uow.presence.report(report)))
    desk = stage.desk
    orders = WorkOrders(
        storage=stage.storage,
        bus=EventBus(),
        clock=stage.clock,
        access=desk.access,
        commands=desk.commands,
    )
    return Colleague(stage, orders)


@pytest.fixture
def order(stage: ScriptedStage) -> WorkOrder:
    """An order that waits for its department."""
    tree = stage.on_loop(stage.desk.tickets.categories())
    form = TicketForm(
        customer_id=customer(stage, "王秀英", WANG).id,
        category_id=next(c.id for c in tree if c.department_id is not None),
        subject="Pump leaks",
        resolution=Resolution.WORK_ORDER,
    )
    ticket = stage.on_loop(stage.desk.tickets.log(form, None))
    (found,) = stage.on_loop(stage.storage.read(lambda uow: uow.orders.of_ticket(ticket.id)))
    assert found.state is WorkOrderState.ASSIGNED
    return found


@pytest.fixture
def steps(stage: ScriptedStage) -> dict[str, Make]:
    """Every step that the tests take, by its name."""
    commands = stage.desk.commands
    return {
        "accept": lambda order: commands.accept_order(order.id, order.version),
        "start": lambda order: commands.start_order(order.id, order.version),
        "report": lambda order: commands.report_order(
            order.id, order.version, a_work_report(stage, "Pump changed")
        ),
        "send back": lambda order: commands.send_order_back(order.id, order.version, "which?"),
        "return": lambda order: commands.return_order(order.id, order.version),
        "reopen": lambda order: commands.verify_order(
            order.id, order.version, call=None, satisfied=False, reason="still leaks"
        ),
    }


def a_work_report(stage: ScriptedStage, done: str) -> WorkReport:
    now = stage.clock.now()
    return WorkReport(started_at=now, ended_at=now, done=done, outcome=ReportOutcome.SOLVED)


def department_page(stage: ScriptedStage, order: WorkOrder, state: str) -> DepartmentPage:
    """Show the department's page with ``order`` marked, as it stands in ``state``."""
    stage.view.window.show_page("department")
    page = stage.view.window.page("department")
    assert isinstance(page, DepartmentPage)
    stage.wait(lambda: page.list.count() > 0)
    page.select_order(order.id)
    stage.wait(lambda: tr(f"work_order_state.{state}") in texts(page.detail))
    return page


def stored(stage: ScriptedStage, order: WorkOrder) -> WorkOrder:
    return stage.on_loop(stage.desk.orders.get(order.id))


def test_a_step_that_no_longer_fits_is_shown_with_who_was_first_and_given_up(
    stage: ScriptedStage, colleague: Colleague, order: WorkOrder, steps: dict[str, Make]
) -> None:
    page = department_page(stage, order, "ASSIGNED")
    theirs = colleague.does(order, steps["accept"])

    page.detail.accept.setFocus()
    stage.press(Qt.Key.Key_Space)

    stage.wait(page.late.isVisible)
    shown = texts(page.late)
    assert "Li Ming 李明 moved this work order before your step was saved" in shown
    assert tr("kept.what.AcceptOrder") in shown
    assert tr("conflict.step_impossible", state=tr("work_order_state.ACCEPTED")) in shown
    assert page.late.isAncestorOf(stage.focus())
    stage.press(Qt.Key.Key_Return, CONTROL)
    click(page, tr("conflict.drop"))
    stage.wait(lambda: tr("work_order_state.ACCEPTED") in texts(page.detail))
    assert stored(stage, order) == theirs


def test_a_report_that_came_too_late_is_sent_again_as_it_was_written(
    stage: ScriptedStage, colleague: Colleague, order: WorkOrder, steps: dict[str, Make]
) -> None:
    running = colleague.does(order, steps["accept"], steps["start"])
    page = department_page(stage, order, "IN_PROGRESS")
    colleague.does(running, steps["report"], steps["send back"])
    mine = a_work_report(stage, "Pump and seal changed")

    page.report_requested.emit(order.id, running.version, mine)

    stage.wait(page.late.isVisible)
    shown = texts(page.late)
    assert "Pump and seal changed" in shown
    assert tr("order_field.report") in shown
    assert "Pump</span>" in shown or "Pump changed" in shown
    page.late.setFocus()
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: stored(stage, order).state is WorkOrderState.REPORTED)
    assert stored(stage, order).report == mine
    stage.wait(page.detail.isVisible)


def test_a_report_that_is_given_up_leaves_no_draft(
    stage: ScriptedStage, colleague: Colleague, order: WorkOrder, steps: dict[str, Make]
) -> None:
    running = colleague.does(order, steps["accept"], steps["start"])
    page = department_page(stage, order, "IN_PROGRESS")
    colleague.does(running, steps["report"])
    mine = a_work_report(stage, "Pump and seal changed")
    page.report_draft_changed.emit(order.id, {"done": mine.done})
    page.report_requested.emit(order.id, running.version, mine)
    stage.wait(page.late.isVisible)

    click(page, tr("conflict.drop"))

    stage.wait(page.detail.isVisible)
    stage.wait(lambda: not stage.on_loop(stage.desk.drafts.recover()))


def test_an_answer_of_the_customer_that_came_too_late_is_shown_and_given_up(
    stage: ScriptedStage, colleague: Colleague, order: WorkOrder, steps: dict[str, Make]
) -> None:
    loop = [steps[step] for step in ("accept", "start", "report", "return")]
    verifying = colleague.does(order, *loop)
    stage.view.window.show_page("tickets")
    page = stage.view.window.page("tickets")
    assert isinstance(page, TicketsPage)
    stage.wait(page.verification.isVisible)
    theirs = colleague.does(verifying, steps["reopen"])

    page.verified.emit(order.id, CustomersAnswer(satisfied=False, reason="it drips"))

    stage.wait(page.late.isVisible)
    shown = texts(page.late)
    assert "Li Ming 李明 moved this work order" in shown
    assert "it drips" in shown
    click(page, tr("conflict.drop"))
    stage.wait(lambda: not page.late.isVisible())
    assert stored(stage, order) == theirs


def test_an_answer_that_still_fits_is_given_once_more(
    stage: ScriptedStage, colleague: Colleague, order: WorkOrder, steps: dict[str, Make]
) -> None:
    names = ("accept", "start", "report", "return", "reopen")
    loop = [steps[step] for step in names]
    verifying = colleague.does(order, *loop[:-1])
    stage.view.window.show_page("tickets")
    page = stage.view.window.page("tickets")
    assert isinstance(page, TicketsPage)
    stage.wait(page.verification.isVisible)
    colleague.does(verifying, loop[-1], *loop[:-1])
    page.verified.emit(order.id, CustomersAnswer(satisfied=False, reason="it drips"))
    stage.wait(page.late.isVisible)

    click(page, tr("conflict.redo"))

    stage.wait(lambda: stored(stage, order).state is WorkOrderState.ASSIGNED)
    stage.wait(lambda: not page.late.isVisible())
