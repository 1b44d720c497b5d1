"""Next callback: the customer's card, the ticket, and the number in the dial box."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from agent_desk.domain.claim import Claim, WorkItem, WorkKind
from agent_desk.domain.customer import Customer, NewCustomer
from agent_desk.domain.identifiers import WorkItemId, new_uuid7
from agent_desk.domain.ticket import Resolution, Ticket, TicketForm
from agent_desk.services.claims import ClaimLostEvent
from tests.e2e.stage import CONTROL, ScriptedStage
from ui.language import tr
from ui.shell.main_window import AGENT_PAGE
from ui.ticket.tickets_page import TicketsPage

NUMBER = "+8613800138222"


def tickets_page(stage: ScriptedStage) -> TicketsPage:
    stage.press(Qt.Key.Key_2, CONTROL)
    page = stage.view.window.page("tickets")
    assert isinstance(page, TicketsPage)
    return page


async def promised(stage: ScriptedStage) -> tuple[Customer, Ticket]:
    """Return a customer who was promised a call, which is due now."""
    desk = stage.desk
    card = await desk.customers.create(NewCustomer(name="王芳", number=NUMBER))
    (category, *_) = [c for c in await desk.tickets.categories() if c.name == "Refund"]
    form = TicketForm(
        customer_id=card.customer.id,
        category_id=category.id,
        subject="Refund of order 88",
        resolution=Resolution.FOLLOW_UP,
        follow_up_at=desk.clock.now() + timedelta(hours=1),
    )
    ticket = await desk.tickets.log(form, None)

    def due_now(uow: object) -> None:
        """Let it be due by the database's clock, which no test can move."""
        uow.claims.withdraw(WorkKind.CALLBACK, ticket.id)  # type: ignore[attr-defined]
        item = WorkItem(
            id=WorkItemId(new_uuid7(desk.clock.now())),
            kind=WorkKind.CALLBACK,
            subject_id=ticket.id,
            due_at=desk.clock.now().replace(year=2000),
            reserved_for=desk.profile.agent_id,
        )
        uow.claims.put(item, at=desk.clock.now())  # type: ignore[attr-defined]

    await stage.storage.write(due_now)
    return card.customer, ticket


def shown_texts(panel: QWidget) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def press_next(page: TicketsPage) -> None:
    page.next_callback.setFocus()
    QTest.keyClick(page.next_callback, Qt.Key.Key_Space)


def test_the_next_callback_opens_its_customer_with_the_number_to_dial(
    stage: ScriptedStage,
) -> None:
    customer, ticket = stage.on_loop(promised(stage))
    page = tickets_page(stage)
    stage.wait(lambda: page._due.isVisible() and page._due.text() == "1 due")

    press_next(page)

    stage.wait(lambda: stage.view.window.current_page() == AGENT_PAGE)
    stage.wait(lambda: stage.view.call_bar.dial_box.text() == NUMBER)
    stage.wait(lambda: customer.name in shown_texts(stage.panels.contact.card))
    (claim,) = stage.desk.claims.held.values()
    assert claim.item.subject_id == ticket.id
    stage.wait(lambda: not page._due.isVisibleTo(page))


def test_when_no_callback_is_due_the_agent_is_told(stage: ScriptedStage) -> None:
    page = tickets_page(stage)

    press_next(page)

    stage.wait(lambda: tr("tickets_page.no_callback") in stage.notices())
    assert page.next_callback.isEnabled()


def test_a_callback_that_was_lost_is_said(stage: ScriptedStage) -> None:
    tickets_page(stage)
    now = stage.desk.clock.now()
    item = WorkItem(
        id=WorkItemId(new_uuid7(now)),
        kind=WorkKind.CALLBACK,
        subject_id=new_uuid7(now),
        due_at=now,
    )
    claim = Claim(item=item, desk_id=stage.desk.presence.desk_id, token=1, until=now)

    stage.do(stage.desk.bus.publish, ClaimLostEvent(claim=claim))

    stage.wait(lambda: tr("tickets_page.callback_lost") in stage.notices())
