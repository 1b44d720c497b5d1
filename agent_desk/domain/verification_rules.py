"""The house's rules for what goes back to a customer: when to call, whom to remind; pure.

Any thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.order_message import BUILT_IN_LIMITS, ReminderLimits
from agent_desk.domain.working_calendar import CalendarId


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRules:
    """When customers are called back, and how often an order may be hurried.

    begins, ends: whole hours at the customer's. calendar: whose closed days are skipped, None for
    none. absence_days: working days after which a call whose owner is at no desk is the team's.
    """

    begins: int = 9
    ends: int = 20
    calendar: CalendarId | None = None
    absence_days: int = 1
    reminders: ReminderLimits = BUILT_IN_LIMITS


BUILT_IN_RULES = VerificationRules()
"""What holds where nothing else is set."""
