"""A routing decision in words: "Sent to Nord: region 010, product diesel, open until 18:00"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.routing import (
    Assignee,
    RoutingDecision,
    RoutingReason,
    RoutingReasonCode,
)
from agent_desk.domain.ticket import Department
from ui.formats import format_local
from ui.language import in_current_language, tr

_THEN: Final = frozenset({RoutingReasonCode.FULL, RoutingReasonCode.CLOSED})


class RoutingWords:
    """Says decisions in the current language, with the names of the house."""

    def __init__(
        self,
        *,
        names: Mapping[DepartmentId, Department | Assignee] = MappingProxyType({}),
        categories: CategoryTree | None = None,
    ) -> None:
        """``names``: departments and dealers; what is in neither is shown by its id."""
        self._names = names
        self._categories = categories or CategoryTree()

    def decision(self, decision: RoutingDecision, now: datetime) -> str:
        """Return where the order goes and why; without a rule also whom nobody could send it to."""
        if decision.assignee is None:
            reasons = self.reasons((*decision.reasons, *decision.passed_over), now)
            return tr("routing.to_dispatcher", reasons=reasons)
        reasons = self.reasons(decision.reasons, now)
        return tr("routing.sent_to", name=self._name(decision.assignee), reasons=reasons)

    def intention(self, decision: RoutingDecision, now: datetime) -> str:
        """Return where an order that is still being written would go, and why."""
        reasons = self.reasons((*decision.reasons, *decision.passed_over), now)
        if decision.assignee is None:
            return tr("routing.would_go_to_dispatcher", reasons=reasons)
        reasons = self.reasons(decision.reasons, now)
        return tr("routing.would_go_to", name=self._name(decision.assignee), reasons=reasons)

    def brief(self, decision: RoutingDecision, now: datetime) -> str:
        """Return who has it and why, for a row of a list: "Nord: region 010"."""
        if decision.assignee is None:
            return self.decision(decision, now)
        reasons = self.reasons(decision.reasons, now)
        return tr("routing.brief", name=self._name(decision.assignee), reasons=reasons)

    def reasons(self, reasons: Iterable[RoutingReason], now: datetime) -> str:
        """Return ``reasons`` in one line."""
        return tr("list.separator").join(self._reason(reason, now) for reason in reasons)

    def _reason(self, reason: RoutingReason, now: datetime) -> str:
        return tr(
            _key(reason),
            value=self._value(reason),
            name=self._name(reason.assignee) if reason.assignee else "",
            load=reason.load,
            time=_time(reason.at, now) if reason.at else "",
        )

    def _value(self, reason: RoutingReason) -> str:
        if reason.code in (RoutingReasonCode.CATEGORY, RoutingReasonCode.NO_DEPARTMENT):
            found = self._categories.find(reason.value)
            return in_current_language(found.name, found.name_zh) if found else reason.value
        if reason.code in (RoutingReasonCode.TIER, RoutingReasonCode.PRIORITY):
            return tr(f"{reason.code}.{reason.value}")
        return reason.value

    def _name(self, assignee: DepartmentId) -> str:
        found = self._names.get(assignee)
        return in_current_language(found.name, found.name_zh) if found else assignee


def _key(reason: RoutingReason) -> str:
    """Return where the words are: an order keeps no figures of those whom it passed over."""
    has_figures = reason.load is not None or reason.at is not None
    if reason.code in _THEN and not has_figures:
        return f"routing_then.{reason.code}"
    return f"routing_reason.{reason.code}"


def _time(at: datetime, now: datetime) -> str:
    """Return ``at`` by the assignee's own clock: the time alone when it is the same day there."""
    today, time = now.astimezone(at.tzinfo).date(), f"{at:%H:%M}"
    if at.date() == today:
        return time
    if at.date() == today + timedelta(days=1):
        return tr("routing.tomorrow", time=time)
    return format_local(at, today)
