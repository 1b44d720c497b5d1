"""Refused entries of a day without a database: compared or mended, and saved under the same id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from agent_desk.domain.command import Command
from agent_desk.domain.conflict import Side
from agent_desk.domain.customer import CustomerChanges, NewCustomer
from agent_desk.domain.errors import (
    AgentDeskError,
    InputError,
    InvalidNumberError,
    StaleVersionError,
    TransitionRefusedError,
)
from agent_desk.domain.kept_command import KeptCommand, KeptState, refusal_of
from agent_desk.domain.settlement import ClaimState
from agent_desk.domain.ticket import Priority, Resolution, Ticket, TicketForm, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from tests.contracts.order_loop_contract import a_claim
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_contact import WANG, MakeStage, click, customer, log, texts
from ui.conflict.conflict_panel import ConflictPanel
from ui.conflict.late_step import LateStepPanel
from ui.customer.customer_form import CustomerForm
from ui.kept.kept_entries import KeptEntriesDialog
from ui.kept.words_form import WordsForm
from ui.language import tr

P = TypeVar("P", ConflictPanel, LateStepPanel, CustomerForm, WordsForm)

STALE = StaleVersionError(subject="Ticket", mine=1, theirs=2)
Prepare = Callable[[ScriptedStage], list[KeptCommand]]


def refused(command: Command, error: AgentDeskError = STALE) -> KeptCommand:
    return KeptCommand(
        command=command, kept_at=command.at, state=KeptState.CONFLICT, refusal=refusal_of(error)
    )


@pytest.fixture
def reopened(make_stage: MakeStage) -> Callable[[Prepare], ScriptedStage]:
    """Return how to start a desk whose former run left what was prepared in its journal."""

    def begin(prepare: Prepare) -> ScriptedStage:
        former = make_stage()
        entries = prepare(former)
        former.on_loop(former.desk.outbox.stop())
        for entry in entries:
            former.on_loop(former.journal.keep_command(entry))
        former.on_loop(former.desk.stop())
        stage = make_stage()
        stage.wait(lambda: tr("kept.conflicts", count=1) in stage.notices())
        stage.view.kept.show()
        return stage

    return begin


def dialog_of(stage: ScriptedStage) -> KeptEntriesDialog:
    (dialog,) = stage.view.window.findChildren(KeptEntriesDialog)
    return dialog


def panel_in(stage: ScriptedStage, kind: type[P], text: str) -> P:
    """Press ``text`` at the refused entry; return the panel that it opens."""
    dialog = dialog_of(stage)
    stage.wait(lambda: text in texts(dialog))
    click(dialog, text)
    stage.wait(lambda: any(panel.isVisible() for panel in dialog.findChildren(kind)))
    return next(panel for panel in dialog.findChildren(kind) if panel.isVisible())


def is_emptied(stage: ScriptedStage) -> bool:
    return not stage.desk.outbox.kept


def late_change(stage: ScriptedStage) -> list[KeptCommand]:
    wang = customer(stage, "王秀英", WANG)
    theirs = CustomerChanges(id=wang.id, version=wang.version, name=wang.name, city="Köln")
    stage.on_loop(stage.desk.customers.change(theirs))
    mine = replace(theirs, city="Bonn", address="1 Road")
    return [refused(stage.desk.commands.change_customer(mine))]


def test_a_late_change_is_compared_and_saved_as_it_was_settled(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(late_change)
    panel = panel_in(stage, ConflictPanel, tr("kept.compare"))
    assert panel.choices() == {"address": Side.MINE}

    click(panel, tr("conflict.all_yours"))
    click(panel, tr("conflict.save"))

    stage.wait(lambda: is_emptied(stage))
    (hit,) = stage.on_loop(stage.desk.customers.search("王秀英"))
    assert hit.customer_id is not None
    saved = stage.on_loop(stage.desk.customers.card(hit.customer_id)).customer
    assert (saved.city, saved.address, saved.version) == ("Bonn", "1 Road", 3)
    stage.wait(lambda: tr("kept.none") in texts(dialog_of(stage)))
    dialog_of(stage).reject()


def test_leaving_the_panel_leaves_the_entry_as_it_is(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(late_change)
    panel = panel_in(stage, ConflictPanel, tr("kept.compare"))

    click(panel, tr("kept.back"))

    dialog = dialog_of(stage)
    assert tr("kept.compare") in texts(dialog)
    (entry,) = stage.desk.outbox.kept
    assert entry.state is KeptState.CONFLICT
    dialog.reject()


class LateTicket:
    """A ticket that somebody changed while words about it were kept here."""

    def __init__(self, *, follow_up: timedelta) -> None:
        self._follow_up = follow_up
        self.ticket: Ticket | None = None

    def __call__(self, stage: ScriptedStage) -> list[KeptCommand]:
        wang = customer(stage, "王秀英", WANG)
        ticket = self.ticket = log(stage, wang, "Refund of order 88")
        form = TicketForm(
            customer_id=wang.id,
            category_id=ticket.category_id,
            subject="Refund of order 88 and 89",
            priority=ticket.priority,
            resolution=Resolution.FOLLOW_UP,
            follow_up_at=stage.clock.now() + timedelta(days=1),
            ticket_id=ticket.id,
            version=ticket.version,
        )
        command = stage.desk.commands.log_ticket(form, None)
        urgent = replace(ticket, priority=Priority.P1)
        stage.on_loop(stage.storage.write(lambda uow: uow.tickets.save(urgent)))
        due = stage.clock.now() + self._follow_up
        return [refused(replace(command, form=replace(form, follow_up_at=due)))]


def test_a_late_ticket_is_compared_and_saved_as_it_was_settled(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    late = LateTicket(follow_up=timedelta(days=1))
    stage = reopened(late)
    panel = panel_in(stage, ConflictPanel, tr("kept.compare"))
    assert panel.choices() == {"subject": Side.MINE, "priority": Side.THEIRS}

    click(panel, tr("conflict.save"))

    stage.wait(lambda: is_emptied(stage))
    assert late.ticket is not None
    saved = stage.on_loop(stage.desk.tickets.get(late.ticket.id))
    assert (saved.subject, saved.priority) == ("Refund of order 88 and 89", Priority.P1)
    dialog_of(stage).reject()


def test_a_settled_ticket_that_is_no_longer_complete_goes_into_its_form(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(LateTicket(follow_up=timedelta(days=-1)))
    panel = panel_in(stage, ConflictPanel, tr("kept.compare"))

    click(panel, tr("conflict.save"))

    editor = stage.panels.editor
    stage.wait(lambda: editor.form.subject.text() == "Refund of order 88 and 89")
    assert editor.fields()["priority"] == Priority.P1
    assert not dialog_of(stage).isVisible()
    stage.wait(lambda: is_emptied(stage))


def test_a_new_customer_is_mended_in_the_form_and_what_stands_on_it_follows(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    def prepare(stage: ScriptedStage) -> list[KeptCommand]:
        commands = stage.desk.commands
        made = commands.create_customer(NewCustomer(name="李娜", number=WANG, city="Bonn"))
        error = InputError(field="number", value=WANG, accepted="another number")
        note = commands.add_note(made.customer_id, "calls after five")
        return [refused(made, error), KeptCommand(command=note, kept_at=note.at)]

    stage = reopened(prepare)
    form = panel_in(stage, CustomerForm, tr("kept.edit"))
    assert form.fields()["city"] == "Bonn"
    (number,) = [e for e in form.findChildren(QLineEdit) if e.text() == WANG]
    number.setText("not a number")
    form.submit()
    stage.wait(lambda: "not a number" in texts(form))
    number.setText("+86 139 0013 9222")

    form.submit()

    stage.wait(lambda: is_emptied(stage))
    (hit,) = stage.on_loop(stage.desk.customers.search("李娜"))
    assert hit.customer_id is not None
    card = stage.on_loop(stage.desk.customers.card(hit.customer_id))
    assert [note.text for note in card.notes] == ["calls after five"]
    assert [point.value for point in card.contact_points] == ["+8613900139222"]
    dialog_of(stage).reject()


def an_order(stage: ScriptedStage) -> WorkOrder:
    tree = stage.on_loop(stage.desk.tickets.categories())
    form = TicketForm(
        customer_id=customer(stage, "王秀英", WANG).id,
        category_id=next(c.id for c in tree if c.department_id is not None),
        subject="Pump leaks",
        resolution=Resolution.WORK_ORDER,
    )
    ticket = stage.on_loop(stage.desk.tickets.log(form, None))
    (order,) = stage.on_loop(stage.storage.read(lambda uow: uow.orders.of_ticket(ticket.id)))
    return order


def late_start(stage: ScriptedStage) -> list[KeptCommand]:
    """Start an order that was accepted meanwhile: what was seen is old, the step still fits."""
    desk, order = stage.desk, an_order(stage)
    accepted = stage.on_loop(desk.orders.accept(order.id, order.version))
    start = desk.commands.start_order(order.id, accepted.version - 1)
    return [refused(start)]


def late_accept(stage: ScriptedStage) -> list[KeptCommand]:
    order = an_order(stage)
    stage.on_loop(stage.desk.orders.accept(order.id, order.version))
    return [refused(stage.desk.commands.accept_order(order.id, order.version))]


def test_a_late_step_is_taken_once_more(reopened: Callable[[Prepare], ScriptedStage]) -> None:
    stage = reopened(late_start)
    panel = panel_in(stage, LateStepPanel, tr("kept.compare"))
    assert tr("kept.what.StartOrder") in texts(panel)
    assert tr("work_order_state.ACCEPTED") in "".join(texts(panel).split("</span>"))

    click(panel, tr("conflict.redo"))

    stage.wait(lambda: is_emptied(stage))
    (line,) = stage.on_loop(stage.desk.orders.lines())
    assert line.order.state is WorkOrderState.IN_PROGRESS
    dialog_of(stage).reject()


def test_a_late_step_that_no_longer_fits_is_given_up_with_a_reason(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(late_accept)
    panel = panel_in(stage, LateStepPanel, tr("kept.compare"))
    state = tr("work_order_state.ACCEPTED")
    assert tr("conflict.step_impossible", state=state) in texts(panel)

    click(panel, tr("conflict.drop"))
    dialog = dialog_of(stage)
    (reason,) = [e for e in dialog.findChildren(QLineEdit) if e.isVisible()]
    reason.setText("Li Ming was first")
    QTest.keyClick(reason, Qt.Key.Key_Return)

    stage.wait(lambda: is_emptied(stage))
    (line,) = stage.on_loop(stage.desk.orders.lines())
    assert line.order.state is WorkOrderState.ACCEPTED
    dialog.reject()


def refused_number(stage: ScriptedStage) -> list[KeptCommand]:
    wang = customer(stage, "王秀英", WANG)
    command = stage.desk.commands.add_number(wang.id, "139 0013 9222")
    error = InvalidNumberError(field="number", value="12", accepted="a number")
    return [refused(replace(command, number="12"), error)]


def test_a_refused_number_is_typed_anew_in_its_place(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(refused_number)
    form = panel_in(stage, WordsForm, tr("kept.edit"))
    assert form.words() == {"number": "12"}
    (editor,) = form.findChildren(QLineEdit)
    editor.clear()
    QTest.keyClicks(editor, "not a number")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    stage.wait(lambda: "not a number" in texts(form))
    editor.setText("139 0013 9333")

    QTest.keyClick(editor, Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: is_emptied(stage))
    (hit,) = stage.on_loop(stage.desk.customers.search("王秀英"))
    assert hit.customer_id is not None
    card = stage.on_loop(stage.desk.customers.card(hit.customer_id))
    assert "+8613900139333" in {point.value for point in card.contact_points}
    dialog_of(stage).reject()


def test_a_form_of_words_is_left_with_the_entry_as_it_is(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(refused_number)
    form = panel_in(stage, WordsForm, tr("kept.edit"))

    QTest.keyClick(form, Qt.Key.Key_Escape)

    assert not form.isVisible()
    (entry,) = stage.desk.outbox.kept
    assert entry.state is KeptState.CONFLICT
    dialog_of(stage).reject()


class LateReopening:
    """A ticket that somebody else reopened first; ``again``: and settled once more."""

    def __init__(self, *, again: bool) -> None:
        self._again = again
        self.ticket: Ticket | None = None

    def __call__(self, stage: ScriptedStage) -> list[KeptCommand]:
        desk = stage.desk
        category = stage.on_loop(desk.tickets.categories())[-1]
        form = TicketForm(
            customer_id=customer(stage, "王秀英", WANG).id,
            category_id=category.id,
            subject="Refund of order 88",
        )
        ticket = self.ticket = stage.on_loop(desk.tickets.log(form, None))
        command = desk.commands.reopen_ticket(ticket.id, "the money never came")
        stage.do(stage.clock.advance, 60)
        stage.on_loop(desk.tickets.reopen(ticket.id, "asked again"))
        if self._again:
            stage.on_loop(desk.tickets.log(replace(form, ticket_id=ticket.id), None))
        error = TransitionRefusedError(subject="Ticket", state="", target="", allowed="")
        return [refused(command, error)]


def test_a_reopening_that_came_too_late_shows_both_versions_and_is_given_up(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(LateReopening(again=False))
    panel = panel_in(stage, LateStepPanel, tr("kept.compare"))
    told = texts(panel)
    assert tr("kept.what.ReopenTicket") in told
    assert "the money never came" in told
    assert tr("ticket_state.RESOLVED") in "".join(told.split("</span>"))
    state = tr("ticket_state.REOPENED")
    assert tr("conflict.ticket_step_impossible", state=state) in told

    click(panel, tr("conflict.drop"))
    dialog = dialog_of(stage)
    (reason,) = [e for e in dialog.findChildren(QLineEdit) if e.isVisible()]
    reason.setText("it is open already")
    QTest.keyClick(reason, Qt.Key.Key_Return)

    stage.wait(lambda: is_emptied(stage))
    dialog.reject()


def test_a_reopening_that_fits_again_is_done_all_the_same(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    late = LateReopening(again=True)
    stage = reopened(late)
    panel = panel_in(stage, LateStepPanel, tr("kept.compare"))

    click(panel, tr("conflict.redo"))

    stage.wait(lambda: is_emptied(stage))
    assert late.ticket is not None
    stored = stage.on_loop(stage.desk.tickets.get(late.ticket.id))
    assert stored.state is TicketState.REOPENED
    dialog_of(stage).reject()


def late_approval(stage: ScriptedStage) -> list[KeptCommand]:
    """Approve a claim of the office that was approved, and sent back, meanwhile."""
    desk, order = stage.desk, an_order(stage)
    assert order.department_id is not None
    claim = a_claim(order, order.department_id)
    stage.on_loop(stage.storage.write(lambda uow: uow.order_claims.add(claim)))
    mine = desk.commands.approve_claim_at_office(claim)
    theirs = stage.on_loop(desk.settlement.apply(desk.commands.send_claim_back(claim, "which?")))
    amounts = theirs.amounts
    stage.on_loop(desk.settlement.apply(desk.commands.resubmit_claim(theirs, amounts)))
    return [refused(mine)]


def test_a_late_approval_is_given_all_the_same(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(late_approval)
    panel = panel_in(stage, LateStepPanel, tr("kept.compare"))
    assert tr("kept.what.ApproveClaimAtOffice") in texts(panel)

    click(panel, tr("conflict.redo"))

    stage.wait(lambda: is_emptied(stage))
    (claim,) = stage.on_loop(stage.desk.settlement.claims()).claims
    assert claim.state is ClaimState.OFFICE_APPROVED
    dialog_of(stage).reject()


@pytest.mark.expected_logs("database away")
def test_a_record_that_cannot_be_compared_now_is_said_in_the_list(
    reopened: Callable[[Prepare], ScriptedStage],
) -> None:
    stage = reopened(late_accept)
    dialog = dialog_of(stage)
    stage.wait(lambda: tr("kept.compare") in texts(dialog))
    stage.do(stage.storage.die)

    click(dialog, tr("kept.compare"))

    stage.wait(lambda: "cannot be opened" in texts(dialog))
    dialog.reject()
