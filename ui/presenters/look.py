"""Language, theme and text size, and the settings that a person changes; main thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.errors import AgentDeskError
from agent_desk.settings import Settings, settings_from
from ui.language import Language, current_language, error_text, resolve_language, set_language
from ui.theme.theme import ThemeName, apply_theme, current_theme, resolve_theme

if TYPE_CHECKING:
    from ui.shell.settings_page import SettingsPage

_NUMBERS = (int, float)


class LookPresenter(QObject):
    """Applies the settings to the screen and saves what a person changes.

    changed: the settings after a change. page_saved: the same, after a person saved the page.
    refused: the error with which they could not be saved; they are in force all the same until
    the desk ends.
    """

    changed = Signal(object)
    page_saved = Signal(object)
    refused = Signal(object)

    def __init__(self, *, settings: Settings, save: Callable[[Settings], None]) -> None:
        """``save`` writes the settings file and raises ConfigurationError when it cannot."""
        super().__init__()
        self._settings = settings
        self._opened_with = settings
        self._save = save
        self._page: SettingsPage | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    @property
    def opened_with(self) -> Settings:
        """The settings that the desk was opened with: some are in force until it ends."""
        return self._opened_with

    def apply(self) -> None:
        """Show everything in the set language, theme and size."""
        set_language(resolve_language(self._settings.language))
        apply_theme(resolve_theme(self._settings.theme), self._settings.scale_percent)

    def toggle_theme(self) -> None:
        """Light to dark and back; kept for the next start."""
        dark = current_theme() is ThemeName.DARK
        theme = (ThemeName.LIGHT if dark else ThemeName.DARK).value
        self._keep(dataclasses.replace(self._settings, theme=theme))

    def toggle_language(self) -> None:
        """English to Chinese and back; kept for the next start."""
        chinese = current_language() is Language.ZH
        language = (Language.EN if chinese else Language.ZH).value
        self._keep(dataclasses.replace(self._settings, language=language))

    def keep_login(self, login: str) -> None:
        """Remember who signed in, for the next time; never the password."""
        if login != self._settings.login:
            self._keep(dataclasses.replace(self._settings, login=login))

    def show_page(self, page: SettingsPage) -> None:
        """Let ``page`` show and change the settings."""
        self._page = page
        page.saved.connect(self._on_saved)
        page.show_settings(form_of(self._settings))
        page.telephone.show_account(self._settings.sip)

    def _keep(self, changed: Settings) -> None:
        self._settings = changed
        self.apply()
        if self._page is not None:
            self._page.show_settings(form_of(changed))
        try:
            self._save(changed)
        except AgentDeskError as error:
            self.refused.emit(error)
        self.changed.emit(changed)

    def _on_saved(self, form: Mapping[str, str]) -> None:
        assert self._page is not None
        try:
            settings = dataclasses.replace(settings_of(form), sip=self._page.telephone.account())
            self._save(settings)
        except AgentDeskError as error:
            self._page.show_error(str(error.details.get("field", "")), error_text(error))
            return
        self._settings = settings
        self.apply()
        self._page.show_settings(form_of(settings))
        self._page.telephone.show_saved()
        self.changed.emit(settings)
        # Typed passwords are taken now; only then is nothing of the page unsaved.
        self.page_saved.emit(settings)
        self._page.show_saved()


def form_of(settings: Settings) -> dict[str, str]:
    """Return ``settings`` as the texts of a form."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in _plain_values(settings).items()
    }


def settings_of(form: Mapping[str, str]) -> Settings:
    """Return the settings that a form holds; raises ConfigurationError naming the field."""
    defaults = _plain_values(Settings())
    table = {name: _typed(text, defaults.get(name, "")) for name, text in form.items()}
    return settings_from(table, file="settings.toml")


def _plain_values(settings: Settings) -> dict[str, object]:
    """Return what a form of texts can hold: everything but the account."""
    names = [field.name for field in dataclasses.fields(settings) if field.name != "sip"]
    return {name: getattr(settings, name) for name in names}


def _typed(text: str, like: object) -> object:
    """Return ``text`` as the type of ``like``; as it is when it does not read, to be refused."""
    if isinstance(like, bool):
        return {"true": True, "false": False}.get(text, text)
    if not isinstance(like, _NUMBERS):
        return text
    try:
        return type(like)(text)
    except ValueError:
        return text
