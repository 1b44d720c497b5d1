"""Caller matching: from a signalled number to ranked candidates with reasons; pure, any thread.

Nothing is picked for the agent: one KNOWN candidate opens, several are offered, and an unknown
number never matches a random customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import CallerId, CustomerId


class MatchLevel(StrEnum):
    """How sure the desk is about who calls."""

    KNOWN = "KNOWN"
    MAYBE = "MAYBE"
    UNKNOWN = "UNKNOWN"
    ANONYMOUS = "ANONYMOUS"


class MatchReasonCode(StrEnum):
    """Why a customer is a candidate; screens have a sentence for each."""

    EXACT_NUMBER = "exact_number"
    LAST_DIGITS = "last_digits"
    NUMBER_IN_NOTE = "number_in_note"
    SHARED_NUMBER = "shared_number"
    OPEN_TICKET = "open_ticket"
    OPEN_ORDER = "open_order"
    WE_CALLED = "we_called"
    CALLED_RECENTLY = "called_recently"
    PRIMARY_NUMBER = "primary_number"


@dataclass(frozen=True, slots=True)
class MatchReason:
    """One reason; ``value`` fills the sentence's {value}: a number, a count, a date."""

    code: MatchReasonCode
    value: str = ""


class HitKind(StrEnum):
    """How storage found a customer for a number."""

    EXACT = "EXACT"
    SUFFIX = "SUFFIX"
    NOTE = "NOTE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerHit:
    """What storage knows about one customer found by the caller's number.

    open_ticket, open_order: number of the newest one that is under way, 0 when none.
    we_called_at, called_at: last outbound and inbound call with this number, None when none.
    """

    customer_id: CustomerId
    name: str
    company_name: str = ""
    city: str = ""
    tier: Tier = Tier.STANDARD
    kind: HitKind = HitKind.EXACT
    is_primary: bool = False
    open_ticket: int = 0
    open_order: int = 0
    we_called_at: datetime | None = None
    called_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCandidate:
    """A customer who may be calling, with why; a higher score stands first."""

    customer_id: CustomerId
    name: str
    company_name: str
    city: str
    tier: Tier
    level: MatchLevel
    reasons: tuple[MatchReason, ...]
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchResult:
    """The answer to "who is calling?"; opens is the one customer to open, None to offer or ask."""

    caller: CallerId
    level: MatchLevel
    candidates: tuple[MatchCandidate, ...] = ()
    opens: CustomerId | None = field(default=None)


RECENT = timedelta(days=7)
"""How long a former call counts as a reason."""

MAX_CANDIDATES = 20
"""Longest list that is offered; a number shared by more is a switchboard, not a household."""

_KIND_SCORE: Mapping[HitKind, int] = MappingProxyType(
    {HitKind.EXACT: 1000, HitKind.SUFFIX: 300, HitKind.NOTE: 100}
)
_KIND_REASON: Mapping[HitKind, MatchReasonCode] = MappingProxyType(
    {
        HitKind.EXACT: MatchReasonCode.EXACT_NUMBER,
        HitKind.SUFFIX: MatchReasonCode.LAST_DIGITS,
        HitKind.NOTE: MatchReasonCode.NUMBER_IN_NOTE,
    }
)


def match_caller(caller: CallerId, hits: Iterable[CallerHit], now: datetime) -> MatchResult:
    """Return the ranked candidates among ``hits`` for ``caller`` at ``now``."""
    if caller.anonymous:
        return MatchResult(caller=caller, level=MatchLevel.ANONYMOUS)
    best = _best_hit_per_customer(hits)
    exact = sum(hit.kind is HitKind.EXACT for hit in best)
    ranked = sorted(
        (_candidate(hit, exact, caller, now) for hit in best),
        key=lambda c: (-c.score, c.name, c.customer_id),
    )[:MAX_CANDIDATES]
    if not ranked:
        return MatchResult(caller=caller, level=MatchLevel.UNKNOWN)
    known = [c for c in ranked if c.level is MatchLevel.KNOWN]
    return MatchResult(
        caller=caller,
        level=MatchLevel.KNOWN if known else MatchLevel.MAYBE,
        candidates=tuple(ranked),
        opens=known[0].customer_id if len(known) == 1 else None,
    )


def _best_hit_per_customer(hits: Iterable[CallerHit]) -> list[CallerHit]:
    best: dict[CustomerId, CallerHit] = {}
    for hit in hits:
        former = best.get(hit.customer_id)
        if former is None or _strength(hit) > _strength(former):
            best[hit.customer_id] = hit
    return list(best.values())


def _strength(hit: CallerHit) -> tuple[object, ...]:
    """Return an order in which no two different hits of a customer are equal."""
    return (
        _KIND_SCORE[hit.kind],
        hit.is_primary,
        hit.open_order,
        hit.open_ticket,
        hit.we_called_at is not None and hit.we_called_at.timestamp(),
        hit.called_at is not None and hit.called_at.timestamp(),
        hit.name,
        hit.company_name,
        hit.city,
        hit.tier,
    )


def _candidate(hit: CallerHit, exact: int, caller: CallerId, now: datetime) -> MatchCandidate:
    weighed = list(_weighed_reasons(hit, exact, caller, now))
    shared = hit.kind is HitKind.EXACT and exact > 1
    known = hit.kind is HitKind.EXACT and not shared
    return MatchCandidate(
        customer_id=hit.customer_id,
        name=hit.name,
        company_name=hit.company_name,
        city=hit.city,
        tier=hit.tier,
        level=MatchLevel.KNOWN if known else MatchLevel.MAYBE,
        reasons=tuple(reason for reason, _ in weighed),
        score=sum(weight for _, weight in weighed),
    )


def _weighed_reasons(
    hit: CallerHit, exact: int, caller: CallerId, now: datetime
) -> Iterable[tuple[MatchReason, int]]:
    yield MatchReason(_KIND_REASON[hit.kind], caller.display), _KIND_SCORE[hit.kind]
    if hit.kind is HitKind.EXACT and exact > 1:
        yield MatchReason(MatchReasonCode.SHARED_NUMBER, str(exact)), 0
    if hit.open_order:
        yield MatchReason(MatchReasonCode.OPEN_ORDER, str(hit.open_order)), 80
    if hit.open_ticket:
        yield MatchReason(MatchReasonCode.OPEN_TICKET, str(hit.open_ticket)), 60
    if hit.we_called_at and now - hit.we_called_at <= RECENT:
        yield MatchReason(MatchReasonCode.WE_CALLED, hit.we_called_at.isoformat()), 40
    if hit.called_at and now - hit.called_at <= RECENT:
        yield MatchReason(MatchReasonCode.CALLED_RECENTLY, hit.called_at.isoformat()), 20
    if hit.is_primary:
        yield MatchReason(MatchReasonCode.PRIMARY_NUMBER), 10
