"""Roles and rights: complete tables, and refusals that name what is missed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent_desk.domain.errors import InputError, RightsError
from agent_desk.domain.identifiers import AgentId, DepartmentId
from agent_desk.domain.rights import (
    ORDER_STEPS,
    ROLE_RIGHTS,
    Person,
    Right,
    Role,
    local_person,
    require,
    require_login,
    require_roles,
    role_named,
)
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrderState
from agent_desk.services.access import Access


def person(*roles: Role, department: str = "") -> Person:
    return Person(
        login=AgentId("li"),
        name="Li",
        roles=frozenset(roles),
        department_id=DepartmentId(department) if department else None,
    )


def test_every_role_has_rights_and_every_right_a_role() -> None:
    assert set(ROLE_RIGHTS) == set(Role)
    assert frozenset[Right]().union(*ROLE_RIGHTS.values()) == set(Right)


def test_the_steps_of_an_order_are_those_of_its_table() -> None:
    ways = {(s, t) for s in WorkOrderState for t in WORK_ORDER_TABLE.targets(s)}

    assert set(ORDER_STEPS) == ways


def test_a_person_may_what_any_of_their_roles_may() -> None:
    both = person(Role.AGENT, Role.DISPATCHER)

    require(both, Right.TAKE_CALLS)
    require(both, Right.MANAGE_PEOPLE, Right.DISPATCH_ORDERS)
    with pytest.raises(RightsError) as caught:
        require(both, Right.MANAGE_PEOPLE)
    assert str(caught.value) == (
        "AGENT, DISPATCHER has no right to manage people; ask an administrator for it"
    )


def test_who_is_disabled_may_nothing() -> None:
    gone = Person(
        login=AgentId("li"),
        name="Li",
        roles=frozenset(Role),
        disabled_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    assert not any(gone.may(right) for right in Right)


def test_a_desk_without_sign_in_works_for_everybody() -> None:
    access = Access.without_sign_in(AgentId("li"))

    assert access.may(Right.TAKE_CALLS)
    assert access.may(Right.MOVE_TICKETS)
    assert access.may(Right.WORK_ON_ORDERS)
    assert access.own_department is None
    with pytest.raises(RightsError):
        access.require(Right.MANAGE_PEOPLE)


def test_only_scoped_people_are_bound_to_their_department() -> None:
    assert Access(person(Role.DEALER, department="d1")).own_department == "d1"
    assert Access(person(Role.DEALER, Role.AGENT, department="d1")).own_department is None
    changed = Access(local_person(AgentId("li"), "Li"))
    changed.change(person(Role.AUDITOR))
    assert not changed.may(Right.TAKE_CALLS)


@pytest.mark.parametrize("login", ["li", "li.ming", "l-1_2", "a" * 63])
def test_a_login_is_what_every_server_takes(login: str) -> None:
    assert require_login(f" {login} ") == login


@pytest.mark.parametrize(
    "login",
    ["", "1li", "Li", "李明", "li ming", "a" * 64, "pg_li", "agent_desk_agent", 'a"b', ".a"],
)
def test_another_login_is_refused(login: str) -> None:
    with pytest.raises(InputError, match="login"):
        require_login(login)


def test_roles_are_given_by_name_and_a_dealer_has_a_place() -> None:
    assert role_named(" campaign-manager ") is Role.CAMPAIGN_MANAGER
    with pytest.raises(InputError, match="campaign-manager"):
        role_named("boss")
    with pytest.raises(InputError, match="role"):
        require_roles([], None)
    with pytest.raises(InputError, match="department"):
        require_roles([Role.DEALER], None)
    assert require_roles([Role.DEALER], DepartmentId("d1")) == {Role.DEALER}
