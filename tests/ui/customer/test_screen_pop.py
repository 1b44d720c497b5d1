"""The screen pop: at once, with reasons, nothing picked, never in the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.matching import MatchLevel, MatchReason, MatchReasonCode
from tests.ui.customer import samples
from ui.customer.candidates import reason_text
from ui.customer.screen_pop import ScreenPopPanel
from ui.language import Language, set_language


class Window(QWidget):
    """A window with a field that somebody types into, and the pop beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.typed = QLineEdit()
        self.pop = ScreenPopPanel(now=samples.now)
        self.column_keys: list[str] = []
        shortcut = QShortcut(QKeySequence("Alt+1"), self)
        shortcut.activated.connect(lambda: self.column_keys.append("Alt+1"))
        layout = QVBoxLayout(self)
        layout.addWidget(self.typed)
        layout.addWidget(self.pop)
        self.resize(300, 640)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.typed.setFocus()
    qtbot.waitUntil(made.typed.hasFocus)
    return made


def shown_texts(panel: QWidget) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_number_state_queue_and_reason_stand_there_at_once(window: Window) -> None:
    window.pop.show_ringing(samples.call(remote_name="MUELLER A"), "Technical")
    texts = shown_texts(window.pop)
    for expected in ("+49 1511 2345678", "Ringing", "MUELLER A · Technical · Router"):
        assert expected in texts


def test_an_answered_call_changes_the_state_and_keeps_the_candidates(window: Window) -> None:
    window.pop.show_ringing(samples.call(), "Technical")
    window.pop.show_match(samples.household())
    window.pop.show_ringing(samples.call(state=LocalConnectionState.CONNECTED))
    assert "Connected" in shown_texts(window.pop)
    assert "Technical · Router" in shown_texts(window.pop)
    assert window.pop.candidates.isVisible()


def test_several_candidates_are_offered_and_none_is_picked(qtbot: QtBot, window: Window) -> None:
    window.pop.show_ringing(samples.call())
    with qtbot.assertNotEmitted(window.pop.candidate_chosen):
        window.pop.show_match(samples.household())
        window.pop.candidates.setFocus()
        QTest.keyClick(window.pop.candidates, Qt.Key.Key_Return)
    assert window.pop.candidates.count() == 3
    assert window.pop.candidates.chosen_row() is None


def test_arrows_and_enter_choose(qtbot: QtBot, window: Window) -> None:
    window.pop.show_ringing(samples.call())
    window.pop.show_match(samples.household())
    window.pop.candidates.setFocus()
    QTest.keyClick(window.pop.candidates, Qt.Key.Key_Down)
    assert window.pop.candidates.chosen_row() == 0
    QTest.keyClick(window.pop.candidates, Qt.Key.Key_Down)
    with qtbot.waitSignal(window.pop.candidate_chosen) as chosen:
        QTest.keyClick(window.pop.candidates, Qt.Key.Key_Return)
    assert chosen.args == ["c2"]


def test_alt_and_a_number_choose_while_one_types_elsewhere(qtbot: QtBot, window: Window) -> None:
    window.pop.show_ringing(samples.call())
    window.pop.show_match(samples.household())
    with qtbot.waitSignal(window.pop.candidate_chosen) as chosen:
        QTest.keyClick(window.typed, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert chosen.args == ["c1"]
    assert window.column_keys == []
    assert window.typed.hasFocus()


def test_the_windows_own_key_works_again_when_nothing_is_offered(
    qtbot: QtBot, window: Window
) -> None:
    window.pop.show_ringing(samples.call())
    window.pop.show_match(samples.household())
    window.pop.hide()
    QTest.keyClick(window.typed, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.column_keys == ["Alt+1"])


def test_the_pop_never_takes_the_focus(window: Window) -> None:
    pop = window.pop
    pop.show_ringing(samples.call())
    pop.show_slow()
    pop.show_failure("no answer")
    for result in (
        samples.household(),
        samples.match(MatchLevel.UNKNOWN),
        samples.match(MatchLevel.ANONYMOUS, raw="anonymous"),
    ):
        pop.show_match(result)
        assert window.typed.hasFocus()


def test_an_unknown_number_opens_a_form_with_the_number(qtbot: QtBot, window: Window) -> None:
    pop = window.pop
    pop.show_ringing(samples.call())
    pop.show_match(samples.match(MatchLevel.UNKNOWN))
    assert pop.form.fields()["number"] == "+49 1511 2345678"
    QTest.keyClicks(pop.form.findChildren(QLineEdit)[0], "Bernd Neu")
    with qtbot.waitSignal(pop.new_customer_submitted) as submitted:
        pop.form.submit()
    new = submitted.args[0]
    assert isinstance(new, NewCustomer)
    assert (new.name, new.number) == ("Bernd Neu", "+49 1511 2345678")


def test_a_refused_number_is_told_at_its_field(window: Window) -> None:
    window.pop.show_ringing(samples.call())
    window.pop.show_match(samples.match(MatchLevel.UNKNOWN))
    window.pop.show_error("number", "“12” is not a telephone number")
    assert "“12” is not a telephone number" in shown_texts(window.pop.form)


def test_a_withheld_number_says_so_and_offers_the_search(qtbot: QtBot, window: Window) -> None:
    window.pop.show_ringing(samples.call(""))
    window.pop.show_match(samples.match(MatchLevel.ANONYMOUS, raw="anonymous"))
    assert "Number withheld" in shown_texts(window.pop)
    with qtbot.waitSignal(window.pop.search_requested):
        QTest.keyClick(window.pop._search_withheld, Qt.Key.Key_Space)


def test_somebody_else_than_the_candidates_can_be_entered(qtbot: QtBot, window: Window) -> None:
    window.pop.show_ringing(samples.call())
    window.pop.show_match(samples.household())
    QTest.keyClick(window.pop._new, Qt.Key.Key_Space)
    assert window.pop.form.isVisible()
    QTest.keyClick(window.pop.form, Qt.Key.Key_Escape)
    assert window.pop.candidates.isVisible()


def test_a_slow_database_is_told_and_the_line_goes_with_the_answer(window: Window) -> None:
    window.pop.show_ringing(samples.call())
    window.pop.show_slow()
    assert "The database is slow" in shown_texts(window.pop)
    window.pop.show_match(samples.household())
    assert "The database is slow" not in shown_texts(window.pop)


def test_a_dead_database_is_told_with_a_way_to_try_again(qtbot: QtBot, window: Window) -> None:
    window.pop.show_ringing(samples.call())
    window.pop.show_failure("The database did not answer within 2 s")
    assert "The database did not answer within 2 s" in shown_texts(window.pop)
    with qtbot.waitSignal(window.pop.retry_requested):
        QTest.keyClick(window.pop._notice.button, Qt.Key.Key_Space)
    assert "Looking up the number" in shown_texts(window.pop)


def test_a_half_typed_customer_comes_back_with_its_call(qtbot: QtBot, window: Window) -> None:
    pop, first = window.pop, samples.call()
    pop.show_ringing(first)
    pop.show_match(samples.match(MatchLevel.UNKNOWN))
    with qtbot.waitSignal(pop.draft_changed):
        QTest.keyClicks(pop.form.findChildren(QLineEdit)[0], "Bernd")
    pop.show_ringing(samples.call(call_id=CallId("call-2")))
    pop.show_match(samples.match(MatchLevel.UNKNOWN))
    assert pop.form.fields()["name"] == ""
    pop.show_ringing(first)
    pop.show_match(samples.match(MatchLevel.UNKNOWN))
    assert pop.form.fields()["name"] == "Bernd"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", list(MatchReasonCode))
def test_every_reason_is_a_sentence_in_both_languages(
    language: Language, code: MatchReasonCode
) -> None:
    set_language(language)
    timed = code in (MatchReasonCode.WE_CALLED, MatchReasonCode.CALLED_RECENTLY)
    value = samples.NOW.isoformat() if timed else "3"
    text = reason_text(MatchReason(code, value), samples.NOW)
    assert text
    assert "{" not in text
    assert "match_reason" not in text
    assert "T09" not in text
