"""The SIP trace on the screen: new messages, filter, copy, save."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.fakes.listed_trace import ListedTrace
from ui.account.trace_dialog import TraceDialog

INVITE = "INVITE sip:600@pbx.example SIP/2.0\r\nCall-ID: abc\r\n\r\n"
RINGING = "SIP/2.0 180 Ringing\r\nCall-ID: abc\r\n\r\n"


@pytest.fixture
def trace() -> ListedTrace:
    trace = ListedTrace()
    trace.add(INVITE)
    trace.add(RINGING, sent=False)
    return trace


@pytest.fixture
def dialog(qtbot: QtBot, trace: ListedTrace) -> TraceDialog:
    dialog = TraceDialog()
    qtbot.addWidget(dialog)
    dialog.more_wanted.connect(lambda after: dialog.add_messages(trace.messages(after)))
    dialog.show()
    qtbot.waitUntil(lambda: len(dialog.shown()) == 2)
    return dialog


def test_new_messages_come_by_themselves_and_once(
    dialog: TraceDialog, trace: ListedTrace, qtbot: QtBot
) -> None:
    trace.add("BYE sip:600@pbx.example SIP/2.0\r\n\r\n")
    dialog.more_wanted.emit(2)
    assert [message.number for message in dialog.shown()] == [1, 2, 3]


def test_a_chosen_message_is_read_whole(dialog: TraceDialog) -> None:
    dialog.list.setCurrentRow(1)
    assert dialog.text.toPlainText() == "SIP/2.0 180 Ringing\nCall-ID: abc\n\n"
    assert "Received from TLS 192.0.2.7:5061" in dialog.list.item(1).toolTip()


def test_the_filter_leaves_what_has_all_words(dialog: TraceDialog) -> None:
    dialog.filter.setText("ringing abc")
    assert [message.number for message in dialog.shown()] == [2]
    dialog.filter.setText("nothing like it")
    assert dialog.shown() == []
    assert dialog.text.placeholderText() == "No message has all these words"
    assert not dialog.save.isEnabled()


def test_what_is_shown_is_copied_and_what_is_left_out_is_said(dialog: TraceDialog) -> None:
    assert "Passwords and keys are left out" in dialog.note.text()
    dialog.filter.setText("INVITE")
    dialog.copy.click()
    text = QGuiApplication.clipboard().text()
    assert "INVITE sip:600@pbx.example" in text
    assert "180 Ringing" not in text
    assert "without passwords" in dialog.note.text()


def test_where_it_was_saved_or_why_not_is_said(dialog: TraceDialog) -> None:
    dialog.show_error("The disk is full")
    assert dialog.note.text() == "The disk is full"
    dialog.show_saved(Path("/tmp/trace.txt"))
    assert dialog.note.text().endswith("/tmp/trace.txt")
