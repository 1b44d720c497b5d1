"""Commands: each change of shared data that a person makes, as one value; pure, any thread.

A command carries everything that its effect needs, so that it can be kept on this machine while
the database is away and applied later: its ids are carried or derived, its time is the person's.
Its own id is its idempotency key: applied once, applying it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_desk.domain.customer import CustomerChanges, NewCustomer
from agent_desk.domain.event_log import Stream, to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CommandId,
    CustomerId,
    DepartmentId,
    InteractionId,
    TicketId,
    WorkOrderId,
    derived_uuid7,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.ticket import TicketForm
from agent_desk.domain.work_order import WorkReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Common part. id: UUIDv7. at: when the person did it, aware UTC. actor: who did it.

    after: the kept command on whose outcome this one stands: the version that it was made on is
    the one that the former leaves behind. None when it stands on what the database had.
    """

    id: CommandId
    at: datetime
    actor: AgentId
    after: CommandId | None = None

    @property
    def kind(self) -> str:
        """The name under which it is kept."""
        return type(self).__name__

    @property
    def about(self) -> tuple[Stream, str]:
        """The record that it is about, as the event log names it."""
        raise NotImplementedError

    @property
    def subjects(self) -> frozenset[str]:
        """Ids of the records that it touches: two that share one keep their order."""
        return frozenset({self.about[1]})

    @property
    def makes(self) -> frozenset[str]:
        """Ids of the records that it makes: what touches one cannot be applied before it."""
        return frozenset()

    @property
    def edits(self) -> str:
        """The id of the record whose version it was made on, "" when of none."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCommand(Command):
    """What an agent does with a ticket; the outcome is the ticket."""

    @property
    def ticket_id(self) -> TicketId:
        """The ticket that it makes or changes."""
        raise NotImplementedError

    @property
    def about(self) -> tuple[Stream, str]:
        """The ticket."""
        return Stream.TICKET, self.ticket_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTicket(TicketCommand):
    """Save what was typed in the call ``call``, None for no call; the record as it stood then."""

    form: TicketForm
    call: Interaction | None = None

    @property
    def ticket_id(self) -> TicketId:
        """The ticket that is joined, else the new one."""
        derived = TicketId(derived_uuid7(self.id, "ticket"))
        return self.form.ticket_id or self.form.new_id or derived

    @property
    def subjects(self) -> frozenset[str]:
        """The ticket and its customer."""
        return frozenset({self.ticket_id, self.form.customer_id})

    @property
    def makes(self) -> frozenset[str]:
        """The ticket, unless an old one is joined."""
        return frozenset() if self.form.ticket_id else frozenset({self.ticket_id})

    @property
    def edits(self) -> str:
        """The ticket that is joined."""
        return self.form.ticket_id or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTicket(TicketCommand):
    """Take a resolved or closed ticket up again."""

    reopened: TicketId
    reason: str

    @property
    def ticket_id(self) -> TicketId:
        """The ticket."""
        return self.reopened


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmTicket(TicketCommand):
    """The customer said that a resolved ticket is settled."""

    confirmed: TicketId

    @property
    def ticket_id(self) -> TicketId:
        """The ticket."""
        return self.confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCommand(Command):
    """What an agent does with a customer's record; the outcome is the card."""

    @property
    def customer_id(self) -> CustomerId:
        """The customer that it makes or changes."""
        raise NotImplementedError

    @property
    def about(self) -> tuple[Stream, str]:
        """The customer."""
        return Stream.CUSTOMER, self.customer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCustomer(CustomerCommand):
    """Store a new customer; interaction_id: of the call in which that happened, None for none."""

    new: NewCustomer
    interaction_id: InteractionId | None = None

    @property
    def customer_id(self) -> CustomerId:
        """The new customer."""
        return CustomerId(derived_uuid7(self.id, "customer"))

    @property
    def makes(self) -> frozenset[str]:
        """The customer."""
        return frozenset({self.customer_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCustomer(CustomerCommand):
    """Save edited fields of a record."""

    changes: CustomerChanges

    @property
    def customer_id(self) -> CustomerId:
        """The customer."""
        return self.changes.id

    @property
    def edits(self) -> str:
        """The customer."""
        return self.changes.id


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(CustomerCommand):
    """Store a note about a customer."""

    noted: CustomerId
    text: str

    @property
    def customer_id(self) -> CustomerId:
        """The customer."""
        return self.noted


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNumber(CustomerCommand):
    """Store a further number of a customer, as typed in ``number``."""

    reached: CustomerId
    number: str

    @property
    def customer_id(self) -> CustomerId:
        """The customer."""
        return self.reached


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCommand(Command):
    """A step of a work order, made on its ``version``; the outcome is the order."""

    order_id: WorkOrderId
    version: int

    @property
    def about(self) -> tuple[Stream, str]:
        """The order."""
        return Stream.WORK_ORDER, self.order_id

    @property
    def edits(self) -> str:
        """The order."""
        return self.order_id

    @property
    def needs_version(self) -> bool:
        """Whether it is refused when somebody changed the order meanwhile."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchOrder(OrderCommand):
    """Send a waiting order to a department; field_work: somebody goes there, None: as before."""

    department_id: DepartmentId
    field_work: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOrder(OrderCommand):
    """The department takes the order on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOrder(OrderCommand):
    """The department refuses the order."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOrder(OrderCommand):
    """Work begins, or goes on after a pause.

    Of field work: who does it, under which number, and when they arrived (aware UTC).
    """

    technician: str = ""
    technician_phone: str = ""
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder(OrderCommand):
    """The department says what was done."""

    report: WorkReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOrder(OrderCommand):
    """The report is approved: the agent is to call the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOrderBack(OrderCommand):
    """The report is not enough."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOrder(OrderCommand):
    """What the customer said in the call ``call``, the record as it stood then.

    satisfaction: 1 to 5, None when not asked. remark: what else was said.
    """

    call: Interaction | None
    satisfied: bool
    reason: str = ""
    satisfaction: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(OrderCommand):
    """Withdraw the order.

    consent: who agreed to it on the customer's side, "" when nobody was asked. consent_call: the
    call in which they did, the record as it stood then; None outside of one.
    """

    reason: str
    consent: str = ""
    consent_call: Interaction | None = None


def command_payload(command: Command) -> dict[str, Any]:
    """Return ``command`` as JSON values; its kind is kept beside them, see `command_kinds`."""
    return to_payload(command)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedCommand:
    """What the shared database knows of a command that it took.

    at: when the person did it. applied_at: when it was applied, by the clock of the desk that did.
    result: JSON values; "id" of the record, and its "version" right after the command.
    """

    id: CommandId
    kind: str
    actor: AgentId
    at: datetime
    applied_at: datetime
    result: Mapping[str, Any]


def applied(command: Command, *, at: datetime, id: str, version: int) -> AppliedCommand:
    """Return the proof that ``command`` was applied ``at`` and left record ``id`` behind."""
    return AppliedCommand(
        id=command.id,
        kind=command.kind,
        actor=command.actor,
        at=command.at,
        applied_at=at,
        result={"id": id, "version": version},
    )
