"""The devices of calls: used from the start, chosen and tested on the settings page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevice,
    AudioDevices,
    LevelsMeasuredEvent,
)
from tests.e2e.stage import ScriptedStage
from tests.fakes.scripted_line import ScriptedLine
from tests.ui.presenters.conftest import SETTINGS
from ui.shell.settings_page import SettingsPage

HEADSET = AudioDevice(id="usb-headset", name="Jabra Evolve2")
BUILT_IN = AudioDevice(id="built-in", name="Built-in Audio", is_default=True)
BOTH = AudioDevices(microphones=(BUILT_IN, HEADSET), speakers=(BUILT_IN, HEADSET))
PULLED = AudioDevices(
    microphones=(BUILT_IN,),
    speakers=(BUILT_IN,),
    microphone_in_use=BUILT_IN.id,
    speaker_in_use=BUILT_IN.id,
    microphone_refused=HEADSET.name,
    speaker_refused=HEADSET.name,
)
CHOSEN = replace(
    SETTINGS,
    microphone=HEADSET.id,
    microphone_name=HEADSET.name,
    speaker=HEADSET.id,
    speaker_name=HEADSET.name,
)
HEADSET_CHOICE = AudioChoice(microphone=HEADSET.id, speaker=HEADSET.id)


@pytest.fixture
def real(qtbot: QtBot, empty_base: Path, tmp_path: Path) -> Iterator[ScriptedStage]:
    """A desk with a line, whose headset is chosen and plugged in."""
    folder = tmp_path / "real"
    shutil.copytree(empty_base, folder, ignore=shutil.ignore_patterns("*.lock"))
    stage = ScriptedStage(qtbot, folder=folder, settings=CHOSEN, line=ScriptedLine())
    stage.switch.media.plugged = BOTH
    stage.begin()
    yield stage
    stage.close()


def settings_page(stage: ScriptedStage) -> SettingsPage:
    stage.view.window.show_page("settings")
    page = stage.view.window.page("settings")
    assert isinstance(page, SettingsPage)
    return page


def lines(page: SettingsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def press(stage: ScriptedStage, page: SettingsPage) -> None:
    page.sound.test.setFocus()
    QTest.keyClick(page.sound.test, Qt.Key.Key_Space)


def test_what_was_chosen_is_used_from_the_start_and_shown(real: ScriptedStage) -> None:
    real.wait(lambda: real.switch.media.choices == [HEADSET_CHOICE])
    page = settings_page(real)
    real.wait(lambda: page.sound.choices["microphone"].count() == 3)
    assert page.sound.choices["microphone"].currentText() == "Jabra Evolve2"
    assert page.sound.choices["speaker"].itemText(0) == "As on this computer (Built-in Audio)"
    assert not page.is_changed()


def test_a_choice_is_used_at_once_and_taken_back_by_undo(real: ScriptedStage) -> None:
    page = settings_page(real)
    microphone = page.sound.choices["microphone"]
    real.wait(lambda: microphone.count() == 3)
    QTest.keyClick(microphone, Qt.Key.Key_Up)
    other = AudioChoice(microphone=BUILT_IN.id, speaker=HEADSET.id)
    real.wait(lambda: real.switch.media.choices[-1:] == [other])
    assert page.form()["microphone_name"] == "Built-in Audio"
    page.undo()
    real.wait(lambda: real.switch.media.choices[-1:] == [HEADSET_CHOICE])
    assert not page.is_changed()


def test_a_saved_choice_is_in_the_settings_with_its_name(real: ScriptedStage) -> None:
    page = settings_page(real)
    speaker = page.sound.choices["speaker"]
    real.wait(lambda: speaker.count() == 3)
    speaker.setCurrentIndex(0)
    page.saved.emit(page.form())
    saved = real.kept.settings[-1]
    assert (saved.speaker, saved.speaker_name) == ("", "")
    assert (saved.microphone, saved.microphone_name) == (HEADSET.id, HEADSET.name)


def test_the_waiting_tone_is_as_it_was_set_and_saved(real: ScriptedStage) -> None:
    real.wait(lambda: real.switch.media.tells_waiting is True)
    page = settings_page(real)
    page.saved.emit(page.form() | {"call_waiting_tone": "false"})
    real.wait(lambda: real.switch.media.tells_waiting is False)
    assert not real.kept.settings[-1].call_waiting_tone


def test_a_headset_that_is_pulled_out_is_said_with_what_is_used_instead(
    real: ScriptedStage,
) -> None:
    page = settings_page(real)
    real.do(real.switch.media.plug, PULLED)
    real.wait(lambda: "“Jabra Evolve2” gives no sound: it was pulled out" in lines(page))
    assert lines(page).count("“Built-in Audio” is used instead") == 1
    assert page.sound.choices["microphone"].currentText() == "Jabra Evolve2 (not available)"
    real.do(real.switch.media.plug, BOTH)
    real.wait(lambda: "pulled out" not in lines(page))
    assert page.sound.choices["microphone"].currentText() == "Jabra Evolve2"


def test_no_device_at_all_is_said(real: ScriptedStage) -> None:
    page = settings_page(real)
    real.do(real.switch.media.plug, AudioDevices())
    real.wait(lambda: "No microphone is plugged in: callers do not hear you." in lines(page))
    assert "No headphones or speaker are plugged in: you do not hear callers." in lines(page)


def test_the_test_lets_a_person_hear_and_see_themselves(real: ScriptedStage) -> None:
    page = settings_page(real)
    press(real, page)
    real.wait(lambda: real.switch.media.tests == [True])
    assert page.sound.test.text() == "Stop the test"
    real.do(real.switch.media.tell, LevelsMeasuredEvent(microphone=-24.0, speaker=-127.0))
    real.wait(lambda: page.sound.meter.accessibleDescription() == "Good")
    assert "Good" in lines(page)
    press(real, page)
    real.wait(lambda: real.switch.media.tests == [True, False])
    assert page.sound.test.text() == "Test sound"
    assert page.sound.meter.accessibleDescription() == "Nothing is heard"


def test_the_test_ends_when_the_page_is_left(real: ScriptedStage) -> None:
    page = settings_page(real)
    press(real, page)
    real.view.window.show_page("agent")
    real.wait(lambda: real.switch.media.tests == [True, False])
    assert page.sound.test.text() == "Test sound"


def test_a_call_ends_the_test_and_there_is_none_during_it(real: ScriptedStage) -> None:
    page = settings_page(real)
    press(real, page)
    real.ring("c-1", "+8613800138000")
    real.wait(lambda: real.switch.media.tests == [True, False])
    assert not page.sound.test.isEnabled()
    assert "Not during a call" in lines(page)


def test_a_headset_lost_in_a_call_is_said_above_the_page_until_it_is_back(
    real: ScriptedStage,
) -> None:
    real.ring("c-1", "+8613800138000")
    real.wait(lambda: bool(real.desk.calls.calls))
    real.do(real.switch.media.plug, PULLED)
    real.wait(lambda: "“Jabra Evolve2” gives no sound" in real.notices())
    assert real.notices().count("“Built-in Audio” is used instead") == 1
    real.do(real.switch.media.plug, BOTH)
    real.wait(lambda: "Jabra" not in real.notices())


def test_a_call_without_any_device_is_said_and_between_calls_nothing_is(
    real: ScriptedStage,
) -> None:
    real.do(real.switch.media.plug, AudioDevices())
    real.ring("c-1", "+8613800138000")
    real.wait(lambda: "No microphone is plugged in: callers do not hear you." in real.notices())
    real.do(real.switch.caller_gives_up, "c-1")
    real.wait(lambda: "No microphone" not in real.notices())


def test_simulated_calls_need_no_headset_and_ring_all_the_same(stage: ScriptedStage) -> None:
    page = settings_page(stage)
    stage.wait(lambda: "Calls at this desk are simulated" in lines(page))
    assert not page.sound.choices["microphone"].isVisible()
    assert not page.sound.test.isVisible()
    page.ring.show_devices((BUILT_IN, HEADSET))
    ringer = next(
        w for w in page.findChildren(type(page.sound.choices["speaker"])) if w.isVisible()
    )
    ringer.setCurrentIndex(2)
    page.saved.emit(page.form())
    assert stage.kept.settings[-1].ringer == HEADSET.id
