"""The row of the selected call: who it is and what can be done with it; main thread.

What does not fit gives way in steps: rarer buttons lose their words, then move into a menu; then
Mute, Hold and Transfer lose their words; then the buttons take a line of their own. Nothing is
ever cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QSizePolicy, QWidget

from agent_desk.domain.call import CallService
from ui.calls.actions import (
    DECLINE,
    MUTE,
    RECORD,
    STOP_RECORDING,
    UNMUTE,
    ActionButton,
    CallActions,
)
from ui.calls.call_card import CallCard
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import CONTROL_HEIGHT, XS, M, S
from ui.widgets.buttons import IconButton

HEADLINE_WIDTH: Final = 320
"""The width kept for the call beside its buttons, at 100 %."""

_ORDER: Final = (
    *("make_call", "answer", "hold", "mute", "transfer", "consult", "keypad", "record"),
    "hang_up",
)
_RARER: Final = ("record", "keypad", "make_call", "consult")
_FREQUENT: Final = ("mute", "hold", "transfer")
_LAST_SHRINK: Final = ("answer", "hang_up")


@dataclass(frozen=True, slots=True)
class _Stage:
    """Which buttons stand without words, and which are in the menu instead."""

    collapsed: frozenset[str]
    in_menu: frozenset[str]


def _stages() -> tuple[_Stage, ...]:
    """Return the steps from everything with words to the narrowest row."""
    rarer = frozenset(_RARER)
    stages = [_Stage(frozenset(_RARER[:count]), frozenset()) for count in range(5)]
    stages.append(_Stage(rarer, frozenset(_RARER[:3])))
    stages += [_Stage(rarer | frozenset(_FREQUENT[:count]), rarer) for count in range(4)]
    stages.append(_Stage(rarer | frozenset(_FREQUENT + _LAST_SHRINK), rarer))
    return tuple(stages)


_STAGES: Final = _stages()
_WITH_WORDS: Final = _STAGES[6]
"""The narrowest stage in which everything that stands in the row has its word."""


class ActionRow(QWidget):
    """Headline and buttons, in one line or two.

    Which buttons have words depends on the width alone, never on the call: a button stays where
    the hand has learnt it.
    """

    def __init__(
        self, *, headline: CallCard, actions: CallActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._all = actions
        self._buttons = _make_buttons(actions)
        self._headline = headline
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._more = IconButton("chevron-down", "call_bar.more", role="plain")
        self._more.clicked.connect(self._open_menu)
        self._stage = _STAGES[0]
        self._tools = QHBoxLayout()
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lay_out()
        theme_signals().changed.connect(self.arrange)

    def show_state(self, *, rings: bool, held: bool, muted: bool, recorded: bool) -> None:
        """Let the buttons with two meanings mean what fits the call now."""
        actions, buttons = self._all, self._buttons
        hold = CallService.RETRIEVE_CALL if held else CallService.HOLD_CALL
        send = CallService.DEFLECT_CALL if rings else CallService.SINGLE_STEP_TRANSFER_CALL
        buttons["hold"].show_action(actions[hold.value])
        buttons["mute"].show_action(actions[UNMUTE if muted else MUTE])
        buttons["transfer"].show_action(actions[send.value])
        buttons["record"].show_action(actions[STOP_RECORDING if recorded else RECORD])
        end = DECLINE if rings else CallService.CLEAR_CONNECTION.value
        buttons["hang_up"].show_action(actions[end])

    def button(self, name: str) -> QWidget:
        """Return what triggers the action ``name`` now: its button, or the menu's button."""
        for key, button in self._buttons.items():
            if any(action.objectName() == name for action in button.choices()):
                return self._more if key in self._stage.in_menu else button
        raise KeyError(name)

    def buttons(self) -> dict[str, ActionButton]:
        """Return the buttons by the name of their place."""
        return dict(self._buttons)

    def more_button(self) -> IconButton:
        """Return the button of the menu; hidden while every button fits."""
        return self._more

    def menu(self) -> QMenu:
        """Return the menu as it was opened last."""
        return self._menu

    def is_two_lines(self) -> bool:
        """Return whether the buttons stand below the call."""
        return self._line.direction() == QBoxLayout.Direction.TopToBottom

    def one_line_width(self) -> int:
        """Return the width in pixels from which call and buttons stand in one line."""
        return px(HEADLINE_WIDTH) + px(M) + self._tools_width(_STAGES[-2])

    def words_width(self) -> int:
        """Return the width in pixels from which the frequent buttons have their words."""
        return px(HEADLINE_WIDTH) + px(M) + self._tools_width(_WITH_WORDS)

    def least_width(self) -> int:
        """Return the width in pixels of the narrowest arrangement."""
        return max(self._tools_width(_STAGES[-1]), self._headline.minimumSizeHint().width())

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest arrangement, so that the window can shrink to it."""
        return QSize(self.least_width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange for the new width."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Choose the roomiest arrangement that fits."""
        room = self.width()
        beside = room - px(HEADLINE_WIDTH) - px(M)
        stage = next((s for s in _STAGES[:-1] if self._tools_width(s) <= beside), None)
        vertical, horizontal = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._line.setDirection(vertical if stage is None else horizontal)
        if stage is None:
            stage = next((s for s in _STAGES if self._tools_width(s) <= room), _STAGES[-1])
        self._headline.set_low(self.is_two_lines())
        self._line.setSpacing(px(XS if self.is_two_lines() else S))
        self._tools.setSpacing(px(S))
        self._show_stage(stage)

    def _show_stage(self, stage: _Stage) -> None:
        self._stage = stage
        for name, button in self._buttons.items():
            button.setVisible(name not in stage.in_menu)
            button.set_collapsed(name in stage.collapsed)
        self._more.setVisible(bool(stage.in_menu))

    def _open_menu(self) -> None:
        self._menu.clear()
        hidden = [button for name, button in self._buttons.items() if name in self._stage.in_menu]
        self._menu.addActions([button.shown_action() for button in hidden])
        self._menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + px(XS))))

    def _tools_width(self, stage: _Stage) -> int:
        widths = [
            button.width_when(name in stage.collapsed)
            for name, button in self._buttons.items()
            if name not in stage.in_menu
        ]
        if stage.in_menu:
            widths.append(px(CONTROL_HEIGHT))
        return sum(widths) + px(S) * (len(widths) - 1)

    def _lay_out(self) -> None:
        self._line.setContentsMargins(0, 0, 0, 0)
        self._tools.addStretch(1)
        for name in _ORDER:
            if name == "hang_up":
                self._tools.addWidget(self._more)
            self._tools.addWidget(self._buttons[name])
        self._line.addWidget(self._headline, 1)
        self._line.addLayout(self._tools)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


def _make_buttons(actions: CallActions) -> dict[str, ActionButton]:
    service = CallService
    transfer = actions[service.SINGLE_STEP_TRANSFER_CALL.value]
    hang_up = actions[service.CLEAR_CONNECTION.value]
    return {
        "make_call": ActionButton(actions[service.MAKE_CALL.value]),
        "answer": ActionButton(actions[service.ANSWER_CALL.value]),
        "hold": ActionButton(
            actions[service.HOLD_CALL.value], actions[service.RETRIEVE_CALL.value]
        ),
        "mute": ActionButton(actions[MUTE], actions[UNMUTE]),
        "transfer": ActionButton(transfer, actions[service.DEFLECT_CALL.value]),
        "consult": ActionButton(actions[service.CONSULTATION_CALL.value]),
        "keypad": ActionButton(actions[service.GENERATE_DIGITS.value]),
        "record": ActionButton(actions[RECORD], actions[STOP_RECORDING]),
        "hang_up": ActionButton(hang_up, actions[DECLINE]),
    }
