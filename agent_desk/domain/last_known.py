"""A list as it was when the database was last heard of; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
L = TypeVar("L", bound="Shortened")

MOST_ROWS: Final = 500
"""Most rows of one list that are kept on a machine: what somebody works on, not the house."""

MOST_LISTS: Final = 12
"""Most lists that are kept; beyond them the one that was read longest ago is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastKnown(Generic[T_co]):
    """A list, and whether it is the present one.

    as_of: when the database said so (aware UTC), None for just now. left_out: how many rows of it
    are not kept here.
    """

    value: T_co
    as_of: datetime | None = None
    left_out: int = 0


class Shortened(Protocol):
    """A list that can be kept: it knows its rows and which of them matter most."""

    @property
    def rows(self) -> int:
        """How many rows it has."""
        ...

    def first(self: L, most: int) -> L:
        """Return it with the ``most`` rows that matter most."""
        ...


def shortened(value: L, as_of: datetime, *, most: int = MOST_ROWS) -> LastKnown[L]:
    """Return ``value`` as it is kept on this machine."""
    left_out = max(0, value.rows - most)
    kept = value.first(most) if left_out else value
    return LastKnown(value=kept, as_of=as_of, left_out=left_out)
