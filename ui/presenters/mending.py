"""Wires the mending of refused entries: what is saved beside what was wanted, then once more.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QObject

from agent_desk.domain.command import ChangeCustomer, Command, CreateCustomer, LogTicket
from agent_desk.domain.conflict import EditConflict
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.errors import AgentDeskError, InputError
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.domain.late_step import LateClaimStep, LateStep, LateTicketStep
from agent_desk.domain.ticket import Category, Department
from agent_desk.domain.typed_words import typed_words
from agent_desk.services.commands import Commands
from agent_desk.services.conflicts import settled_customer, settled_ticket
from ui.kept.kept_entries import KeptEntriesDialog
from ui.kept.mending import Mending, mending_of
from ui.language import error_text
from ui.presenters.cases import category_paths
from ui.presenters.context import Context

_Made = NewCustomer | Mapping[str, Any] | LateStep | LateTicketStep | LateClaimStep


class MendingPresenter(QObject):
    """Follows one refused entry at a time on the mending page of ``dialog``."""

    def __init__(
        self,
        *,
        context: Context,
        dialog: KeptEntriesDialog,
        to_form: Callable[[KeptCommand], None],
    ) -> None:
        """Nothing is shown before ``begin``; ``to_form`` brings an entry into the window's form."""
        super().__init__(dialog)
        self._context = context
        self._dialog = dialog
        self._to_form = to_form
        self._entry: KeptCommand | None = None
        self._conflict: EditConflict | None = None
        dialog.mended.connect(self._on_mended)

    def begin(self, entry: KeptCommand) -> bool:
        """Show how ``entry`` can be mended; False when it cannot, but in a form of the window."""
        mending = mending_of(entry)
        if mending is None:
            return False
        self._entry, self._conflict = entry, None
        _BEGINNINGS[mending](self, entry)
        return True

    def _begin_new_customer(self, entry: KeptCommand) -> None:
        command = entry.command
        assert isinstance(command, CreateCustomer)
        complaint = error_text(entry.refusal.error) if entry.refusal else ""
        self._dialog.mending.show_new_customer(command.new, complaint)
        self._dialog.begin_mending(entry.id)

    def _begin_customer(self, entry: KeptCommand) -> None:
        command = entry.command
        assert isinstance(command, ChangeCustomer)
        changes = command.changes
        self._ask(
            entry,
            lambda: self._context.desk.conflicts.of_customer(changes),
            lambda conflict: self._compare(entry, conflict, self._dialog.mending.show_customer),
        )

    def _begin_ticket(self, entry: KeptCommand) -> None:
        command = entry.command
        assert isinstance(command, LogTicket)
        form = command.form

        async def work() -> tuple[EditConflict, Sequence[Category]]:
            desk = self._context.desk
            return await desk.conflicts.of_ticket(form), await desk.tickets.categories()

        def show(found: tuple[EditConflict, Sequence[Category]]) -> None:
            conflict, categories = found
            paths = category_paths(categories)
            page = self._dialog.mending
            self._compare(entry, conflict, lambda versions: page.show_ticket(versions, paths))

        self._ask(entry, work, show)

    def _begin_step(self, entry: KeptCommand) -> None:
        command: Any = entry.command

        async def work() -> tuple[LateStep, Sequence[Department]]:
            desk = self._context.desk
            return await desk.conflicts.of_step(command), await desk.tickets.departments()

        def show(found: tuple[LateStep, Sequence[Department]]) -> None:
            self._dialog.mending.show_step(*found)
            self._dialog.begin_mending(entry.id)

        self._ask(entry, work, show)

    def _begin_ticket_step(self, entry: KeptCommand) -> None:
        command: Any = entry.command

        async def work() -> tuple[LateTicketStep, Sequence[Category]]:
            desk = self._context.desk
            return await desk.conflicts.of_ticket_step(command), await desk.tickets.categories()

        def show(found: tuple[LateTicketStep, Sequence[Category]]) -> None:
            late, categories = found
            self._dialog.mending.show_ticket_step(late, category_paths(categories))
            self._dialog.begin_mending(entry.id)

        self._ask(entry, work, show)

    def _begin_claim_step(self, entry: KeptCommand) -> None:
        command: Any = entry.command

        def show(late: LateClaimStep) -> None:
            self._dialog.mending.show_claim_step(late)
            self._dialog.begin_mending(entry.id)

        self._ask(entry, lambda: self._context.desk.conflicts.of_claim_step(command), show)

    def _begin_words(self, entry: KeptCommand) -> None:
        error = entry.refusal.error if entry.refusal else None
        field = str(error.details.get("field", "")) if error is not None else ""
        complaint = error_text(error) if error is not None else ""
        self._dialog.mending.show_words(entry.command, field, complaint)
        self._dialog.begin_mending(entry.id)

    def _compare(
        self, entry: KeptCommand, conflict: EditConflict, show: Callable[[EditConflict], None]
    ) -> None:
        self._conflict = conflict
        if conflict.fields:
            show(conflict)
            self._dialog.begin_mending(entry.id)
        else:
            # Both wanted the same of these fields: the rest is saved on top of theirs.
            self._save(entry, {})

    def _ask(
        self, entry: KeptCommand, work: Callable[[], Any], show: Callable[[Any], None]
    ) -> None:
        """Let ``show`` have what ``work`` finds, unless another entry is mended by then."""

        def found(result: Any) -> None:
            if entry is self._entry:
                show(result)

        self._context.ask(work, found, failed=self._refused, owner=self)

    def _on_mended(self, command_id: str, made: _Made) -> None:
        if self._entry is not None and self._entry.id == command_id:
            self._save(self._entry, made)

    def _save(self, entry: KeptCommand, made: _Made) -> None:
        conflict = self._conflict

        async def work() -> None:
            desk = self._context.desk
            changed = mended(desk.commands, entry.command, made, conflict)
            await desk.outbox.edit(entry.id, changed)

        def failed(error: AgentDeskError) -> None:
            ticket = _settled_ticket(entry.command, made, conflict)
            if ticket is not None and isinstance(error, InputError):
                # Such as a follow-up that is over by now: only the whole form has that field.
                self._to_form(replace(entry, command=ticket))
            else:
                self._refused(error)

        self._context.ask(work, lambda _: self._dialog.end_mending(), failed=failed, owner=self)

    def _refused(self, error: AgentDeskError) -> None:
        self._dialog.show_error(str(error.details.get("field", "")), error_text(error))


def mended(
    commands: Commands, command: Command, made: _Made, conflict: EditConflict | None
) -> Command:
    """Return what is to be applied in the place of ``command``; raises InputError."""
    if isinstance(made, LateStep | LateClaimStep):
        return commands.again(made.command, made.conflict.theirs_version)
    if isinstance(made, LateTicketStep):
        return made.command
    if isinstance(made, NewCustomer):
        assert isinstance(command, CreateCustomer)
        return commands.create_customer(made, command.interaction_id)
    if typed_words(command):
        return commands.retyped(command, made)
    assert conflict is not None, "two versions are settled only once they are known"
    if isinstance(command, ChangeCustomer):
        return commands.change_customer(settled_customer(command.changes, conflict, made))
    assert isinstance(command, LogTicket)
    return commands.log_ticket(settled_ticket(command.form, conflict, made), command.call)


def _settled_ticket(
    command: Command, made: _Made, conflict: EditConflict | None
) -> LogTicket | None:
    """Return the ticket as the person settled it, None where it is not about a ticket."""
    if not isinstance(command, LogTicket) or conflict is None or not isinstance(made, Mapping):
        return None
    return replace(command, form=settled_ticket(command.form, conflict, made))


_BEGINNINGS: Final[Mapping[Mending, Callable[[MendingPresenter, KeptCommand], None]]] = (
    MappingProxyType(
        {
            Mending.NEW_CUSTOMER: MendingPresenter._begin_new_customer,
            Mending.CUSTOMER: MendingPresenter._begin_customer,
            Mending.TICKET: MendingPresenter._begin_ticket,
            Mending.STEP: MendingPresenter._begin_step,
            Mending.TICKET_STEP: MendingPresenter._begin_ticket_step,
            Mending.CLAIM_STEP: MendingPresenter._begin_claim_step,
            Mending.WORDS: MendingPresenter._begin_words,
        }
    )
)
