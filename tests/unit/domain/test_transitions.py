from enum import StrEnum

import pytest

from agent_desk.domain.errors import TransitionRefusedError
from agent_desk.domain.transitions import StateTable


class Light(StrEnum):
    RED = "RED"
    GREEN = "GREEN"
    OFF = "OFF"


def table() -> StateTable[Light]:
    return StateTable(
        {
            Light.RED: frozenset({Light.GREEN, Light.OFF}),
            Light.GREEN: frozenset({Light.RED}),
            Light.OFF: frozenset(),
        }
    )


def test_a_way_of_the_table_is_allowed() -> None:
    table().require("The light", Light.RED, Light.GREEN)


def test_a_refusal_names_subject_state_target_and_what_is_possible() -> None:
    with pytest.raises(TransitionRefusedError) as caught:
        table().require("Light 7", Light.RED, Light.RED)
    assert str(caught.value) == "Light 7 is RED; it cannot become RED. Possible now: GREEN, OFF"
    assert caught.value.details == {
        "subject": "Light 7",
        "state": "RED",
        "target": "RED",
        "allowed": "GREEN, OFF",
    }


def test_a_refusal_at_an_end_says_that_it_is_one() -> None:
    with pytest.raises(TransitionRefusedError, match=r"Possible now: nothing, it is an end$"):
        table().require("Light 7", Light.OFF, Light.RED)


def test_an_end_leaves_to_nothing() -> None:
    assert table().is_end(Light.OFF)
    assert not table().is_end(Light.GREEN)
    assert table().targets(Light.OFF) == frozenset()


def test_a_table_does_not_change_with_the_rows_it_was_made_of() -> None:
    rows = {light: frozenset({Light.RED}) for light in Light}
    made = StateTable(rows)
    rows[Light.RED] = frozenset({Light.OFF})
    assert made.targets(Light.RED) == frozenset({Light.RED})
