"""The account's section: what is shown, what is folded, what is wrong, and passwords."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.line_check import (
    AccountTrouble,
    CheckedStep,
    CheckStep,
    Finding,
    LineCheckChangedEvent,
    SoundTrouble,
    StepNote,
    StepState,
)
from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from agent_desk.domain.sip_account import MediaProfile, SipAccount, SipTransport
from ui.account.section import AccountSection
from ui.language import Language, set_language, tr
from ui.line_words import finding_sentence, registration_sentence

ACCOUNT = SipAccount(
    user="1017",
    domain="sip.example.com",
    transport=SipTransport.TLS,
    profiles=(MediaProfile.SDES, MediaProfile.RTP),
    codecs=("g722", "pcma"),
    queues={"600": "Sales", "601": "Service"},
    auto_answer=("600",),
    record=("601",),
    directory={"201": "Wang Fang"},
    session_seconds=600,
    lines=3,
    not_ready_status=486,
    verify_certificate=False,
)


@pytest.fixture
def section(qtbot: QtBot) -> AccountSection:
    section = AccountSection()
    section.offer(checks=True, traces=True, more=True)
    qtbot.addWidget(section)
    section.show()
    section.activateWindow()
    qtbot.waitUntil(section.isActiveWindow)
    return section


def line(section: AccountSection, name: str) -> QLineEdit:
    editor = section.fields[name].editor
    assert isinstance(editor, QLineEdit)
    return editor


def test_an_account_is_shown_whole_and_given_back_as_it_was(section: AccountSection) -> None:
    section.show_account(ACCOUNT)
    assert section.account() == ACCOUNT
    assert not section.is_changed()


def test_an_empty_account_says_that_calls_are_simulated(section: AccountSection) -> None:
    assert section.state.text() == "The desk works with simulated calls until an account is set."
    assert section.accepts()


def test_every_field_of_an_account_can_be_changed(section: AccountSection) -> None:
    section.show_account(SipAccount())
    ticks = {"verify_certificate", "only_directory", "follow_transfers", "rings_signed_off"}
    in_rows = {"auto_answer", "record"}
    fields = set(SipAccount.__dataclass_fields__)
    assert fields - ticks - in_rows <= set(section.fields)
    boxes = {box.text() for box in section.findChildren(QCheckBox)}
    assert {tr(f"account.{name}") for name in ticks} <= boxes


def test_what_is_wrong_is_said_at_the_field_and_brought_into_sight(
    section: AccountSection,
) -> None:
    section.show_account(replace(ACCOUNT, stun="two words"))
    assert not section.is_more_shown()
    assert not section.accepts()
    assert section.is_more_shown()
    assert section.fields["stun"].error().startswith("Accepted: host or host:port")
    assert line(section, "stun").hasFocus()
    line(section, "stun").setText("stun.example.com")
    assert section.accepts()


def test_a_field_says_what_it_takes_as_soon_as_it_is_left(section: AccountSection) -> None:
    server = line(section, "server")
    server.setFocus()
    QTest.keyClicks(server, "two words")
    QTest.keyClick(server, Qt.Key.Key_Tab)
    assert section.fields["server"].error().startswith("Accepted: host or host:port")
    server.setText("pbx")
    server.editingFinished.emit()
    assert section.fields["server"].error() == ""


def test_half_an_address_is_not_saved(section: AccountSection) -> None:
    QTest.keyClicks(line(section, "user"), "1017")
    assert not section.accepts()
    assert "a host name or an IP address" in section.fields["domain"].error()


def test_a_queue_is_added_ticked_and_taken_out_by_keyboard(section: AccountSection) -> None:
    section.show_account(ACCOUNT)
    section.show_more(True)
    add = section.fields["queues"].focusProxy()
    assert add is not None
    section.fields["queues"].setFocus()
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Space)
    for text in ("602", "Returns"):
        edit = QApplication.focusWidget()
        assert isinstance(edit, QLineEdit)
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Tab)
    box = QApplication.focusWidget()
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert section.account().queues["602"] == "Returns"
    assert section.account().auto_answer == ("600", "602")


def test_a_queue_that_stands_there_twice_is_not_saved(section: AccountSection) -> None:
    section.show_account(replace(ACCOUNT, auto_answer=(), record=()))
    edits = section.fields["queues"].editor.findChildren(QLineEdit)
    edits[2].setText("600")
    assert not section.accepts()
    assert "each name once" in section.fields["queues"].error()


def test_a_password_is_never_shown_and_only_told_when_it_is_typed(section: AccountSection) -> None:
    section.show_account(ACCOUNT)
    section.show_kept({"password": True, "turn_password": False}, can_keep=True)
    password = line(section, "password")
    assert (password.text(), password.placeholderText()) == ("", "Kept in the keyring")
    assert password.echoMode() is QLineEdit.EchoMode.Password
    assert section.take_passwords() == {}
    QTest.keyClicks(password, "s3cret")
    assert section.is_changed()
    assert section.typed_password() == "s3cret"
    assert section.take_passwords() == {"password": "s3cret"}
    assert password.text() == ""
    assert not section.is_changed()


def test_a_kept_password_can_be_forgotten(section: AccountSection) -> None:
    section.show_account(ACCOUNT)
    section.show_kept({"password": True, "turn_password": False}, can_keep=True)
    actions = line(section, "password").actions()
    assert "Forget the kept password (Del)" in [action.toolTip() for action in actions]
    QTest.keyClick(line(section, "password"), Qt.Key.Key_Delete)
    assert line(section, "password").placeholderText() == "Forgotten on saving"
    assert section.is_changed()
    assert section.take_passwords() == {"password": ""}


def test_what_the_keyring_says_does_not_undo_what_is_typed(section: AccountSection) -> None:
    QTest.keyClicks(line(section, "password"), "s3cret")
    section.show_kept({"password": True, "turn_password": True}, can_keep=True)
    assert section.typed_password() == "s3cret"


def test_a_machine_without_a_keyring_says_so(section: AccountSection) -> None:
    section.show_kept({"password": False, "turn_password": False}, can_keep=False)
    assert line(section, "password").placeholderText() == "No keyring here"


def test_a_registration_is_said_in_words_of_both_languages(section: AccountSection) -> None:
    now = RegistrationChangedEvent(
        at=datetime(2026, 3, 2, tzinfo=UTC),
        account=ACCOUNT.address,
        status=RegistrationStatus.REFUSED,
        trouble=RegistrationTrouble.WRONG_PASSWORD,
        detail="401 Unauthorized",
    )
    section.show_registration(now)
    assert (section.pill.text(), section.pill.kind) == ("Line refused", "danger")
    assert "does not take this login with this password (401 Unauthorized)" in section.state.text()
    set_language(Language.ZH)
    section.retranslate()
    assert section.pill.text() == "线路被拒绝"
    assert registration_sentence(now, is_technical=True) == section.state.text()
    assert "401" not in registration_sentence(now)


def test_what_a_former_account_still_does_is_said(section: AccountSection) -> None:
    section.show_account(ACCOUNT)
    section.show_restart(True)
    assert section.state.text() == "Saved. The desk uses this line when it is started again."
    section.show_account(SipAccount())
    assert "simulated calls when it is started again" in section.state.text()


def event(*steps: CheckedStep, is_running: bool = False) -> LineCheckChangedEvent:
    given = {each.step: each for each in steps}
    every = tuple(given.get(step, CheckedStep(step=step)) for step in CheckStep)
    return LineCheckChangedEvent(number=1, steps=every, is_running=is_running)


def test_a_check_shows_each_step_and_can_be_stopped(section: AccountSection, qtbot: QtBot) -> None:
    section.show_account(ACCOUNT)
    with qtbot.waitSignal(section.check_wanted):
        section.check.click()
    section.show_check(
        event(CheckedStep(step=CheckStep.NAME, state=StepState.RUNNING), is_running=True)
    )
    assert section.check.text() == "Stop"
    assert section.steps.said(CheckStep.NAME) == "Checking…"
    with qtbot.waitSignal(section.stop_wanted):
        section.check.click()
    failed = Finding(trouble=RegistrationTrouble.NAME_NOT_FOUND, detail="nxdomain")
    section.show_check(
        event(CheckedStep(step=CheckStep.NAME, state=StepState.FAILED, finding=failed))
    )
    assert section.check.text() == "Check the line"
    assert section.steps.result() == "The line does not work yet."
    assert section.steps.said(CheckStep.NAME).startswith(
        "No server is known under this name (nxdomain). Check how the exchange"
    )


def test_what_was_found_goes_with_the_account_it_was_about(section: AccountSection) -> None:
    section.show_account(ACCOUNT)
    section.show_check(event())
    assert section.steps.isVisible()
    line(section, "domain").setText("other.example.com")
    assert not section.steps.isVisible()


def test_only_who_may_sees_more(section: AccountSection) -> None:
    section.offer(checks=False, traces=False, more=False)
    assert not section.more.isVisible()
    assert not section.check.isVisible()
    assert not section.trace.isVisible()


@pytest.mark.parametrize("language", list(Language))
def test_every_trouble_and_note_has_its_sentence(language: Language) -> None:
    set_language(language)
    troubles = [*RegistrationTrouble, *SoundTrouble, *AccountTrouble]
    findings = [
        *(
            Finding(trouble=t, detail="server")
            for t in troubles
            if t is not RegistrationTrouble.NONE
        ),
        *(Finding(note=note) for note in StepNote if note is not StepNote.NONE),
    ]
    said = [finding_sentence(finding) for finding in findings]
    assert len(set(said)) == len(said)
    assert all("line_" not in each for each in said)
