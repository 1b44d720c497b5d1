"""The Qt application: fonts, style and name, before any window is made; main thread."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import PySide6
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

logger = logging.getLogger(__name__)
qt_logger = logging.getLogger("qt")

ASSETS: Final = Path(__file__).parent / "assets"
APPLICATION_NAME: Final = "Agent Desk"
DESKTOP_FILE_NAME: Final = "agent-desk"

LEAST_VERSION: Final = (6, 11, 3)
FIRST_BROKEN_VERSION: Final = (6, 12, 0)
BROKEN_UNTIL_PYTHON: Final = (3, 12)
"""PySide6 6.12 loses a reference to None per void call on Python 3.11 (PYSIDE-3474)."""


_FAULTS: Final = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
_ABOUT_THE_MACHINE: Final = (
    "This plugin does not support",
    "Couldn't ",
    "Using Qt multimedia",
    "PulseAudioService",
    "Stream failed to connect",
    "Could not connect to D-Bus",
    "Failed to create wl_display",
)


class UnsuitableQtError(RuntimeError):
    """The installed PySide6 would crash the desk or lacks what it needs."""


def require_suitable_qt(found: tuple[int, int, int], python: tuple[int, int]) -> None:
    """Raise UnsuitableQtError unless the PySide6 version ``found`` is sound on ``python``."""
    name = ".".join(str(part) for part in found)
    if found < LEAST_VERSION:
        raise UnsuitableQtError(f"PySide6 {name} is too old; install 6.11.3 or newer")
    if found >= FIRST_BROKEN_VERSION and python < BROKEN_UNTIL_PYTHON:
        raise UnsuitableQtError(
            f"PySide6 {name} crashes on Python {python[0]}.{python[1]} (PYSIDE-3474); "
            f"install PySide6-Essentials and PySide6-Addons 6.11.3, or use Python 3.12"
        )


def create_application(argv: Sequence[str]) -> QApplication:
    """Return the application with its fonts and style; raises UnsuitableQtError.

    The theme is left to `apply_theme`, which the desk calls once, with the settings.

    An application that exists already (in tests) is set up and returned.
    """
    require_suitable_qt(PySide6.__version_info__[:3], sys.version_info[:2])
    qInstallMessageHandler(log_qt_message)
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        application = existing
    else:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
            Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
        )
        # As an argument: asking for the style in Python costs 25 ms of making QStyle's enums.
        application = QApplication([*argv, "-style", "Fusion"])
    application.setApplicationName(APPLICATION_NAME)
    application.setApplicationDisplayName(APPLICATION_NAME)
    QGuiApplication.setDesktopFileName(DESKTOP_FILE_NAME)
    application.setWindowIcon(QIcon(str(ASSETS / "app.svg")))
    load_fonts()
    return application


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Send what Qt says to the log instead of the terminal; a fault of ours is a warning there.

    What Qt says about the machine (no sound server, no window manager) is only information.
    """
    is_fault = kind in _FAULTS and not text.startswith(_ABOUT_THE_MACHINE)
    qt_logger.log(logging.WARNING if is_fault else logging.INFO, "%s", text)


def load_fonts() -> int:
    """Make the bundled fonts known and return how many; missing ones are logged, not fatal."""
    paths = sorted((ASSETS / "fonts").glob("*.ttf"))
    loaded = [path for path in paths if QFontDatabase.addApplicationFont(str(path)) >= 0]
    if not loaded:
        logger.info("no bundled font could be loaded; the system's font is used")
    return len(loaded)


def run(application: QApplication) -> int:
    """Run the event loop until the last window closes and return its exit code."""
    return application.exec()
