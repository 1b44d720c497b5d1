"""What the floor says of each desk, whom it shows, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent_desk.domain.agent import AgentState
from agent_desk.domain.call import LocalConnectionState
from tests.ui.floor import samples
from ui.floor.rows import GONE, STATE_KINDS, STATES, FloorOrder, FloorRow, arranged, counts, rows_of
from ui.language import Language, set_language


def rows() -> list[FloorRow]:
    return rows_of(samples.full_floor())


def named(name: str) -> FloorRow:
    return next(row for row in rows() if row.name.startswith(name))


def first_names(shown: list[FloorRow]) -> list[str]:
    return [row.name.split()[0] for row in shown]


def test_every_state_has_a_place_and_a_colour() -> None:
    assert set(STATES) == {*AgentState, GONE} == set(STATE_KINDS)


def test_a_call_shows_its_queue_in_the_language_on_screen() -> None:
    assert named("Anna").call_text == "Technical support"
    set_language(Language.ZH)
    assert named("Anna").call_text == "技术支持"


def test_of_several_calls_the_one_in_use_stands_in_front() -> None:
    row = named("Liu")

    assert row.call is not None
    assert row.call.state is LocalConnectionState.ALERTING
    assert row.call_text == "Billing · 2 calls"
    assert row.call_since == samples.AT - timedelta(seconds=9)


def test_a_call_without_a_queue_says_which_way_it_went() -> None:
    assert named("Wu").call_text == "Outgoing"


def test_a_lost_desk_shows_its_last_sign_of_life_and_no_call() -> None:
    row = named("Ma")

    assert (row.state, row.call, row.call_text) == (GONE, None, "")
    assert row.since == samples.AT - timedelta(minutes=3)
    assert row.state_text == "Gone"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (FloorOrder.NAME, "Anna Chen Li Liu Ma Peter Sun Wu Zhao"),
        (FloorOrder.STATE, "Li Wu Anna Liu Peter Chen Sun Zhao Ma"),
        (FloorOrder.LONGEST, "Zhao Wu Chen Anna Sun Li Peter Liu Ma"),
        (FloorOrder.CALL, "Wu Anna Liu Chen Li Ma Peter Sun Zhao"),
    ],
)
def test_the_floor_is_sorted_as_chosen(order: FloorOrder, expected: str) -> None:
    assert first_names(arranged(rows(), order=order)) == expected.split()


def test_a_state_shows_only_those_who_are_in_it() -> None:
    def in_state(state: str) -> list[str]:
        return first_names(arranged(rows(), state=state, order=FloorOrder.NAME))

    assert in_state("NOT_READY") == ["Chen", "Sun"]
    assert in_state(GONE) == ["Ma"]


def test_a_queue_shows_who_serves_it_and_who_has_a_call_of_it() -> None:
    in_billing = arranged(rows(), queue="billing", order=FloorOrder.NAME)

    assert first_names(in_billing) == ["Li", "Liu", "Peter"]


def test_everybody_is_counted_once() -> None:
    found = counts(rows())

    assert found["BUSY"] == 3
    assert found[GONE] == 1
    assert sum(found.values()) == 9
