"""One queue as a tile: name, callers waiting, longest wait, service level; main thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.kpi import queue_service_level
from ui.formats import format_duration
from ui.icons import pixmap
from ui.language import in_current_language, tr
from ui.queues.sparkline import Sparkline
from ui.theme.theme import colour, px, theme_signals
from ui.theme.tokens import CARD_RADIUS, FOCUS_WIDTH, M, S
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.label import Label
from ui.widgets.pill import Pill, PillKind

GOOD_PERCENT: Final = 80
CLOSE_PERCENT: Final = 70
TILE_WIDTH: Final = 226
SYMBOL: Final = 14
_BELOW: Final = QBoxLayout.Direction.TopToBottom
_BESIDE: Final = QBoxLayout.Direction.LeftToRight


@dataclass(frozen=True, slots=True)
class _Standing:
    """kind: colour. icon_name: the shape beside it, so that colour is not the only sign."""

    name: str
    kind: PillKind
    icon_name: str


_STANDINGS: Final[Mapping[str, _Standing]] = MappingProxyType(
    {
        "good": _Standing("good", "success", "circle-check"),
        "close": _Standing("close", "warning", "triangle-alert"),
        "low": _Standing("low", "danger", "circle-alert"),
        "none": _Standing("none", "neutral", "minus"),
    }
)


class QueueTile(QFrame):
    """Shows one `QueueStatus`; Tab reaches it so that a screen reader can tell it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status: QueueStatus | None = None
        self._standing = _STANDINGS["none"]
        self._name = ElidedLabel(role="heading")
        self._level = Pill()
        self._waiting = Label(role="number")
        self._wait = ElidedLabel(role="muted")
        self._line = Sparkline()
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self._foot = QHBoxLayout()
        self._figures = QBoxLayout(_BELOW)
        self._lay_out()
        theme_signals().changed.connect(self._measure)
        self._measure()

    def show_status(self, status: QueueStatus, points: Sequence[tuple[float, int]]) -> None:
        """Show ``status``; ``points`` are the callers waiting over time."""
        self._status = status
        self._line.show_points(points, self._refresh(status).kind)

    def status(self) -> QueueStatus | None:
        """Return what is shown."""
        return self._status

    def level(self) -> Pill:
        """Return the pill of the service level."""
        return self._level

    def sparkline(self) -> Sparkline:
        """Return the line of callers waiting."""
        return self._line

    def texts(self) -> tuple[str, str, str]:
        """Return name, count and the line below as they are shown."""
        return self._name.text(), self._waiting.text(), self._wait.text()

    def set_brief(self, brief: bool) -> None:
        """Say the same in two low lines, without the callers over time."""
        self._figures.setDirection(_BESIDE if brief else _BELOW)
        self._figures.setSpacing(px(S) if brief else 0)
        self._waiting.set_role("heading" if brief else "number")
        self._line.setVisible(not brief)

    def is_whole(self) -> bool:
        """Return whether name and wait are shown without an ellipsis."""
        return not self._name.is_cut() and not self._wait.is_cut()

    def retranslate(self) -> None:
        """Set every text in the current language."""
        if self._status is not None:
            self._refresh(self._status)

    def minimumSizeHint(self) -> QSize:
        """Return the width below which the strip scrolls instead."""
        return QSize(px(TILE_WIDTH), super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign of the service level and, with the focus, the ring."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._standing.name != "none":
            symbol = pixmap(self._standing.icon_name, self._standing.kind, px(SYMBOL))
            place = self._level.geometry()
            top = place.center().y() - px(SYMBOL) // 2 + 1
            painter.drawPixmap(place.left() - px(SYMBOL) - px(5), top, symbol)
        if self.hasFocus():
            painter.setPen(QPen(colour("focus"), FOCUS_WIDTH))
            painter.drawRoundedRect(
                self.rect().adjusted(1, 1, -1, -1), px(CARD_RADIUS), px(CARD_RADIUS)
            )
        painter.end()

    def _refresh(self, status: QueueStatus) -> _Standing:
        level = None if status.is_own_share else queue_service_level(status)
        self._standing = standing = _standing(level)
        name = _name_of(status)
        self._name.setText(name)
        longest = format_duration(status.longest_wait_seconds)
        number, words = _figures(status, longest)
        self._waiting.setText(number)
        self._wait.setText(words)
        self._level.setText(_level_text(level))
        self._level.set_kind(standing.kind)
        if status.is_own_share:
            self._tell_share(status, name)
        else:
            self._tell(status, name, longest, tr(f"queue_strip.standing.{standing.name}"))
        self.update()
        return standing

    def _tell(self, status: QueueStatus, name: str, longest: str, standing: str) -> None:
        self.setAccessibleName(
            tr(
                "queue_strip.tile",
                name=name,
                waiting=status.waiting,
                time=longest,
                level=self._level.text(),
                standing=standing,
            )
        )
        self.setToolTip("\n".join(_tooltip(status, name, standing)))

    def _tell_share(self, status: QueueStatus, name: str) -> None:
        share = {"name": name, "answered": status.answered, "offered": status.offered}
        self.setAccessibleName(tr("queue_strip.share_tile", **share))
        lines = (
            tr("queue_strip.tip.share", **share),
            tr("queue_strip.tip.abandoned", abandoned=status.abandoned),
            tr("queue_strip.tip.unknown"),
        )
        self.setToolTip("\n".join(lines))

    def _lay_out(self) -> None:
        self._figures.setSpacing(0)
        self._figures.addWidget(self._waiting)
        self._figures.addWidget(self._wait, 1)
        self._head.addWidget(self._name, 1)
        self._head.addWidget(self._level)
        self._foot.addLayout(self._figures, 1)
        self._foot.addWidget(self._line, 0, Qt.AlignmentFlag.AlignBottom)
        self._rows.addLayout(self._head)
        self._rows.addLayout(self._foot)

    def _measure(self) -> None:
        self._rows.setContentsMargins(px(M), px(S), px(M), px(S))
        self._rows.setSpacing(px(2))
        # The sign of the service level is painted into the room before its pill.
        self._head.setSpacing(px(SYMBOL) + px(S) + px(S))
        self._foot.setSpacing(px(S))


def _figures(status: QueueStatus, longest: str) -> tuple[str, str]:
    """Return the number of a tile and the words below it.

    Who waits is the exchange's knowledge where only this desk's calls are counted: what is not
    known is not shown as 0.
    """
    if status.is_own_share:
        return str(status.answered), tr("queue_strip.answered_here")
    key = "queue_strip.waiting" if status.waiting else "queue_strip.none_waiting"
    return str(status.waiting), tr(key, time=longest)


def _standing(level: float | None) -> _Standing:
    if level is None:
        return _STANDINGS["none"]
    percent = _percent(level)
    if percent >= GOOD_PERCENT:
        return _STANDINGS["good"]
    return _STANDINGS["close" if percent >= CLOSE_PERCENT else "low"]


def _percent(level: float) -> int:
    """Return whole percent, cut and not rounded: 79.9 is not yet 80."""
    return int(level * 100 + 1e-9)


def _level_text(level: float | None) -> str:
    if level is None:
        return tr("queue_strip.no_level")
    return tr("queue_strip.level", percent=_percent(level))


def _name_of(status: QueueStatus) -> str:
    return in_current_language(status.name, status.name_zh)


def _tooltip(status: QueueStatus, name: str, standing: str) -> tuple[str, ...]:
    return (
        tr("queue_strip.tip.level", name=name, standing=standing),
        tr(
            "queue_strip.tip.answered",
            target=f"{status.target_seconds:g}",
            in_target=status.answered_in_target,
            answered=status.answered,
        ),
        tr("queue_strip.tip.abandoned", abandoned=status.abandoned),
        tr("queue_strip.tip.agents", ready=status.agents_ready, busy=status.agents_busy),
    )
