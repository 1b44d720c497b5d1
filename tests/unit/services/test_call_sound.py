"""What the desk does by itself in calls of certain queues; what the log keeps of their sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_rules import CallRules
from agent_desk.domain.errors import CallStateError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CallId, QueueId
from agent_desk.domain.registration import RegistrationChangedEvent, RegistrationStatus
from agent_desk.domain.sound import (
    LevelsMeasuredEvent,
    LineQuality,
    QualityMeasuredEvent,
    RecordingChangedEvent,
    RecordingState,
)
from agent_desk.services.auto_answer import MOMENT_SECONDS, AutoAnswerAnnouncedEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.line_status import LineStatus
from tests.fakes.manual_clock import START
from tests.fakes.scripted_line import ScriptedLine
from tests.unit.services.bench import LI_NUMBER, WANG_NUMBER, Bench
from tests.unit.services.conftest import MakeBench

RULES = CallRules(
    recorded=frozenset({QueueId("support")}), auto_answered=frozenset({QueueId("sales")})
)
QUALITY = LineQuality(
    here=4.2, there=None, loss=0.01, jitter_ms=3.0, round_trip_ms=None, codec="opus"
)


@pytest.fixture
async def bench(make_bench: MakeBench) -> AsyncIterator[Bench]:
    made = make_bench(call_rules=RULES)
    await made.desk.start()
    await made.sign_on()
    yield made
    await made.desk.stop()


async def a_moment(bench: Bench) -> None:
    """Let the desk's tasks begin, then the moment before an automatic answer pass."""
    for _ in range(3):
        await asyncio.sleep(0)
    bench.clock.advance(MOMENT_SECONDS)
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_call_of_a_recorded_queue_is_recorded_from_its_answer_on(bench: Bench) -> None:
    call = await bench.talk(queue="support")
    recording = await bench.seen.nth(RecordingChangedEvent)
    assert (recording.call_id, recording.state) == (call, RecordingState.RECORDING)
    assert bench.desk.sound.recording(call) is RecordingState.RECORDING
    await bench.desk.sound.pause_recording(call, paused=True)
    await bench.desk.sound.stop_recording(call)
    kinds = await bench.kinds(Stream.CALL, call)
    assert kinds == ["Delivered", "Established", *["RecordingChanged"] * 3]


async def test_calls_of_other_queues_and_direct_calls_are_not_recorded(bench: Bench) -> None:
    call = await bench.talk(queue="")
    await bench.desk.calls.clear_connection(call)
    assert bench.seen.all(RecordingChangedEvent) == []


@pytest.mark.expected_logs("is not recorded")
async def test_a_recording_that_cannot_begin_is_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(call_id: CallId) -> None:
        raise CallStateError(service="record", call_id=call_id, state="HOLD", allowed="")

    monkeypatch.setattr(bench.switch.media, "start_recording", refuse)
    await bench.talk(queue="support")
    told = await bench.seen.nth(RecordingChangedEvent)
    assert told.state is RecordingState.OFF
    assert "not possible" in told.error


async def test_only_the_last_quality_of_a_call_is_kept_and_everything_is_told(
    bench: Bench,
) -> None:
    call = await bench.talk(queue="")
    media = bench.switch.media
    media.tell(LevelsMeasuredEvent(microphone=-20.0, speaker=-30.0))
    media.tell(QualityMeasuredEvent(call_id=call, at=START, quality=QUALITY))
    media.tell(QualityMeasuredEvent(call_id=call, at=START, quality=QUALITY, is_final=True))
    (kept,) = [e for e in await bench.log(Stream.CALL, call) if e.kind == "QualityMeasured"]
    assert kept.payload["is_final"] is True
    assert kept.payload["quality"]["here"] == 4.2
    assert kept.payload["quality"]["codec"] == "opus"
    assert kept.actor == bench.desk.profile.agent_id
    assert len(bench.seen.all(QualityMeasuredEvent)) == 2
    assert len(bench.seen.all(LevelsMeasuredEvent)) == 1


async def test_a_call_of_an_auto_answered_queue_is_answered_after_its_pop_had_a_moment(
    bench: Bench,
) -> None:
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="sales")
    assert bench.seen.all(AutoAnswerAnnouncedEvent) == [AutoAnswerAnnouncedEvent(call_id=call)]
    assert bench.switch.connections() == {call: LocalConnectionState.ALERTING}
    await a_moment(bench)
    assert bench.switch.connections() == {call: LocalConnectionState.CONNECTED}


@pytest.mark.parametrize("what", ["gave up", "in another call"])
async def test_nothing_is_answered_for_a_caller_who_left_or_an_agent_who_talks(
    bench: Bench, what: str
) -> None:
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="sales")
    if what == "gave up":
        bench.switch.caller_gives_up(call)
    else:
        other = bench.switch.ring("c-2", LI_NUMBER)
        await bench.desk.calls.answer_call(other)
    before = bench.switch.connections()
    await a_moment(bench)
    assert bench.switch.connections() == before


async def test_a_call_that_rings_beside_another_is_left_to_the_agent(bench: Bench) -> None:
    await bench.talk(queue="")
    bench.switch.ring("c-2", LI_NUMBER, queue="sales")
    assert bench.seen.all(AutoAnswerAnnouncedEvent) == []


async def test_the_registration_is_on_the_bus_and_told_again_to_who_comes_late() -> None:
    line, bus = ScriptedLine(), EventBus()
    heard: list[RegistrationStatus] = []
    bus.subscribe(RegistrationChangedEvent, lambda event: heard.append(event.status))
    status = LineStatus(line=line, bus=bus)
    status.start()
    line.tell(RegistrationStatus.REGISTERED)
    status.tell()
    await status.register_again()
    await status.use_password("another")
    status.stop()
    line.tell(RegistrationStatus.AWAY)
    assert heard == [RegistrationStatus.REGISTERED] * 2
    assert line.tries == 1
    assert line.passwords == ["another"]


async def test_a_desk_of_simulated_calls_has_no_registration() -> None:
    status = LineStatus(line=None, bus=EventBus())
    status.start()
    status.tell()
    await status.register_again()
    assert status.registration() is None
