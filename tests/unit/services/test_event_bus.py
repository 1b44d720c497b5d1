from collections.abc import Callable

import pytest

from agent_desk.services.event_bus import EventBus
from tests.logfail import LogGuard


class Base:
    pass


class Derived(Base):
    pass


def test_an_event_published_by_a_handler_is_delivered_after_the_present_one() -> None:
    bus = EventBus()
    heard: list[str] = []

    def first(event: str) -> None:
        heard.append(f"first {event}")
        if event == "a":
            bus.publish("b")
            heard.append("first done")

    bus.subscribe(str, first)
    bus.subscribe(str, lambda event: heard.append(f"second {event}"))

    bus.publish("a")

    assert heard == ["first a", "first done", "second a", "first b", "second b"]


def test_handlers_of_base_classes_hear_derived_events_and_not_the_other_way_round() -> None:
    bus = EventBus()
    bases: list[Base] = []
    derived: list[Derived] = []
    bus.subscribe(Base, bases.append)
    bus.subscribe(Derived, derived.append)
    plain, special = Base(), Derived()

    bus.publish(plain)
    bus.publish(special)

    assert bases == [plain, special]
    assert derived == [special]


def test_a_failing_handler_is_logged_and_hinders_no_other(
    expected_logs: LogGuard, caplog: pytest.LogCaptureFixture
) -> None:
    expected_logs.expect("handler of str failed")
    bus = EventBus()
    heard: list[str] = []

    def broken(event: str) -> None:
        raise ValueError(event)

    bus.subscribe(str, broken)
    bus.subscribe(str, heard.append)

    bus.publish("a")
    bus.publish("b")

    assert heard == ["a", "b"]
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


def test_a_handler_that_was_stopped_hears_nothing_more_not_even_the_present_event() -> None:
    bus = EventBus()
    heard: list[str] = []
    stops: list[Callable[[], None]] = []
    bus.subscribe(str, lambda event: stops[0]())
    stops.append(bus.subscribe(str, heard.append))

    bus.publish("a")

    assert heard == []


def test_stopping_one_of_two_equal_subscriptions_twice_leaves_the_other() -> None:
    bus = EventBus()
    heard: list[str] = []
    hear = heard.append
    stop = bus.subscribe(str, hear)
    bus.subscribe(str, hear)

    stop()
    stop()
    bus.publish("a")

    assert heard == ["a"]


def test_a_handler_added_while_delivering_hears_the_next_event_only() -> None:
    bus = EventBus()
    heard: list[str] = []

    def adds_one(event: str) -> None:
        if event == "a":
            bus.subscribe(str, heard.append)

    bus.subscribe(str, adds_one)

    bus.publish("a")
    bus.publish("b")

    assert heard == ["b"]
