"""Service clocks as lists show them: an order that was assigned at some minutes past nine."""

from __future__ import annotations

from datetime import datetime

from agent_desk.domain.service_clock import Deadline, follow
from tests.unit.domain.service_cases import MONDAY, minutes, moment, policy


def deadline(state: str = "ASSIGNED", *, held_after: float | None = None) -> Deadline:
    """Return the clock of an order at P2, which has four hours for each step from nine on."""
    moments = [moment(0, state)]
    if held_after is not None:
        moments.append(moment(held_after, "ON_HOLD"))
    found = follow(moments, policy()).deadline(policy())
    assert found is not None
    return found


def at(minutes_past_nine: float) -> datetime:
    """Return the moment so many minutes after nine."""
    return MONDAY + minutes(minutes_past_nine)
