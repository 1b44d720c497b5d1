"""Recording, quality and registration at a whole desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agent_desk.domain.identifiers import CallId
from agent_desk.domain.registration import RegistrationStatus, RegistrationTrouble
from agent_desk.domain.sound import (
    LineQuality,
    MediaPath,
    MediaPathChangedEvent,
    QualityMeasuredEvent,
    RecordingChangedEvent,
    RecordingState,
)
from tests.e2e.stage import CONTROL, SHIFT, ScriptedStage
from tests.fakes.manual_clock import START
from tests.fakes.scripted_line import ScriptedLine
from tests.ui.presenters.conftest import SETTINGS

NUMBER = "+8613800138111"
C1 = CallId("c-1")


def talk(stage: ScriptedStage) -> None:
    stage.ring(C1, NUMBER)
    stage.wait(lambda: stage.view.call_bar.selected() == C1)
    stage.press(Qt.Key.Key_F4)
    stage.wait(lambda: stage.view.call_bar.action("record").isEnabled())


def test_a_call_is_recorded_paused_for_a_card_number_and_ended_by_keys(
    stage: ScriptedStage,
) -> None:
    talk(stage)
    row = stage.view.call_bar.sound_row()
    stage.press(Qt.Key.Key_F6, CONTROL)
    stage.wait(lambda: row.recording.isVisible() and row.recording.text() == "Recording")
    stage.press(Qt.Key.Key_F6, SHIFT)
    stage.wait(lambda: row.recording.text() == "Recording paused")
    assert stage.do(stage.desk.sound.recording, C1) is RecordingState.PAUSED
    stage.press(Qt.Key.Key_F6, SHIFT)
    stage.wait(lambda: row.recording.text() == "Recording")
    stage.press(Qt.Key.Key_F6, CONTROL)
    stage.wait(lambda: not row.isVisible())


def test_what_the_media_tell_is_shown_and_goes_with_the_call(stage: ScriptedStage) -> None:
    talk(stage)
    media = stage.switch.media
    quality = LineQuality(here=4.2, there=None, loss=0.0, jitter_ms=3.0, round_trip_ms=None)
    stage.do(media.tell, QualityMeasuredEvent(call_id=C1, at=START, quality=quality))
    row = stage.view.call_bar.sound_row()
    stage.wait(lambda: row.line.text() == "Good 4.2")
    stage.do(media.tell, MediaPathChangedEvent(call_id=C1, at=START, path=MediaPath.LOST))
    stage.wait(lambda: row.line.text() == "No sound comes")
    stage.press(Qt.Key.Key_F12)
    stage.wait(lambda: not row.isVisible())


def test_a_recording_that_ends_by_itself_is_said(stage: ScriptedStage) -> None:
    talk(stage)
    stopped = RecordingChangedEvent(
        call_id=C1, at=START, state=RecordingState.OFF, error="The disk is full"
    )
    stage.do(stage.switch.media.tell, stopped)
    stage.wait(lambda: "The recording ended: The disk is full" in stage.notices())


@pytest.fixture
def line() -> ScriptedLine:
    return ScriptedLine("1017@sip.example.com")


def test_a_line_that_is_away_is_said_until_it_is_back(
    qtbot: QtBot, empty_base: Path, line: ScriptedLine
) -> None:
    stage = ScriptedStage(qtbot, folder=empty_base, settings=SETTINGS, line=line)
    stage.begin()
    try:
        headline = stage.view.call_bar.headline()
        stage.do(line.tell, RegistrationStatus.REGISTERED)
        stage.wait(lambda: headline.view().title == "No call")
        stage.do(line.tell, RegistrationStatus.AWAY, RegistrationTrouble.NO_ANSWER)
        stage.wait(lambda: "tries again by itself" in stage.notices())
        assert headline.view().title == "No call can come"
        stage.view.notices.banner(0).action_requested.emit()
        stage.wait(lambda: stage.view.window.current_page() == "settings")
        stage.do(line.tell, RegistrationStatus.REGISTERED)
        stage.wait(lambda: "tries again" not in stage.notices())
    finally:
        stage.close()
