"""What the desk says about itself, and what it refuses: storage, divergence, closing, settings."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.agent import AgentState, AgentStateChangedEvent
from agent_desk.domain.call import CallDirection
from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.identifiers import CallId, InteractionId
from agent_desk.domain.interaction import Disposition, Interaction
from agent_desk.services.call_control import CallsChangedEvent, DivergenceFoundEvent
from agent_desk.services.interactions import CallsLostEvent, InteractionChangedEvent
from agent_desk.services.recorder import StorageStateChangedEvent
from tests.e2e.stage import CONTROL, SHIFT, ScriptedStage
from ui.formats import format_number
from ui.language import Language, current_language, error_text, tr
from ui.presenters.look import form_of
from ui.shell.settings_page import SettingsPage
from ui.theme.theme import ThemeName, current_theme

NUMBER = "+8613800138111"


def has_calls(stage: ScriptedStage, count: int) -> bool:
    changes = stage.seen(CallsChangedEvent)
    return len(changes[-1].calls if changes else ()) == count


@pytest.mark.expected_logs("database away")
def test_a_database_that_goes_away_and_comes_back_is_said_once_each(stage: ScriptedStage) -> None:
    stage.do(stage.storage.die)
    stage.press(Qt.Key.Key_F2)
    stage.wait(lambda: bool(stage.seen(StorageStateChangedEvent)))
    (gone,) = stage.seen(StorageStateChangedEvent)
    assert gone.error is not None
    assert tr("desk.storage_away", reason=error_text(gone.error)) in stage.notices()
    stage.ring("c-1", NUMBER)
    stage.press(Qt.Key.Key_F4)
    stage.wait(lambda: has_calls(stage, 1))

    stage.do(stage.storage.revive)
    stage.wait(lambda: tr("desk.storage_back") in stage.notices())

    assert "desk.sqlite" not in stage.notices()
    _, back = stage.seen(StorageStateChangedEvent)
    assert (back.error, back.spooled) == (None, 0)


@pytest.mark.expected_logs("calls differ from the switch")
def test_a_call_that_only_the_desk_knows_is_dropped_and_said(stage: ScriptedStage) -> None:
    stage.ring("c-1", NUMBER)
    stage.wait(lambda: has_calls(stage, 1))

    stage.do(stage.switch.lose, CallId("c-1"))
    stage.do(stage.desk.calls.reconcile)

    stage.wait(lambda: bool(stage.seen(DivergenceFoundEvent)))
    stage.wait(lambda: tr("desk.divergence", count=1) in stage.notices())
    assert has_calls(stage, 0)


def test_a_call_that_a_former_run_died_in_is_named(stage: ScriptedStage) -> None:
    lost = Interaction(
        id=InteractionId("i-1"),
        call_id=CallId("c-1"),
        agent_id=stage.desk.profile.agent_id,
        direction=CallDirection.INBOUND,
        number=NUMBER,
        began_at=stage.desk.clock.now(),
    )
    stage.do(lambda: stage.desk.bus.publish(CallsLostEvent(interactions=(lost,))))
    stage.wait(lambda: format_number(NUMBER) in stage.notices())


def test_a_window_with_a_call_does_not_close(stage: ScriptedStage) -> None:
    window = stage.view.window
    stage.ring("c-1", NUMBER)
    stage.wait(lambda: has_calls(stage, 1))

    assert not window.close()
    assert window.isVisible()
    assert tr("desk.in_call") in stage.notices()

    stage.do(stage.switch.caller_gives_up, CallId("c-1"))
    stage.wait(lambda: has_calls(stage, 0))
    closed: list[bool] = []
    window.closing.connect(lambda: closed.append(True))
    window.close()
    assert closed == [True]


def test_language_and_theme_change_by_key_and_are_kept(stage: ScriptedStage) -> None:
    stage.press(Qt.Key.Key_L, CONTROL)
    assert current_language() is Language.ZH
    stage.press(Qt.Key.Key_L, CONTROL, SHIFT)
    assert current_theme() is ThemeName.DARK
    stage.press(Qt.Key.Key_L, CONTROL)
    stage.press(Qt.Key.Key_L, CONTROL, SHIFT)

    assert current_language() is Language.EN
    assert current_theme() is ThemeName.LIGHT
    kept = [(settings.language, settings.theme) for settings in stage.kept.settings]
    assert kept == [("zh", "light"), ("zh", "dark"), ("en", "dark"), ("en", "light")]


def test_settings_that_cannot_be_written_are_said(stage: ScriptedStage) -> None:
    stage.kept.refusal = ConfigurationError(
        file="settings.toml", field="file", value="settings.toml", accepted="a writable place"
    )

    stage.press(Qt.Key.Key_L, CONTROL, SHIFT)

    assert "settings.toml" in stage.notices()
    assert current_theme() is ThemeName.DARK
    assert stage.kept.settings == []


def settings_page(stage: ScriptedStage) -> SettingsPage:
    stage.press(Qt.Key.Key_4, CONTROL)
    page = stage.view.window.page("settings")
    assert isinstance(page, SettingsPage)
    return page


def test_settings_of_the_page_are_saved_and_in_force(stage: ScriptedStage) -> None:
    page = settings_page(stage)

    page.saved.emit(form_of(stage.view.look.settings) | {"theme": "dark", "raise_on_ring": "true"})

    assert current_theme() is ThemeName.DARK
    assert stage.view.window.raise_on_ring
    assert stage.kept.settings == [stage.view.look.settings]


@pytest.mark.parametrize(
    ("field", "value"), [("scale_percent", "900"), ("region", "Atlantis"), ("speed", "fast")]
)
def test_a_setting_that_is_not_accepted_changes_nothing(
    field: str, value: str, stage: ScriptedStage
) -> None:
    before = stage.view.look.settings
    page = settings_page(stage)

    page.saved.emit(form_of(before) | {field: value, "theme": "dark"})

    assert stage.view.look.settings == before
    assert stage.kept.settings == []
    assert current_theme() is ThemeName.LIGHT


def test_the_disposition_of_a_finished_call_reaches_its_record(stage: ScriptedStage) -> None:
    wrap_up = stage.panels.wrap_up
    stage.ring("c-1", NUMBER)
    stage.wait(lambda: has_calls(stage, 1))
    stage.press(Qt.Key.Key_F4)
    stage.wait(lambda: stage.seen(CallsChangedEvent)[-1].calls[0].is_answered)
    stage.press(Qt.Key.Key_F12)
    stage.wait(lambda: wrap_up.call_id() == "c-1")
    stage.press(Qt.Key.Key_R, CONTROL)
    stage.press(Qt.Key.Key_2)
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: wrap_up.call_id() == "")
    disposed = [c for c in stage.seen(InteractionChangedEvent) if c.kind == "Disposed"]
    assert [c.interaction.disposition for c in disposed] == [tuple(Disposition)[1]]
    stage.wait(
        lambda: (
            stage.seen(AgentStateChangedEvent)[-1].status.state is not AgentState.WORKING_AFTER_CALL
        )
    )
