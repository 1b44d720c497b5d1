"""Makes commands of what a person typed: checked, stamped with id, time and actor.

Runs on the `desk-loop` thread and needs no database: a refusal of bad input never waits for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from agent_desk.domain.command import (
    AcceptOrder,
    AddNote,
    AddNumber,
    CancelOrder,
    ChangeCustomer,
    Command,
    ConfirmTicket,
    CreateCustomer,
    DeclineOrder,
    DispatchOrder,
    LogTicket,
    OrderCommand,
    ReopenTicket,
    ReportOrder,
    ReturnOrder,
    SendOrderBack,
    StartOrder,
    VerifyOrder,
)
from agent_desk.domain.complaint import require_complaint
from agent_desk.domain.customer import CustomerChanges, NewCustomer
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    DepartmentId,
    InteractionId,
    TicketId,
    WorkOrderId,
    parse_number,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.loop_command import ClaimCommand
from agent_desk.domain.product import ProductForm, require_product
from agent_desk.domain.product_command import SaveProduct
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.typed_words import typed_words
from agent_desk.domain.verification import require_satisfaction
from agent_desk.domain.work_order import WorkReport, require_complete_report
from agent_desk.ports.clock import Clock
from agent_desk.services.article_commands import ArticleCommands
from agent_desk.services.loop_commands import LoopCommands, told

MAX_SUBJECT = 200
"""Longest subject, in characters."""

MAX_DESCRIPTION = 20_000
"""Longest description, in characters."""

MAX_NOTE = 4000
"""Longest note, in characters."""

MAX_NAME = 200
"""Longest name of a customer, in characters."""

_Step = TypeVar("_Step", bound=OrderCommand | ClaimCommand)
_Made = TypeVar("_Made", bound=Command)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Commands(LoopCommands, ArticleCommands):
    """Every method raises InputError for the first field that the desk cannot take."""

    def __init__(self, *, clock: Clock, agent_id: AgentId, region: str) -> None:
        """Commands are the agent's; numbers are read in ``region`` (ISO 3166-1)."""
        super().__init__(clock=clock, agent_id=agent_id)
        self._region = region

    def log_ticket(self, form: TicketForm, call: Interaction | None) -> LogTicket:
        """Save ``form``, typed in ``call``."""
        _require_complete(form, self._clock.now())
        subject, description = form.subject.strip(), form.description.strip()
        form = replace(form, subject=subject, description=description)
        return LogTicket(**self._stamp(), form=form, call=call)

    def reopen_ticket(self, ticket_id: TicketId, reason: str) -> ReopenTicket:
        """Take a ticket up again."""
        reason = told("reason", reason, "why it is taken up again")
        return ReopenTicket(**self._stamp(), reopened=ticket_id, reason=reason)

    def confirm_ticket(self, ticket_id: TicketId) -> ConfirmTicket:
        """The customer is satisfied."""
        return ConfirmTicket(**self._stamp(), confirmed=ticket_id)

    def create_customer(
        self, new: NewCustomer, interaction_id: InteractionId | None = None
    ) -> CreateCustomer:
        """Store a new customer, found in the call ``interaction_id``."""
        if new.number.strip():
            parse_number(new.number, region=self._region)
        email = new.email.strip()
        if email and not _EMAIL.fullmatch(email):
            accepted = "an address such as name@example.com"
            raise InputError(field="email", value=email, accepted=accepted)
        new = replace(
            new,
            name=_sized("name", new.name, MAX_NAME),
            number=new.number.strip(),
            email=email,
            company=new.company.strip(),
            city=new.city.strip(),
            address=new.address.strip(),
        )
        return CreateCustomer(**self._stamp(), new=new, interaction_id=interaction_id)

    def change_customer(self, changes: CustomerChanges) -> ChangeCustomer:
        """Save edited fields."""
        changes = replace(
            changes,
            name=_sized("name", changes.name, MAX_NAME),
            company=changes.company.strip(),
            city=changes.city.strip(),
            address=changes.address.strip(),
        )
        return ChangeCustomer(**self._stamp(), changes=changes)

    def add_note(self, customer_id: CustomerId, text: str) -> AddNote:
        """Store a note."""
        text = _sized("note", text, MAX_NOTE)
        return AddNote(**self._stamp(), noted=customer_id, text=text)

    def add_number(self, customer_id: CustomerId, text: str) -> AddNumber:
        """Store a further number; raises InvalidNumberError."""
        parse_number(text, region=self._region)
        return AddNumber(**self._stamp(), reached=customer_id, number=text.strip())

    def save_product(self, form: ProductForm) -> SaveProduct:
        """Add a product, or save what was edited."""
        contract = form.contract
        if contract is not None:
            number, level = contract.number.strip(), contract.level.strip()
            contract = replace(contract, number=number, level=level)
        form = replace(
            form,
            name=form.name.strip(),
            serial_number=form.serial_number.strip(),
            sold_by=form.sold_by.strip(),
            contract=contract,
        )
        require_product(form, self._clock.now().astimezone().date())
        return SaveProduct(**self._stamp(), form=form)

    def dispatch_order(
        self,
        order_id: WorkOrderId,
        version: int,
        department_id: DepartmentId,
        *,
        field_work: bool | None = None,
    ) -> DispatchOrder:
        """Send a waiting order out; field_work: somebody goes there, None: as before."""
        step = self._step(order_id, version)
        return DispatchOrder(**step, department_id=department_id, field_work=field_work)

    def accept_order(self, order_id: WorkOrderId, version: int) -> AcceptOrder:
        """The department takes the order on."""
        return AcceptOrder(**self._step(order_id, version))

    def decline_order(self, order_id: WorkOrderId, version: int, reason: str) -> DeclineOrder:
        """The department refuses the order."""
        reason = told("reason", reason, "why the order is declined")
        return DeclineOrder(**self._step(order_id, version), reason=reason)

    def start_order(
        self,
        order_id: WorkOrderId,
        version: int,
        *,
        technician: str = "",
        technician_phone: str = "",
        arrived_at: datetime | None = None,
    ) -> StartOrder:
        """Work begins; of field work: who does it, under which number, since when they are there.

        technician_phone: kept in its canonical form. arrived_at: aware, not in the future.
        """
        phone = technician_phone.strip()
        if phone:
            phone = parse_number(phone, region=self._region, field="technician_phone").e164
        if arrived_at is not None:
            _require_past("arrived_at", arrived_at, self._clock.now())
        return StartOrder(
            **self._step(order_id, version),
            technician=technician.strip(),
            technician_phone=phone,
            arrived_at=arrived_at,
        )

    def report_order(self, order_id: WorkOrderId, version: int, report: WorkReport) -> ReportOrder:
        """The department says what was done."""
        require_complete_report(report)
        return ReportOrder(**self._step(order_id, version), report=report)

    def return_order(self, order_id: WorkOrderId, version: int) -> ReturnOrder:
        """The report is approved."""
        return ReturnOrder(**self._step(order_id, version))

    def send_order_back(self, order_id: WorkOrderId, version: int, reason: str) -> SendOrderBack:
        """The report is not enough."""
        reason = told("reason", reason, "what is missing in the report")
        return SendOrderBack(**self._step(order_id, version), reason=reason)

    def verify_order(
        self,
        order_id: WorkOrderId,
        version: int,
        *,
        call: Interaction | None,
        satisfied: bool,
        reason: str = "",
        satisfaction: int | None = None,
        remark: str = "",
    ) -> VerifyOrder:
        """What the customer said in ``call``; unsatisfied needs a reason."""
        require_satisfaction(satisfaction)
        if not satisfied:
            reason = told("reason", reason, "what the customer is not satisfied with")
        step = self._step(order_id, version)
        return VerifyOrder(
            **step,
            call=call,
            satisfied=satisfied,
            reason=reason,
            satisfaction=satisfaction,
            remark=remark.strip(),
        )

    def cancel_order(self, order_id: WorkOrderId, version: int, reason: str) -> CancelOrder:
        """Withdraw the order."""
        reason = told("reason", reason, "why the order is cancelled")
        return CancelOrder(**self._step(order_id, version), reason=reason)

    def retyped(self, command: _Made, words: Mapping[str, str]) -> _Made:
        """Return ``command`` with other words, see `typed_words`.

        Raises InputError for a word that was there and is not any more, InvalidNumberError.
        """
        former = typed_words(command)
        typed: dict[str, Any] = {
            name: told(name, text, "something") if former[name] else text.strip()
            for name, text in words.items()
        }
        if isinstance(command, AddNumber):
            parse_number(typed["number"], region=self._region)
        return replace(command, **self._stamp(), **typed)

    def again(self, command: _Step, version: int) -> _Step:
        """Take a step that came too late once more, on its record's present ``version``."""
        return replace(command, **self._step(command.order_id, version), after=None)


def _require_complete(form: TicketForm, now: datetime) -> None:
    subject = form.subject.strip()
    if not subject or len(subject) > MAX_SUBJECT:
        accepted = f"1 to {MAX_SUBJECT} characters"
        raise InputError(field="subject", value=subject[:40], accepted=accepted)
    if not form.category_id:
        raise InputError(field="category", value="", accepted="a category of the tree")
    if len(form.description) > MAX_DESCRIPTION:
        accepted = f"at most {MAX_DESCRIPTION} characters"
        raise InputError(field="description", value=f"{len(form.description)}", accepted=accepted)
    if form.complaint is not None:
        require_complaint(form.complaint)
    if form.resolution is Resolution.FOLLOW_UP:
        _require_future(form.follow_up_at, now)


def _require_future(at: datetime | None, now: datetime) -> None:
    if at is None or at.tzinfo is None or at <= now:
        value = at.isoformat() if at else ""
        raise InputError(field="follow_up_at", value=value, accepted="a time to come")


def _require_past(field: str, at: datetime, now: datetime) -> None:
    if at.tzinfo is None or at > now:
        accepted = "a time with its zone, not after now"
        raise InputError(field=field, value=at.isoformat(), accepted=accepted)


def _sized(field: str, text: str, longest: int) -> str:
    """Return ``text`` stripped; raises InputError when nothing or too much is left."""
    text = text.strip()
    if not text or len(text) > longest:
        accepted = f"1 to {longest} characters"
        raise InputError(field=field, value=text[:40], accepted=accepted)
    return text
