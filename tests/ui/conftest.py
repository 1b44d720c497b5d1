"""What every test of the screen gets: the themed application, English and light to begin with."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ui.application import create_application
from ui.language import Language, set_language
from ui.theme.theme import ThemeName, apply_theme, current_theme, scale_percent


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """Return the application as the desk makes it, with the bundled fonts and the light theme."""
    application = create_application(["agent-desk"])
    apply_theme(ThemeName.LIGHT)
    return application


@pytest.fixture(autouse=True)
def fresh_look(qapp: QApplication) -> Iterator[None]:
    """Leave language, theme and text scale to the next test as it expects them."""
    set_language(Language.EN)
    yield
    # Closed widgets would otherwise stay, and every change of look would style all of them again.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    set_language(Language.EN)
    if current_theme() is not ThemeName.LIGHT or scale_percent() != 100:
        apply_theme(ThemeName.LIGHT, 100)
