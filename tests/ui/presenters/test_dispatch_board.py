"""The dispatcher's board on a whole desk: steps, late ones, many at once, other desks, bad days."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from agent_desk.domain.board import BoardOrder
from agent_desk.domain.change import Change
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import EventId, WorkOrderId, new_uuid7
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.change_watch import SharedRecordsChangedEvent
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.board.samples import painted_cards
from tests.ui.presenters.test_contact import WANG, customer, texts
from tests.ui.presenters.test_late_steps import Colleague, Make, colleague, order, steps, stored
from ui.board.page import DispatchPage

__all__ = ["colleague", "order", "steps"]

_W = WorkOrderState
Waiting = Callable[[str], WorkOrder]


@pytest.fixture
def waiting(stage: ScriptedStage, steps: dict[str, Make]) -> Waiting:
    """Return how to raise an order that its department declined, so that it waits."""
    desk = stage.desk
    wang = customer(stage, "王秀英", WANG)
    tree = stage.on_loop(desk.tickets.categories())

    def raise_order(subject: str) -> WorkOrder:
        form = TicketForm(
            customer_id=wang.id,
            category_id=next(c.id for c in tree if c.department_id is not None),
            subject=subject,
            resolution=Resolution.WORK_ORDER,
        )
        ticket = stage.on_loop(desk.tickets.log(form, None))
        (raised,) = stage.on_loop(stage.storage.read(lambda uow: uow.orders.of_ticket(ticket.id)))
        return stage.on_loop(desk.orders.decline(raised.id, raised.version, "not ours"))

    return raise_order


@pytest.fixture
def page(stage: ScriptedStage) -> DispatchPage:
    stage.press(Qt.Key.Key_6, CONTROL)
    page = stage.view.window.page("dispatch")
    assert isinstance(page, DispatchPage)
    return page


def shown(page: DispatchPage, column: WorkOrderState) -> list[str]:
    return [card.id for card in page.model.lane(column)]


def test_an_order_is_dispatched_by_keyboard_alone(
    stage: ScriptedStage, page: DispatchPage, waiting: Waiting
) -> None:
    order = waiting("Pump leaks")
    stage.wait(lambda: shown(page, _W.PENDING_DISPATCH) == [order.id])

    stage.press(Qt.Key.Key_Return)
    stage.wait(lambda: "Declined" in texts(page.detail) or "declined" in texts(page.detail))
    stage.press(Qt.Key.Key_A)
    stage.press(Qt.Key.Key_Return)

    stage.wait(lambda: shown(page, _W.ASSIGNED) == [order.id])
    assert stored(stage, order).state is _W.ASSIGNED


def test_the_next_order_is_taken_and_the_former_one_given_back(
    stage: ScriptedStage, page: DispatchPage, waiting: Waiting
) -> None:
    both = {str(waiting("First").id), str(waiting("Second").id)}
    stage.wait(lambda: len(shown(page, _W.PENDING_DISPATCH)) == 2)
    page.columns.focus_cards()

    stage.press(Qt.Key.Key_N)
    stage.wait(page.detail.isVisible)
    first = page.detail.order_id
    assert len(stage.do(lambda: dict(stage.desk.claims.held))) == 1
    page.columns.focus_cards()
    stage.press(Qt.Key.Key_N)
    stage.wait(lambda: {first, page.detail.order_id} == both)
    assert len(stage.do(lambda: dict(stage.desk.claims.held))) == 1


def test_nothing_to_dispatch_is_said_calmly(
    stage: ScriptedStage, page: DispatchPage, order: WorkOrder
) -> None:
    stage.wait(lambda: shown(page, _W.ASSIGNED) == [order.id])
    page.columns.focus_cards()

    stage.press(Qt.Key.Key_N)

    stage.wait(lambda: page.notice.text() == "No order waits for dispatch")


def test_a_step_that_came_too_late_shows_who_was_first(
    stage: ScriptedStage, page: DispatchPage, waiting: Waiting, colleague: Colleague
) -> None:
    order = waiting("Pump leaks")
    stage.wait(lambda: shown(page, _W.PENDING_DISPATCH) == [order.id])
    theirs = stage.on_loop(stage.desk.tickets.departments())[1]
    dispatch = stage.desk.commands.dispatch_order
    colleague.does(order, lambda o: dispatch(o.id, o.version, theirs.id))

    page.columns.focus_cards()
    stage.press(Qt.Key.Key_A)
    stage.press(Qt.Key.Key_Return)

    stage.wait(page.side.late.isVisible)
    assert "Li Ming 李明 moved this work order" in texts(page.side.late)
    stage.press(Qt.Key.Key_Space)
    stage.wait(lambda: page.side.panel() is None)
    stage.wait(lambda: shown(page, _W.ASSIGNED) == [order.id])
    assert stored(stage, order).department_id == theirs.id


def test_many_are_assigned_and_one_that_was_moved_is_told_and_not_lost(
    stage: ScriptedStage, page: DispatchPage, waiting: Waiting, colleague: Colleague
) -> None:
    orders = [waiting(subject) for subject in ("One", "Two", "Three")]
    stage.wait(lambda: len(shown(page, _W.PENDING_DISPATCH)) == 3)
    cancel = stage.desk.commands.cancel_order
    colleague.does(orders[1], lambda o: cancel(o.id, o.version, "solved itself"))

    page.columns.focus_cards()
    stage.press(Qt.Key.Key_A, CONTROL)
    stage.press(Qt.Key.Key_A)
    stage.press(Qt.Key.Key_Return)

    stage.wait(page.side.outcomes.isVisible)
    outcomes = {one.order_id: one for one in page.side.outcomes.outcomes()}
    assert [outcomes[order.id].kind for order in orders] == ["done", "refused", "done"]
    assert outcomes[orders[1].id].text == "Somebody was first: it is Cancelled now"
    stage.wait(lambda: len(shown(page, _W.ASSIGNED)) == 2)
    stage.wait(lambda: shown(page, _W.PENDING_DISPATCH) == [])


def test_what_another_desk_changes_reads_and_paints_only_its_card(
    stage: ScriptedStage,
    page: DispatchPage,
    waiting: Waiting,
    colleague: Colleague,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders = [waiting(subject) for subject in ("One", "Two", "Three")]
    stage.wait(lambda: len(shown(page, _W.PENDING_DISPATCH)) == 3)
    # Each card is painted once more when its service clock is known.
    stage.wait(lambda: all(page.model.clock(order.id) for order in orders))
    board, read = stage.desk.board, list[frozenset[str]]()
    some = board.some

    async def noted(ids: Collection[WorkOrderId]) -> list[BoardOrder]:
        read.append(frozenset(ids))
        return await some(ids)

    async def never() -> list[BoardOrder]:
        raise AssertionError("the whole board was read again")

    monkeypatch.setattr(board, "some", noted)
    monkeypatch.setattr(board, "all", never)
    changed = stage.on_loop(stage.storage.write(lambda uow: uow.orders.save(renamed(orders[1]))))
    QApplication.processEvents()

    with painted_cards(monkeypatch) as painted:
        stage.do(stage.desk.bus.publish, SharedRecordsChangedEvent(changes=(a_change(changed),)))
        stage.wait(lambda: page.model.lane(_W.PENDING_DISPATCH)[1].subject == "Burst pipe")

    assert read == [frozenset({orders[1].id})]
    assert set(painted) == {orders[1].number}


def renamed(order: WorkOrder) -> WorkOrder:
    return replace(order, subject="Burst pipe")


def a_change(order: WorkOrder) -> Change:
    return Change(
        seq=1,
        id=EventId(new_uuid7(order.changed_at)),
        stream=Stream.WORK_ORDER,
        stream_id=order.id,
        kind="OrderChanged",
        at=order.changed_at,
        actor="agent042",
    )


@pytest.mark.expected_logs("database away")
def test_without_a_database_the_board_stays_and_reads_on_when_it_is_back(
    stage: ScriptedStage, page: DispatchPage, waiting: Waiting, colleague: Colleague
) -> None:
    order = waiting("Pump leaks")
    stage.wait(lambda: shown(page, _W.PENDING_DISPATCH) == [order.id])

    stage.do(stage.storage.die)
    page.reload_requested.emit()
    stage.wait(page.notice.isVisible)
    assert shown(page, _W.PENDING_DISPATCH) == [order.id]

    stage.do(stage.storage.revive)
    page.notice.action_requested.emit()
    stage.wait(lambda: not page.notice.isVisible())


def test_a_hidden_board_reads_nothing_before_it_is_looked_at(
    stage: ScriptedStage, page: DispatchPage, waiting: Waiting
) -> None:
    stage.wait(lambda: page.stage.is_known)
    stage.press(Qt.Key.Key_1, CONTROL)

    order = waiting("Pump leaks")
    stage.do(lambda: None)
    assert shown(page, _W.PENDING_DISPATCH) == []

    stage.press(Qt.Key.Key_6, CONTROL)
    stage.wait(lambda: shown(page, _W.PENDING_DISPATCH) == [order.id])
