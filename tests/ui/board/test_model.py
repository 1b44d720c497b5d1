"""The cards in their columns: order, what changes say, clocks, marks, filters, regions."""

from __future__ import annotations

import random

import pytest
from pytestqt.qtbot import QtBot

from agent_desk.domain.board import COLUMNS, BoardOrder
from agent_desk.domain.board_filter import BoardFilter, regions_of
from agent_desk.domain.identifiers import CategoryId, WorkOrderId
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from tests.ui.board.samples import FIELD, NOW, card, due
from ui.board.model import BoardModel

_W = WorkOrderState


@pytest.fixture
def said() -> list[tuple[object, ...]]:
    return []


@pytest.fixture
def model(qtbot: QtBot, said: list[tuple[object, ...]]) -> BoardModel:
    made = BoardModel()
    made.changed.connect(lambda column, row: said.append(("changed", column, row)))
    made.added.connect(lambda column, row: said.append(("added", column, row)))
    made.removed.connect(lambda column, row: said.append(("removed", column, row)))
    made.filled.connect(lambda column: said.append(("filled", column)))
    return made


def numbers(model: BoardModel, column: WorkOrderState) -> list[int]:
    return [order.number for order in model.lane(column)]


def test_cards_stand_by_clock_then_priority_then_age(model: BoardModel) -> None:
    orders = [
        card(1),
        card(2, priority=Priority.P1),
        card(3),
        card(4, priority=Priority.P4),
        card(5, priority=Priority.P1),
    ]
    model.show_all(orders, NOW)
    assert numbers(model, _W.PENDING_DISPATCH) == [5, 2, 3, 1, 4]

    model.set_clocks([o.id for o in orders], {WorkOrderId("o4"): due(-5)}, NOW)
    assert numbers(model, _W.PENDING_DISPATCH) == [4, 5, 2, 3, 1]
    assert model.overdue(_W.PENDING_DISPATCH, NOW) == 1


def test_a_pause_stands_in_progress_and_what_is_done_nowhere(model: BoardModel) -> None:
    model.show_all([card(1, state=_W.ON_HOLD), card(2, state=_W.CLOSED)], NOW)

    assert numbers(model, _W.IN_PROGRESS) == [1]
    assert sum(len(model.lane(column)) for column in COLUMNS) == 1


def test_a_change_in_place_says_only_its_card(
    model: BoardModel, said: list[tuple[object, ...]]
) -> None:
    model.show_all([card(number) for number in (1, 2, 3)], NOW)
    said.clear()

    model.change(["o2"], [card(2, subject="Burst pipe", version=2)], NOW)

    assert said == [("changed", "PENDING_DISPATCH", 1)]


def test_a_change_of_state_says_where_it_went(
    model: BoardModel, said: list[tuple[object, ...]]
) -> None:
    model.show_all([card(number) for number in (1, 2, 3)], NOW)
    said.clear()

    model.change(["o2", "o3"], [card(2, state=_W.ASSIGNED, department_id=FIELD)], NOW)

    assert said == [
        ("removed", "PENDING_DISPATCH", 1),
        ("added", "ASSIGNED", 0),
        ("removed", "PENDING_DISPATCH", 0),
    ]
    assert model.order("o3") is None
    assert model.loads() == {FIELD: 1}


def test_any_history_of_changes_ends_as_if_read_anew(model: BoardModel, qtbot: QtBot) -> None:
    chance = random.Random(7)
    known: dict[str, BoardOrder] = {}
    for step in range(400):
        number = chance.randrange(30)
        if chance.random() < 0.2:
            known.pop(f"o{number}", None)
            model.change([f"o{number}"], [], NOW)
            continue
        order = card(
            number,
            state=chance.choice(COLUMNS),
            priority=chance.choice(tuple(Priority)),
            version=step,
        )
        known[order.id] = order
        model.change([order.id], [order], NOW)
        clocks = {order.id: due(chance.randrange(-99, 99))} if chance.random() < 0.5 else {}
        model.set_clocks([order.id], clocks, NOW)

    anew = BoardModel()
    anew.show_all(known.values(), NOW)
    anew.set_clocks(list(known), {o.id: c for o in known.values() if (c := model.clock(o.id))}, NOW)
    for column in COLUMNS:
        assert list(model.lane(column)) == list(anew.lane(column))
        for row, order in enumerate(model.lane(column)):
            assert model.place(order.id) == (column, row)


def test_a_filter_hides_and_what_is_hidden_is_not_marked(model: BoardModel) -> None:
    model.show_all([card(1), card(2, city="Hamburg")], NOW)
    model.mark([WorkOrderId("o1"), WorkOrderId("o2")])

    model.show_filter(BoardFilter(city="Hamburg"), NOW)

    assert numbers(model, _W.PENDING_DISPATCH) == [2]
    assert [order.number for order in model.marked()] == [2]
    model.change(["o3"], [card(3)], NOW)
    assert numbers(model, _W.PENDING_DISPATCH) == [2]
    model.show_filter(BoardFilter(), NOW)
    assert len(numbers(model, _W.PENDING_DISPATCH)) == 3


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (BoardFilter(text="burst 2"), [2]),
        (BoardFilter(text="wang"), [3]),
        (BoardFilter(text="王芳"), [2, 1]),
        (BoardFilter(department_id=FIELD), [2]),
        (BoardFilter(priority=Priority.P1), [1]),
        (BoardFilter(city=""), [3]),
        (BoardFilter(categories=frozenset({CategoryId("k3")})), [1]),
        (BoardFilter(overdue=True), [2]),
        (BoardFilter(overdue=True, priority=Priority.P1), []),
    ],
)
def test_each_filter_shows_what_it_says(
    model: BoardModel, chosen: BoardFilter, found: list[int]
) -> None:
    orders = [
        card(1, priority=Priority.P1, category_id="k3"),
        card(2, subject="Burst pipe", state=_W.ASSIGNED, department_id=FIELD),
        card(3, customer_name="Wang", city="  "),
    ]
    model.show_all(orders, NOW)
    model.set_clocks(["o1", "o2"], {WorkOrderId("o1"): due(9), WorkOrderId("o2"): due(-9)}, NOW)

    model.show_filter(chosen, NOW)

    shown = [number for column in COLUMNS for number in numbers(model, column)]
    assert sorted(shown) == sorted(found)


def test_regions_count_by_state_and_the_most_overdue_stands_first(model: BoardModel) -> None:
    orders = [
        card(1),
        card(2, state=_W.ON_HOLD),
        card(3, city="Hamburg"),
        card(4, city="", state=_W.CLOSED),
    ]
    model.show_all(orders, NOW)
    model.set_clocks(["o3"], {WorkOrderId("o3"): due(-1)}, NOW)

    rows = regions_of(model.all(), model.clock, NOW)

    assert [(row.city, row.total, row.overdue) for row in rows] == [
        ("Hamburg", 1, 1),
        ("北京", 2, 0),
    ]
    assert rows[1].counts == {_W.PENDING_DISPATCH: 1, _W.IN_PROGRESS: 1}
