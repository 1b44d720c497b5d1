"""Average handling time (AHT): talk, hold, after-call work and dialling; pure, any thread.

Formula: (talk + hold + after-call work + dialling) / handled, booked to the interval in which
after-call work ends. Source: Genesys, "Handle time".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_desk.domain.call import CallDirection
from agent_desk.domain.interaction import Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleTime:
    """What agents spent on handled calls, in seconds.

    handled: answered calls whose after-call work has ended. talk_seconds: without hold.
    """

    handled: int = 0
    talk_seconds: float = 0.0
    hold_seconds: float = 0.0
    after_call_seconds: float = 0.0
    dialling_seconds: float = 0.0

    @property
    def total_seconds(self) -> float:
        """Talk, hold, after-call work and dialling together."""
        spent = self.talk_seconds + self.hold_seconds
        return spent + self.after_call_seconds + self.dialling_seconds

    @property
    def average_seconds(self) -> float | None:
        """AHT in seconds, None when nothing was handled."""
        return self.total_seconds / self.handled if self.handled else None


def handle_time(records: Iterable[Interaction], *, since: datetime, until: datetime) -> HandleTime:
    """Return the handling time booked from ``since`` up to, not including, ``until``.

    Internal calls are no handled calls: a consultation is part of the hold of the call that it is
    about. Neither is a call that nobody answered.
    """
    parts = [_parts(record) for record in records if _is_booked(record, since, until)]
    if not parts:
        return HandleTime()
    talk, hold, after_call, dialling = (sum(column) for column in zip(*parts, strict=True))
    return HandleTime(
        handled=len(parts),
        talk_seconds=talk,
        hold_seconds=hold,
        after_call_seconds=after_call,
        dialling_seconds=dialling,
    )


def _is_booked(record: Interaction, since: datetime, until: datetime) -> bool:
    done = record.wrap_up_ended_at
    if done is None or record.answered_at is None or record.ended_at is None:
        return False
    return record.direction is not CallDirection.INTERNAL and since <= done < until


def _parts(record: Interaction) -> tuple[float, float, float, float]:
    """Return talk, hold, after-call work and dialling of a booked record, in seconds."""
    assert record.answered_at is not None
    assert record.ended_at is not None
    assert record.wrap_up_ended_at is not None
    connected = _seconds(record.ended_at - record.answered_at)
    hold = min(record.held_seconds, connected)
    dials = record.direction is CallDirection.OUTBOUND
    dialling = _seconds(record.answered_at - record.began_at) if dials else 0.0
    return connected - hold, hold, _seconds(record.wrap_up_ended_at - record.ended_at), dialling


def _seconds(length: timedelta) -> float:
    # A clock that was set back must not take time from other calls.
    return max(0.0, length.total_seconds())
