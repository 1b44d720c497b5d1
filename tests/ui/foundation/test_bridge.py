"""The bridge between real threads: what is asked for comes back on main, in order, whole."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from agent_desk.domain.errors import NotFoundError
from tests.logfail import LogGuard
from ui.bridge import BATCH, Bridge, DeskLoop


@dataclass(frozen=True)
class CountedEvent:
    number: int


class SpecialEvent(CountedEvent):
    pass


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def hear(self, what: object) -> None:
        self.heard.append(what)


@pytest.fixture
def desk_loop() -> Iterator[DeskLoop]:
    desk_loop = DeskLoop()
    desk_loop.start()
    yield desk_loop
    assert desk_loop.stop()


@pytest.fixture
def bridge(qapp: QObject, desk_loop: DeskLoop) -> Iterator[Bridge]:
    bridge = Bridge(desk_loop.loop)
    yield bridge
    bridge.close()


async def thread_name_of(suffix: str) -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name + suffix


async def refuse() -> str:
    raise NotFoundError(subject="Ticket", id="7")


async def break_down() -> str:
    raise ZeroDivisionError("a fault of the program")


def post_from_loop(bridge: Bridge, loop: DeskLoop, events: list[object]) -> None:
    def post_all() -> None:
        for event in events:
            bridge.post(event)

    loop.loop.call_soon_threadsafe(post_all)


def test_a_call_runs_on_desk_loop_and_its_result_arrives_on_main(
    qtbot: QtBot, bridge: Bridge
) -> None:
    seen: list[tuple[str, threading.Thread]] = []
    bridge.call(
        thread_name_of, "!", on_result=lambda text: seen.append((text, threading.current_thread()))
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("desk-loop!", threading.main_thread())]


def test_a_refusal_reaches_on_error_as_it_is_and_is_not_logged(
    qtbot: QtBot, bridge: Bridge
) -> None:
    errors: list[Exception] = []
    failures: list[object] = []
    bridge.failed.connect(failures.append)
    bridge.call(refuse, on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], NotFoundError)
    assert errors[0].details["id"] == "7"
    assert failures == []


def test_a_refusal_that_nobody_takes_is_logged_and_announced(
    qtbot: QtBot, bridge: Bridge, expected_logs: LogGuard
) -> None:
    expected_logs.expect("refuse was refused and nobody listened: Ticket 7 does not exist")
    with qtbot.waitSignal(bridge.failed) as signal:
        bridge.call(refuse)
    assert signal.args is not None
    assert isinstance(signal.args[0], NotFoundError)


def test_a_fault_is_logged_announced_and_ends_the_waiting(
    qtbot: QtBot, bridge: Bridge, expected_logs: LogGuard
) -> None:
    expected_logs.expect("break_down failed")
    errors: list[Exception] = []
    with qtbot.waitSignal(bridge.failed):
        bridge.call(break_down, on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ZeroDivisionError)


def test_a_burst_of_events_arrives_whole_and_in_order(
    qtbot: QtBot, bridge: Bridge, desk_loop: DeskLoop
) -> None:
    events: list[object] = [CountedEvent(number) for number in range(BATCH * 5 + 3)]
    seen: list[object] = []
    threads: set[str] = set()
    bridge.events.connect(lambda event: threads.add(threading.current_thread().name))
    bridge.subscribe(CountedEvent, seen.append)
    post_from_loop(bridge, desk_loop, events)
    qtbot.waitUntil(lambda: len(seen) == len(events))
    assert seen == events
    assert threads == {threading.main_thread().name}


def test_a_burst_wakes_main_once_per_batch(
    qtbot: QtBot, bridge: Bridge, desk_loop: DeskLoop
) -> None:
    wakes: list[int] = []
    seen: list[CountedEvent] = []
    bridge._woken.connect(lambda: wakes.append(1))
    bridge.subscribe(CountedEvent, seen.append)
    posted = threading.Event()
    post_from_loop(bridge, desk_loop, [CountedEvent(n) for n in range(BATCH * 3 - 1)])
    desk_loop.loop.call_soon_threadsafe(posted.set)
    assert posted.wait(5)
    qtbot.waitUntil(lambda: len(seen) == BATCH * 3 - 1)
    assert len(wakes) == 3


def test_results_and_events_keep_their_order(
    qtbot: QtBot, bridge: Bridge, desk_loop: DeskLoop
) -> None:
    order: list[object] = []

    async def post_then_answer() -> str:
        bridge.post(CountedEvent(1))
        return "answer"

    bridge.subscribe(CountedEvent, order.append)
    bridge.call(post_then_answer, on_result=order.append)
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == [CountedEvent(1), "answer"]


def test_a_subscriber_hears_subclasses_but_no_other_events(
    qtbot: QtBot, bridge: Bridge, desk_loop: DeskLoop
) -> None:
    special: list[object] = []
    every: list[object] = []
    bridge.subscribe(SpecialEvent, special.append)
    bridge.subscribe(CountedEvent, every.append)
    post_from_loop(bridge, desk_loop, [CountedEvent(1), SpecialEvent(2), "else", CountedEvent(3)])
    qtbot.waitUntil(lambda: len(every) == 3)
    assert special == [SpecialEvent(2)]


def test_an_ended_subscription_hears_nothing_more(
    qtbot: QtBot, bridge: Bridge, desk_loop: DeskLoop
) -> None:
    former: list[object] = []
    staying: list[object] = []
    unsubscribe = bridge.subscribe(CountedEvent, former.append)
    bridge.subscribe(CountedEvent, staying.append)
    unsubscribe()
    unsubscribe()
    post_from_loop(bridge, desk_loop, [CountedEvent(1)])
    qtbot.waitUntil(lambda: bool(staying))
    assert former == []


def test_a_deleted_panel_is_left_alone(qtbot: QtBot, bridge: Bridge, desk_loop: DeskLoop) -> None:
    panel, owner = Listener(), Listener()
    lost: list[object] = []
    staying: list[object] = []
    gate = asyncio.Event()

    async def answer_late() -> str:
        await gate.wait()
        return "late"

    bridge.subscribe(CountedEvent, panel.hear)
    bridge.call(answer_late, on_result=panel.hear)
    bridge.call(answer_late, on_result=lost.append, owner=owner)
    bridge.call(answer_late, on_result=staying.append)
    delete(panel)
    delete(owner)
    desk_loop.loop.call_soon_threadsafe(gate.set)
    post_from_loop(bridge, desk_loop, [CountedEvent(1)])
    qtbot.waitUntil(lambda: bool(staying))
    assert lost == []


def test_a_handler_that_fails_does_not_stop_the_others(
    qtbot: QtBot, bridge: Bridge, desk_loop: DeskLoop, expected_logs: LogGuard
) -> None:
    expected_logs.expect("failed on 'CountedEvent'")
    heard: list[object] = []

    def fail(event: CountedEvent) -> None:
        raise ValueError(event.number)

    bridge.subscribe(CountedEvent, fail)
    bridge.subscribe(CountedEvent, heard.append)
    with qtbot.waitSignal(bridge.failed):
        post_from_loop(bridge, desk_loop, [CountedEvent(1)])
    qtbot.waitUntil(lambda: bool(heard))


def test_a_closed_bridge_takes_and_delivers_nothing(
    qtbot: QtBot, bridge: Bridge, desk_loop: DeskLoop
) -> None:
    seen: list[object] = []
    other = Bridge(desk_loop.loop)
    bridge.subscribe(CountedEvent, seen.append)
    bridge.close()
    bridge.post(CountedEvent(1))
    bridge.call(thread_name_of, "", on_result=seen.append)
    answered: list[str] = []
    other.call(thread_name_of, "", on_result=answered.append)
    qtbot.waitUntil(lambda: bool(answered))
    assert seen == []


def test_stopping_cancels_what_runs_and_joins_the_thread() -> None:
    desk_loop = DeskLoop()
    desk_loop.start()
    begun = threading.Event()
    ended: list[str] = []

    async def wait_for_ever() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    asyncio.run_coroutine_threadsafe(wait_for_ever(), desk_loop.loop)
    assert begun.wait(5)
    assert desk_loop.stop()
    assert ended == ["cancelled"]
    assert not desk_loop.is_running()
    assert desk_loop.stop()


def test_a_call_after_the_loop_ended_is_dropped(qapp: QObject) -> None:
    desk_loop = DeskLoop()
    desk_loop.start()
    bridge = Bridge(desk_loop.loop)
    assert desk_loop.stop()
    answers: list[object] = []
    bridge.call(thread_name_of, "", on_result=answers.append, on_error=answers.append)
    assert answers == []


def test_a_loop_that_never_started_can_be_stopped() -> None:
    desk_loop = DeskLoop()
    assert desk_loop.stop()
    assert desk_loop.loop.is_closed()


def test_a_loop_that_hangs_is_reported(expected_logs: LogGuard) -> None:
    expected_logs.expect("desk-loop did not end within 0.0 s")
    desk_loop = DeskLoop()
    desk_loop.start()
    release = threading.Event()
    desk_loop.loop.call_soon_threadsafe(release.wait)
    assert not desk_loop.stop(timeout_seconds=0.01)
    release.set()
    assert desk_loop.stop()
