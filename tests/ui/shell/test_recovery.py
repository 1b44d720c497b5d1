"""Recovered drafts: what, for whom, when, and nothing discarded by mistake."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.identifiers import CallId
from tests.ui.preview import DRAFTS, NOW
from ui.language import Language, set_language
from ui.shell.recovery import RecoveryDialog, describe_draft, excerpt
from ui.theme.theme import ThemeName, apply_theme
from ui.widgets.buttons import Button


@pytest.fixture
def dialog(qtbot: QtBot) -> RecoveryDialog:
    dialog = RecoveryDialog(now=lambda: NOW)
    qtbot.addWidget(dialog)
    dialog.show_drafts(DRAFTS)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def buttons(dialog: RecoveryDialog, text: str) -> list[Button]:
    return [b for b in dialog.findChildren(Button) if b.text() == text and b.isVisible()]


def texts(dialog: RecoveryDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


def test_every_draft_says_when_for_whom_and_how_it_begins(dialog: RecoveryDialog) -> None:
    shown = texts(dialog)
    assert "“Router offline since the outage in the morning”" in shown
    assert any("2 things were typed and not saved." in text for text in shown)
    about = [text for text in shown if text.startswith("Saved")]
    assert about[0].endswith("for the call with +86 138 0013 8000, 王芳")
    assert about[1].endswith("for Anna Müller")


def test_the_newest_comes_first_and_empty_ones_are_left_out(dialog: RecoveryDialog) -> None:
    empty = Draft(key="e", kind=DraftKind.NOTE, saved_at=NOW, fields={"text": "  "})
    older = Draft(
        key="o", kind=DraftKind.NOTE, saved_at=NOW - timedelta(days=9), fields={"text": "x"}
    )
    dialog.show_drafts((older, empty, *DRAFTS))
    assert dialog.keys() == ("ticket:1", "note:2", "o")


def test_restoring_names_the_draft_and_takes_it_off_the_list(
    dialog: RecoveryDialog, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(dialog.restore_requested) as restored:
        QTest.mouseClick(buttons(dialog, "Restore")[0], Qt.MouseButton.LeftButton)
    assert restored.args == ["ticket:1"]
    assert dialog.keys() == ("note:2",)
    assert any("One thing was typed" in text for text in texts(dialog))
    assert dialog.isVisible()


def test_discarding_asks_once_more(dialog: RecoveryDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.discard_requested):
        discard = buttons(dialog, "Discard")[1]
        discard.setFocus()
        QTest.keyClick(discard, Qt.Key.Key_Space)
    assert buttons(dialog, "Keep")[0].hasFocus()
    QTest.keyClick(buttons(dialog, "Keep")[0], Qt.Key.Key_Space)
    assert len(buttons(dialog, "Discard")) == 2
    QTest.mouseClick(buttons(dialog, "Discard")[1], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.discard_requested) as discarded:
        QTest.mouseClick(buttons(dialog, "Discard for good")[0], Qt.MouseButton.LeftButton)
    assert discarded.args == ["note:2"]


def test_the_dialog_closes_with_the_last_draft(dialog: RecoveryDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.accepted):
        for _ in DRAFTS:
            QTest.mouseClick(buttons(dialog, "Restore")[0], Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


@pytest.mark.parametrize("by_key", [True, False])
def test_closing_discards_nothing(dialog: RecoveryDialog, qtbot: QtBot, by_key: bool) -> None:
    with qtbot.assertNotEmitted(dialog.discard_requested), qtbot.waitSignal(dialog.rejected):
        if by_key:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        else:
            later = buttons(dialog, "Keep all for later")[0]
            QTest.mouseClick(later, Qt.MouseButton.LeftButton)
    assert len(dialog.keys()) == len(DRAFTS)


def test_a_draft_tells_what_it_belongs_to(qtbot: QtBot) -> None:
    alone = Draft(key="k", kind=DraftKind.NOTE, saved_at=NOW)
    withheld = Draft(key="k", kind=DraftKind.NOTE, saved_at=NOW, call_id=CallId("1"))
    assert describe_draft(alone, NOW).startswith("Saved Today ")
    assert "for" not in describe_draft(alone, NOW)
    assert describe_draft(withheld, NOW).endswith("for the call with a withheld number")


def test_an_excerpt_is_one_line_of_the_telling_field() -> None:
    fields = {"priority": "P2", "description": "first\nsecond   line", "subject": "  "}
    draft = Draft(key="k", kind=DraftKind.TICKET, saved_at=NOW, fields=fields)
    assert excerpt(draft) == "first second line"
    other = Draft(key="k", kind=DraftKind.TICKET, saved_at=NOW, fields={"priority": "P2"})
    assert excerpt(other) == "P2"
    long = Draft(key="k", kind=DraftKind.NOTE, saved_at=NOW, fields={"text": "字" * 500})
    assert len(excerpt(long)) == 161


def test_the_list_follows_the_language(dialog: RecoveryDialog, qtbot: QtBot) -> None:
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: dialog.windowTitle() == "尚未保存的内容")
    shown = texts(dialog)
    assert any("与 +86 138 0013 8000、王芳 的通话" in text for text in shown)
    assert len(buttons(dialog, "恢复")) == 2


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("scale", [100, 200])
def test_no_button_is_cut(qtbot: QtBot, theme: ThemeName, scale: int) -> None:
    apply_theme(theme, scale)
    dialog = RecoveryDialog(now=lambda: NOW)
    qtbot.addWidget(dialog)
    dialog.show_drafts(DRAFTS)
    dialog.open()
    visible = [b for b in dialog.findChildren(Button) if b.isVisible()]
    assert len(visible) == 5
    for button in visible:
        assert button.width() >= button.minimumSizeHint().width()
