"""Claims as lists show them: which are wanted, and what they add up to; pure, any thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent_desk.domain.identifiers import AgentId, DepartmentId
from agent_desk.domain.money import Money, total
from agent_desk.domain.settlement import ClaimKind, ClaimState, OrderClaim

UNSETTLED: frozenset[ClaimState] = frozenset(ClaimState) - {ClaimState.SETTLED}
"""Every state of a claim that somebody still has to do something about."""

MOST_CLAIMS = 5_000
"""Longest list of claims, in claims; a longer one says so and asks for a shorter period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """Which claims are wanted.

    department_id, kind: None for all. currency: "" for all. since, until: when they were
    submitted, aware, the second not included; None for no limit.
    """

    states: frozenset[ClaimState] = UNSETTLED
    department_id: DepartmentId | None = None
    kind: ClaimKind | None = None
    currency: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimList:
    """The claims that a filter finds, oldest first.

    names: what people call those who submitted, approved and settled, by login. is_complete:
    whether there are no more than these.
    """

    claims: tuple[OrderClaim, ...] = ()
    names: Mapping[AgentId, str] = field(default_factory=dict)
    is_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTotal:
    """What claims of one kind, department and currency come to; by_state lacks empty states."""

    kind: ClaimKind
    department_id: DepartmentId
    currency: str
    by_state: Mapping[ClaimState, Money]

    @property
    def total(self) -> Money:
        """All of it."""
        return total(self.by_state.values(), self.currency)


def totals_of(claims: Iterable[OrderClaim]) -> Sequence[ClaimTotal]:
    """Return the sums of ``claims`` by kind, department and currency, in this order."""
    sums: defaultdict[tuple[ClaimKind, DepartmentId, str], dict[ClaimState, Money]]
    sums = defaultdict(dict)
    for claim in claims:
        money = claim.amounts.total
        by_state = sums[claim.kind, claim.department_id, money.currency]
        former = by_state.get(claim.state)
        by_state[claim.state] = money if former is None else former + money
    return [
        ClaimTotal(kind=kind, department_id=department_id, currency=currency, by_state=by_state)
        for (kind, department_id, currency), by_state in sorted(sums.items())
    ]


def sums_of(claims: Iterable[OrderClaim]) -> Sequence[Money]:
    """Return what ``claims`` come to: one sum for each currency, in their order."""
    sums: dict[str, Money] = {}
    for claim in claims:
        money = claim.amounts.total
        former = sums.get(money.currency)
        sums[money.currency] = money if former is None else former + money
    return [sums[currency] for currency in sorted(sums)]


def people_of(claims: Iterable[OrderClaim]) -> frozenset[AgentId]:
    """Return the logins of everybody who submitted, approved or settled any of ``claims``."""
    return frozenset(
        login
        for claim in claims
        for login in (
            claim.submitted_by,
            claim.office_approved_by,
            claim.hq_approved_by,
            claim.settled_by,
        )
        if login is not None
    )
