"""Key performance indicators with their formulas and denominators; pure, any thread."""

from __future__ import annotations

from enum import StrEnum

from agent_desk.domain.acd import QueueStatus


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
