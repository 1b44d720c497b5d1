"""The agent state button: what it shows and what can be asked for through it."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agent_desk.domain.agent import (
    CHOSEN_REASONS,
    REQUESTABLE,
    AgentState,
    BusyKind,
    NotReadyReason,
)
from tests.ui.calls.samples import BEGIN, SetClock, a_status
from ui.agent.agent_state import AgentStateButton
from ui.calls.ticker import ticker
from ui.language import Language, set_language


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def button(qtbot: QtBot, clock: SetClock) -> AgentStateButton:
    button = AgentStateButton(now=clock)
    qtbot.addWidget(button)
    button.show()
    qtbot.waitExposed(button)
    return button


def offered(button: AgentStateButton) -> dict[str, QAction]:
    """Open the menu, close it and return its named actions."""
    button.open_menu()
    button.menu().close()
    return {a.objectName(): a for a in button.menu().actions() if a.objectName()}


def test_the_time_in_the_state_runs(button: AgentStateButton, clock: SetClock) -> None:
    button.show_status(a_status(AgentState.READY))
    assert button.timer_text() == "02:47"
    clock.forward(13)
    ticker().ticked.emit(1)
    assert button.timer_text() == "03:00"


@pytest.mark.parametrize(
    ("state", "fields", "detail"),
    [
        (AgentState.READY, {}, ""),
        (AgentState.NOT_READY, {"reason": NotReadyReason.LUNCH}, "Lunch"),
        (AgentState.NOT_READY, {"reason": NotReadyReason.NO_ANSWER}, "Call not answered"),
        (AgentState.BUSY, {"busy_kind": BusyKind.ACD}, "Queue call"),
        (
            AgentState.BUSY,
            {
                "busy_kind": BusyKind.ACD,
                "pending": AgentState.NOT_READY,
                "pending_reason": NotReadyReason.LUNCH,
            },
            "Next: Lunch",
        ),
        (AgentState.BUSY, {"pending": AgentState.READY}, "Next: Ready"),
        (AgentState.WORKING_AFTER_CALL, {}, "No time limit"),
    ],
)
def test_the_second_line_says_why_and_what_comes_next(
    button: AgentStateButton, state: AgentState, fields: dict[str, object], detail: str
) -> None:
    button.show_status(a_status(state, **fields))
    assert button.detail_text() == detail
    assert detail in button.accessibleName() or state is AgentState.WORKING_AFTER_CALL


def test_after_call_work_counts_down_to_its_end(button: AgentStateButton, clock: SetClock) -> None:
    until = BEGIN + timedelta(seconds=42)
    button.show_status(a_status(AgentState.WORKING_AFTER_CALL, wrap_up_until=until))
    assert button.detail_text() == "Ends in 00:42"
    clock.forward(50)
    ticker().ticked.emit(1)
    assert button.detail_text() == "Time is up"


@pytest.mark.parametrize("state", list(AgentState))
def test_the_menu_offers_exactly_what_may_be_asked_for(
    button: AgentStateButton, state: AgentState
) -> None:
    button.show_status(a_status(state))
    names = set(offered(button))
    reasons = {reason.value for reason in CHOSEN_REASONS}
    if state is AgentState.LOGGED_OFF:
        assert names == {"log_on"}
        return
    assert ("ready" in names) == (AgentState.READY in REQUESTABLE[state])
    assert (reasons <= names) == (AgentState.NOT_READY in REQUESTABLE[state])
    assert ("log_off" in names) == (AgentState.LOGGED_OFF in REQUESTABLE[state])


def test_choosing_in_the_menu_asks_for_it(button: AgentStateButton) -> None:
    ready, off = QSignalSpy(button.ready_requested), QSignalSpy(button.log_off_requested)
    reasons = QSignalSpy(button.not_ready_requested)
    button.show_status(a_status(AgentState.NOT_READY, reason=NotReadyReason.LUNCH))
    actions = offered(button)
    assert actions["LUNCH"].isChecked()
    assert not actions["TRAINING"].isChecked()
    actions["ready"].trigger()
    actions["TRAINING"].trigger()
    actions["log_off"].trigger()
    assert (ready.count(), off.count()) == (1, 1)
    assert reasons.at(0) == ["TRAINING"]


def test_a_logged_off_agent_can_log_on(button: AgentStateButton, qtbot: QtBot) -> None:
    button.show_status(a_status(AgentState.LOGGED_OFF))
    with qtbot.waitSignal(button.log_on_requested):
        offered(button)["log_on"].trigger()


def test_reasons_are_chosen_by_arrow_and_number_keys(
    button: AgentStateButton, qtbot: QtBot
) -> None:
    button.show_status(a_status(AgentState.READY))
    button.open_reason_menu()
    assert button.menu().activeAction().objectName() == CHOSEN_REASONS[0].value
    with qtbot.waitSignal(button.not_ready_requested) as asked:
        QTest.keyClick(button.menu(), Qt.Key.Key_2)
    assert asked.args == [CHOSEN_REASONS[1].value]


def test_the_keys_for_ready_and_reasons_do_nothing_where_it_is_not_allowed(
    button: AgentStateButton,
) -> None:
    asked = QSignalSpy(button.ready_requested)
    button.request_ready()
    button.open_reason_menu()
    button.show_status(a_status(AgentState.READY))
    button.request_ready()
    assert asked.count() == 0
    assert not button.menu().isVisible()
    button.show_status(a_status(AgentState.WORKING_AFTER_CALL))
    button.request_ready()
    assert asked.count() == 1


def test_no_state_in_no_language_changes_the_size(button: AgentStateButton) -> None:
    sizes = set()
    for language in Language:
        set_language(language)
        QApplication.processEvents()
        for state in AgentState:
            button.show_status(a_status(state))
            sizes.add(button.sizeHint().toTuple())
    assert len(sizes) == 1


def test_it_speaks_chinese_at_once(button: AgentStateButton) -> None:
    button.show_status(a_status(AgentState.NOT_READY, reason=NotReadyReason.LUNCH))
    set_language(Language.ZH)
    QApplication.processEvents()
    assert button.detail_text() == "午餐"
    assert button.accessibleName() == "我的状态：示忙，午餐"
    assert "F2" in button.toolTip()
