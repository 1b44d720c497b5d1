from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.routing import (
    OrderFacts,
    RoutingDecision,
    RoutingReason,
    RoutingReasonCode,
    RoutingRule,
    RuleId,
    WhenClosed,
    route,
)
from agent_desk.domain.ticket import Priority
from tests.unit.domain.routing_cases import (
    BILL,
    DIESEL,
    DIRECTORY,
    ENGINE,
    FIELD,
    GONE,
    INJECTION,
    NORD,
    SHANGHAI,
    SUED,
    TUESDAY_EVENING,
    rule,
)

C = RoutingReasonCode


def routed(*rules: RoutingRule, order: OrderFacts = DIESEL, **loads: int) -> RoutingDecision:
    by_id = {DepartmentId(name): load for name, load in loads.items()}
    return route(order, rules, DIRECTORY, by_id)


def codes(decision: RoutingDecision) -> list[RoutingReasonCode]:
    return [reason.code for reason in decision.reasons]


def passed_over(decision: RoutingDecision) -> list[tuple[RoutingReasonCode, str | None]]:
    return [(reason.code, reason.assignee) for reason in decision.passed_over]


def test_an_order_goes_where_the_rule_says_and_says_why() -> None:
    """Sent to Nord dealer: region 010, diesel, open until 18:00."""
    fitting = replace(rule(), regions=frozenset({"010"}), products=frozenset({"diesel"}))
    decision = routed(fitting)
    assert (decision.assignee, decision.rule) == (NORD, "a")
    assert decision.reasons == (
        RoutingReason(code=C.REGION, value="010"),
        RoutingReason(code=C.PRODUCT, value="diesel"),
        RoutingReason(
            code=C.OPEN_UNTIL, assignee=NORD, at=datetime(2026, 3, 3, 18, tzinfo=SHANGHAI)
        ),
    )
    assert decision.reasons[-1].at is not None
    assert f"{decision.reasons[-1].at:%H:%M}" == "18:00"


class TestConditions:
    @pytest.mark.parametrize(
        ("condition", "reason"),
        [
            ({"categories": frozenset({INJECTION})}, (C.CATEGORY, "injection")),
            ({"categories": frozenset({ENGINE})}, (C.CATEGORY, "engine")),
            ({"regions": frozenset({"021", "010"})}, (C.REGION, "010")),
            ({"products": frozenset({"DIESEL", "petrol"})}, (C.PRODUCT, "DIESEL")),
            ({"tiers": frozenset({Tier.STANDARD})}, (C.TIER, "STANDARD")),
            ({"priorities": frozenset({Priority.P3, Priority.P1})}, (C.PRIORITY, "P3")),
            ({}, (C.EVERY_ORDER, "")),
        ],
    )
    def test_that_are_met_are_the_reason(
        self, condition: dict[str, Any], reason: tuple[RoutingReasonCode, str]
    ) -> None:
        first = routed(replace(rule(), **condition)).reasons[0]
        assert (first.code, first.value) == reason

    @pytest.mark.parametrize(
        "condition",
        [
            {"categories": frozenset({BILL})},
            {"regions": frozenset({"021"})},
            {"products": frozenset({"petrol"})},
            {"tiers": frozenset({Tier.VIP})},
            {"priorities": frozenset({Priority.P1})},
        ],
    )
    def test_that_are_not_met_leave_the_order_to_the_next_rule(
        self, condition: dict[str, Any]
    ) -> None:
        decision = routed(replace(rule("a", NORD), **condition), rule("b", SUED))
        assert (decision.assignee, decision.rule) == (SUED, "b")
        assert decision.passed_over == ()

    def test_must_all_be_met(self) -> None:
        both = replace(rule(), regions=frozenset({"010"}), tiers=frozenset({Tier.VIP}))
        assert codes(routed(both)) == [C.NO_RULE]

    def test_ask_nothing_of_what_nobody_knows(self) -> None:
        unknown = OrderFacts(at=DIESEL.at)
        asks = replace(rule("a"), regions=frozenset({"010"}))
        assert routed(asks, rule("b", SUED), order=unknown).rule == "b"


class TestTheOrderOfRules:
    def test_the_first_that_fits_decides(self) -> None:
        assert routed(rule("a", SUED), rule("b", NORD)).rule == "a"
        assert routed(rule("b", NORD), rule("a", SUED)).rule == "b"

    def test_one_that_is_switched_off_decides_nothing(self) -> None:
        assert routed(replace(rule("a"), is_enabled=False), rule("b", SUED)).rule == "b"

    def test_without_any_the_dispatcher_gets_the_order(self) -> None:
        decision = routed()
        assert (decision.assignee, decision.rule) == (None, None)
        assert codes(decision) == [C.NO_RULE]

    def test_where_nobody_is_free_the_dispatcher_gets_the_order_and_sees_who_was_asked(
        self,
    ) -> None:
        decision = routed(rule("a", GONE, SUED), rule("b", NORD), sued=5, nord=21)
        assert decision.assignee is None
        assert codes(decision) == [C.NOBODY_FREE]
        assert passed_over(decision) == [(C.INACTIVE, GONE), (C.FULL, SUED), (C.FULL, NORD)]
        assert decision.passed_over[1].load == 5


class TestWhoCanTakeIt:
    def test_a_dealer_that_nobody_knows_is_passed_over(self) -> None:
        decision = routed(rule("a", DepartmentId("lost"), NORD))
        assert decision.assignee == NORD
        assert passed_over(decision) == [(C.UNKNOWN, "lost")]

    def test_who_declined_the_order_does_not_get_it_again(self) -> None:
        declined = replace(DIESEL, declined_by=frozenset({NORD}))
        decision = routed(rule("a", NORD), rule("b", SUED), order=declined)
        assert decision.assignee == SUED
        assert passed_over(decision) == [(C.DECLINED, NORD)]

    def test_who_is_closed_is_skipped_and_says_when_it_opens(self) -> None:
        evening = replace(DIESEL, at=TUESDAY_EVENING)
        decision = routed(rule("a", NORD, FIELD), order=evening)
        assert decision.assignee == FIELD
        assert codes(decision) == [C.EVERY_ORDER, C.ALWAYS_OPEN]
        (closed,) = decision.passed_over
        assert closed == RoutingReason(
            code=C.CLOSED, assignee=NORD, at=datetime(2026, 3, 4, 8, tzinfo=SHANGHAI)
        )

    def test_who_is_closed_gets_what_may_wait(self) -> None:
        evening = replace(DIESEL, at=TUESDAY_EVENING)
        waits = replace(rule("a", NORD), when_closed=WhenClosed.WAIT)
        decision = routed(waits, order=evening)
        assert decision.assignee == NORD
        assert decision.reasons[-1] == RoutingReason(
            code=C.OPENS_AT, assignee=NORD, at=datetime(2026, 3, 4, 8, tzinfo=SHANGHAI)
        )

    def test_who_is_open_gets_it_before_who_is_closed(self) -> None:
        evening = replace(DIESEL, at=TUESDAY_EVENING)
        waits = replace(rule("a", NORD, FIELD), when_closed=WhenClosed.WAIT)
        decision = routed(waits, order=evening, field=400)
        assert decision.assignee == FIELD
        assert codes(decision) == [C.EVERY_ORDER, C.ALWAYS_OPEN]

    def test_the_least_busy_for_its_size_gets_it(self) -> None:
        decision = routed(rule("a", SUED, NORD), nord=4, sued=2)
        assert decision.assignee == NORD
        assert decision.reasons[-1] == RoutingReason(code=C.LEAST_BUSY, assignee=NORD, load=4)

    def test_of_those_equally_busy_the_first_gets_it(self) -> None:
        assert routed(rule("a", SUED, NORD)).assignee == SUED
        assert routed(rule("a", NORD, SUED)).assignee == NORD


departments = st.sampled_from([*DIRECTORY, DepartmentId("lost")])
categories = st.sampled_from([ENGINE, INJECTION, BILL])
regions = st.sampled_from(["010", "021"])
orders = st.builds(
    OrderFacts,
    at=st.datetimes(timezones=st.just(SHANGHAI)).map(lambda at: at.replace(year=2026, day=1)),
    categories=st.lists(categories, max_size=2).map(tuple),
    region=st.one_of(st.just(""), regions),
    product=st.sampled_from(["", "Diesel D12", "Petrol"]),
    tier=st.sampled_from(Tier),
    priority=st.sampled_from(Priority),
    declined_by=st.frozensets(departments),
)
rules = st.lists(
    st.builds(
        RoutingRule,
        id=st.uuids().map(str).map(RuleId),
        name=st.just("any"),
        assignees=st.lists(departments, min_size=1, unique=True).map(tuple),
        categories=st.frozensets(categories, max_size=1),
        regions=st.frozensets(regions, max_size=1),
        products=st.frozensets(st.sampled_from(["diesel", "petrol"]), max_size=1),
        tiers=st.frozensets(st.sampled_from(Tier), max_size=3),
        priorities=st.frozensets(st.sampled_from(Priority), max_size=3),
        when_closed=st.sampled_from(WhenClosed),
        is_enabled=st.booleans(),
    ),
    max_size=5,
)
loads = st.dictionaries(departments, st.integers(0, 25))


@settings(max_examples=60)
@given(orders, rules, loads)
def test_nobody_gets_an_order_that_it_cannot_take(
    order: OrderFacts, rules: list[RoutingRule], loads: dict[DepartmentId, int]
) -> None:
    decision = route(order, rules, DIRECTORY, loads)
    assert decision.reasons
    if decision.assignee is None:
        assert decision.rule is None
        return
    chosen = DIRECTORY[decision.assignee]
    (decided,) = [one for one in rules if one.id == decision.rule]
    assert decided.is_enabled
    assert chosen.id in decided.assignees
    assert chosen.is_active
    assert chosen.id not in order.declined_by
    assert chosen.capacity is None or loads.get(chosen.id, 0) < chosen.capacity
    assert decided.when_closed is WhenClosed.WAIT or chosen.opening(order.at) == order.at


@settings(max_examples=60)
@given(orders, rules, rules, loads)
def test_a_later_rule_moves_no_order_that_an_earlier_one_takes(
    order: OrderFacts,
    rules: list[RoutingRule],
    later: list[RoutingRule],
    loads: dict[DepartmentId, int],
) -> None:
    before = route(order, rules, DIRECTORY, loads)
    after = route(order, [*rules, *later], DIRECTORY, loads)
    if before.assignee is not None:
        assert after == before


@settings(max_examples=60)
@given(orders, rules, loads)
def test_no_order_goes_nowhere_while_someone_takes_everything(
    order: OrderFacts, rules: list[RoutingRule], loads: dict[DepartmentId, int]
) -> None:
    last = RoutingRule(id=RuleId("last"), name="Last", assignees=(FIELD,))
    decision = route(replace(order, declined_by=frozenset()), [*rules, last], DIRECTORY, loads)
    assert decision.assignee is not None
