"""Every panel of calls and queues paints in both themes, both languages and at every scale.

A Qt warning fails the test, so does a panel that paints nothing of its own.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.agent import AgentState, NotReadyReason
from agent_desk.domain.call import CallService
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.interaction import Disposition
from tests.ui.calls.samples import (
    BEGIN,
    SetClock,
    a_queue,
    a_status,
    consultation,
    ringing,
    validate,
)
from ui.agent.agent_state import AgentStateButton
from ui.agent.wrap_up import WrapUpPanel
from ui.calls.call_bar import CallBar
from ui.calls.dial_box import DialBox
from ui.calls.directory import DirectoryEntry
from ui.calls.dtmf_pad import DtmfPad
from ui.calls.ticker import ticker
from ui.language import Language, set_language
from ui.queues.queue_strip import QueueStrip
from ui.shell.notices import Notices
from ui.theme.theme import ThemeName, apply_theme


def agent_state() -> QWidget:
    button = AgentStateButton(now=SetClock())
    button.show_status(a_status(AgentState.NOT_READY, reason=NotReadyReason.LUNCH))
    return button


def ringing_bar() -> QWidget:
    bar = CallBar(now=SetClock(), validate=validate)
    bar.show_calls((ringing(),), CallId("c1"))
    return bar


def consulting_bar() -> QWidget:
    bar = CallBar(now=SetClock(), validate=validate)
    bar.show_calls(consultation(), CallId("c2"), frozenset({CallId("c2")}))
    bar.show_error("“8099” cannot be reached")
    return bar


def dial_box() -> QWidget:
    box = DialBox(validate=validate)
    box.set_directory([DirectoryEntry(name="Liu Wei 刘伟", number="8012")])
    box.begin(CallService.SINGLE_STEP_TRANSFER_CALL)
    return box


def refused_number() -> QWidget:
    box = DialBox(validate=validate)
    box.set_text("138☎")
    box.submit()
    return box


def keypad() -> QWidget:
    pad = DtmfPad()
    pad.letters_toggle().setChecked(True)
    return pad


def queues() -> QWidget:
    strip = QueueStrip(now=SetClock())
    strip.show_queues((a_queue("a", waiting=3, answered=10), a_queue("b")))
    return strip


def no_queues() -> QWidget:
    strip = QueueStrip(now=SetClock())
    strip.show_queues(())
    return strip


def wrap_up() -> QWidget:
    panel = WrapUpPanel(now=SetClock())
    panel.show_wrap_up(
        call_id="c1",
        name="Anna Müller",
        number="+8613800138000",
        talk_seconds=167.0,
        until=BEGIN + timedelta(seconds=42),
    )
    panel.suggest(Disposition.RESOLVED)
    return panel


def notices() -> QWidget:
    lines = Notices()
    lines.show_notice("database", "The database is slow", "warning")
    return lines


PANELS: tuple[Callable[[], QWidget], ...] = (
    agent_state,
    ringing_bar,
    consulting_bar,
    dial_box,
    refused_number,
    keypad,
    queues,
    no_queues,
    wrap_up,
    notices,
)


@pytest.mark.parametrize("make", PANELS)
def test_a_panel_paints_in_every_look(qtbot: QtBot, make: Callable[[], QWidget]) -> None:
    panel = make()
    qtbot.addWidget(panel)
    panel.show()
    pictures = []
    for theme in ThemeName:
        for language in Language:
            for scale in (100, 200):
                apply_theme(theme, scale)
                set_language(language)
                panel.resize(panel.sizeHint())
                QApplication.processEvents()
                ticker().ticked.emit(2)
                image = panel.grab().toImage()
                pictures.append(image)
                colours = {
                    image.pixel(x, y)
                    for x in range(0, image.width(), 3)
                    for y in range(0, image.height(), 3)
                }
                assert len(colours) > 8, (theme, language, scale)
    different = [a for n, a in enumerate(pictures) if all(a != b for b in pictures[:n])]
    assert len(different) >= len(pictures) // 2
