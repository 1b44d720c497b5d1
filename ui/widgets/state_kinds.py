"""The pill colour and the words of a record's state or outcome; Qt main thread."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.customer import TICKET_CONFIRMED, Tier, TimelineEntry, TimelineKind
from ui.language import has_text, tr
from ui.widgets.pill import PillKind

TIER_KINDS: Mapping[Tier, PillKind] = MappingProxyType(
    {
        Tier.STANDARD: "neutral",
        Tier.SILVER: "info",
        Tier.GOLD: "warning",
        Tier.VIP: "accent",
    }
)
"""Tier -> kind of its pill."""

_OUTCOME_KINDS: Mapping[str, PillKind] = MappingProxyType(
    {
        "RESOLVED": "success",
        "VERIFIED": "success",
        "ANSWERED": "success",
        "FOLLOW_UP": "warning",
        "CALL_DROPPED": "warning",
        "NOT_REACHED": "warning",
        "WORK_ORDER": "info",
        "TRANSFERRED": "info",
        "TALKING": "accent",
        "RINGING": "accent",
        "COMPLAINT": "danger",
        "MISSED": "danger",
        "ABANDONED": "danger",
        "FAILED": "danger",
        "DESK_LOST": "danger",
    }
)
_TICKET_KINDS: Mapping[str, PillKind] = MappingProxyType(
    {
        "OPEN": "info",
        "PENDING": "warning",
        "VERIFYING": "accent",
        "REOPENED": "danger",
        "RESOLVED": "success",
    }
)
_ORDER_KINDS: Mapping[str, PillKind] = MappingProxyType(
    {
        "PENDING_DISPATCH": "warning",
        "ASSIGNED": "info",
        "ACCEPTED": "info",
        "IN_PROGRESS": "accent",
        "ON_HOLD": "warning",
        "DECLINED": "danger",
        "REPORTED": "accent",
        "VERIFYING": "accent",
        "CLOSED": "success",
    }
)


def ticket_kind(state: str) -> PillKind:
    """Return the pill kind of a ticket state; "neutral" for one that needs no eye."""
    return _TICKET_KINDS.get(state, "neutral")


def order_kind(state: str) -> PillKind:
    """Return the pill kind of a work order state."""
    return _ORDER_KINDS.get(state, "neutral")


def entry_kind(entry: TimelineEntry) -> PillKind:
    """Return the pill kind of a timeline entry's outcome."""
    if entry.kind is TimelineKind.TICKET:
        return "success" if entry.outcome == TICKET_CONFIRMED else ticket_kind(entry.outcome)
    if entry.kind is TimelineKind.ORDER:
        return order_kind(entry.outcome)
    return _OUTCOME_KINDS.get(entry.outcome, "neutral")


def entry_outcome(entry: TimelineEntry) -> str:
    """Return the words of a timeline entry's outcome, ``""`` when it has none."""
    if not entry.outcome or entry.kind is TimelineKind.STEP:
        return ""
    if entry.kind is TimelineKind.TICKET:
        confirmed = entry.outcome == TICKET_CONFIRMED
        return tr("timeline.confirmed" if confirmed else f"ticket_state.{entry.outcome}")
    if entry.kind is TimelineKind.ORDER:
        return tr(f"work_order_state.{entry.outcome}")
    disposition = f"disposition.{entry.outcome}"
    if has_text(disposition):
        return tr(disposition)
    return tr(f"interaction_outcome.{entry.outcome}")
