"""Shows how loud a microphone is; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.language import tr
from ui.theme.theme import colour, px, theme_signals
from ui.widgets.label import Label

SILENT_DB: Final = -127.0
QUIET_DB: Final = -60.0
"""Below this a microphone gives noise and no speech; the meter begins here."""

SPEECH_DB: Final = -38.0
LOUD_DB: Final = -9.0
"""Speech lies between these; above it is cut off before long."""

_BARS: Final = 20
_FALL_DB: Final = 4.0
"""How far the meter falls with each measure, ten a second: loud words stay to be seen."""


WORDS: Final = ("silent", "quiet", "good", "loud")


class LevelWord(Label):
    """The word beside the meter; as wide as the widest, so that the meter keeps its place."""

    def __init__(self) -> None:
        """Say nothing."""
        super().__init__(role="muted")

    def set_key(self, text_key: str, /, **values: object) -> None:
        super().set_key(text_key, **values)
        if not text_key:
            self.setText("")

    def sizeHint(self) -> QSize:
        texts = [tr(f"sound.level.{word}") for word in WORDS]
        widest = max(self.fontMetrics().horizontalAdvance(text) for text in texts)
        return QSize(widest + 1, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class LevelMeter(QWidget):
    """A row of bars, and the word for them to a screen reader."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show silence."""
        super().__init__(parent)
        self._level = SILENT_DB
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self.updateGeometry)
        self._name()

    def show_level(self, dbov: float) -> None:
        """Show ``dbov``, 0 for full scale; what was louder falls slowly."""
        level = max(dbov, self._level - _FALL_DB)
        if level != self._level:
            self._level = level
            self.update()
        self._name()

    def clear(self) -> None:
        """Show silence at once."""
        self._level = SILENT_DB
        self.update()
        self._name()

    def word_key(self) -> str:
        """Return the key of the word for what is shown."""
        if self._level < QUIET_DB:
            return "sound.level.silent"
        if self._level < SPEECH_DB:
            return "sound.level.quiet"
        return "sound.level.good" if self._level < LOUD_DB else "sound.level.loud"

    def sizeHint(self) -> QSize:
        return QSize(px(_BARS * 8), px(14))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(_BARS * 5), px(14))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step = self.width() / _BARS
        for index in range(_BARS):
            painter.setBrush(colour(self._token(index)))
            bar = QRectF(index * step, 0, max(1.0, step - px(3)), self.height())
            painter.drawRoundedRect(bar, px(2), px(2))
        painter.end()

    def _token(self, index: int) -> str:
        decibels = QUIET_DB - QUIET_DB * index / _BARS
        if decibels >= self._level:
            return "border"
        return "success" if decibels < LOUD_DB else "danger"

    def _name(self) -> None:
        word = tr(self.word_key())
        if word != self._word:
            self._word = word
            self.setAccessibleName(tr("sound.level"))
            self.setAccessibleDescription(word)
