"""The other calls beside the selected one, and the services that join them; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from agent_desk.domain.call import CallService
from agent_desk.domain.identifiers import CallId
from ui.calls.actions import ActionButton, CallActions
from ui.calls.call_card import CallCard
from ui.calls.presentation import CallView
from ui.shortcuts import keys_of
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import S
from ui.widgets.buttons import Button

SERVICES: Final = (
    CallService.TRANSFER_CALL,
    CallService.CONFERENCE_CALL,
    CallService.ALTERNATE_CALL,
    CallService.RECONNECT_CALL,
)

_SHRINK_ORDER: Final = (
    CallService.ALTERNATE_CALL,
    CallService.CONFERENCE_CALL,
    CallService.RECONNECT_CALL,
    CallService.TRANSFER_CALL,
)


class JointRow(QWidget):
    """A card for each other call, a button that answers one, and those that need one on hold."""

    chosen = Signal(str)
    answer_wanted = Signal(str)

    def __init__(
        self, *, now: Callable[[], datetime], actions: CallActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._cards: dict[CallId, CallCard] = {}
        self._buttons = {service: ActionButton(actions[service.value]) for service in SERVICES}
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._chips = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._ringing: CallId | None = None
        self._answer = Button(
            "call_bar.answer",
            "phone",
            "primary",
            tooltip_key="call_bar.answer_tip",
            shortcut_hint=keys_of("call.answer"),
        )
        self._answer.clicked.connect(self._want_answer)
        self._tools = QHBoxLayout()
        self._tools.addStretch(1)
        self._tools.addWidget(self._answer)
        for button in self._buttons.values():
            self._tools.addWidget(button)
        self._line.addLayout(self._chips, 1)
        self._line.addLayout(self._tools)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self.arrange)
        self.hide()

    def show_calls(self, views: Sequence[tuple[CallId, CallView]], *, joinable: bool) -> None:
        """Show a card for each other call; none hides the row.

        ``joinable``: the selected call stands beside an answered call on hold.
        """
        self._drop(set(self._cards) - {call_id for call_id, _ in views})
        for place, (call_id, view) in enumerate(views):
            card = self._cards.get(call_id) or self._add(call_id)
            self._chips.removeWidget(card)
            self._chips.insertWidget(place, card)
            card.show_view(view)
        for button in self._buttons.values():
            button.setVisible(joinable)
        self._ringing = next((call_id for call_id, view in views if view.rings), None)
        self._answer.setVisible(self._ringing is not None)
        self.setVisible(bool(views))
        self.arrange()

    def answer_button(self) -> Button:
        """Return the button that answers another call than the selected one."""
        return self._answer

    def cards(self) -> tuple[CallCard, ...]:
        """Return the cards in their order."""
        return tuple(self._cards.values())

    def button(self, service: CallService) -> ActionButton:
        """Return the button of a joint service."""
        return self._buttons[service]

    def tick(self, count: int) -> None:
        """Move the running times on."""
        for card in self._cards.values():
            card.tick(count)

    def minimumSizeHint(self) -> QSize:
        """Return the width of the narrowest arrangement."""
        cards = [card.minimumSizeHint().width() for card in self._cards.values()]
        width = max([*cards, self._tools_width(len(_SHRINK_ORDER))], default=0)
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange for the new width."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Put all in one line, with as many words as fit; else the buttons below the cards."""
        room = self.width()
        least = [card.minimumSizeHint().width() for card in self._cards.values()]
        cards = sum(least) + px(S) * max(0, len(least) - 1)
        beside = room - cards - px(S)
        one_line = self._tools_width(len(_SHRINK_ORDER)) <= beside
        limit = beside if one_line else room
        count = next((n for n in range(5) if self._tools_width(n) <= limit), len(_SHRINK_ORDER))
        for service, button in self._buttons.items():
            button.set_collapsed(service in _SHRINK_ORDER[:count])
        vertical, horizontal = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._line.setDirection(horizontal if one_line else vertical)
        self._chips.setDirection(horizontal if cards <= room else vertical)
        for layout in (self._line, self._chips, self._tools):
            layout.setSpacing(px(S))

    def _tools_width(self, collapsed: int) -> int:
        """Return the width of the buttons that are there, the first ``collapsed`` without words."""
        icons = _SHRINK_ORDER[:collapsed]
        shown = {s: button for s, button in self._buttons.items() if not button.isHidden()}
        joint = sum(button.width_when(s in icons) + px(S) for s, button in shown.items())
        return joint + (0 if self._answer.isHidden() else self._answer.sizeHint().width() + px(S))

    def _add(self, call_id: CallId) -> CallCard:
        card = CallCard(now=self._now, headline=False)
        card.clicked.connect(partial(self._choose, call_id))
        self._cards[call_id] = card
        return card

    def _choose(self, call_id: CallId, _checked: bool = False) -> None:
        self.chosen.emit(call_id)

    def _want_answer(self) -> None:
        if self._ringing is not None:
            self.answer_wanted.emit(self._ringing)

    def _drop(self, gone: set[CallId]) -> None:
        for call_id in gone:
            card = self._cards.pop(call_id)
            self._chips.removeWidget(card)
            card.hide()
            card.deleteLater()
