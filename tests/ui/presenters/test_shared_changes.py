"""What the screen does when another desk changes what it shows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.change import Change, FeedState, FeedStateChangedEvent
from agent_desk.domain.customer import Customer, CustomerChanges, NewCustomer
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, EventId, new_uuid7
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.work_order import WorkOrderState
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.change_watch import (
    ChangeWatch,
    SharedRecordsChangedEvent,
    SharedRecordsReloadEvent,
)
from agent_desk.services.event_bus import EventBus
from agent_desk.services.tickets import Tickets
from db.change_feed.sqlite import SqliteChangeFeed
from tests.contracts.presence_contract import a_report
from tests.contracts.storage_samples import NOW, a_ticket, an_order
from tests.e2e.folders import places_of
from tests.e2e.stage import ScriptedStage
from tests.ui.presenters.test_contact import customer, log, shows, talk
from ui.formats import format_time
from ui.language import Language, set_language, tr
from ui.orders.department_page import DepartmentPage
from ui.presenters.shared_changes import FreshList, SharedChangesPresenter
from ui.ticket.tickets_page import TicketsPage

NUMBER = "+8613800138111"


def a_change(
    stream: Stream,
    stream_id: str,
    *,
    kind: str = "Changed",
    about: Customer | None = None,
    owner: str = "agent042",
) -> Change:
    return Change(
        seq=1,
        id=EventId(new_uuid7(NOW)),
        stream=stream,
        stream_id=stream_id,
        kind=kind,
        at=NOW,
        actor="agent042",
        customer_id=about.id if about is not None else None,
        owner=AgentId(owner),
    )


def tell(stage: ScriptedStage, *changes: Change) -> None:
    """Let the feed tell ``changes``."""
    stage.do(stage.desk.bus.publish, SharedRecordsChangedEvent(changes=changes))


def elsewhere(stage: ScriptedStage, customer: Customer, *, city: str) -> None:
    """Let the record be saved as another desk does: nothing on this one tells of it."""
    changes = CustomerChanges(
        id=customer.id, version=customer.version, name=customer.name, city=city
    )
    stage.on_loop(stage.desk.customers.change(changes))


def seat(stage: ScriptedStage, login: str, name: str) -> None:
    """Let somebody sit at another desk."""
    report = a_report(name, agent_id=AgentId(login))
    stage.on_loop(stage.storage.write(lambda uow: uow.presence.report(report)))


def ticket_elsewhere(
    stage: ScriptedStage, customer: Customer, subject: str, *, owner: str = "agent042"
) -> Change:
    """Let another desk log a ticket; return what is told of it."""
    category = stage.on_loop(stage.desk.tickets.categories())[0].id
    ticket = a_ticket(customer, category, 881, subject=subject, owner=AgentId(owner))
    stage.on_loop(stage.storage.write(lambda uow: uow.tickets.add(ticket)))
    return a_change(
        Stream.TICKET, ticket.id, kind="TicketOpened", about=customer, owner=ticket.owner
    )


def order_elsewhere(stage: ScriptedStage, customer: Customer, subject: str) -> Change:
    """Let another desk send an order to a department; return what is told of it."""
    category = stage.on_loop(stage.desk.tickets.categories())[0].id
    department = stage.on_loop(stage.desk.tickets.departments())[0].id
    ticket = a_ticket(customer, category, 882)
    order = an_order(
        ticket, 77, subject=subject, department_id=department, state=WorkOrderState.ASSIGNED
    )

    def add(uow: UnitOfWork) -> None:
        uow.tickets.add(ticket)
        uow.orders.add(order)

    stage.on_loop(stage.storage.write(add))
    return a_change(Stream.WORK_ORDER, order.id, kind="OrderAssigned", about=customer)


def subjects(stage: ScriptedStage) -> list[str]:
    """Return the open tickets and orders of the card on the screen."""
    shown = stage.view.contact.shown
    if shown is None or shown.card is None:
        return []
    tickets = [ticket.subject for ticket in shown.card.open_tickets]
    return tickets + [order.subject for order in shown.card.open_orders]


def titles(page: TicketsPage | DepartmentPage) -> list[str]:
    """Return the rows of a list as they are read out."""
    model = page.list.model()
    return [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]


@pytest.fixture
def shown(stage: ScriptedStage) -> Customer:
    """A customer on the screen."""
    card = stage.on_loop(stage.desk.customers.create(NewCustomer(name="王伟", number=NUMBER)))
    stage.view.contact.open_customer(card.customer.id)
    stage.wait(lambda: stage.view.contact.shown is not None)
    return card.customer


def texts_of(widget: QWidget) -> str:
    """Return everything that can be read on ``widget``."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_the_card_on_the_screen_is_read_again(stage: ScriptedStage, shown: Customer) -> None:
    elsewhere(stage, shown, city="Harbin")

    tell(stage, a_change(Stream.CUSTOMER, shown.id))

    stage.wait(lambda: "Harbin" in texts_of(stage.panels.contact.card))


def test_a_form_that_is_open_keeps_its_words_and_says_who_was_first(
    stage: ScriptedStage, shown: Customer
) -> None:
    card = stage.panels.contact.card
    card.begin_edit()
    card.form.focus_first()
    stage.type("x")
    typed, focus = card.form.fields(), stage.focus()
    seat(stage, "agent042", "Li Ming 李明")
    elsewhere(stage, shown, city="Harbin")

    tell(stage, a_change(Stream.CUSTOMER, shown.id))

    said = tr("shared.changed_by", who="Li Ming 李明", time=format_time(NOW))
    stage.wait(lambda: said in texts_of(card))
    assert card.is_editing()
    assert card.form.fields() == typed
    assert stage.focus() is focus


def test_changes_of_other_customers_read_nothing(stage: ScriptedStage, shown: Customer) -> None:
    stage.settled()
    reads = stage.storage.reads

    tell(stage, a_change(Stream.CUSTOMER, new_uuid7(NOW)), a_change(Stream.TICKET, "t"))
    tell(stage, a_change(Stream.CUSTOMER, shown.id))
    stage.wait(lambda: stage.storage.reads > reads)

    assert stage.storage.reads == reads + 1


def test_a_new_case_of_the_customer_comes_on_the_card_and_into_the_history(
    stage: ScriptedStage, shown: Customer
) -> None:
    ticket = ticket_elsewhere(stage, shown, "Refund of order 88")
    tell(stage, ticket)
    stage.wait(lambda: subjects(stage) == ["Refund of order 88"])

    tell(stage, order_elsewhere(stage, shown, "Collect the pump"))
    stage.wait(lambda: "Collect the pump" in subjects(stage))

    card = stage.view.contact.shown
    assert card is not None
    assert card.card is not None
    history = {entry.id for entry in card.card.timeline}
    assert ticket.stream_id in history


def test_a_case_that_another_desk_logs_comes_through_the_feed_onto_the_screen(
    stage: ScriptedStage, shown: Customer, tmp_path: Path
) -> None:
    desk = stage.desk
    feed = SqliteChangeFeed(path=places_of(tmp_path / "desk").database)
    watch = ChangeWatch(feed=feed, bus=desk.bus)
    stage.on_loop(watch.start())
    there = Tickets(
        storage=stage.storage,
        bus=EventBus(),
        clock=stage.clock,
        access=desk.access,
        commands=desk.commands,
        repeat_window=timedelta(days=7),
    )
    tree = stage.on_loop(desk.tickets.categories())
    form = TicketForm(
        customer_id=shown.id,
        category_id=next(c.id for c in tree if c.department_id is not None),
        subject="Pump leaks",
        resolution=Resolution.WORK_ORDER,
    )

    stage.on_loop(there.log(form, None))

    stage.wait(lambda: subjects(stage) == ["Pump leaks", "Pump leaks"])
    stage.on_loop(watch.stop())


def test_a_call_that_another_desk_had_comes_into_the_history(
    stage: ScriptedStage, shown: Customer
) -> None:
    stage.settled()
    reads = stage.storage.reads

    tell(stage, a_change(Stream.INTERACTION, new_uuid7(NOW), kind="Ended", about=shown))

    stage.wait(lambda: stage.storage.reads == reads + 1)


def test_a_card_behind_the_screen_is_read_again_when_somebody_turns_to_it(
    stage: ScriptedStage,
) -> None:
    wang = customer(stage, "王秀英", NUMBER)
    li = customer(stage, "李娜", "+8613900139000")
    talk(stage, "c-1", NUMBER, "王秀英")
    stage.view.contact.open_customer(li.id)
    stage.wait(shows(stage, "李娜"))
    stage.settled()
    change, reads = ticket_elsewhere(stage, wang, "Refund of order 88"), stage.storage.reads

    tell(stage, change)
    stage.wait(lambda: stage.seen(SharedRecordsChangedEvent) != [])
    assert not stage.view.shared_changes._gather.isActive()
    assert stage.storage.reads == reads
    stage.view.contact.select_call("c-1")

    stage.wait(lambda: subjects(stage) == ["Refund of order 88"])


def test_my_list_gets_a_ticket_that_another_desk_made_mine(
    stage: ScriptedStage, shown: Customer
) -> None:
    stage.view.window.show_page("tickets")
    page = stage.view.window.page("tickets")
    assert isinstance(page, TicketsPage)

    mine = ticket_elsewhere(stage, shown, "Refund of order 88", owner=stage.desk.access.login)
    tell(stage, mine)

    stage.wait(lambda: any("Refund of order 88" in title for title in titles(page)))


def test_my_list_is_not_read_for_the_tickets_of_others(stage: ScriptedStage) -> None:
    stage.view.window.show_page("tickets")
    assert stage.view.pages is not None
    presenter = stage.view.pages.my_tickets
    assert presenter is not None
    me = stage.desk.access.login

    assert not presenter.concerns(a_change(Stream.TICKET, "t"))
    assert not presenter.concerns(a_change(Stream.WORK_ORDER, "o", kind="OrderReturned"))
    assert not presenter.concerns(a_change(Stream.WORK_ORDER, "o", owner=me))
    assert presenter.concerns(a_change(Stream.TICKET, "t", owner=me))
    assert presenter.concerns(a_change(Stream.WORK_ORDER, "o", kind="OrderReturned", owner=me))


def test_a_department_s_list_gets_an_order_that_another_desk_raised(
    stage: ScriptedStage, shown: Customer
) -> None:
    stage.view.window.show_page("department")
    page = stage.view.window.page("department")
    assert isinstance(page, DepartmentPage)

    tell(stage, order_elsewhere(stage, shown, "Collect the pump"))

    stage.wait(lambda: any("Collect the pump" in title for title in titles(page)))


def test_a_ticket_in_the_editor_that_somebody_changed_is_said_with_their_name(
    stage: ScriptedStage, shown: Customer
) -> None:
    ticket = log(stage, shown, "Refund of order 88")
    stage.view.contact.open_customer(shown.id, then_ticket=ticket.id)
    workspace = stage.view.contact.shown
    assert workspace is not None
    stage.wait(lambda: workspace.ticket is not None)
    seat(stage, "agent042", "Li Ming 李明")

    tell(stage, a_change(Stream.TICKET, ticket.id, about=shown))

    said = tr(
        "shared.ticket_changed_by", number=ticket.number, who="Li Ming 李明", time=format_time(NOW)
    )
    stage.wait(lambda: said in stage.notices())


def test_after_a_reset_the_card_is_read_again(stage: ScriptedStage, shown: Customer) -> None:
    elsewhere(stage, shown, city="Harbin")

    stage.do(stage.desk.bus.publish, SharedRecordsReloadEvent())

    stage.wait(lambda: "Harbin" in texts_of(stage.panels.contact.card))


def test_an_order_that_comes_back_from_another_desk_counts_again(stage: ScriptedStage) -> None:
    stage.settled()
    reads = stage.storage.reads

    mine = stage.desk.access.login
    tell(stage, a_change(Stream.WORK_ORDER, "o", kind="OrderReturned", owner=mine))

    stage.wait(lambda: stage.storage.reads > reads)


@pytest.mark.parametrize("language", Language)
def test_a_feed_that_stays_away_is_said_until_it_is_back(
    stage: ScriptedStage, language: Language
) -> None:
    set_language(language)
    view = stage.view
    presenter = SharedChangesPresenter(
        context=view._context, contact=view.contact, card=stage.panels.contact.card, away_ms=0
    )

    stage.do(stage.desk.bus.publish, FeedStateChangedEvent(state=FeedState.AWAY))
    stage.wait(lambda: tr("shared.away") in stage.notices())
    stage.do(stage.desk.bus.publish, FeedStateChangedEvent(state=FeedState.POLLING))
    stage.wait(lambda: tr("shared.away") not in stage.notices())

    presenter.deleteLater()


class TestFreshList:
    def test_a_list_that_is_seen_is_read_at_once_and_then_only_after_a_pause(
        self, qtbot: QtBot
    ) -> None:
        page, reads = QWidget(), []
        qtbot.addWidget(page)
        page.show()
        fresh = FreshList(page, lambda: reads.append(1), pause_ms=50)

        for _ in range(5):
            fresh.change()
        assert len(reads) == 1

        qtbot.waitUntil(lambda: len(reads) == 2)

    def test_a_list_that_nobody_sees_is_read_when_it_is_shown(self, qtbot: QtBot) -> None:
        page, reads = QWidget(), []
        qtbot.addWidget(page)
        fresh = FreshList(page, lambda: reads.append(1))
        fresh.change()
        assert reads == []

        page.show()

        qtbot.waitUntil(lambda: len(reads) == 1)

    def test_a_list_without_changes_is_not_read_when_it_is_shown(self, qtbot: QtBot) -> None:
        page, reads = QWidget(), []
        qtbot.addWidget(page)
        FreshList(page, lambda: reads.append(1))

        page.show()
        qtbot.waitExposed(page)
        QTest.qWait(0)

        assert reads == []
