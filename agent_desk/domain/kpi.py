"""Key performance indicators with their formulas and denominators; pure, any thread."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent_desk.domain.acd import QueueStatus

SHORT_ABANDON_SECONDS = 5.0
"""Callers who give up sooner most likely dialled wrong; they are listed apart."""


class ServiceLevelVariant(StrEnum):
    """How abandoned calls count in the service level (Cisco ICM)."""

    ABANDONED_IGNORED = "abandoned_ignored"
    ABANDONED_NEGATIVE = "abandoned_negative"
    ABANDONED_POSITIVE = "abandoned_positive"


def service_level(
    *,
    answered_in_target: int,
    abandoned_in_target: int,
    events: int,
    variant: ServiceLevelVariant = ServiceLevelVariant.ABANDONED_IGNORED,
) -> float | None:
    """Return the service level as a share from 0.0 to 1.0, None when nothing counts yet.

    events: calls answered within T, abandoned within T, or that reached T (Cisco ICM).
    Formulas: ignored = answered / (events - abandoned); negative = answered / events;
    positive = (answered + abandoned) / events; all counts within T.
    """
    numerator, denominator = answered_in_target, events
    if variant is ServiceLevelVariant.ABANDONED_IGNORED:
        denominator -= abandoned_in_target
    elif variant is ServiceLevelVariant.ABANDONED_POSITIVE:
        numerator += abandoned_in_target
    return numerator / denominator if denominator > 0 else None


def queue_service_level(
    status: QueueStatus,
    variant: ServiceLevelVariant = ServiceLevelVariant.ABANDONED_IGNORED,
) -> float | None:
    """Return today's service level of a queue; events = settled calls and those waiting over T."""
    events = status.answered + status.abandoned + status.waiting_over_target
    return service_level(
        answered_in_target=status.answered_in_target,
        abandoned_in_target=status.abandoned_in_target,
        events=events,
        variant=variant,
    )


def abandon_rate(*, abandoned: int, offered: int) -> float | None:
    """Return abandoned / offered as a share from 0.0 to 1.0, None when nothing was offered."""
    return abandoned / offered if offered else None


def average_speed_of_answer(*, wait_seconds: float, answered: int) -> float | None:
    """Return ASA in seconds: queue wait of answered calls / answered calls."""
    return wait_seconds / answered if answered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandonment:
    """offered: calls that came to the queue. abandoned: given up in it, the short ones included.

    short: of the abandoned, those given up before SHORT_ABANDON_SECONDS.
    """

    offered: int = 0
    abandoned: int = 0
    short: int = 0

    @property
    def rate(self) -> float | None:
        """Abandoned / offered as a share from 0.0 to 1.0, None when nothing was offered."""
        return abandon_rate(abandoned=self.abandoned, offered=self.offered)

    @property
    def rate_without_short(self) -> float | None:
        """The same with the short ones taken out of both, None when nothing else was offered."""
        return abandon_rate(
            abandoned=self.abandoned - self.short, offered=self.offered - self.short
        )


def abandonment(
    *,
    answered: int,
    abandoned_after_seconds: Iterable[float],
    short_seconds: float = SHORT_ABANDON_SECONDS,
) -> Abandonment:
    """Return the abandonment of a queue from its answered calls and the waits of the others."""
    waits = list(abandoned_after_seconds)
    return Abandonment(
        offered=answered + len(waits),
        abandoned=len(waits),
        short=sum(wait < short_seconds for wait in waits),
    )


def percentile(ordered: Sequence[float], percent: float) -> float | None:
    """Return the percentile (0 to 100) of ascending values, None when there are none.

    Linear between the two nearest ranks (Hyndman and Fan, type 7), as spreadsheets do.
    """
    if not ordered:
        return None
    place = (len(ordered) - 1) * percent / 100
    lower = math.floor(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)
