"""Calm lines about the desk itself: database slow, microphone gone, settings saved; main thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import L, S
from ui.widgets.banner import Banner, BannerKind
from ui.widgets.label import Label

MOST_VISIBLE: Final = 2
DISMISS_MS: Final = 6000
"""How long a notice stays that needs nobody to act."""

_URGENCY: Final[dict[BannerKind, int]] = {"danger": 3, "warning": 2, "success": 1, "info": 0}
_PASSING: Final[frozenset[BannerKind]] = frozenset({"info", "success"})


@dataclass(frozen=True, slots=True)
class Notice:
    """key: the condition. number: order of arrival."""

    key: str
    text: str
    kind: BannerKind
    action: str
    number: int


class Notices(QWidget):
    """Shows at most two notices, the most urgent and newest first, and how many more there are.

    Info and success go by themselves; warnings and errors stay until their condition is cleared
    by key or the agent closes them. It never takes the focus.
    """

    action_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: dict[str, Notice] = {}
        self._timers: dict[str, QTimer] = {}
        self._count = 0
        self._banners = tuple(Banner(parent=self) for _ in range(MOST_VISIBLE))
        self._places: list[str] = []
        self._more = Label(role="muted")
        self._layout = QVBoxLayout(self)
        for place, banner in enumerate(self._banners):
            banner.closed.connect(partial(self._on_closed, place))
            banner.action_requested.connect(partial(self._on_action, place))
            self._layout.addWidget(banner)
        self._layout.addWidget(self._more)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self._measure)
        self._measure()
        self.retranslate()

    def show_notice(self, key: str, text: str, kind: BannerKind = "info", action: str = "") -> None:
        """Say ``text``; the same key replaces what it said before.

        ``action``: the text of a button that emits ``action_requested`` with the key.
        """
        self._count += 1
        self._notices[key] = Notice(key, text, kind, action, self._count)
        self._stop_timer(key)
        if kind in _PASSING:
            self._start_timer(key)
        self._refresh()

    def clear(self, key: str) -> None:
        """Take away what ``key`` said; nothing when it says nothing."""
        self._stop_timer(key)
        if self._notices.pop(key, None) is not None:
            self._refresh()

    def texts(self) -> tuple[str, ...]:
        """Return the lines that are visible, from the top."""
        return tuple(self._notices[key].text for key in self._places)

    def banner(self, place: int) -> Banner:
        """Return the line in ``place``, from the top, 0 or 1."""
        return self._banners[place]

    def more_text(self) -> str:
        """Return what it says about notices that are not visible, ``""`` for none."""
        return "" if self._more.isHidden() else self._more.text()

    def retranslate(self) -> None:
        """Set its own texts in the current language; the notices keep theirs."""
        self.setAccessibleName(tr("notices.accessible"))
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _refresh(self) -> None:
        ranked = sorted(
            self._notices.values(), key=lambda n: (_URGENCY[n.kind], n.number), reverse=True
        )
        visible = ranked[:MOST_VISIBLE]
        self._places = [notice.key for notice in visible]
        for place, banner in enumerate(self._banners):
            if place < len(visible):
                notice = visible[place]
                banner.show_text(notice.text, notice.kind, notice.action)
            else:
                banner.hide()
        hidden = len(ranked) - len(visible)
        self._more.setText(tr("notices.more", count=hidden) if hidden else "")
        self._more.setVisible(hidden > 0)
        self.setVisible(bool(visible))

    def _on_closed(self, place: int) -> None:
        self.clear(self._places[place])

    def _on_action(self, place: int) -> None:
        self.action_requested.emit(self._places[place])

    def _start_timer(self, key: str) -> None:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(partial(self.clear, key))
        timer.start(DISMISS_MS)
        self._timers[key] = timer

    def _stop_timer(self, key: str) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.stop()
            timer.deleteLater()

    def _measure(self) -> None:
        self._layout.setContentsMargins(px(L), px(S), px(L), 0)
        self._layout.setSpacing(px(S))
