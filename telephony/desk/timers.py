"""Something to be done later, by whatever time a switch lives in; on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """Something that is going to happen."""

    def cancel(self) -> None:
        """Let it not happen; does nothing when it has."""
        ...


class Timers(Protocol):
    """The time of a simulation, or the wall's."""

    def after(self, delay_seconds: float, action: Callable[[], object], /) -> Timer:
        """Call ``action()`` after ``delay_seconds``, unless the timer is cancelled before."""
        ...
