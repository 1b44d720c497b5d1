"""The account on the settings page with a desk behind it: file, keyring, check, trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.line_check import CheckStep
from agent_desk.domain.registration import RegistrationStatus
from agent_desk.domain.sip_account import SipAccount
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.fakes.scripted_line import ScriptedLine
from tests.ui.presenters.conftest import SETTINGS
from ui.account.section import AccountSection
from ui.account.trace_dialog import TraceDialog
from ui.shell.settings_page import SettingsPage


def settings_page(stage: ScriptedStage) -> SettingsPage:
    stage.press(Qt.Key.Key_4, CONTROL)
    page = stage.view.window.page("settings")
    assert isinstance(page, SettingsPage)
    return page


def write(section: AccountSection, **texts: str) -> None:
    for name, text in texts.items():
        edit = section.fields[name].editor
        assert isinstance(edit, QLineEdit)
        edit.setFocus()
        edit.setText(text)
        QTest.keyClick(edit, Qt.Key.Key_Tab)


def save(page: SettingsPage) -> None:
    page._save.click()


def placeholder(section: AccountSection) -> str:
    edit = section.fields["password"].editor
    assert isinstance(edit, QLineEdit)
    return edit.placeholderText()


def test_an_account_goes_to_the_file_and_its_password_to_the_keyring(stage: ScriptedStage) -> None:
    page = settings_page(stage)
    section = page.telephone
    stage.wait(lambda: placeholder(section) == "None is kept")
    write(section, user="1017", domain="sip.example.com", password="s3cret")
    save(page)
    stage.wait(lambda: placeholder(section) == "Kept in the keyring")
    (saved,) = stage.kept.settings
    assert saved.sip.address == "1017@sip.example.com"
    assert "s3cret" not in repr(saved)
    assert stage.credentials.get("sip:1017@sip.example.com", "1017") == "s3cret"
    assert section.state.text() == "Saved. The desk uses this line when it is started again."
    assert not page.is_changed()


def test_a_password_for_another_address_is_looked_up(stage: ScriptedStage) -> None:
    stage.credentials.set("sip:1018@sip.example.com", "1018", "other")
    section = settings_page(stage).telephone
    write(section, domain="sip.example.com", user="1018")
    stage.wait(lambda: placeholder(section) == "Kept in the keyring")


def test_a_wrong_field_keeps_everything_unsaved(stage: ScriptedStage) -> None:
    page = settings_page(stage)
    write(page.telephone, user="1017", domain="sip.example.com", server="no good", password="x")
    save(page)
    assert stage.kept.settings == []
    assert page.telephone.typed_password() == "x"
    assert page.telephone.fields["server"].error() != ""


def test_a_check_runs_beside_the_window_and_ends_with_a_sentence(stage: ScriptedStage) -> None:
    section = settings_page(stage).telephone
    stage.probe.waits = CheckStep.CONNECTION
    write(section, user="1017", domain="sip.example.com", password="typed")
    section.check.click()
    stage.wait(lambda: section.steps.said(CheckStep.CONNECTION) == "Checking…")
    section.check.click()
    stage.wait(lambda: section.steps.result() == "The check was stopped.")
    stage.probe.waits = None
    section.check.click()
    stage.wait(lambda: section.steps.result() == "Nothing stands in the way of calls.")
    assert stage.probe.secrets[0] == "typed"


def test_the_trace_is_shown_and_saved(stage: ScriptedStage, tmp_path: Path) -> None:
    stage.do(stage.trace.add, "REGISTER sip:sip.example.com SIP/2.0\r\n\r\n")
    section = settings_page(stage).telephone
    section.trace.click()
    stage.wait(lambda: isinstance(QApplication.activeModalWidget(), TraceDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, TraceDialog)
    stage.wait(lambda: len(dialog.shown()) == 1)
    dialog.save_wanted.emit(tmp_path / "trace.txt", "")
    stage.wait(lambda: dialog.note.text().startswith("Saved without passwords"))
    assert "REGISTER sip:" in (tmp_path / "trace.txt").read_text(encoding="utf-8")
    dialog.accept()


def test_another_password_is_used_at_once_and_needs_no_restart(
    qtbot: QtBot, empty_base: Path, line: ScriptedLine
) -> None:
    account = SipAccount(user="1017", domain="sip.example.com")
    settings = replace(SETTINGS, sip=account)
    stage = ScriptedStage(qtbot, folder=empty_base, settings=settings, line=line)
    stage.begin()
    try:
        page = settings_page(stage)
        write(page.telephone, password="mended")
        save(page)
        stage.wait(lambda: line.passwords == ["mended"])
        assert "started again" not in page.telephone.state.text()
        # The line has it at once; the keyring may still be writing.
        stage.wait(lambda: stage.credentials.get("sip:1017@sip.example.com", "1017") == "mended")
    finally:
        stage.close()


@pytest.fixture
def line() -> ScriptedLine:
    return ScriptedLine("1017@sip.example.com")


def test_the_registration_of_the_line_in_use_is_shown(
    qtbot: QtBot, empty_base: Path, line: ScriptedLine
) -> None:
    stage = ScriptedStage(qtbot, folder=empty_base, settings=SETTINGS, line=line)
    stage.begin()
    try:
        section = settings_page(stage).telephone
        stage.wait(lambda: section.pill.text() == "Signing in")
        stage.do(line.tell, RegistrationStatus.REGISTERED)
        stage.wait(lambda: section.pill.text() == "Line ready")
    finally:
        stage.close()
