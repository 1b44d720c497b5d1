"""What a machine keeps of a person's last sign-in, for a start without the server; pure.

It lets the person at this machine see what this machine has kept for them, and no more: whatever
is to be saved waits for the server, which checks the password itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_desk.domain.errors import (
    CommitUnknownError,
    DatabaseTimeoutError,
    ServerAwayError,
    StorageError,
)
from agent_desk.domain.rights import Person

CLOCK_SLACK = timedelta(days=1)
"""How far in the future a sign-in may lie: clocks are set right, and time zones mended."""

_UNREACHABLE = (ServerAwayError, DatabaseTimeoutError, CommitUnknownError)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflinePass:
    """Who signed in to ``server`` from this machine, and when the server last said so (UTC).

    server: its address as in the settings. person: with the roles that they had then.
    """

    server: str
    person: Person
    signed_in_at: datetime

    def holds(self, now: datetime, *, days: int) -> bool:
        """Return whether it still counts, ``days`` after the sign-in at most."""
        age = now - self.signed_in_at
        return -CLOCK_SLACK <= age <= timedelta(days=days)


def is_unreachable(error: StorageError) -> bool:
    """Return whether no server answered; one that refuses, for whatever reason, has answered."""
    return isinstance(error, _UNREACHABLE)
