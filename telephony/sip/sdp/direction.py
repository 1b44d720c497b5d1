"""Which way a stream flows (RFC 3264 s. 5.1, 6.1 and 8.4); pure, any thread."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Seen from the one who says it."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        """Whether the one who says it sends."""
        return self in (Direction.SENDRECV, Direction.SENDONLY)

    @property
    def receives(self) -> bool:
        """Whether the one who says it wants to hear."""
        return self in (Direction.SENDRECV, Direction.RECVONLY)

    @property
    def is_hold(self) -> bool:
        """Whether the one who says it does not listen (RFC 3264 s. 8.4)."""
        return not self.receives

    def reversed(self) -> Direction:
        """Return the same seen from the other side."""
        return make_direction(sends=self.receives, receives=self.sends)

    def without_receiving(self) -> Direction:
        """Return the same with nothing heard."""
        return make_direction(sends=self.sends, receives=False)

    def answer_to(self, offered: Direction) -> Direction:
        """Return what can be answered when we want this: never more than was offered."""
        return make_direction(
            sends=self.sends and offered.receives, receives=self.receives and offered.sends
        )


def make_direction(*, sends: bool, receives: bool) -> Direction:
    """Return the direction of these two."""
    if sends:
        return Direction.SENDRECV if receives else Direction.SENDONLY
    return Direction.RECVONLY if receives else Direction.INACTIVE
