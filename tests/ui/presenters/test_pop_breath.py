"""The moment in which a ring waits for its record before the columns change; time stands still."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer

from agent_desk.domain.identifiers import CallId, parse_caller_id
from agent_desk.services.interactions import InteractionChangedEvent
from agent_desk.services.screen_pop import PopSlowEvent, PopStartedEvent
from tests.e2e.stage import ScriptedStage
from tests.ui.presenters.test_contact import LI, WANG, customer, shows, talk
from ui.presenters.pop import BREATH_MS

NEVER_MS = 1_000_000


@pytest.fixture
def breath(stage: ScriptedStage) -> QTimer:
    """The timer of the moment, which ends only when the test says so."""
    timer = stage.view.contact.pop.breath
    assert (timer.interval(), timer.isSingleShot()) == (BREATH_MS, True)
    timer.setInterval(NEVER_MS)
    return timer


def begin_ring(stage: ScriptedStage, number: str = LI) -> CallId:
    """Let the pop begin for a call whose record never comes."""
    call_id = CallId("c-9")
    caller = parse_caller_id(number, region="CN")
    event = PopStartedEvent(call_id=call_id, caller=caller, inbound=True)
    stage.do(stage.desk.bus.publish, event)
    return call_id


def shown_call(stage: ScriptedStage) -> str | None:
    shown = stage.view.contact.shown
    return shown.call_id if shown is not None else None


def test_a_moment_is_shorter_than_a_blink_and_longer_than_most_look_ups() -> None:
    assert 20 <= BREATH_MS <= 100


def test_the_columns_wait_for_the_record_and_then_say_that_it_is_looked_up(
    stage: ScriptedStage, breath: QTimer
) -> None:
    call_id = begin_ring(stage)
    stage.wait(breath.isActive)
    assert shown_call(stage) is None

    breath.timeout.emit()

    assert shown_call(stage) == call_id
    assert not breath.isActive()


def test_a_record_in_time_ends_the_wait_and_changes_the_columns_once(
    stage: ScriptedStage, breath: QTimer
) -> None:
    customer(stage, "李伟", LI)
    turned: list[object] = []
    stage.view.contact.attended.connect(turned.append)
    stage.ring("c-1", LI)
    stage.wait(shows(stage, "李伟"))
    assert not breath.isActive()
    assert len(turned) == 1


def test_a_slow_record_ends_the_wait(stage: ScriptedStage, breath: QTimer) -> None:
    call_id = begin_ring(stage)
    stage.wait(breath.isActive)
    stage.do(stage.desk.bus.publish, PopSlowEvent(call_id=call_id))
    stage.wait(lambda: shown_call(stage) == call_id)
    assert not breath.isActive()


def test_in_a_talk_nothing_waits_and_nothing_changes(stage: ScriptedStage, breath: QTimer) -> None:
    customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    begin_ring(stage)
    stage.wait(lambda: len(stage.seen(PopStartedEvent)) == 2)
    assert not breath.isActive()
    assert shown_call(stage) == "c-1"


def test_the_card_of_the_former_call_that_is_read_again_does_not_end_the_wait(
    stage: ScriptedStage, breath: QTimer
) -> None:
    customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    stage.do(stage.switch.far_hangs_up, CallId("c-1"))
    stage.wait(lambda: not stage.view.call_bar.cards())
    ended = [e for e in stage.seen(InteractionChangedEvent) if e.kind == "Ended"]
    call_id = begin_ring(stage)
    stage.wait(breath.isActive)
    read_again: list[object] = []
    stage.view.contact.card_changed.connect(read_again.append)

    stage.do(stage.desk.bus.publish, ended[-1])

    stage.wait(lambda: bool(read_again))
    assert breath.isActive()
    breath.timeout.emit()
    assert shown_call(stage) == call_id
