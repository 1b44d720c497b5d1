"""Stroke icons in the colours of the theme, drawn from SVG and cached; main thread."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme.theme import current_tokens
from ui.theme.tokens import ICON_SIZE

logger = logging.getLogger(__name__)

ICON_FOLDER = Path(__file__).parent / "assets" / "icons"


def icon(name: str, token: str = "text") -> QIcon:
    """Return the Lucide icon ``name`` in the colour ``token``; disabled it is pale.

    It reads the colour while painting, so it follows the theme by itself. An icon that is not
    there is logged once and stays empty.
    """
    return QIcon(_ThemeIconEngine(name, token))


def pixmap(name: str, token: str = "text", size: int = ICON_SIZE) -> QPixmap:
    """Return the icon ``name`` as it looks now, ``size`` logical pixels wide, sharp on HiDPI."""
    return _pixmap(name, getattr(current_tokens(), token), size, _pixel_ratio())


def _pixel_ratio() -> float:
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0


class _ThemeIconEngine(QIconEngine):
    """Paints one icon in the theme's present colour."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(
        self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State, /
    ) -> None:
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(rect.topLeft(), self._drawn(rect.size(), mode, ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, /) -> QPixmap:
        return self._drawn(size, mode, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float, /
    ) -> QPixmap:
        return self._drawn(size, mode, scale)

    def _drawn(self, size: QSize, mode: QIcon.Mode, ratio: float) -> QPixmap:
        side = min(size.width(), size.height())
        return _pixmap(self._name, self._colour(mode), side, ratio, size.width() - side)

    def clone(self) -> QIconEngine:
        return _ThemeIconEngine(self._name, self._token)

    def _colour(self, mode: QIcon.Mode) -> str:
        token = "text_disabled" if mode is QIcon.Mode.Disabled else self._token
        return str(getattr(current_tokens(), token))


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, ratio: float, gap: int = 0) -> QPixmap:
    """Return the icon with ``gap`` empty pixels at its right: the distance to a button's text."""
    drawn = QPixmap(QSize(round((size + gap) * ratio), round(size * ratio)))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    source = _source(name)
    if source:
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
    return drawn


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    path = ICON_FOLDER / f"{name}.svg"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        logger.info("icon %s stays empty: %s", name, error.strerror)
        return ""
