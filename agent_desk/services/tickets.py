"""Tickets: logged in the call, settled in the first contact where possible.

Runs on the `desk-loop` thread; each use case is one unit of work with its events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

from agent_desk.domain.call import CallDirection
from agent_desk.domain.command import LogTicket, ReopenTicket, TicketCommand, applied
from agent_desk.domain.complaint import require_bystander
from agent_desk.domain.errors import (
    InputError,
    NotFoundError,
    StaleVersionError,
    TransitionRefusedError,
)
from agent_desk.domain.identifiers import CategoryId, CustomerId, TicketId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.rights import Right
from agent_desk.domain.ticket import (
    TICKET_TABLE,
    UNFINISHED,
    Category,
    Department,
    Resolution,
    Ticket,
    TicketForm,
    TicketState,
)
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.case_log import CaseLog
from agent_desk.services.catalogue import CatalogueReader
from agent_desk.services.claims import drop_callback, promise_callback
from agent_desk.services.commands import Commands
from agent_desk.services.complaints import complaint_owner, is_about, new_complaint
from agent_desk.services.event_bus import EventBus
from agent_desk.services.idempotency import applied_id, version_before
from agent_desk.services.order_routing import RoutingMoment
from agent_desk.services.order_steps import raise_order
from agent_desk.services.routing import Routing


class Tickets:
    """What agents do with tickets."""

    def __init__(
        self,
        *,
        storage: Storage,
        bus: EventBus,
        clock: Clock,
        access: Access,
        commands: Commands,
        repeat_window: timedelta,
        catalogue: CatalogueReader | None = None,
        routing: Routing | None = None,
    ) -> None:
        """``access`` is who acts; ``catalogue`` knows the categories also without a database.

        ``routing`` looks up what the rules need of a ticket that becomes an order. A call within
        ``repeat_window`` about the same category withdraws no-repeat FCR.
        """
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._access = access
        self._commands = commands
        self._repeat_window = repeat_window
        self._routing = routing or Routing(storage=storage, clock=clock, access=access)
        self._catalogue = catalogue or CatalogueReader(storage=storage)

    async def categories(self) -> Sequence[Category]:
        """Return the category tree, parents before children; that kept here without a database."""
        return (await self._catalogue.read()).categories

    async def departments(self) -> Sequence[Department]:
        """Return all departments; those kept here without a database."""
        return (await self._catalogue.read()).departments

    async def get(self, ticket_id: TicketId) -> Ticket:
        """Return the ticket; raises NotFoundError, RightsError."""
        self._access.require(Right.SEE_CUSTOMERS)
        return await self._storage.read(lambda uow: uow.tickets.get(ticket_id))

    async def mine(self) -> Sequence[Ticket]:
        """Return this agent's unfinished tickets, those to verify first; raises RightsError."""
        self._access.require(Right.SEE_CUSTOMERS)
        return await self._storage.read(lambda uow: uow.tickets.owned_by(self._access.login))

    async def complaints_with_names(self) -> tuple[Sequence[Ticket], Mapping[CustomerId, str]]:
        """Return everybody's unfinished complaints, the earliest promise first, and the names.

        For who moves tickets; nothing for others.
        """
        if not self._access.may(Right.MOVE_TICKETS):
            return (), {}

        def work(uow: UnitOfWork) -> tuple[Sequence[Ticket], Mapping[CustomerId, str]]:
            tickets = uow.tickets.complaints()
            customers = {ticket.customer_id for ticket in tickets}
            return tickets, {key: uow.customers.get(key).name for key in customers}

        return await self._storage.read(work)

    async def mine_with_names(self) -> tuple[Sequence[Ticket], Mapping[CustomerId, str]]:
        """Return `mine` and the names of the customers they are about, in one read."""
        self._access.require(Right.SEE_CUSTOMERS)

        def work(uow: UnitOfWork) -> tuple[Sequence[Ticket], Mapping[CustomerId, str]]:
            tickets = uow.tickets.owned_by(self._access.login)
            customers = {ticket.customer_id for ticket in tickets}
            return tickets, {key: uow.customers.get(key).name for key in customers}

        return await self._storage.read(work)

    async def joinable(
        self, customer_id: CustomerId, category_id: CategoryId | None = None
    ) -> Sequence[Ticket]:
        """Return the customer's unfinished tickets that a further call joins."""
        self._access.require(Right.SEE_CUSTOMERS)
        return await self._storage.read(
            lambda uow: uow.tickets.unfinished_of(customer_id, category_id)
        )

    async def log(self, form: TicketForm, interaction: Interaction | None) -> Ticket:
        """Save what the agent typed in the call ``interaction`` and return the ticket.

        A form with a ticket_id joins that ticket; one whose new_id is stored already was saved
        before, and the ticket is returned as it is. Raises InputError, RightsError,
        NotFoundError, StaleVersionError, TransitionRefusedError, StorageError; then nothing is
        saved.
        """
        return await self.apply(self._commands.log_ticket(form, interaction))

    async def reopen(self, ticket_id: TicketId, reason: str) -> Ticket:
        """Take a resolved or closed ticket up again; its first-contact claim is withdrawn.

        Raises InputError without a reason, TransitionRefusedError for any other ticket: the work
        order of a PENDING or VERIFYING one is still out.
        """
        return await self.apply(self._commands.reopen_ticket(ticket_id, reason))

    async def confirm(self, ticket_id: TicketId, satisfied: bool, reason: str = "") -> Ticket:
        """Record what the customer said about a RESOLVED ticket: closed, or reopened.

        Raises TransitionRefusedError for any other ticket: what a work order is out for is
        confirmed in the verification call of that order.
        """
        if not satisfied:
            return await self.reopen(ticket_id, reason)
        return await self.apply(self._commands.confirm_ticket(ticket_id))

    async def apply(self, command: TicketCommand) -> Ticket:
        """Apply ``command`` in one unit of work and return the ticket.

        One that was applied before changes nothing. Raises what `log` raises; the right is asked
        again, as the command may have been kept since it was given.
        """
        self._access.require_command(command)
        moment = await self._moment(command)

        def unit(uow: UnitOfWork) -> tuple[Ticket, CaseLog]:
            log = CaseLog(uow=uow, command=command)
            stored = self._stored(uow, command)
            if stored is not None:
                return stored, log
            ticket = self._effect(log, command, moment)
            log.write()
            now = self._clock.now()
            uow.commands.record(applied(command, at=now, id=ticket.id, version=ticket.version))
            return ticket, log

        ticket, log = await self._storage.write(unit)
        log.publish(self._bus)
        return ticket

    def _stored(self, uow: UnitOfWork, command: TicketCommand) -> Ticket | None:
        """Return what the command, or another one with the same form, left behind."""
        former = applied_id(uow, command)
        if former is not None:
            return uow.tickets.get(TicketId(former))
        return _saved_before(uow, command.form) if isinstance(command, LogTicket) else None

    async def _moment(self, command: TicketCommand) -> RoutingMoment:
        """Return what routing needs of a ticket that becomes an order, besides the database."""
        if isinstance(command, LogTicket) and command.form.resolution is Resolution.WORK_ORDER:
            return await self._routing.moment(command.form.customer_id)
        return RoutingMoment(at=self._clock.now())

    def _effect(self, log: CaseLog, command: TicketCommand, moment: RoutingMoment) -> Ticket:
        if isinstance(command, LogTicket):
            return self._log(log, command, moment)
        if isinstance(command, ReopenTicket):
            return _reopen(log, command.ticket_id, command.reason)
        return _confirm(log, command.ticket_id)

    def _log(self, log: CaseLog, command: LogTicket, moment: RoutingMoment) -> Ticket:
        form, call = command.form, command.call
        _require_known(log.uow, form)
        former = _joined(log.uow, command)
        if former is not None:
            require_bystander(former.complaint, log.actor, f"Ticket {former.number}")
        is_repeat = self._withdraw_repeats(log, form, call)
        is_first_contact = not is_repeat and _is_first_contact(former, call)
        ticket = _join(log, form, former, call) if former else _open(log, command)
        if former is None and is_about(ticket, log.actor):
            # It is a supervisor's from the start: whom it is about decides nothing of it.
            saved = ticket
        else:
            saved = _resolve(log, ticket, form, moment, first_contact=is_first_contact)
        if call is not None:
            # A call that was recorded while this waited could not name what was not there yet.
            log.uow.interactions.link(call.id, customer_id=form.customer_id, ticket_id=saved.id)
        return saved

    def _withdraw_repeats(
        self, log: CaseLog, form: TicketForm, interaction: Interaction | None
    ) -> bool:
        """Withdraw the no-repeat FCR of former claims; return whether there was any.

        A call from this desk is no repeat, nor is a second ticket of the same call.
        """
        if interaction is not None and interaction.direction is CallDirection.OUTBOUND:
            return False
        claims = [
            claim
            for claim in log.uow.tickets.claimed_since(
                form.customer_id, form.category_id, log.now - self._repeat_window
            )
            if not _is_of_call(claim, interaction)
        ]
        for claim in claims:
            log.save_ticket("FcrWithdrawn", replace(claim, fcr_withdrawn_at=log.now))
        return bool(claims)


def _open(log: CaseLog, command: LogTicket) -> Ticket:
    form, call = command.form, command.call
    complaint = None if form.complaint is None else new_complaint(log, form.complaint)
    return log.add_ticket(
        Ticket(
            id=command.ticket_id,
            number=log.uow.tickets.next_number(),
            customer_id=form.customer_id,
            category_id=form.category_id,
            subject=form.subject,
            description=form.description,
            priority=form.priority,
            state=TicketState.OPEN,
            owner=command.actor if complaint is None else complaint_owner(log, complaint),
            opened_at=log.now,
            opened_in=call.id if call else None,
            product_id=form.product_id,
            complaint=complaint,
        )
    )


def _saved_before(uow: UnitOfWork, form: TicketForm) -> Ticket | None:
    """Return the ticket that the same form was saved as; None when it was not.

    Raises StaleVersionError when the words have changed since: a person decides what holds.
    """
    if form.new_id is None:
        return None
    try:
        ticket = uow.tickets.get(form.new_id)
    except NotFoundError:
        return None
    if (ticket.subject, ticket.description) != (form.subject, form.description):
        subject = f"Ticket {ticket.number}"
        raise StaleVersionError(subject=subject, mine=0, theirs=ticket.version)
    return ticket


def _require_known(uow: UnitOfWork, form: TicketForm) -> None:
    """Raise NotFoundError or InputError for a customer or category that does not exist."""
    uow.customers.get(form.customer_id)
    if all(category.id != form.category_id for category in uow.catalogue.categories()):
        accepted = "a category of the tree"
        raise InputError(field="category", value=form.category_id, accepted=accepted)
    if form.product_id is not None:
        product = uow.products.get(form.product_id)
        if product.customer_id != form.customer_id:
            accepted = "a product of this customer"
            raise InputError(field="product", value=product.name, accepted=accepted)


def _joined(uow: UnitOfWork, command: LogTicket) -> Ticket | None:
    """Return the unfinished ticket that ``command`` joins, None for a new one."""
    form = command.form
    if form.ticket_id is None:
        return None
    ticket = uow.tickets.get(form.ticket_id)
    if form.version and version_before(uow, command, form.version) != ticket.version:
        subject = f"Ticket {ticket.number}"
        raise StaleVersionError(subject=subject, mine=form.version, theirs=ticket.version)
    if ticket.customer_id != form.customer_id:
        accepted = "an unfinished ticket of this customer"
        raise InputError(field="ticket", value=str(ticket.number), accepted=accepted)
    if ticket.state not in UNFINISHED:
        _refuse(ticket, TicketState.OPEN)
    return ticket


def _is_of_call(ticket: Ticket, interaction: Interaction | None) -> bool:
    return interaction is not None and ticket.opened_in == interaction.id


def _is_first_contact(joined: Ticket | None, interaction: Interaction | None) -> bool:
    """Return whether this is the call that opened the ticket, and nobody else was needed."""
    if interaction is not None and interaction.transferred:
        return False
    if joined is None:
        return True
    return joined.state is TicketState.OPEN and _is_of_call(joined, interaction)


def _join(
    log: CaseLog, form: TicketForm, ticket: Ticket, interaction: Interaction | None
) -> Ticket:
    """Return ``ticket`` with what the further call added to it."""
    changed = replace(
        ticket,
        category_id=form.category_id,
        subject=form.subject,
        description=form.description,
        priority=form.priority,
        product_id=form.product_id or ticket.product_id,
    )
    joined_in = interaction.id if interaction else None
    return log.save_ticket("TicketJoined", changed, interaction_id=joined_in)


def _resolve(
    log: CaseLog, ticket: Ticket, form: TicketForm, moment: RoutingMoment, *, first_contact: bool
) -> Ticket:
    """Return the saved ticket after the agent's decision."""
    if form.resolution is Resolution.FOLLOW_UP:
        promised = replace(ticket, follow_up_at=form.follow_up_at)
        promise_callback(log, promised)
        return log.save_ticket("FollowUpPromised", promised)
    drop_callback(log, ticket)
    if form.resolution is Resolution.WORK_ORDER:
        pending = log.move_ticket("TicketPending", ticket, TicketState.PENDING)
        raise_order(log, pending, moment)
        return pending
    settled = replace(ticket, fcr_claimed=first_contact, follow_up_at=None)
    return log.move_ticket("TicketResolved", settled, TicketState.RESOLVED)


def _reopen(log: CaseLog, ticket_id: TicketId, reason: str) -> Ticket:
    ticket = log.uow.tickets.get(ticket_id)
    if ticket.state in UNFINISHED:
        _refuse(ticket, TicketState.REOPENED)
    if ticket.fcr_claimed:
        withdrawn_at = ticket.fcr_withdrawn_at or log.now
        ticket = replace(ticket, fcr_confirmed=False, fcr_withdrawn_at=withdrawn_at)
    return log.move_ticket("TicketReopened", ticket, TicketState.REOPENED, reason=reason)


def _confirm(log: CaseLog, ticket_id: TicketId) -> Ticket:
    ticket = log.uow.tickets.get(ticket_id)
    if ticket.state is not TicketState.RESOLVED:
        _refuse(ticket, TicketState.CLOSED)
    confirmed = replace(ticket, fcr_confirmed=True)
    return log.move_ticket("TicketConfirmed", confirmed, TicketState.CLOSED)


def _refuse(ticket: Ticket, target: TicketState) -> NoReturn:
    """Raise TransitionRefusedError for a way that the agent may not go by hand."""
    ways = TICKET_TABLE.targets(ticket.state) - {target}
    raise TransitionRefusedError(
        subject=f"Ticket {ticket.number}",
        state=ticket.state.value,
        target=target.value,
        allowed=", ".join(sorted(ways)) or "nothing",
    )
