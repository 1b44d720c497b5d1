"""Kept entries: in plain words, with decisions only where there is something to decide."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.command import Command
from agent_desk.domain.command_kinds import COMMAND_KINDS
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.draft import DraftKind
from agent_desk.domain.errors import AgentDeskError, InputError, TransitionRefusedError
from agent_desk.domain.kept_command import KeptCommand, KeptState, refusal_of
from tests.ui.kept.samples import (
    CHANGE,
    CONFLICT,
    ENTRIES,
    NEWCOMER,
    NOTE,
    NOW,
    NUMBER,
    REPORT,
    STALE,
    STEP,
    TICKET,
    WANG,
)
from ui.command_words import LONGEST_WORDS, what_of, words_of
from ui.kept.description import customer_of, draft_of
from ui.kept.kept_entries import KeptEntriesDialog
from ui.kept.mending import Mending, mending_of
from ui.language import Language, has_text, set_language
from ui.theme.theme import ThemeName, apply_theme
from ui.widgets.buttons import Button

BAD_NUMBER = InputError(field="number", value="1", accepted="a telephone number")
FORESTALLED = TransitionRefusedError(
    subject="Work order 1", state="ACCEPTED", target="ACCEPTED", allowed="IN_PROGRESS"
)


@pytest.fixture
def dialog(qtbot: QtBot) -> KeptEntriesDialog:
    dialog = KeptEntriesDialog(now=lambda: NOW)
    qtbot.addWidget(dialog)
    dialog.show_entries(ENTRIES)
    dialog.show_names({WANG: "王芳 Wang Fang"})
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def texts(dialog: QWidget) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


def buttons(dialog: QWidget, text: str) -> list[Button]:
    return [b for b in dialog.findChildren(Button) if b.text() == text and b.isVisible()]


def click(dialog: QWidget, text: str) -> None:
    QTest.mouseClick(buttons(dialog, text)[0], Qt.MouseButton.LeftButton)


def reason_of(dialog: QWidget) -> QLineEdit:
    (field,) = [f for f in dialog.findChildren(QLineEdit) if f.isVisible()]
    return field


def test_every_entry_says_what_whom_and_how_it_stands(dialog: KeptEntriesDialog) -> None:
    shown = texts(dialog)

    assert dialog.ids() == tuple(entry.id for entry in ENTRIES)
    assert [t for t in shown if t in ("Changed customer record", "Ticket", "Note")] == [
        "Changed customer record",
        "Changed customer record",
        "Ticket",
        "Note",
    ]
    assert "王芳, 北京水泵厂, 北京" in shown
    assert "Customer was changed meanwhile (yours is version 3, saved is 4)" in shown
    assert shown.count("Needs your decision") == 1
    assert shown.count("Waits for the entry above it") == 1
    assert shown.count("Waits for the database") == 2
    assert sum(text.endswith("· 王芳 Wang Fang") for text in shown) == 4


def test_only_a_refused_entry_can_be_decided(dialog: KeptEntriesDialog) -> None:
    for text in ("Try again", "Compare", "Discard"):
        assert len(buttons(dialog, text)) == 1


def test_retry_and_edit_name_the_entry(dialog: KeptEntriesDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.retry_requested) as retried:
        click(dialog, "Try again")
    with qtbot.waitSignal(dialog.edit_requested) as edited:
        click(dialog, "Compare")

    assert (retried.args, edited.args) == ([CHANGE.id], [CHANGE.id])
    assert len(dialog.ids()) == len(ENTRIES)


@pytest.mark.parametrize(
    ("command", "error", "mending"),
    [
        (CHANGE, STALE, Mending.CUSTOMER),
        (TICKET, STALE, Mending.TICKET),
        (STEP, STALE, Mending.STEP),
        (STEP, FORESTALLED, Mending.STEP),
        (REPORT, STALE, Mending.STEP),
        (NEWCOMER, BAD_NUMBER, Mending.NEW_CUSTOMER),
        (CHANGE, BAD_NUMBER, None),
        (TICKET, BAD_NUMBER, None),
        (STEP, BAD_NUMBER, None),
        (NOTE, STALE, None),
    ],
)
def test_how_an_entry_is_mended(
    command: Command, error: AgentDeskError, mending: Mending | None
) -> None:
    entry = KeptCommand(
        command=command, kept_at=NOW, state=KeptState.CONFLICT, refusal=refusal_of(error)
    )
    assert mending_of(entry) is mending


def test_what_its_form_can_mend_is_edited(dialog: KeptEntriesDialog, qtbot: QtBot) -> None:
    entry = KeptCommand(
        command=NEWCOMER, kept_at=NOW, state=KeptState.CONFLICT, refusal=refusal_of(BAD_NUMBER)
    )
    dialog.show_entries([entry])

    qtbot.waitUntil(lambda: len(buttons(dialog, "Edit")) == 1)
    assert buttons(dialog, "Compare") == []


def test_an_entry_that_is_settled_elsewhere_leaves_its_panel(dialog: KeptEntriesDialog) -> None:
    dialog.mending.show_new_customer(NewCustomer(name="李娜"), "The number is taken")
    dialog.begin_mending(CHANGE.id)
    assert dialog.mending.isVisible()
    assert "The number is taken" in texts(dialog)

    dialog.show_entries(ENTRIES[1:])

    assert not dialog.mending.isVisible()


def test_an_entry_that_is_gone_is_not_mended(dialog: KeptEntriesDialog) -> None:
    dialog.begin_mending(NEWCOMER.id)

    assert not dialog.mending.isVisible()


def test_discarding_wants_a_reason_by_keyboard_too(dialog: KeptEntriesDialog, qtbot: QtBot) -> None:
    discard = buttons(dialog, "Discard")[0]
    discard.setFocus()
    QTest.keyClick(discard, Qt.Key.Key_Space)
    field = reason_of(dialog)
    assert field.hasFocus()
    with qtbot.assertNotEmitted(dialog.discard_requested):
        QTest.keyClick(field, Qt.Key.Key_Return)
        click(dialog, "Discard for good")
    assert field.placeholderText() == "Say why, for the log"
    assert dialog.isVisible()

    QTest.keyClicks(field, "he moved again")
    with qtbot.waitSignal(dialog.discard_requested) as discarded:
        QTest.keyClick(field, Qt.Key.Key_Return)

    assert discarded.args == [CHANGE.id, "he moved again"]
    assert dialog.isVisible()


def test_who_keeps_it_gets_the_decisions_back(dialog: KeptEntriesDialog) -> None:
    click(dialog, "Discard")
    QTest.keyClicks(reason_of(dialog), "half a rea")
    click(dialog, "Keep")

    assert buttons(dialog, "Discard")[0].hasFocus()
    click(dialog, "Discard")
    assert reason_of(dialog).text() == ""


def test_news_leave_a_half_typed_reason_alone(dialog: KeptEntriesDialog) -> None:
    click(dialog, "Discard")
    QTest.keyClicks(reason_of(dialog), "half a rea")

    dialog.show_entries(ENTRIES[:2])

    assert dialog.ids() == (CHANGE.id, ENTRIES[1].id)
    assert reason_of(dialog).text() == "half a rea"


def test_an_entry_that_waits_again_has_no_decisions(dialog: KeptEntriesDialog) -> None:
    dialog.show_entries((CONFLICT.moved(KeptState.WAITING), *ENTRIES[1:]))

    assert buttons(dialog, "Try again") == []
    assert texts(dialog).count("Waits for the database") == 4


def test_an_empty_list_says_that_everything_is_saved(dialog: KeptEntriesDialog) -> None:
    dialog.show_entries(())

    assert "Everything is saved." in texts(dialog)
    assert dialog.ids() == ()


def test_the_list_speaks_chinese_and_stands_in_the_dark(
    dialog: KeptEntriesDialog, qtbot: QtBot
) -> None:
    set_language(Language.ZH)
    apply_theme(ThemeName.DARK, 100)

    qtbot.waitUntil(lambda: "本机保存的内容" in texts(dialog))
    shown = texts(dialog)
    assert "需要您处理" in shown
    assert not any("Waits" in text for text in shown)


@pytest.mark.parametrize("kind", COMMAND_KINDS)
def test_every_command_has_a_name(kind: str) -> None:
    assert has_text(f"kept.what.{kind}")


@pytest.mark.parametrize(
    ("command", "what", "words"),
    [
        (TICKET, "Ticket", "Router offline"),
        (NOTE, "Note", "喜欢用中文沟通"),
        (NUMBER, "Further number", "+86 139 0013 9000"),
        (NEWCOMER, "New customer", "李娜, +86 139 0013 9222"),
        (REPORT, "Report on a work order", "Changed the router"),
        (STEP, "Work order accepted", ""),
    ],
)
def test_a_command_in_plain_words(command: object, what: str, words: str) -> None:
    assert (what_of(command), words_of(command)) == (what, words)  # type: ignore[arg-type]


def test_long_words_are_cut() -> None:
    words = words_of(replace(NOTE, text="word\n" * 100))

    assert len(words) == LONGEST_WORDS + 1
    assert words.endswith("…")


def test_whom_a_command_is_about() -> None:
    assert customer_of(TICKET) == customer_of(NOTE) == WANG
    assert customer_of(STEP) is None


def test_a_ticket_becomes_the_draft_that_it_was() -> None:
    draft = draft_of(KeptCommand(command=TICKET, kept_at=NOW))

    assert draft is not None
    assert (draft.kind, draft.customer_id, draft.saved_at) == (DraftKind.TICKET, WANG, NOW)
    assert draft.fields["subject"] == "Router offline"
    assert draft.fields["resolution"] == "FOLLOW_UP"
    assert draft.fields["new_id"] == TICKET.ticket_id


def test_forms_get_their_own_drafts_and_steps_have_none() -> None:
    def of(command: object) -> object:
        draft = draft_of(KeptCommand(command=command, kept_at=NOW))  # type: ignore[arg-type]
        return draft and (draft.key, draft.kind, draft.fields.get("done") or "")

    assert of(NOTE) == (f"note:{WANG}", DraftKind.NOTE, "")
    assert of(CHANGE) == (f"edit:{WANG}", DraftKind.CUSTOMER, "")
    assert of(REPORT) == ("report:o-1", DraftKind.REPORT, "Changed the router")
    assert of(STEP) is None
    assert of(NEWCOMER) is None
