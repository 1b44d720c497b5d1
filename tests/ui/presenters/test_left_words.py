"""Words typed for a caller whom nobody knew, once the call has ended: never out of reach."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from agent_desk.domain.call import CallService, LocalConnectionState
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.draft import DraftKind
from agent_desk.domain.identifiers import CallId
from agent_desk.services.case_log import TicketChangedEvent
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_contact import LI, WANG, click, customer, drafts, shows, talk, texts
from ui.language import Language, set_language, tr
from ui.shell.recovery import RecoveryDialog

STRANGER = "+8613700137333"


@pytest.fixture
def dialog(stage: ScriptedStage) -> RecoveryDialog:
    """The list of unsaved words, opened by the line that tells of them."""
    leave_words(stage)
    click(stage.view.notices, tr("desk.recovered_show"))
    found = stage.view.window.findChild(RecoveryDialog)
    assert isinstance(found, RecoveryDialog)
    return found


def answer_stranger(stage: ScriptedStage, call_id: str = "c-1") -> None:
    """Talk with somebody whose number nobody has."""
    pop = stage.panels.contact.pop
    stage.ring(call_id, STRANGER)
    stage.wait(lambda: pop.isVisible() and pop.form.isVisible())
    stage.press(Qt.Key.Key_F4)
    stage.wait(lambda: stage.view.contact.shown is not None)
    stage.wait(stage.view.call_bar.action(CallService.HOLD_CALL.value).isEnabled)


def state_of(stage: ScriptedStage, call_id: str) -> LocalConnectionState:
    return stage.do(lambda: stage.desk.calls.calls[CallId(call_id)].state)


def leave_words(stage: ScriptedStage, words: str = "wants a quote") -> None:
    """Type for a stranger who hangs up; the next call is somebody else's."""
    customer(stage, "李伟", LI)
    answer_stranger(stage)
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type(words)
    stage.do(stage.switch.far_hangs_up, CallId("c-1"))
    talk(stage, "c-2", LI, "李伟")
    stage.wait(lambda: left_line(stage) != "")


def left_line(stage: ScriptedStage) -> str:
    return next((t for t in stage.view.notices.texts() if "Ctrl+U" in t), "")


def test_words_for_a_stranger_are_listed_at_once_and_one_key_brings_them_back(
    stage: ScriptedStage,
) -> None:
    subject = stage.panels.editor.form.subject
    leave_words(stage)
    assert left_line(stage).startswith("1 entry of an ended call is not saved")
    assert subject.text() == ""
    assert not any("is kept" in text for text in stage.view.notices.texts())

    stage.press(Qt.Key.Key_U, CONTROL)

    stage.wait(lambda: subject.text() == "wants a quote")
    assert QApplication.focusWidget() is subject
    assert left_line(stage) == ""


def test_words_that_are_still_on_the_screen_are_not_listed(stage: ScriptedStage) -> None:
    answer_stranger(stage)
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("wants a quote")
    stage.do(stage.switch.far_hangs_up, CallId("c-1"))
    stage.settled()
    assert stage.panels.editor.form.subject.text() == "wants a quote"
    assert left_line(stage) == ""


def test_words_for_a_stranger_on_hold_are_listed_when_that_call_ends(
    stage: ScriptedStage,
) -> None:
    customer(stage, "李伟", LI)
    answer_stranger(stage)
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("wants a quote")
    stage.press(Qt.Key.Key_F5)
    stage.wait(lambda: state_of(stage, "c-1") is LocalConnectionState.HOLD)
    talk(stage, "c-2", LI, "李伟")
    stage.settled()
    assert left_line(stage) == ""

    stage.do(stage.switch.far_hangs_up, CallId("c-1"))

    stage.wait(lambda: left_line(stage) != "")


def test_words_that_came_back_are_saved_for_whom_the_agent_finds(stage: ScriptedStage) -> None:
    wang = customer(stage, "王秀英", WANG)
    leave_words(stage)
    stage.press(Qt.Key.Key_U, CONTROL)
    stage.wait(lambda: stage.panels.editor.form.subject.text() == "wants a quote")

    stage.view.contact.open_customer(wang.id)
    stage.wait(shows(stage, "王秀英"))
    stage.choose_category("refund")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: bool(stage.seen(TicketChangedEvent)))
    assert stage.seen(TicketChangedEvent)[-1].ticket.customer_id == wang.id
    stage.wait(lambda: drafts(stage) == [])
    stage.view.contact.select_call("c-2")
    assert left_line(stage) == ""


def test_words_that_came_back_and_were_left_again_are_listed_again(stage: ScriptedStage) -> None:
    leave_words(stage)
    stage.press(Qt.Key.Key_U, CONTROL)
    stage.wait(lambda: left_line(stage) == "")
    stage.view.call_bar.select_call("c-2")
    stage.view.contact.select_call("c-2")
    stage.wait(lambda: left_line(stage) != "")
    assert [draft.fields["subject"] for draft in drafts(stage)] == ["wants a quote"]


def test_the_form_of_a_new_customer_comes_back_too(stage: ScriptedStage) -> None:
    customer(stage, "李伟", LI)
    answer_stranger(stage)
    form = stage.panels.contact.pop.form
    form.focus_first()
    stage.type("Zhao Min")
    stage.wait(lambda: [draft.kind for draft in drafts(stage)] == [DraftKind.CUSTOMER])
    stage.do(stage.switch.far_hangs_up, CallId("c-1"))
    talk(stage, "c-2", LI, "李伟")
    stage.wait(lambda: left_line(stage) != "")

    stage.press(Qt.Key.Key_U, CONTROL)

    stage.wait(form.isVisible)
    assert form.fields()["name"] == "Zhao Min"
    new = NewCustomer(name="Zhao Min", number=STRANGER)
    stage.panels.contact.pop.new_customer_submitted.emit(new)
    stage.wait(shows(stage, "Zhao Min"))
    stage.wait(lambda: drafts(stage) == [])
    assert left_line(stage) == ""


def test_the_list_says_what_it_is_and_discards_for_good(
    stage: ScriptedStage, dialog: RecoveryDialog
) -> None:
    assert "“wants a quote”" in texts(dialog)
    assert "137 0013 7333" in texts(dialog)
    click(dialog, tr("recovery.discard"))
    click(dialog, tr("recovery.confirm"))

    stage.wait(lambda: drafts(stage) == [])
    assert not dialog.isVisible()
    assert left_line(stage) == ""
    stage.view.contact.select_call("c-1")
    assert stage.panels.editor.form.subject.text() == ""


def test_the_list_restores_what_is_chosen(stage: ScriptedStage, dialog: RecoveryDialog) -> None:
    click(dialog, tr("recovery.restore"))
    stage.wait(lambda: stage.panels.editor.form.subject.text() == "wants a quote")
    assert not dialog.isVisible()


def test_without_unsaved_words_the_key_says_so(stage: ScriptedStage) -> None:
    stage.press(Qt.Key.Key_U, CONTROL)
    stage.wait(lambda: tr("desk.nothing_left") in stage.view.notices.texts())
    set_language(Language.ZH)
    stage.press(Qt.Key.Key_U, CONTROL)
    stage.wait(lambda: "没有未保存的内容。" in stage.view.notices.texts())
