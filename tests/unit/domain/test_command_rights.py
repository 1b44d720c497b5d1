"""Every command has its right, and the roles that a server lets act are those that act here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent_desk.domain.command import AcceptOrder, LogTicket
from agent_desk.domain.command_kinds import COMMAND_KINDS
from agent_desk.domain.command_rights import COMMAND_RIGHTS, require_command
from agent_desk.domain.errors import RightsError
from agent_desk.domain.identifiers import (
    AgentId,
    CategoryId,
    CommandId,
    CustomerId,
    WorkOrderId,
)
from agent_desk.domain.loop_command import AcknowledgeEscalation
from agent_desk.domain.rights import ROLE_RIGHTS, Person, Right, Role
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.services.access import Access
from db.access.policies import ACTING

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LI = AgentId("li")


def person(*roles: Role) -> Person:
    return Person(login=LI, name="Li", roles=frozenset(roles))


def test_every_command_has_its_right() -> None:
    assert set(COMMAND_RIGHTS) == set(COMMAND_KINDS.values())


@pytest.mark.parametrize("role", Role)
def test_a_role_acts_where_the_server_lets_it(role: Role) -> None:
    assert Access(person(role)).is_acting is (role in ACTING)


@pytest.mark.parametrize("role", Role)
def test_a_command_is_for_those_who_have_its_right(role: Role) -> None:
    command = AcceptOrder(id=CommandId("c"), at=NOW, actor=LI, order_id=WorkOrderId("o"), version=1)
    if Right.WORK_ON_ORDERS in ROLE_RIGHTS[role]:
        require_command(person(role), command)
    else:
        with pytest.raises(RightsError, match="work on orders"):
            require_command(person(role), command)


def test_an_escalation_is_acknowledged_by_somebody_of_the_role_that_was_told() -> None:
    command = AcknowledgeEscalation(
        id=CommandId("c"),
        at=NOW,
        actor=LI,
        order_id=WorkOrderId("o"),
        alert_key="ACCEPT.1.P2.100",
        role=Role.DISPATCHER,
    )

    require_command(person(Role.AGENT, Role.DISPATCHER), command)
    for role in set(Role) - {Role.DISPATCHER}:
        with pytest.raises(RightsError, match="acknowledge escalations"):
            require_command(person(role), command)


def test_a_ticket_that_sends_an_order_out_needs_the_right_to_raise_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only_logs = {**ROLE_RIGHTS, Role.AGENT: frozenset({Right.LOG_TICKETS})}
    monkeypatch.setattr("agent_desk.domain.rights.ROLE_RIGHTS", only_logs)

    def logging_with(resolution: Resolution) -> LogTicket:
        form = TicketForm(
            customer_id=CustomerId("c"),
            category_id=CategoryId("k"),
            subject="line is dead",
            resolution=resolution,
        )
        return LogTicket(id=CommandId("c"), at=NOW, actor=LI, form=form)

    require_command(person(Role.AGENT), logging_with(Resolution.RESOLVED_NOW))
    with pytest.raises(RightsError, match="raise orders"):
        require_command(person(Role.AGENT), logging_with(Resolution.WORK_ORDER))
