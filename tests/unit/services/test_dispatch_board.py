"""What the dispatcher's board reads, and who may read it."""

from __future__ import annotations

import pytest

from agent_desk.domain.errors import RightsError
from agent_desk.domain.identifiers import AgentId, DepartmentId, WorkOrderId
from agent_desk.domain.rights import ROLE_RIGHTS, Person, Right, Role
from agent_desk.domain.service_clock import Deadline, follow
from agent_desk.domain.work_order import WorkOrderState
from agent_desk.services.access import Access
from agent_desk.services.dispatch_board import DispatchBoard
from tests.unit.domain.service_cases import moment, policy
from tests.unit.services.bench import Bench
from tests.unit.services.test_work_orders import raised


async def test_the_board_has_the_order(bench: Bench) -> None:
    wang, order = await raised(bench)

    (card,) = await bench.desk.board.all()

    assert (card.number, card.customer_name) == (order.number, wang.name)
    assert card.state is WorkOrderState.ASSIGNED
    assert list(await bench.desk.board.some([order.id])) == [card]


async def test_an_order_that_is_done_is_no_card_any_more(bench: Bench) -> None:
    _, order = await raised(bench)
    await bench.desk.orders.cancel(order.id, order.version, "not needed any more")

    assert list(await bench.desk.board.all()) == []
    assert list(await bench.desk.board.some([order.id])) == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.DEALER, Role.AUDITOR])
async def test_only_who_dispatches_has_the_board(bench: Bench, role: Role) -> None:
    person = Person(login=AgentId("li"), name="Li", roles=frozenset({role}))
    board = DispatchBoard(storage=bench.storage, access=Access(person))

    with pytest.raises(RightsError):
        await board.all()
    with pytest.raises(RightsError):
        await board.some([])


async def test_a_departments_person_with_the_board_sees_its_own(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, order = await raised(bench)
    rights = {**ROLE_RIGHTS, Role.DEPARTMENT: frozenset({Right.DISPATCH_ORDERS})}
    monkeypatch.setattr("agent_desk.domain.rights.ROLE_RIGHTS", rights)

    def board_of(department: DepartmentId | None) -> DispatchBoard:
        roles = frozenset({Role.DEPARTMENT})
        boss = Person(login=AgentId("b"), name="B", roles=roles, department_id=department)
        return DispatchBoard(storage=bench.storage, access=Access(boss))

    departments = await bench.desk.tickets.departments()
    other = next(d.id for d in departments if d.id != order.department_id)

    assert [card.id for card in await board_of(order.department_id).all()] == [order.id]
    assert list(await board_of(other).all()) == []
    assert list(await board_of(other).some([order.id])) == []


async def test_clocks_are_told_where_there_is_one_and_worked_out_once(bench: Bench) -> None:
    deadline = follow([moment(0, "PENDING_DISPATCH")], policy()).deadline(policy())
    asked: list[WorkOrderId] = []

    def deadline_of(order_id: WorkOrderId) -> Deadline | None:
        asked.append(order_id)
        return deadline if order_id == "late" else None

    board = DispatchBoard(storage=bench.storage, access=bench.desk.access, deadline=deadline_of)
    first = await board.clocks([WorkOrderId("late"), WorkOrderId("none")])
    again = await board.clocks([WorkOrderId("late")])

    assert deadline is not None
    assert first[WorkOrderId("late")].due_at == deadline.due_at
    assert WorkOrderId("none") not in first
    assert again[WorkOrderId("late")] is first[WorkOrderId("late")]
