"""What a stale save meets: both versions, and who changed what; runs on `desk-loop`.

The event log carries every saved state, so the state that a person began with is still there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from agent_desk.domain.command import ConfirmTicket, OrderCommand, ReopenTicket
from agent_desk.domain.conflict import Edit, EditConflict, Side, compare, last_edits, settled
from agent_desk.domain.customer import Customer, CustomerChanges
from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import ClaimId
from agent_desk.domain.late_step import LateClaimStep, LateStep, LateTicketStep
from agent_desk.domain.loop_command import ClaimCommand
from agent_desk.domain.rights import Right
from agent_desk.domain.settlement import OrderClaim
from agent_desk.domain.ticket import TicketForm
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.settlement import is_claim_shown
from agent_desk.services.told_events import told_of_order

_CUSTOMER_FIELDS = ("name", "company", "tier", "language", "city", "address", "verified")
_TICKET_FIELDS = ("subject", "description", "category_id", "priority")
_STEP_FIELDS = ("state", "owner", *_TICKET_FIELDS, "follow_up_at")
_CLAIM_PEOPLE = ("office_approved_by", "hq_approved_by", "settled_by")
_CLAIM_FIELDS = ("state", "labour", "parts", "travel", *_CLAIM_PEOPLE, "reason")
_ORDER_FIELDS = (
    *("state", "department_id", "subject", "instructions", "priority"),
    *("technician", "technician_phone", "arrived_at", "hold_reason", "report"),
)

_Fields = dict[str, Any]
_Form = TypeVar("_Form", CustomerChanges, TicketForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Save:
    """One saved state out of the log: the version it became, who saved it, its fields."""

    version: int
    edit: Edit
    fields: _Fields


class Conflicts:
    """Compares what a person wanted to save with what is stored."""

    def __init__(self, *, storage: Storage, access: Access) -> None:
        """Read from ``storage``; nothing is written here."""
        self._storage = storage
        self._access = access

    async def of_customer(
        self, mine: CustomerChanges, base: Customer | None = None
    ) -> EditConflict:
        """Return how ``mine`` differs from the stored customer; raises RightsError, NotFoundError.

        base: the record as it was when the editing began; None takes it from the log.
        """
        self._access.require(Right.SEE_CUSTOMERS)

        def work(uow: UnitOfWork) -> EditConflict:
            stored = uow.customers.get(mine.id)
            saves = _saves(uow.events.of(Stream.CUSTOMER, mine.id), _customer_save)
            return _conflict(
                uow,
                Stream.CUSTOMER,
                mine.id,
                mine_version=mine.version,
                theirs_version=stored.version,
                mine=_typed(to_payload(mine), _CUSTOMER_FIELDS),
                theirs=_customer_fields(stored),
                base=_customer_fields(base) if base is not None else None,
                saves=saves,
            )

        return await self._storage.read(work)

    async def of_ticket(self, mine: TicketForm) -> EditConflict:
        """Return how ``mine`` differs from the ticket that it joins; raises NotFoundError.

        A form that was saved before, under its new_id, is compared with that ticket. Raises
        RightsError.
        """
        self._access.require(Right.SEE_CUSTOMERS)
        ticket_id = mine.ticket_id or mine.new_id
        assert ticket_id is not None, "a form without a ticket cannot be stale"

        def work(uow: UnitOfWork) -> EditConflict:
            stored = uow.tickets.get(ticket_id)
            return _conflict(
                uow,
                Stream.TICKET,
                ticket_id,
                mine_version=mine.version,
                theirs_version=stored.version,
                mine=_typed(to_payload(mine), _TICKET_FIELDS),
                theirs=_picked(to_payload(stored), _TICKET_FIELDS),
                base=None,
                saves=_saves(uow.events.of(Stream.TICKET, ticket_id), _saver(_TICKET_FIELDS)),
            )

        return await self._storage.read(work)

    async def of_step(self, command: OrderCommand) -> LateStep:
        """Return what happened to the order since ``command`` was made on it.

        A step edits no field: every field that differs is theirs, and "mine" is what the person
        saw. Raises NotFoundError, also for an order that another department has by now.
        """

        def work(uow: UnitOfWork) -> LateStep:
            stored = uow.orders.get(command.order_id)
            if self._access.own_department not in (None, stored.department_id):
                raise NotFoundError(subject="Work order", id=command.order_id)
            events = told_of_order(self._access, uow, command.order_id)
            saves = _saves(events, _saver(_ORDER_FIELDS))
            theirs = _picked(to_payload(stored), _ORDER_FIELDS)
            seen = _at_version(saves, command.version)
            conflict = _conflict(
                uow,
                Stream.WORK_ORDER,
                command.order_id,
                mine_version=command.version,
                theirs_version=stored.version,
                mine=theirs if seen is None else seen,
                theirs=theirs,
                base=seen,
                saves=saves,
            )
            return LateStep(command=command, conflict=conflict, order=stored)

        return await self._storage.read(work)

    async def of_ticket_step(self, command: ReopenTicket | ConfirmTicket) -> LateTicketStep:
        """Return what happened to the ticket since ``command``; raises NotFoundError, RightsError.

        Such a step names no version: what the person saw is what was saved last before it.
        """
        self._access.require(Right.SEE_CUSTOMERS)
        ticket_id = command.reopened if isinstance(command, ReopenTicket) else command.confirmed

        def work(uow: UnitOfWork) -> LateTicketStep:
            stored = uow.tickets.get(ticket_id)
            saves = _saves(uow.events.of(Stream.TICKET, ticket_id), _saver(_STEP_FIELDS))
            theirs = _picked(to_payload(stored), _STEP_FIELDS)
            before = [save for save in saves if save.edit.at <= command.at]
            seen = before[-1] if before else None
            mine = theirs if seen is None else seen.fields
            owners = {str(fields["owner"]) for fields in (mine, theirs)}
            names = uow.people.names(owners)
            conflict = _conflict(
                uow,
                Stream.TICKET,
                ticket_id,
                mine_version=stored.version if seen is None else seen.version,
                theirs_version=stored.version,
                mine=_people_named(mine, names, ("owner",)),
                theirs=_people_named(theirs, names, ("owner",)),
                base=None if seen is None else seen.fields,
                saves=saves,
            )
            return LateTicketStep(command=command, conflict=conflict, ticket=stored)

        return await self._storage.read(work)

    async def of_claim_step(
        self, command: ClaimCommand, shown: OrderClaim | None = None
    ) -> LateClaimStep:
        """Return what happened to the claim since ``command`` was made on it.

        shown: as the person saw it, None takes that from the log. Raises NotFoundError, also for a
        claim that the person may not see.
        """

        def work(uow: UnitOfWork) -> LateClaimStep:
            stored = uow.order_claims.get(command.claim_id)
            if not is_claim_shown(self._access, stored):
                raise NotFoundError(subject="Claim", id=command.claim_id)
            events = told_of_order(self._access, uow, stored.order_id)
            saves = _saves(events, partial(_claim_save, claim_id=stored.id))
            theirs = _claim_fields(to_payload(stored))
            seen = _at_version(saves, command.version)
            if shown is not None:
                seen = _claim_fields(to_payload(shown))
            mine = theirs if seen is None else seen
            people = {fields[name] for fields in (mine, theirs) for name in _CLAIM_PEOPLE}
            names = uow.people.names([login for login in people if login])
            conflict = _conflict(
                uow,
                Stream.WORK_ORDER,
                stored.order_id,
                mine_version=command.version,
                theirs_version=stored.version,
                mine=_people_named(mine, names, _CLAIM_PEOPLE),
                theirs=_people_named(theirs, names, _CLAIM_PEOPLE),
                base=seen,
                saves=saves,
            )
            return LateClaimStep(command=command, conflict=conflict, claim=stored)

        return await self._storage.read(work)


def settled_customer(
    mine: CustomerChanges, conflict: EditConflict, choices: Mapping[str, Side]
) -> CustomerChanges:
    """Return ``mine`` with every field settled, to be saved on top of theirs.

    Raises InputError naming a field that nobody chose for.
    """
    return _settled(mine, conflict, choices)


def settled_ticket(
    mine: TicketForm, conflict: EditConflict, choices: Mapping[str, Side]
) -> TicketForm:
    """Return ``mine`` with every field settled, joining the ticket as it is stored now.

    Raises InputError naming a field that nobody chose for.
    """
    joined = replace(mine, ticket_id=mine.ticket_id or mine.new_id)
    return _settled(joined, conflict, choices)


def _settled(mine: _Form, conflict: EditConflict, choices: Mapping[str, Side]) -> _Form:
    values = settled(conflict.fields, choices)
    # Back from JSON: an enumeration's value becomes its member again.
    typed = {name: type(getattr(mine, name))(value) for name, value in values.items()}
    return replace(mine, version=conflict.theirs_version, **typed)


def _conflict(
    uow: UnitOfWork,
    stream: Stream,
    subject_id: str,
    *,
    mine_version: int,
    theirs_version: int,
    mine: _Fields,
    theirs: _Fields,
    base: _Fields | None,
    saves: Sequence[_Save],
) -> EditConflict:
    base = base if base is not None else _at_version(saves, mine_version)
    since = _named(uow, [save for save in saves if save.version > mine_version])
    return EditConflict(
        stream=stream,
        subject_id=subject_id,
        mine_version=mine_version,
        theirs_version=theirs_version,
        last_edit=since[-1][0] if since else None,
        fields=compare(mine=mine, theirs=theirs, base=base, edits=last_edits(base, since)),
    )


def _people_named(fields: _Fields, names: Mapping[str, str], of: Sequence[str]) -> _Fields:
    """Return ``fields`` with names for the logins in those ``of`` people."""
    return fields | {name: names.get(fields[name] or "", fields[name]) for name in of}


def _named(uow: UnitOfWork, saves: Sequence[_Save]) -> list[tuple[Edit, _Fields]]:
    """Return who saved what, with the names of those who did."""
    names = uow.people.names({save.edit.actor for save in saves}) if saves else {}
    return [
        (replace(save.edit, name=names.get(save.edit.actor, "")), save.fields) for save in saves
    ]


def _saves(
    events: Sequence[LoggedEvent], read: Callable[[LoggedEvent], _Save | None]
) -> list[_Save]:
    return [save for event in events if (save := read(event)) is not None]


def _at_version(saves: Sequence[_Save], version: int) -> _Fields | None:
    return next((save.fields for save in reversed(saves) if save.version == version), None)


def _customer_fields(customer: Customer) -> _Fields:
    payload = to_payload(customer)
    return _picked({**payload, "company": payload["company_name"]}, _CUSTOMER_FIELDS)


def _customer_save(event: LoggedEvent) -> _Save | None:
    """Return the state that ``event`` saved; None for notes and numbers."""
    payload = event.payload
    if event.kind == "CustomerAdded":
        named = {**payload, "company": payload.get("company_name", "")}
        return _save(event, named, int(payload["version"]), _CUSTOMER_FIELDS)
    if event.kind == "CustomerChanged":
        # The changes name the version that they were made on.
        return _save(event, payload, int(payload["version"]) + 1, _CUSTOMER_FIELDS)
    return None


def _claim_save(event: LoggedEvent, *, claim_id: ClaimId) -> _Save | None:
    """Return the state of the claim that ``event`` saved; None for what is not about it."""
    claim = event.payload.get("claim")
    if not claim or claim.get("id") != claim_id:
        return None
    edit = Edit(actor=event.actor, at=event.at)
    return _Save(version=int(claim["version"]), edit=edit, fields=_claim_fields(claim))


def _claim_fields(claim: Mapping[str, Any]) -> _Fields:
    return _picked({**claim, **claim["amounts"]}, _CLAIM_FIELDS)


def _saver(names: tuple[str, ...]) -> Callable[[LoggedEvent], _Save | None]:
    """Return what reads the events that carry the whole record."""

    def read(event: LoggedEvent) -> _Save | None:
        # Others may log on the record's stream what has a version of its own.
        if "version" not in event.payload or event.payload.get("id") != event.stream_id:
            return None
        return _save(event, event.payload, int(event.payload["version"]), names)

    return read


def _save(
    event: LoggedEvent, payload: Mapping[str, Any], version: int, names: tuple[str, ...]
) -> _Save:
    edit = Edit(actor=event.actor, at=event.at)
    return _Save(version=version, edit=edit, fields=_picked(payload, names))


def _typed(payload: Mapping[str, Any], names: tuple[str, ...]) -> _Fields:
    """Return what a person typed as it would be saved: a blank at the end is no difference."""
    fields = _picked(payload, names)
    return {key: v.strip() if isinstance(v, str) else v for key, v in fields.items()}


def _picked(payload: Mapping[str, Any], names: tuple[str, ...]) -> _Fields:
    return {name: payload[name] for name in names if name in payload}
