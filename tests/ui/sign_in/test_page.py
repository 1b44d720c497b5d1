"""Signing in by keyboard and mouse, and every refusal said where it can be mended."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.errors import (
    AgentDeskError,
    CertificateError,
    DisabledPersonError,
    ExpiredCertificateError,
    InputError,
    NewerSchemaError,
    NotADatabaseError,
    OfflineExpiredError,
    OfflinePasswordError,
    OlderSchemaError,
    RightsError,
    ServerAwayError,
    SignInError,
)
from agent_desk.domain.rights import Right, Role
from agent_desk.domain.sign_in import SignInForm
from ui.language import Language, error_text, set_language, text_in, tr
from ui.sign_in.page import SignInPage
from ui.theme.theme import ThemeName, apply_theme

SERVER = "postgresql://floor.example/desk"
PATH = "postgresql://li@floor.example/desk"
GENERAL: tuple[AgentDeskError, ...] = (
    DisabledPersonError(path=PATH, login="li"),
    ExpiredCertificateError(path=PATH),
    CertificateError(path=PATH, reason="self-signed"),
    ServerAwayError(path=PATH),
    OfflineExpiredError(path=PATH, login="li", days=14),
    NotADatabaseError(path=PATH, accepted="an empty database"),
    OlderSchemaError(path=PATH, found="0001", known="0007"),
    NewerSchemaError(path=PATH, found="0099", known="0007"),
    RightsError(action="sign in", role="li"),
)


@pytest.fixture
def page(qtbot: QtBot) -> SignInPage:
    page = SignInPage()
    page.resize(900, 640)
    qtbot.addWidget(page)
    page.show_form(SignInForm(server=SERVER, login="li"), kept=False, can_remember=True)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def test_the_first_empty_field_has_the_focus(page: SignInPage) -> None:
    assert page.password.hasFocus()


@pytest.mark.parametrize("field", ["server", "login", "password"])
def test_enter_signs_in_from_every_field(page: SignInPage, qtbot: QtBot, field: str) -> None:
    QTest.keyClicks(page.password, "geheim123")
    with qtbot.waitSignal(page.sign_in_requested) as asked:
        QTest.keyClick(getattr(page, field), Qt.Key.Key_Return)
    form = SignInForm(server=SERVER, login="li", password="geheim123")
    assert asked.args == [form]


def test_the_password_is_in_no_representation() -> None:
    assert "geheim" not in repr(SignInForm(server=SERVER, login="li", password="geheim"))


def test_the_keyboard_alone_is_enough(page: SignInPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.password, "geheim123")
    QTest.keyClick(page.password, Qt.Key.Key_Tab)
    assert page.remember.hasFocus()
    QTest.keyClick(page.remember, Qt.Key.Key_Space)
    with qtbot.waitSignal(page.sign_in_requested) as asked:
        QTest.keyClick(page.password, Qt.Key.Key_Return)
    assert asked.args is not None
    assert asked.args[0].remember


@pytest.mark.parametrize("missing", ["login", "password"])
def test_what_is_missing_is_said_at_its_field(page: SignInPage, qtbot: QtBot, missing: str) -> None:
    page.password.setText("geheim123")
    getattr(page, missing).clear()
    with qtbot.assertNotEmitted(page.sign_in_requested):
        QTest.mouseClick(page.submit, Qt.MouseButton.LeftButton)
    assert getattr(page, missing).hasFocus()
    assert f"your {missing}" in page.error()


def test_a_kept_password_needs_no_typing(page: SignInPage, qtbot: QtBot) -> None:
    page.show_form(SignInForm(server=SERVER, login="li"), kept=True, can_remember=True)
    assert page.remember.isChecked()
    with qtbot.waitSignal(page.sign_in_requested) as asked:
        QTest.keyClick(page.password, Qt.Key.Key_Return)
    assert asked.args == [SignInForm(server=SERVER, login="li", remember=True)]


def test_without_a_keyring_nothing_is_promised(page: SignInPage) -> None:
    page.show_form(SignInForm(server=SERVER, login="li"), kept=False, can_remember=False)
    page.remember.setChecked(True)
    assert not page.remember.isVisible()
    assert not page.form().remember


def test_a_wrong_password_is_typed_over(page: SignInPage) -> None:
    page.password.setText("geheim123")
    page.show_busy()
    assert not page.submit.isEnabled()
    page.show_error(SignInError(path=PATH, login="li"))
    assert page.submit.isEnabled()
    assert page.password.hasFocus()
    QTest.keyClicks(page.password, "other")
    assert page.password.text() == "other"


def test_nothing_is_asked_twice(page: SignInPage, qtbot: QtBot) -> None:
    page.password.setText("geheim123")
    page.show_busy()
    with qtbot.assertNotEmitted(page.sign_in_requested):
        page.password.returnPressed.emit()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("error", GENERAL, ids=lambda error: type(error).__name__)
def test_every_refusal_is_a_sentence(
    page: SignInPage, error: AgentDeskError, language: Language
) -> None:
    set_language(language)
    page.password.setText("geheim123")
    page.show_error(error)
    assert page.error() == error_text(error)
    assert "geheim" not in page.error()
    assert page.password.text() == "geheim123"


def test_a_wrong_address_is_said_at_the_server(page: SignInPage) -> None:
    page.show_error(InputError(field="database: port", value="x", accepted="1 to 65535"))
    assert page.server.hasFocus()
    assert "Port" in page.error()


def test_a_refusal_follows_the_language(page: SignInPage, qtbot: QtBot) -> None:
    page.show_error(SignInError(path=PATH, login="li"))
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: page.error() == error_text(SignInError(path=PATH, login="li")))
    assert "密码" in page.error()


def test_the_password_can_be_looked_at(page: SignInPage) -> None:
    (action,) = page.password.actions()
    action.trigger()
    assert page.password.echoMode() is QLineEdit.EchoMode.Normal
    action.trigger()
    assert page.password.echoMode() is QLineEdit.EchoMode.Password


@pytest.mark.parametrize("language", list(Language))
def test_a_password_that_is_not_the_last_one_is_said_at_its_field(
    page: SignInPage, language: Language
) -> None:
    set_language(language)
    error = OfflinePasswordError(path=PATH, login="li")
    page.password.setText("wrong horse")
    page.show_error(error)

    assert page.error() == error_text(error)
    assert page.password.hasFocus()
    assert page.password.selectedText() != ""


def test_at_an_open_desk_the_password_alone_can_be_typed(page: SignInPage, qtbot: QtBot) -> None:
    page.show_again(SignInForm(server=SERVER, login="li"))
    assert (page.server.isReadOnly(), page.login.isReadOnly()) == (True, True)
    assert page.remember.isHidden()
    assert page.quit.text() == tr("sign_in.back")
    assert page.password.hasFocus()

    QTest.keyClicks(page.password, "geheim123")
    with qtbot.waitSignal(page.sign_in_requested) as asked:
        QTest.keyClick(page.password, Qt.Key.Key_Return)
    assert asked.args == [SignInForm(server=SERVER, login="li", password="geheim123")]

    page.show_busy()
    page.show_error(SignInError(path=PATH, login="li"))
    assert page.login.isReadOnly()
    assert page.password.isEnabled()


def test_quit_is_a_wish(page: SignInPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.quit_requested):
        QTest.mouseClick(page.quit, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("scale", [100, 200])
def test_no_button_is_cut(page: SignInPage, theme: ThemeName, scale: int) -> None:
    apply_theme(theme, scale)
    for button in (page.submit, page.quit):
        assert button.width() >= button.minimumSizeHint().width()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.EN, "Agent, Dispatcher has no right to manage people"),
        (Language.ZH, "管理人员"),
    ],
)
def test_a_missing_right_is_said_in_words(language: Language, text: str) -> None:
    set_language(language)
    said = error_text(RightsError(action="manage people", role="AGENT, DISPATCHER"))
    assert text in said
    assert ("坐席、派单员" in said) is (language is Language.ZH)


def test_every_role_and_right_has_a_word_in_both_languages() -> None:
    for language in Language:
        for role in Role:
            assert text_in(language, f"role.{role}") != f"role.{role}"
        for right in Right:
            assert text_in(language, f"right.{right}") != f"right.{right}"
