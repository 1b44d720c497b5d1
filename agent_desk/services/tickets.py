"""Tickets: logged in the call, settled in the first contact where possible.

Runs on the `desk-loop` thread; each use case is one unit of work with its events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn

from agent_desk.domain.call import CallDirection
from agent_desk.domain.errors import (
    InputError,
    NotFoundError,
    StaleVersionError,
    TransitionRefusedError,
)
from agent_desk.domain.identifiers import AgentId, CategoryId, CustomerId, TicketId, new_uuid7
from agent_desk.domain.interaction import Interaction
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
from agent_desk.services.case_log import CaseLog
from agent_desk.services.event_bus import EventBus
from agent_desk.services.work_orders import raise_order

MAX_SUBJECT = 200
"""Longest subject, in characters."""

MAX_DESCRIPTION = 20_000
"""Longest description, in characters."""


class Tickets:
    """What agents do with tickets."""

    def __init__(
        self,
        *,
        storage: Storage,
        bus: EventBus,
        clock: Clock,
        agent_id: AgentId,
        repeat_window: timedelta,
    ) -> None:
        """A call within ``repeat_window`` about the same category withdraws no-repeat FCR."""
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._agent_id = agent_id
        self._repeat_window = repeat_window

    async def categories(self) -> Sequence[Category]:
        """Return the category tree, parents before children."""
        return await self._storage.read(lambda uow: uow.catalogue.categories())

    async def departments(self) -> Sequence[Department]:
        """Return all departments."""
        return await self._storage.read(lambda uow: uow.catalogue.departments())

    async def get(self, ticket_id: TicketId) -> Ticket:
        """Return the ticket; raises NotFoundError."""
        return await self._storage.read(lambda uow: uow.tickets.get(ticket_id))

    async def mine(self) -> Sequence[Ticket]:
        """Return this agent's unfinished tickets, those to verify first."""
        return await self._storage.read(lambda uow: uow.tickets.owned_by(self._agent_id))

    async def mine_with_names(self) -> tuple[Sequence[Ticket], Mapping[CustomerId, str]]:
        """Return `mine` and the names of the customers they are about, in one read."""

        def work(uow: UnitOfWork) -> tuple[Sequence[Ticket], Mapping[CustomerId, str]]:
            tickets = uow.tickets.owned_by(self._agent_id)
            customers = {ticket.customer_id for ticket in tickets}
            return tickets, {key: uow.customers.get(key).name for key in customers}

        return await self._storage.read(work)

    async def joinable(
        self, customer_id: CustomerId, category_id: CategoryId | None = None
    ) -> Sequence[Ticket]:
        """Return the customer's unfinished tickets that a further call joins."""
        return await self._storage.read(
            lambda uow: uow.tickets.unfinished_of(customer_id, category_id)
        )

    async def log(self, form: TicketForm, interaction: Interaction | None) -> Ticket:
        """Save what the agent typed in the call ``interaction`` and return the ticket.

        A form with a ticket_id joins that ticket; one whose new_id is stored already was saved
        before, and the ticket is returned as it is. Raises InputError, NotFoundError,
        StaleVersionError, TransitionRefusedError, StorageError; then nothing is saved.
        """
        _require_complete(form, self._clock.now())

        def work(log: CaseLog) -> Ticket:
            saved_before = _saved_before(log.uow, form)
            if saved_before is not None:
                return saved_before
            _require_known(log.uow, form)
            former = _joined(log.uow, form)
            is_repeat = self._withdraw_repeats(log, form, interaction)
            is_first_contact = not is_repeat and _is_first_contact(former, interaction)
            if former is not None:
                ticket = _join(log, form, former, interaction)
            else:
                ticket = self._open(log, form, interaction)
            return _resolve(log, ticket, form, first_contact=is_first_contact)

        return await self._run(work)

    async def reopen(self, ticket_id: TicketId, reason: str) -> Ticket:
        """Take a resolved or closed ticket up again; its first-contact claim is withdrawn.

        Raises InputError without a reason, TransitionRefusedError for any other ticket: the work
        order of a PENDING or VERIFYING one is still out.
        """
        if not reason.strip():
            raise InputError(field="reason", value=reason, accepted="why it is taken up again")
        return await self._run(lambda log: _reopen(log, ticket_id, reason.strip()))

    async def confirm(self, ticket_id: TicketId, satisfied: bool, reason: str = "") -> Ticket:
        """Record what the customer said about a RESOLVED ticket: closed, or reopened.

        Raises TransitionRefusedError for any other ticket: what a work order is out for is
        confirmed in the verification call of that order.
        """
        if not satisfied:
            return await self.reopen(ticket_id, reason)
        return await self._run(lambda log: _confirm(log, ticket_id))

    async def _run(self, work: Callable[[CaseLog], Ticket]) -> Ticket:
        now = self._clock.now()

        def unit(uow: UnitOfWork) -> tuple[Ticket, CaseLog]:
            log = CaseLog(uow=uow, now=now, actor=self._agent_id)
            ticket = work(log)
            log.write()
            return ticket, log

        ticket, log = await self._storage.write(unit)
        log.publish(self._bus)
        return ticket

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

    def _open(self, log: CaseLog, form: TicketForm, interaction: Interaction | None) -> Ticket:
        return log.add_ticket(
            Ticket(
                id=form.new_id or TicketId(new_uuid7(log.now)),
                number=log.uow.tickets.next_number(),
                customer_id=form.customer_id,
                category_id=form.category_id,
                subject=form.subject.strip(),
                description=form.description.strip(),
                priority=form.priority,
                state=TicketState.OPEN,
                owner=self._agent_id,
                opened_at=log.now,
                opened_in=interaction.id if interaction else None,
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
    if (ticket.subject, ticket.description) != (form.subject.strip(), form.description.strip()):
        subject = f"Ticket {ticket.number}"
        raise StaleVersionError(subject=subject, mine=0, theirs=ticket.version)
    return ticket


def _require_known(uow: UnitOfWork, form: TicketForm) -> None:
    """Raise NotFoundError or InputError for a customer or category that does not exist."""
    uow.customers.get(form.customer_id)
    if all(category.id != form.category_id for category in uow.catalogue.categories()):
        accepted = "a category of the tree"
        raise InputError(field="category", value=form.category_id, accepted=accepted)


def _joined(uow: UnitOfWork, form: TicketForm) -> Ticket | None:
    """Return the unfinished ticket that ``form`` joins, None for a new one."""
    if form.ticket_id is None:
        return None
    ticket = uow.tickets.get(form.ticket_id)
    if form.version and form.version != ticket.version:
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
        subject=form.subject.strip(),
        description=form.description.strip(),
        priority=form.priority,
    )
    joined_in = interaction.id if interaction else None
    return log.save_ticket("TicketJoined", changed, interaction_id=joined_in)


def _resolve(log: CaseLog, ticket: Ticket, form: TicketForm, *, first_contact: bool) -> Ticket:
    """Return the saved ticket after the agent's decision."""
    if form.resolution is Resolution.FOLLOW_UP:
        promised = replace(ticket, follow_up_at=form.follow_up_at)
        return log.save_ticket("FollowUpPromised", promised)
    if form.resolution is Resolution.WORK_ORDER:
        pending = log.move_ticket("TicketPending", ticket, TicketState.PENDING)
        raise_order(log, pending)
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


def _require_complete(form: TicketForm, now: datetime) -> None:
    """Raise InputError for the first field that the desk cannot take."""
    subject = form.subject.strip()
    if not subject or len(subject) > MAX_SUBJECT:
        accepted = f"1 to {MAX_SUBJECT} characters"
        raise InputError(field="subject", value=subject[:40], accepted=accepted)
    if not form.category_id:
        raise InputError(field="category", value="", accepted="a category of the tree")
    if len(form.description) > MAX_DESCRIPTION:
        accepted = f"at most {MAX_DESCRIPTION} characters"
        raise InputError(field="description", value=f"{len(form.description)}", accepted=accepted)
    if form.resolution is Resolution.FOLLOW_UP:
        _require_future(form.follow_up_at, now)


def _require_future(at: datetime | None, now: datetime) -> None:
    if at is None or at.tzinfo is None or at <= now:
        value = at.isoformat() if at else ""
        raise InputError(field="follow_up_at", value=value, accepted="a time to come")
