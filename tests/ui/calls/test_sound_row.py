"""The sound of the selected call on the bar: recording, quality, lost sound, the line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from agent_desk.domain.sound import LineQuality, MediaPath, RecordingState
from tests.ui.calls.samples import SetClock, a_call, ringing, validate
from ui.calls.call_bar import CallBar
from ui.calls.sound_row import SoundRow
from ui.calls.sound_words import CallSound
from ui.language import Language, set_language

C1 = CallId("c1")
BAD = LineQuality(here=2.4, there=4.1, loss=0.04, jitter_ms=12.0, round_trip_ms=80.0, codec="opus")
RECORDING = CallSound(recording=RecordingState.RECORDING)


@pytest.fixture
def bar(qtbot: QtBot) -> CallBar:
    bar = CallBar(now=SetClock(), validate=validate)
    bar.resize(1200, 160)
    qtbot.addWidget(bar)
    bar.show()
    bar.show_calls((a_call(),), C1)
    return bar


def test_a_call_that_makes_no_sound_takes_no_room(bar: CallBar) -> None:
    bar.set_sounds({C1: CallSound()})
    assert bar.findChildren(SoundRow) == []
    assert bar.action("record").isEnabled()
    assert not bar.action("stop_recording").isEnabled()


def test_a_recording_is_seen_paused_and_ended(bar: CallBar, qtbot: QtBot) -> None:
    bar.set_sounds({C1: RECORDING})
    row = bar.sound_row()
    assert (row.recording.text(), row.recording.kind) == ("Recording", "danger")
    assert row.hint.text() == "Only when the caller has agreed."
    with qtbot.waitSignal(bar.pause_recording_requested) as paused:
        row.pause.click()
    assert paused.args == ["c1", True]
    bar.set_sounds({C1: CallSound(recording=RecordingState.PAUSED)})
    assert row.recording.text() == "Recording paused"
    assert not row.pause.isVisible()
    with qtbot.waitSignal(bar.pause_recording_requested) as resumed:
        row.resume.click()
    assert resumed.args == ["c1", False]
    with qtbot.waitSignal(bar.record_requested) as stopped:
        row.stop.click()
    assert stopped.args == ["c1", False]
    bar.set_sounds({C1: CallSound()})
    assert not row.isVisible()


def test_the_key_pauses_and_goes_on_and_does_nothing_without_a_recording(
    bar: CallBar, qtbot: QtBot
) -> None:
    pause = bar.shortcut_handlers()["call.pause_recording"]
    with qtbot.assertNotEmitted(bar.pause_recording_requested):
        pause()
    for state, wanted in ((RecordingState.RECORDING, True), (RecordingState.PAUSED, False)):
        bar.set_sounds({C1: CallSound(recording=state)})
        with qtbot.waitSignal(bar.pause_recording_requested) as asked:
            pause()
        assert asked.args == ["c1", wanted]


def test_the_key_begins_and_ends_a_recording(bar: CallBar, qtbot: QtBot) -> None:
    record = bar.shortcut_handlers()["call.record"]
    for sound, wanted in ((CallSound(), True), (RECORDING, False)):
        bar.set_sounds({C1: sound})
        with qtbot.waitSignal(bar.record_requested) as asked:
            record()
        assert asked.args == ["c1", wanted]


def test_a_call_that_only_rings_is_not_recorded(bar: CallBar) -> None:
    bar.show_calls((ringing(),), None)
    assert not bar.action("record").isEnabled()


def test_a_queue_that_records_has_told_its_callers(bar: CallBar) -> None:
    bar.set_sounds({C1: CallSound(recording=RecordingState.RECORDING, by_rule=True)})
    assert bar.sound_row().hint.text() == "By this queue's rule; the caller was told."


def test_a_bad_line_says_what_is_heard_and_the_figures_on_demand(bar: CallBar) -> None:
    bar.set_sounds({C1: CallSound(path=MediaPath.OPEN, quality=BAD)})
    line = bar.sound_row().line
    assert (line.text(), line.kind) == ("Bad 2.4: you hear gaps, 4 % lost", "danger")
    assert line.toolTip().splitlines() == [
        "You hear: 2.4 of 4.5",
        "You are heard: 4.1 of 4.5",
        "Lost: 4.0 %",
        "Jitter: 12 ms",
        "There and back: 80 ms",
        "Codec: opus",
    ]
    set_language(Language.ZH)
    bar.sound_row().retranslate()
    assert line.text() == "较差 2.4：声音断续，丢失 4%"


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        (MediaPath.CONNECTING, "Sound connecting", "info"),
        (MediaPath.LOST, "No sound comes", "danger"),
    ],
)
def test_a_way_that_is_not_open_is_said(
    bar: CallBar, path: MediaPath, text: str, kind: str
) -> None:
    bar.set_sounds({C1: CallSound(path=path)})
    assert (bar.sound_row().line.text(), bar.sound_row().line.kind) == (text, kind)


def test_another_call_that_is_selected_has_its_own_sound(bar: CallBar) -> None:
    bar.set_sounds({C1: RECORDING})
    bar.show_calls((a_call(), a_call("c2", LocalConnectionState.HOLD)), C1)
    row = bar.sound_row()
    assert row.isVisible()
    bar.select_next_call()
    assert not row.isVisible()


def a_line(status: RegistrationStatus) -> RegistrationChangedEvent:
    return RegistrationChangedEvent(
        at=datetime(2026, 3, 2, tzinfo=UTC),
        account="1017@sip.example.com",
        status=status,
        trouble=RegistrationTrouble.NO_ANSWER,
    )


def test_without_a_call_the_bar_says_that_none_can_come(bar: CallBar) -> None:
    bar.show_calls((), None)
    bar.set_line(a_line(RegistrationStatus.AWAY))
    view = bar.headline().view()
    assert (view.state_text, view.title, view.kind) == ("No line", "No call can come", "warning")
    assert view.detail == "The server does not answer"
    bar.set_line(a_line(RegistrationStatus.REGISTERED))
    assert bar.headline().view().title == "No call"


def test_a_call_is_shown_whatever_the_line_does(bar: CallBar) -> None:
    bar.set_line(a_line(RegistrationStatus.AWAY))
    assert bar.headline().view().state == "talking"
