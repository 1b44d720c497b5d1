"""Commands: what they carry, what they touch, and that a journal's words are understood again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain import article_command, loop_command, product_command
from agent_desk.domain import command as plain
from agent_desk.domain.call import CallDirection
from agent_desk.domain.command import (
    AcceptOrder,
    AddNote,
    ChangeCustomer,
    Command,
    CreateCustomer,
    LogTicket,
    VerifyOrder,
    command_payload,
)
from agent_desk.domain.command_kinds import COMMAND_KINDS, command_from
from agent_desk.domain.customer import CustomerChanges, NewCustomer
from agent_desk.domain.errors import (
    AgentDeskError,
    NotFoundError,
    StaleVersionError,
    TransitionRefusedError,
    error_of,
)
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CategoryId,
    CommandId,
    CustomerId,
    InteractionId,
    TicketId,
    WorkOrderId,
    derived_uuid7,
    new_uuid7,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.kept_command import KeptCommand, KeptState, depends, held, refusal_of
from agent_desk.domain.rights import Role
from agent_desk.domain.ticket import TicketForm

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
WANG, LI = CustomerId("wang"), CustomerId("li")


def stamp() -> dict[str, object]:
    return {"id": CommandId(new_uuid7(NOW)), "at": NOW, "actor": AgentId("1001")}


def a_note(customer_id: CustomerId = WANG) -> AddNote:
    return AddNote(**stamp(), noted=customer_id, text="喜欢用中文")  # type: ignore[arg-type]


def a_creation() -> CreateCustomer:
    return CreateCustomer(**stamp(), new=NewCustomer(name="王芳"))  # type: ignore[arg-type]


def a_change(customer_id: CustomerId = WANG) -> ChangeCustomer:
    changes = CustomerChanges(id=customer_id, version=3, name="王芳")
    return ChangeCustomer(**stamp(), changes=changes)  # type: ignore[arg-type]


def a_ticket(customer_id: CustomerId = WANG, **more: object) -> LogTicket:
    form = TicketForm(customer_id=customer_id, category_id=CategoryId("c"), subject="断网")
    return LogTicket(**stamp(), form=replace(form, **more))  # type: ignore[arg-type]


def a_call() -> Interaction:
    return Interaction(
        id=InteractionId("i"),
        call_id=CallId("c-1"),
        agent_id=AgentId("1001"),
        direction=CallDirection.INBOUND,
        number="+8613800138000",
        began_at=NOW,
        answered_at=NOW + timedelta(seconds=4),
    )


def a_verification() -> VerifyOrder:
    return VerifyOrder(
        **stamp(),  # type: ignore[arg-type]
        order_id=WorkOrderId("o"),
        version=5,
        call=a_call(),
        satisfied=True,
    )


def an_acknowledgement() -> loop_command.AcknowledgeEscalation:
    return loop_command.AcknowledgeEscalation(
        **stamp(),  # type: ignore[arg-type]
        order_id=WorkOrderId("o"),
        alert_key="ACCEPT.1.P2.100",
        role=Role.SUPERVISOR,
        note="called them",
    )


@pytest.mark.parametrize(
    "command", [a_note(), a_creation(), a_change(), a_ticket(), an_acknowledgement()]
)
def test_a_command_comes_back_from_its_words(command: Command) -> None:
    words = json.loads(json.dumps(command_payload(command)))

    assert command_from(command.kind, words) == command


def test_a_command_carries_the_call_as_it_stood() -> None:
    command = a_verification()

    back = command_from(command.kind, json.loads(json.dumps(command_payload(command))))

    assert isinstance(back, VerifyOrder)
    assert back.call == a_call()


def test_every_command_can_be_kept() -> None:
    modules = {
        module.__name__: module
        for module in (plain, loop_command, article_command, product_command)
    }

    def leaves(kind: type[Command]) -> set[type[Command]]:
        narrower = [k for k in kind.__subclasses__() if k.__module__ in modules]
        # A dataclass with slots leaves the class behind that it was made of.
        current = {getattr(modules[k.__module__], k.__name__) for k in narrower}
        return {leaf for k in current for leaf in leaves(k)} or {kind}

    assert set(COMMAND_KINDS.values()) == leaves(Command)


def test_unknown_words_are_not_guessed() -> None:
    with pytest.raises(KeyError):
        command_from("LogTickets", command_payload(a_ticket()))


def test_what_a_command_makes_has_the_same_id_each_time() -> None:
    creation, ticket = a_creation(), a_ticket()

    assert creation.customer_id == command_from(creation.kind, command_payload(creation)).about[1]
    assert ticket.ticket_id == derived_uuid7(ticket.id, "ticket")
    assert a_ticket(new_id=TicketId("n")).ticket_id == "n"
    assert a_ticket(ticket_id=TicketId("old"), new_id=TicketId("n")).ticket_id == "old"


@given(st.integers(0, 250 * 365 * 86_400), st.text(max_size=8))
def test_a_derived_id_is_a_uuid7_of_the_same_time(seconds: int, role: str) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    base = new_uuid7(at)

    derived = derived_uuid7(base, role)

    assert derived == derived_uuid7(base, role)
    assert derived[:13] == base[:13]
    assert (derived[14], derived[19] in "89ab", len(derived)) == ("7", True, 36)
    assert derived != derived_uuid7(base, role + "x")
    assert derived != derived_uuid7(new_uuid7(at), role)


def test_only_what_needs_another_depends_on_it() -> None:
    creation = a_creation()
    ticket = a_ticket(creation.customer_id)
    accept = AcceptOrder(**stamp(), order_id=WorkOrderId("o"), version=1)  # type: ignore[arg-type]

    assert depends(ticket, creation)
    assert depends(a_note(creation.customer_id), creation)
    assert depends(a_ticket(creation.customer_id, ticket_id=ticket.ticket_id), ticket)
    assert depends(replace(accept, after=ticket.id), ticket)
    assert not depends(creation, ticket)
    assert not depends(a_note(WANG), a_note(WANG))
    assert not depends(a_note(WANG), a_change(WANG))


def kept(command: Command, state: KeptState = KeptState.WAITING) -> KeptCommand:
    return KeptCommand(command=command, kept_at=NOW, state=state)


def test_a_conflict_holds_up_what_depends_on_it_and_what_depends_on_that() -> None:
    creation = kept(a_creation(), KeptState.CONFLICT)
    customer_id = creation.command.about[1]
    ticket = a_ticket(CustomerId(customer_id))
    joining = a_ticket(WANG, ticket_id=ticket.ticket_id)
    free = a_note(WANG)

    assert held([creation, kept(ticket), kept(free), kept(joining)]) == {ticket.id, joining.id}
    assert held([kept(ticket), kept(free)]) == frozenset()


def test_a_waiting_entry_cannot_be_discarded() -> None:
    waiting = kept(a_note())

    with pytest.raises(TransitionRefusedError):
        waiting.moved(KeptState.DISCARDED)
    conflict = waiting.moved(KeptState.CONFLICT, refusal_of(NotFoundError(subject="X", id="1")))
    assert conflict.moved(KeptState.WAITING).refusal is None
    assert conflict.moved(KeptState.DISCARDED).state is KeptState.DISCARDED


def test_a_refusal_says_later_what_the_error_said() -> None:
    error = StaleVersionError(subject="Ticket 7", mine=1, theirs=2)

    again = refusal_of(error).error

    assert type(again) is StaleVersionError
    assert str(again) == str(error)


def test_an_error_that_nobody_foresaw_is_told_without_its_words() -> None:
    assert str(refusal_of(ZeroDivisionError("1/0")).error) == AgentDeskError.template


def test_an_error_of_another_version_is_told_all_the_same() -> None:
    assert type(error_of("refusal.of_the_future", {"a": "b"})) is AgentDeskError
    assert type(error_of("refusal.not_found", {})) is AgentDeskError
