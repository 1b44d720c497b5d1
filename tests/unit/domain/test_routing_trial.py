"""Rules are tried on what was: who would get which order, and what would change."""

from dataclasses import replace

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.order_origin import OrderOrigin, product_of
from agent_desk.domain.region import Region, RegionTable
from agent_desk.domain.routing import RuleId
from agent_desk.domain.routing_trial import PastOrder, dry_run, located
from tests.unit.domain.routing_cases import (
    DIESEL,
    DIRECTORY,
    FIELD,
    NORD,
    SUED,
    TUESDAY_EVENING,
    rule,
)

DAY = PastOrder(number=1, order=DIESEL, went_to=NORD)
EVENING = PastOrder(number=2, order=replace(DIESEL, at=TUESDAY_EVENING), went_to=NORD)
FULL = PastOrder(number=3, order=DIESEL, went_to=NORD, loads={NORD: 20})
PAST = (DAY, EVENING, FULL)
A = RuleId("a")


def test_a_dry_run_tells_who_would_get_how_many_and_by_which_rule() -> None:
    unused = replace(rule("unused", SUED), tiers=frozenset({Tier.VIP}))

    found = dry_run([rule("a", NORD), unused], PAST, DIRECTORY, today=[rule("a", NORD)])

    assert found.by_assignee == {NORD: 1, None: 2}
    assert found.by_rule == {"a": 1, "unused": 0}
    assert [one.past.number for one in found.taken_by(A)] == [1]
    assert [one.past.number for one in found.taken_by(None)] == [2, 3]
    assert found.changes == ()


def test_a_change_is_what_differs_from_todays_rules_not_from_what_was() -> None:
    found = dry_run([rule("a", SUED)], PAST, DIRECTORY, today=[rule("a", NORD)])

    moved = [(one.past.number, one.today.assignee, one.decision.assignee) for one in found.changes]
    assert moved == [(1, NORD, SUED), (3, None, SUED)]


def test_without_rules_each_order_goes_to_the_department_of_its_category() -> None:
    past = [replace(one, of_category=FIELD) for one in PAST]

    found = dry_run([rule("a", NORD)], past, DIRECTORY, today=[])

    assert {one.today.assignee for one in found.trials} == {FIELD}
    assert [one.past.number for one in found.changes] == [1, 2, 3]


def test_a_dry_run_over_nothing_says_so() -> None:
    found = dry_run([rule("a")], [], DIRECTORY, today=[])

    assert (found.trials, found.changes, found.by_rule) == ((), (), {"a": 0})


def test_a_past_order_is_where_its_customer_is() -> None:
    table = RegionTable([Region(code="010", name="Beijing", places=("北京",))])
    far = replace(DAY, order=replace(DIESEL, region=""), origin=OrderOrigin(e164="+8613800138000"))

    assert located(far, table, lambda _: "北京市").order.region == "010"
    assert located(far, table, lambda _: "").order.region == ""


def test_the_product_is_what_the_subject_names_else_the_only_one() -> None:
    two = OrderOrigin(products=("Pump P3", "Diesel engine D12"))

    assert product_of(two, "The diesel engine D12 leaks") == "Diesel engine D12"
    assert product_of(two, "It leaks") == ""
    assert product_of(OrderOrigin(products=("Pump P3",)), "It leaks") == "Pump P3"
    assert product_of(OrderOrigin(), "Diesel engine leaks") == "Diesel engine leaks"


def test_a_department_that_nobody_knows_is_still_named() -> None:
    lost = DepartmentId("lost")
    past = replace(DAY, of_category=lost)

    (trial,) = dry_run([], [past], DIRECTORY, today=[]).trials

    assert trial.decision.assignee is None
    assert [reason.assignee for reason in trial.decision.passed_over] == [lost]
