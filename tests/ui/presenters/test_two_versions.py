"""A save that comes too late: both versions are shown, and what a person chooses is saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QRadioButton, QWidget

from agent_desk.domain.conflict import Side
from agent_desk.domain.customer import Customer, CustomerChanges, NewCustomer
from agent_desk.domain.ticket import Priority, Resolution, Ticket, TicketForm
from tests.e2e.stage import CONTROL, ScriptedStage
from ui.conflict.conflict_panel import ConflictPanel

WANG = "+8613800138111"


def customer(stage: ScriptedStage) -> Customer:
    new = NewCustomer(name="王秀英", number=WANG)
    return stage.on_loop(stage.desk.customers.create(new)).customer


def ticket_of(stage: ScriptedStage, wang: Customer) -> Ticket:
    tree = stage.on_loop(stage.desk.tickets.categories())
    form = TicketForm(
        customer_id=wang.id,
        category_id=next(c.id for c in tree if c.name == "Refund"),
        subject="Refund of order 88",
        resolution=Resolution.FOLLOW_UP,
        follow_up_at=stage.clock.now() + timedelta(days=1),
    )
    return stage.on_loop(stage.desk.tickets.log(form, None))


def conflict_in(stage: ScriptedStage, within: QWidget) -> ConflictPanel:
    """Return the panel for two versions once it is on the screen."""
    stage.wait(lambda: any(p.isVisible() for p in within.findChildren(ConflictPanel)))
    return next(p for p in within.findChildren(ConflictPanel) if p.isVisible())


def values(panel: ConflictPanel) -> list[str]:
    return [button.accessibleName() for button in panel.findChildren(QRadioButton)]


def late_ticket(stage: ScriptedStage) -> tuple[Ticket, ConflictPanel]:
    """Save a ticket by key that was changed elsewhere; return it and what is shown."""
    wang = customer(stage)
    ticket = ticket_of(stage, wang)
    editor = stage.panels.editor
    stage.view.contact.open_customer(wang.id, then_ticket=ticket.id)
    stage.wait(lambda: editor.fields()["ticket_id"] == ticket.id)
    elsewhere = replace(ticket, subject="Refund of order 99", priority=Priority.P1)
    stage.on_loop(stage.storage.write(lambda uow: uow.tickets.save(elsewhere)))
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.press(Qt.Key.Key_End)
    stage.type("!")
    stage.press(Qt.Key.Key_Return, CONTROL)
    return ticket, conflict_in(stage, editor)


def test_a_late_ticket_shows_both_versions_and_changes_nothing(stage: ScriptedStage) -> None:
    ticket, panel = late_ticket(stage)

    shown = values(panel)
    assert "Subject, Yours: Refund of order 88!" in shown
    assert "Subject, Theirs: Refund of order 99" in shown
    assert panel.choices() == {"priority": Side.THEIRS}
    stored = stage.on_loop(stage.desk.tickets.get(ticket.id))
    assert stored.subject == "Refund of order 99"


def test_what_was_chosen_is_saved_by_keyboard(stage: ScriptedStage) -> None:
    ticket, panel = late_ticket(stage)

    assert panel.isAncestorOf(stage.view.window.focusWidget())
    stage.press(Qt.Key.Key_Space)
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: not stage.panels.editor.is_dirty())
    stored = stage.on_loop(stage.desk.tickets.get(ticket.id))
    assert (stored.subject, stored.priority) == ("Refund of order 88!", Priority.P1)


def test_leaving_the_panel_keeps_the_words(stage: ScriptedStage) -> None:
    _, panel = late_ticket(stage)

    stage.press(Qt.Key.Key_Escape)

    assert not panel.isVisible()
    assert stage.panels.editor.form.subject.text() == "Refund of order 88!"


def test_a_late_record_shows_both_versions_and_saves_what_was_chosen(stage: ScriptedStage) -> None:
    wang = customer(stage)
    card = stage.panels.contact.card
    stage.view.contact.open_customer(wang.id)
    stage.wait(lambda: card.isVisible() and card.customer_id() == wang.id)
    card.begin_edit()
    card.form.restore({"name": "王秀英女士"})
    elsewhere = CustomerChanges(id=wang.id, version=wang.version, name=wang.name, city="上海")
    stage.on_loop(stage.desk.customers.change(elsewhere))
    stage.wait(lambda: card.is_editing())
    card.form.submit()

    panel = conflict_in(stage, card)
    assert panel.choices() == {"name": Side.MINE, "city": Side.THEIRS}
    assert any(stage.desk.profile.agent_id in w.text() for w in panel.findChildren(QLabel))
    panel.setFocus()
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: not card.is_editing())
    saved = stage.on_loop(stage.desk.customers.card(wang.id)).customer
    assert (saved.name, saved.city) == ("王秀英女士", "上海")
