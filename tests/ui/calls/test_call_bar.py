"""The call bar: what it shows, what its buttons and keys ask for, and how it gives way."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.call import Call, CallService, LocalConnectionState
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId
from tests.ui.calls.samples import (
    SetClock,
    a_call,
    a_queue,
    consultation,
    ringing,
    validate,
)
from ui.calls.actions import ActionButton
from ui.calls.call_bar import CallBar
from ui.calls.ticker import ticker
from ui.language import Language, set_language
from ui.shortcuts import SHORTCUTS
from ui.theme.theme import ThemeName, apply_theme

HOLD = LocalConnectionState.HOLD


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with a field that is typed in and room for a call bar."""
    window = QWidget()
    window.setObjectName("window")
    layout = QVBoxLayout(window)
    layout.addWidget(QLineEdit(window))
    layout.addStretch(1)
    window.resize(1500, 640)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def bar(window: QWidget, clock: SetClock, qtbot: QtBot) -> CallBar:
    bar = CallBar(now=clock, validate=validate)
    layout = window.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.insertWidget(0, bar)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return bar


def focused() -> QWidget:
    """Return the widget that a person would type into now."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(bar: CallBar, service: CallService) -> None:
    """Click the button that triggers ``service``."""
    button = next(
        button
        for button in bar.findChildren(ActionButton)
        if button.shown_action().objectName() == service.value
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_ringing_call_shows_who_why_and_how_long_at_once(bar: CallBar, clock: SetClock) -> None:
    bar.set_queues((a_queue(),))
    bar.show_calls((ringing(),), CallId("c1"))
    bar.set_names({CallId("c1"): "Anna Müller"})
    view = bar.headline().view()
    assert (view.state_text, view.title) == ("Ringing", "Anna Müller")
    assert view.detail == "Technical · Router offline · waited 00:35"
    assert bar.headline().time_text() == "00:05"
    clock.forward(7)
    ticker().ticked.emit(1)
    assert bar.headline().time_text() == "00:12"


def test_a_caller_without_a_number_is_said_to_withhold_it(bar: CallBar) -> None:
    bar.show_calls((replace(ringing(), remote=""),), CallId("c1"))
    assert bar.headline().view().title == "Number withheld"


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (a_call(), "Talking"),
        (a_call(answered=False), "Calling"),
        (a_call(state=HOLD), "On hold"),
        (a_call(state=LocalConnectionState.INITIATED, answered=False), "Dialling"),
        (a_call(state=LocalConnectionState.FAIL, answered=False), "Failed"),
        (a_call(state=LocalConnectionState.QUEUED, answered=False), "In queue"),
        (a_call(consults="c9"), "Consulting"),
        (replace(a_call(), parties=(DeviceId("1"), DeviceId("2"))), "Conference"),
    ],
)
def test_each_state_has_its_own_word(bar: CallBar, call: Call, word: str) -> None:
    bar.show_calls((call,), call.call_id)
    assert bar.headline().view().state_text == word


@pytest.mark.parametrize(
    ("cause", "english", "chinese"),
    [
        (EventCause.BUSY, "Busy", "对方忙"),
        (EventCause.NO_ANSWER, "No answer", "无人接听"),
        (EventCause.DEST_NOT_OBTAINABLE, "Not reachable", "无法接通"),
        (EventCause.BLOCKED, "Refused", "被拒接"),
        (EventCause.CALL_CANCELLED, "Cancelled", "已取消"),
        (EventCause.NETWORK_SIGNAL, "Network fault", "网络故障"),
    ],
)
def test_a_failed_call_says_why_before_anything_else(
    bar: CallBar, cause: EventCause, english: str, chinese: str
) -> None:
    call = replace(a_call(state=LocalConnectionState.FAIL, answered=False), failure=cause)
    bar.set_names({call.call_id: "Anna Müller"})
    bar.show_calls((call,), call.call_id)
    assert bar.headline().view().details[:2] == (english, "+86 138 0013 8000")
    assert english in bar.headline().accessibleName()
    set_language(Language.ZH)
    bar.retranslate()
    assert bar.headline().view().details[0] == chinese


def test_a_failure_that_nobody_can_name_is_just_failed(bar: CallBar) -> None:
    failed = a_call(state=LocalConnectionState.FAIL, answered=False)
    call = replace(failed, failure=EventCause.NORMAL)
    bar.show_calls((call,), call.call_id)
    assert bar.headline().view().state_text == "Failed"
    assert bar.headline().view().detail == ""


def test_a_muted_call_says_so_instead_of_talking(bar: CallBar) -> None:
    bar.show_calls((a_call(),), CallId("c1"), frozenset({CallId("c1")}))
    assert bar.headline().view().state_text == "Muted"


@pytest.mark.parametrize(
    ("service", "signal", "call"),
    [
        (CallService.ANSWER_CALL, "answer_requested", ringing()),
        (CallService.HOLD_CALL, "hold_requested", a_call()),
        (CallService.RETRIEVE_CALL, "retrieve_requested", a_call(state=HOLD)),
        (CallService.CLEAR_CONNECTION, "clear_requested", a_call()),
    ],
)
def test_a_click_asks_for_the_service_on_the_shown_call(
    bar: CallBar, qtbot: QtBot, service: CallService, signal: str, call: Call
) -> None:
    bar.show_calls((call,), call.call_id)
    with qtbot.waitSignal(getattr(bar, signal)) as asked:
        press(bar, service)
    assert asked.args == ["c1"]


@pytest.mark.parametrize(
    ("service", "signal"),
    [
        (CallService.TRANSFER_CALL, "transfer_requested"),
        (CallService.CONFERENCE_CALL, "conference_requested"),
        (CallService.ALTERNATE_CALL, "alternate_requested"),
        (CallService.RECONNECT_CALL, "reconnect_requested"),
    ],
)
def test_a_consultation_offers_what_joins_both_calls(
    bar: CallBar, qtbot: QtBot, service: CallService, signal: str
) -> None:
    bar.show_calls(consultation(), CallId("c2"))
    with qtbot.waitSignal(getattr(bar, signal)) as asked:
        press(bar, service)
    assert asked.args == ["c2", "c1"]


def test_mute_and_unmute_alternate(bar: CallBar) -> None:
    spy = QSignalSpy(bar.mute_requested)
    bar.show_calls((a_call(),), CallId("c1"))
    QTest.mouseClick(bar.row().buttons()["mute"], Qt.MouseButton.LeftButton)
    bar.show_calls((a_call(),), CallId("c1"), frozenset({CallId("c1")}))
    QTest.mouseClick(bar.row().buttons()["mute"], Qt.MouseButton.LeftButton)
    assert [spy.at(0), spy.at(1)] == [["c1", True], ["c1", False]]


def test_each_of_several_calls_has_a_card_and_a_click_selects_it(
    bar: CallBar, qtbot: QtBot
) -> None:
    bar.show_calls(consultation(), CallId("c2"))
    assert [card.view().state_text for card in bar.cards()] == ["Consulting", "On hold"]
    assert bar.headline().is_marked()
    with qtbot.waitSignal(bar.call_selected) as selected:
        QTest.mouseClick(bar.cards()[1], Qt.MouseButton.LeftButton)
    assert selected.args == ["c1"]
    assert [card.view().state_text for card in bar.cards()] == ["On hold", "Consulting"]


def test_the_next_call_can_be_selected_by_key_and_stays_selected(bar: CallBar) -> None:
    calls = consultation()
    bar.show_calls(calls, CallId("c2"))
    bar.select_next_call()
    assert bar.selected() == "c1"
    bar.show_calls(calls, CallId("c2"))
    assert bar.selected() == "c1"
    bar.select_next_call()
    assert bar.selected() == "c2"


def test_a_call_that_becomes_active_becomes_the_selected_one(bar: CallBar) -> None:
    held, asked = consultation()
    bar.show_calls((held, asked), CallId("c2"))
    bar.select_call("c1")
    bar.show_calls((replace(held, state=LocalConnectionState.CONNECTED),), CallId("c1"))
    assert bar.selected() == "c1"
    bar.show_calls((), None)
    assert bar.selected() is None
    assert bar.headline().view().state_text == "No call"
    assert bar.cards() == ()


def test_the_only_call_on_hold_is_selected_though_none_is_active(bar: CallBar) -> None:
    bar.show_calls((a_call(state=HOLD),), None)
    assert bar.action(CallService.RETRIEVE_CALL.value).isEnabled()


def test_transfer_offers_to_ask_first_or_to_send_at_once(bar: CallBar, qtbot: QtBot) -> None:
    bar.show_calls((a_call(),), CallId("c1"))
    press(bar, CallService.SINGLE_STEP_TRANSFER_CALL)
    assert bar.dial_box.isVisible()
    number = focused()
    QTest.keyClicks(number, "8012")
    with qtbot.waitSignal(bar.consultation_requested) as asked:
        QTest.keyClick(number, Qt.Key.Key_Return)
    assert asked.args == ["c1", "8012"]
    assert not bar.dial_box.isVisible()
    press(bar, CallService.SINGLE_STEP_TRANSFER_CALL)
    with qtbot.waitSignal(bar.single_step_transfer_requested) as sent:
        QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert sent.args == ["c1", "8012"]


def test_a_ringing_call_can_be_redirected(bar: CallBar, qtbot: QtBot) -> None:
    bar.show_calls((ringing(),), CallId("c1"))
    press(bar, CallService.DEFLECT_CALL)
    QTest.keyClicks(focused(), "7001")
    with qtbot.waitSignal(bar.deflect_requested) as asked:
        QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert asked.args == ["c1", "7001"]


def test_a_new_call_is_dialled_in_the_form_that_the_switch_takes(
    bar: CallBar, qtbot: QtBot
) -> None:
    bar.focus_dial_box()
    QTest.keyClicks(focused(), "+49 (0)40 / 300 38 000")
    with qtbot.waitSignal(bar.make_call_requested) as asked:
        QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert asked.args == ["+494030038000"]


def test_what_the_switch_refuses_is_said_at_the_number_that_is_still_there(bar: CallBar) -> None:
    bar.focus_dial_box()
    QTest.keyClicks(focused(), "8099")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    bar.show_error("“8099” cannot be reached")
    assert bar.dial_box.isVisible()
    assert (bar.dial_box.text(), bar.dial_box.error()) == ("8099", "“8099” cannot be reached")


def test_another_refusal_is_a_line_under_the_bar_until_the_call_changes(bar: CallBar) -> None:
    bar.show_calls((a_call(),), CallId("c1"))
    bar.show_error("Hold is not possible now")
    assert bar.error() == "Hold is not possible now"
    bar.show_calls((), None)
    assert bar.error() == ""


def test_a_caller_who_hangs_up_closes_the_transfer_and_keeps_the_number(bar: CallBar) -> None:
    bar.show_calls((a_call(),), CallId("c1"))
    press(bar, CallService.SINGLE_STEP_TRANSFER_CALL)
    QTest.keyClicks(focused(), "80")
    bar.show_calls((), None)
    assert not bar.dial_box.isVisible()
    assert bar.dial_box.text() == "80"


def test_escape_closes_the_dial_box_and_gives_the_focus_back(bar: CallBar, window: QWidget) -> None:
    field = window.findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    bar.focus_dial_box()
    assert QApplication.focusWidget() is not field
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert not bar.dial_box.isVisible()
    assert QApplication.focusWidget() is field


def test_a_click_elsewhere_closes_the_dial_box(bar: CallBar, window: QWidget) -> None:
    bar.focus_dial_box()
    field = window.findChildren(QLineEdit)[0]
    QTest.mouseClick(bar.headline(), Qt.MouseButton.LeftButton)
    assert not bar.dial_box.isVisible()
    assert field.isVisible()


def test_a_ringing_call_does_not_disturb_a_number_that_is_typed(bar: CallBar) -> None:
    bar.focus_dial_box()
    typing = focused()
    QTest.keyClicks(typing, "138")
    bar.show_calls((ringing(),), CallId("c1"))
    assert QApplication.focusWidget() is typing
    QTest.keyClicks(typing, "001")
    assert bar.dial_box.text() == "138001"


def test_digits_go_to_the_selected_call(bar: CallBar, qtbot: QtBot) -> None:
    bar.show_calls((a_call(),), CallId("c1"))
    press(bar, CallService.GENERATE_DIGITS)
    assert bar.keypad.isVisible()
    with qtbot.waitSignal(bar.digits_requested) as sent:
        QTest.keyClick(bar.keypad, Qt.Key.Key_5)
    assert sent.args == ["c1", "5"]
    bar.show_calls((a_call(state=HOLD),), None)
    assert not bar.keypad.isVisible()


def test_every_call_shortcut_of_the_table_has_something_to_do(bar: CallBar) -> None:
    table = {shortcut.action for shortcut in SHORTCUTS if shortcut.group == "call"}
    assert table <= set(bar.shortcut_handlers())


def test_shortcuts_do_what_is_possible_and_nothing_else(bar: CallBar) -> None:
    handlers = bar.shortcut_handlers()
    held, retrieved, cleared = (
        QSignalSpy(bar.hold_requested),
        QSignalSpy(bar.retrieve_requested),
        QSignalSpy(bar.clear_requested),
    )
    handlers["call.hold"]()
    handlers["call.hang_up"]()
    assert (held.count(), retrieved.count(), cleared.count()) == (0, 0, 0)
    bar.show_calls((a_call(),), CallId("c1"))
    handlers["call.hold"]()
    bar.show_calls((a_call(state=HOLD),), None)
    handlers["call.hold"]()
    handlers["call.hang_up"]()
    assert (held.count(), retrieved.count(), cleared.count()) == (1, 1, 1)


def test_f8_completes_the_transfer_during_a_consultation(bar: CallBar, qtbot: QtBot) -> None:
    bar.show_calls(consultation(), CallId("c2"))
    with qtbot.waitSignal(bar.transfer_requested):
        bar.shortcut_handlers()["call.transfer"]()
    assert not bar.dial_box.isVisible()


def test_tooltips_name_the_shortcut(bar: CallBar) -> None:
    bar.show_calls((a_call(),), CallId("c1"))
    assert bar.row().buttons()["answer"].toolTip().endswith("(F4)")
    assert bar.row().buttons()["hang_up"].accessibleName() == "Hang up"


def test_a_tab_stop_reaches_every_button_and_card(bar: CallBar) -> None:
    bar.show_calls(consultation(), CallId("c2"))
    stops = [*bar.row().buttons().values(), *bar.cards()[1:]]
    assert all(stop.focusPolicy() & Qt.FocusPolicy.TabFocus for stop in stops)
    assert all(stop.accessibleName() for stop in stops)


def test_the_language_changes_while_it_runs(bar: CallBar) -> None:
    bar.set_queues((a_queue(),))
    bar.show_calls((a_call(),), CallId("c1"))
    set_language(Language.ZH)
    QApplication.processEvents()
    assert bar.headline().view().state_text == "通话中"
    assert "技术支持" in bar.headline().view().detail
    assert bar.row().buttons()["hang_up"].accessibleName() == "挂断"


def test_buttons_do_not_move_with_the_state_of_the_call(bar: CallBar) -> None:
    places = set()
    for calls in ((), (ringing(),), (a_call(),), (a_call(state=HOLD),), consultation()):
        bar.show_calls(calls, calls[-1].call_id if calls else None)
        QApplication.processEvents()
        places.add(tuple(button.x() for button in bar.row().buttons().values()))
    assert len(places) == 1


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("width", [560, 743, 1184, 1400])
@pytest.mark.parametrize("language", list(Language))
def test_no_button_is_cut_at_any_width(
    bar: CallBar, window: QWidget, width: int, scale: int, language: Language
) -> None:
    apply_theme(ThemeName.DARK, scale)
    set_language(language)
    bar.show_calls(consultation(), CallId("c2"))
    window.resize(max(width, bar.minimumWidth() + 40), 640)
    QApplication.processEvents()
    for button in bar.findChildren(ActionButton):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width()
            right = button.mapTo(bar, button.rect().topRight()).x()
            assert 0 <= right < bar.width(), button.accessibleName()


def test_a_narrow_bar_keeps_every_action_in_its_menu(bar: CallBar, window: QWidget) -> None:
    bar.show_calls((a_call(),), CallId("c1"))
    window.resize(bar.minimumSizeHint().width() + 40, 640)
    QApplication.processEvents()
    row = bar.row()
    assert row.more_button().isVisible()
    row.more_button().click()
    listed = {action.objectName() for action in row.menu().actions()}
    row.menu().close()
    assert CallService.CONSULTATION_CALL.value in listed
    hidden = {b.shown_action().objectName() for b in row.buttons().values() if b.isHidden()}
    assert hidden == listed


def test_blind_transfer_by_key_opens_the_box_and_the_same_key_sends(
    bar: CallBar, qtbot: QtBot
) -> None:
    blind = bar.shortcut_handlers()["call.blind_transfer"]
    bar.show_calls((a_call(),), CallId("c1"))
    blind()
    QTest.keyClicks(focused(), "8012")
    with qtbot.waitSignal(bar.single_step_transfer_requested) as by_enter:
        QTest.keyClick(focused(), Qt.Key.Key_Return)
    bar.shortcut_handlers()["call.transfer"]()
    with qtbot.waitSignal(bar.single_step_transfer_requested) as by_key:
        blind()
    assert by_enter.args == by_key.args == ["c1", "8012"]


def test_blind_transfer_of_a_ringing_call_redirects_it(bar: CallBar, qtbot: QtBot) -> None:
    bar.show_calls((ringing(),), CallId("c1"))
    bar.shortcut_handlers()["call.blind_transfer"]()
    QTest.keyClicks(focused(), "7001")
    with qtbot.waitSignal(bar.deflect_requested) as asked:
        QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert asked.args == ["c1", "7001"]


def test_a_second_call_is_answered_without_selecting_it(bar: CallBar, qtbot: QtBot) -> None:
    bar.show_calls((a_call(), ringing("c2")), CallId("c1"))
    assert bar.selected() == "c1"
    with qtbot.waitSignal(bar.answer_requested) as by_click:
        QTest.mouseClick(bar.joint_row().answer_button(), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.answer_requested) as by_key:
        bar.shortcut_handlers()["call.answer"]()
    assert by_click.args == by_key.args == ["c2"]
    bar.show_calls(consultation(), CallId("c2"))
    assert not bar.joint_row().answer_button().isVisible()


def test_the_answer_key_does_nothing_while_nothing_rings(bar: CallBar) -> None:
    asked = QSignalSpy(bar.answer_requested)
    bar.shortcut_handlers()["call.answer"]()
    bar.show_calls((a_call(),), CallId("c1"))
    bar.shortcut_handlers()["call.answer"]()
    assert asked.count() == 0


def test_ctrl_tab_selects_the_next_call_from_anywhere(bar: CallBar, window: QWidget) -> None:
    field = window.findChildren(QLineEdit)[0]
    field.setFocus()
    bar.show_calls(consultation(), CallId("c2"))
    QTest.keyClick(field, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert bar.selected() == "c1"
    QTest.keyClick(field, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert bar.selected() == "c2"
    assert "(Ctrl+Tab)" in bar.cards()[1].toolTip()
    assert focused() is field
