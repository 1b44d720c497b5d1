from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.escalation import (
    Escalation,
    EscalationAcknowledgedEvent,
    escalations,
    open_for,
)
from agent_desk.domain.identifiers import AgentId, WorkOrderId
from agent_desk.domain.rights import Role
from agent_desk.domain.service_clock import ServiceAlert, ServiceMoment, follow
from agent_desk.domain.service_target import ServiceStep
from agent_desk.domain.ticket import Priority
from tests.unit.domain.service_cases import MONDAY, histories, minutes, moment, policy

ORDERS = [WorkOrderId(name) for name in ("a", "b", "c")]


def alert(
    percent: int = 100,
    *,
    after: float = 0,
    role: Role | None = Role.SUPERVISOR,
    priority: Priority = Priority.P2,
) -> ServiceAlert:
    return ServiceAlert(
        step=ServiceStep.ACCEPT,
        lap=1,
        priority=priority,
        percent=percent,
        at=MONDAY + minutes(after),
        role=role,
    )


def noted(
    order_id: WorkOrderId, what: ServiceAlert, *, by: str = "ling", after: float = 10
) -> EscalationAcknowledgedEvent:
    return EscalationAcknowledgedEvent(
        order_id=order_id,
        alert_key=what.key,
        role=what.role or Role.SUPERVISOR,
        by=AgentId(by),
        at=MONDAY + minutes(after),
    )


def keys(listed: Sequence[Escalation]) -> list[tuple[str, str]]:
    return [(one.order_id, one.alert.key) for one in listed]


def test_only_what_a_role_is_told_of_has_to_be_acknowledged() -> None:
    warning = alert(80, role=None)
    assert keys(escalations({ORDERS[0]: [warning, alert()]}, [])) == [("a", "ACCEPT.1.P2.100")]


def test_the_open_ones_come_first_then_the_most_urgent_then_the_oldest() -> None:
    urgent, old, new = alert(priority=Priority.P1, after=9), alert(after=1), alert(after=5)
    listed = escalations(
        {ORDERS[0]: [new], ORDERS[1]: [old, urgent], ORDERS[2]: [old]},
        [noted(ORDERS[1], urgent)],
    )
    assert [one.order_id for one in listed] == ["b", "c", "a", "b"]
    assert [one.is_open for one in listed] == [True, True, True, False]


def test_stays_until_somebody_acknowledges_it_though_the_order_went_on() -> None:
    clock = follow(
        [moment(0, "ASSIGNED"), moment(310, "ACCEPTED"), moment(320, "CLOSED")], policy()
    )
    alerts = clock.alerts_until(policy(), MONDAY + minutes(10_000))
    (listed,) = escalations({ORDERS[0]: alerts}, [])
    assert listed.is_open
    (listed,) = escalations({ORDERS[0]: alerts}, [noted(ORDERS[0], listed.alert)])
    assert listed.acknowledged is not None
    assert listed.acknowledged.by == "ling"


def test_the_first_acknowledgement_counts() -> None:
    what = alert()
    events = [noted(ORDERS[0], what, by="wei", after=20), noted(ORDERS[0], what, by="ling")]
    (listed,) = escalations({ORDERS[0]: [what]}, events)
    assert listed.acknowledged == events[1]


def test_whoever_got_the_order_from_another_one_means_its_own_lap() -> None:
    """It knows no lap of the former one, so that its first one is the house's second."""
    former = alert(role=Role.DEALER)
    own = replace(alert(after=60, role=Role.DEALER), lap=2)
    by_former = noted(ORDERS[0], former, by="chen", after=10)
    by_own = noted(ORDERS[0], former, by="zhao", after=70)

    listed = escalations({ORDERS[0]: [former, own]}, [by_former, by_own])

    assert {one.alert.lap: one.acknowledged and one.acknowledged.by for one in listed} == {
        1: "chen",
        2: "zhao",
    }
    (alone,) = escalations({ORDERS[0]: [former]}, [by_own])
    assert alone.acknowledged == by_own


def test_an_acknowledgement_of_another_orders_alert_changes_nothing() -> None:
    (listed,) = escalations({ORDERS[0]: [alert()]}, [noted(ORDERS[1], alert())])
    assert listed.is_open


def test_a_role_sees_what_it_was_told_of_and_nobody_noted() -> None:
    mine, done = alert(100), alert(150)
    others = alert(200, role=Role.ADMINISTRATOR)
    listed = escalations({ORDERS[0]: [mine, done, others]}, [noted(ORDERS[0], done)])
    assert keys(open_for(listed, [Role.AGENT, Role.SUPERVISOR])) == [("a", mine.key)]
    assert open_for(listed, [Role.AGENT]) == ()


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(ORDERS), histories(), min_size=1), st.data())
def test_the_list_is_the_same_in_whatever_order_it_was_heard(
    orders: dict[WorkOrderId, list[ServiceMoment]], data: st.DataObject
) -> None:
    alerts = {
        order_id: follow(moments, policy()).alerts_until(
            policy(), moments[-1].at + timedelta(days=30)
        )
        for order_id, moments in orders.items()
    }
    all_alerts = [(order_id, one) for order_id, of_order in alerts.items() for one in of_order]
    if not all_alerts:
        return
    events = data.draw(
        st.lists(
            st.builds(
                lambda what, by, after: noted(*what, by=by, after=after),
                st.sampled_from(all_alerts),
                st.sampled_from(["ling", "wei"]),
                st.integers(0, 5),
            ),
            max_size=12,
        )
    )
    listed = escalations(alerts, events)
    heard = data.draw(st.permutations(events * 2))
    names = data.draw(st.permutations(sorted(alerts)))
    assert escalations({name: alerts[name] for name in names}, heard) == listed
    noted_keys = {(event.order_id, event.alert_key) for event in events}
    assert {(one.order_id, one.alert.key) for one in listed if not one.is_open} <= noted_keys
