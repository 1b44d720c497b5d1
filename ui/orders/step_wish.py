"""What a person wants to do next with a work order; plain data, main thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """The steps that the department's page offers, beside the report."""

    DISPATCH = "DISPATCH"
    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    START = "START"
    HOLD = "HOLD"
    RETURN = "RETURN"
    SEND_BACK = "SEND_BACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWish:
    """A step with what it needs.

    reason: of DECLINE, HOLD and SEND_BACK. department_id: of DISPATCH. technician,
    technician_phone, arrived_at (aware): of a START in the field.
    """

    step: Step
    reason: str = ""
    department_id: str = ""
    technician: str = ""
    technician_phone: str = ""
    arrived_at: datetime | None = None
