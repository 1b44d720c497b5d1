"""Texts by key, plurals, switching while running, and errors in both languages."""

import re
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from agent_desk.domain.agent import AgentState, require_requestable
from agent_desk.domain.errors import (
    AgentDeskError,
    AgentStateError,
    CallStateError,
    DiskFullError,
    InvalidDigitsError,
    InvalidNumberError,
    TransitionRefusedError,
)
from agent_desk.domain.identifiers import parse_dial_string, parse_digits
from agent_desk.domain.ticket import TICKET_TABLE, TicketState
from tests.logfail import LogGuard
from ui.language import (
    Language,
    current_language,
    error_text,
    in_all_languages,
    resolve_language,
    set_language,
    tr,
)


class Listening(QLabel):
    def __init__(self) -> None:
        super().__init__()
        self.changes = 0

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        self.changes += event.type() == QEvent.Type.LanguageChange

    def has_changed_since(self, former: int) -> bool:
        return self.changes > former


def refusal(text: str) -> AgentDeskError:
    with pytest.raises(InvalidNumberError) as caught:
        parse_dial_string(text, region="CN")
    return caught.value


def test_a_text_follows_the_language() -> None:
    assert tr("agent_state.READY") == "Ready"
    set_language(Language.ZH)
    assert tr("agent_state.READY") == "就绪"
    assert current_language() is Language.ZH


def test_every_switch_tells_the_widgets(qtbot: QtBot) -> None:
    label = Listening()
    qtbot.addWidget(label)
    label.show()
    for language in (Language.ZH, Language.EN, Language.ZH):
        former = label.changes
        set_language(language)
        qtbot.waitUntil(partial(label.has_changed_since, former))


def test_qt_itself_speaks_the_language_too(qtbot: QtBot) -> None:
    set_language(Language.ZH)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert "取消" in box.buttons()[0].text()
    assert QLocale().language() == QLocale.Language.Chinese


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "One thing was typed and not saved."),
        (0, "0 things were typed and not saved."),
        (2, "2 things were typed and not saved."),
    ],
)
def test_a_count_picks_the_plural(count: int, text: str) -> None:
    assert tr("recovery.intro", count=count) == text


def test_chinese_has_no_plural() -> None:
    set_language(Language.ZH)
    assert tr("recovery.intro", count=1) == "有 1 项输入尚未保存。"


def test_a_missing_text_is_reported_once_and_shown_by_its_key(expected_logs: LogGuard) -> None:
    expected_logs.expect("no text for 'nobody.wrote_this'")
    assert tr("nobody.wrote_this") == "nobody.wrote_this"
    assert tr("nobody.wrote_this") == "nobody.wrote_this"


def test_all_languages_come_in_one_order() -> None:
    assert in_all_languages("agent_state.READY") == ("Ready", "就绪")


@pytest.mark.parametrize(("setting", "language"), [("en", Language.EN), ("zh", Language.ZH)])
def test_a_set_language_is_taken(setting: str, language: Language) -> None:
    assert resolve_language(setting) is language


def test_the_systems_language_is_one_of_ours() -> None:
    assert resolve_language("system") in Language


def test_an_error_names_field_value_and_what_is_accepted() -> None:
    text = error_text(refusal("12a4"))
    assert "Number: “12a4” is not a telephone number" in text
    assert "3 to 15 digits" in text


@pytest.mark.parametrize("dialled", ["12a4", "1" * 200, "😀"])
def test_a_number_error_is_chinese_in_chinese(dialled: str) -> None:
    error = refusal(dialled)
    set_language(Language.ZH)
    text = error_text(error)
    assert "不是电话号码" in text
    assert "3 到 15 位数字" in text
    assert re.findall(r"[A-Za-z]{2,}", text) == []


def test_other_errors_are_chinese_in_chinese() -> None:
    with pytest.raises(InvalidDigitsError) as digits:
        parse_digits("x")
    with pytest.raises(AgentStateError) as state:
        require_requestable(AgentState.LOGGED_OFF, AgentState.READY)
    with pytest.raises(TransitionRefusedError) as transition:
        TICKET_TABLE.require("Ticket 118", TicketState.CLOSED, TicketState.PENDING)
    set_language(Language.ZH)
    assert error_text(digits.value).startswith(
        "按键：“x”不能作为按键发送。可接受：0-9、*、# 和 A-D"
    )
    assert error_text(state.value) == "坐席处于“已签出”时不能变为“就绪”。现在可以：示忙"
    assert (
        error_text(transition.value) == "工单 118当前为“已关闭”，不能变为“待派工”。现在可以：已重开"
    )


def test_states_and_services_are_named_as_the_screen_names_them() -> None:
    error = CallStateError(
        service="hold_call", call_id="7", state="ALERTING", allowed="answer_call, deflect_call"
    )
    assert error_text(error) == (
        "Hold is not possible while the call is Ringing. Possible now: Answer, Deflect"
    )


def test_a_path_stays_as_it_is() -> None:
    set_language(Language.ZH)
    assert "/tmp/{odd} one of.sqlite" in error_text(DiskFullError(path="/tmp/{odd} one of.sqlite"))


def test_an_error_without_a_text_speaks_for_itself() -> None:
    class HomelessError(AgentDeskError):
        code = "homeless"
        template = "No text knows {what}"

    try:
        assert error_text(HomelessError(what="this")) == "No text knows this"
    finally:
        del HomelessError
