"""What an agent can do with the selected call, as actions that buttons and menus share.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Final

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction, QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from agent_desk.domain.call import CallService
from ui.icons import icon
from ui.language import in_all_languages, tr
from ui.shortcuts import keys_of
from ui.theme.theme import px, scale_percent, theme_signals
from ui.theme.tokens import XS, M, S
from ui.widgets.buttons import Button, ButtonRole, with_shortcut

COLLAPSED_WIDTH: Final = 36

MUTE: Final = "mute"
UNMUTE: Final = "unmute"
DECLINE: Final = "decline"
RECORD: Final = "record"
STOP_RECORDING: Final = "stop_recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLook:
    """text_key: the word on the button; its tooltip is the text of ``text_key`` + "_tip"."""

    text_key: str
    icon_name: str
    role: ButtonRole = "plain"


LOOKS: Final[Mapping[str, ActionLook]] = MappingProxyType(
    {
        CallService.MAKE_CALL.value: ActionLook(
            text_key="call_bar.make_call", icon_name="phone-outgoing"
        ),
        CallService.ANSWER_CALL.value: ActionLook(
            text_key="call_bar.answer", icon_name="phone", role="primary"
        ),
        CallService.HOLD_CALL.value: ActionLook(text_key="call_bar.hold", icon_name="pause"),
        CallService.RETRIEVE_CALL.value: ActionLook(
            text_key="call_bar.retrieve", icon_name="play", role="primary"
        ),
        MUTE: ActionLook(text_key="call_bar.mute", icon_name="mic-off"),
        UNMUTE: ActionLook(text_key="call_bar.unmute", icon_name="mic", role="danger"),
        RECORD: ActionLook(text_key="call_bar.record", icon_name="circle-dot"),
        STOP_RECORDING: ActionLook(text_key="call_bar.stop_recording", icon_name="circle-x"),
        CallService.SINGLE_STEP_TRANSFER_CALL.value: ActionLook(
            text_key="call_bar.transfer", icon_name="phone-forwarded"
        ),
        CallService.DEFLECT_CALL.value: ActionLook(
            text_key="call_bar.deflect", icon_name="phone-forwarded"
        ),
        CallService.CONSULTATION_CALL.value: ActionLook(
            text_key="call_bar.consult", icon_name="split"
        ),
        CallService.GENERATE_DIGITS.value: ActionLook(
            text_key="call_bar.keypad", icon_name="grid-3x3"
        ),
        CallService.CLEAR_CONNECTION.value: ActionLook(
            text_key="call_bar.hang_up", icon_name="phone-off", role="danger"
        ),
        DECLINE: ActionLook(text_key="call_bar.decline", icon_name="phone-off", role="danger"),
        CallService.TRANSFER_CALL.value: ActionLook(
            text_key="call_bar.complete_transfer", icon_name="phone-forwarded", role="primary"
        ),
        CallService.CONFERENCE_CALL.value: ActionLook(
            text_key="call_bar.conference", icon_name="merge"
        ),
        CallService.ALTERNATE_CALL.value: ActionLook(
            text_key="call_bar.swap", icon_name="arrow-left-right"
        ),
        CallService.RECONNECT_CALL.value: ActionLook(
            text_key="call_bar.reconnect", icon_name="undo-2"
        ),
    }
)
"""Every action by name: the service's, and five that no service of their own has."""


_SHORTCUTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CallService.MAKE_CALL.value: "call.dial",
        CallService.ANSWER_CALL.value: "call.answer",
        CallService.HOLD_CALL.value: "call.hold",
        CallService.RETRIEVE_CALL.value: "call.hold",
        MUTE: "call.mute",
        UNMUTE: "call.mute",
        RECORD: "call.record",
        STOP_RECORDING: "call.record",
        CallService.CONSULTATION_CALL.value: "call.consult",
        CallService.SINGLE_STEP_TRANSFER_CALL.value: "call.transfer",
        CallService.DEFLECT_CALL.value: "call.transfer",
        CallService.TRANSFER_CALL.value: "call.transfer",
        CallService.CONFERENCE_CALL.value: "call.conference",
        CallService.ALTERNATE_CALL.value: "call.alternate",
        CallService.GENERATE_DIGITS.value: "call.digits",
        CallService.CLEAR_CONNECTION.value: "call.hang_up",
        DECLINE: "call.hang_up",
    }
)
"""Action name to the row of `ui.shortcuts` that does the same."""


class CallAction(QAction):
    """One thing to do with the selected call; enabled exactly while it is possible."""

    def __init__(self, name: str, look: ActionLook, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self._keys = keys_of(_SHORTCUTS[name]) if name in _SHORTCUTS else ""
        self.setObjectName(name)
        self.setIcon(icon(look.icon_name))
        self.setEnabled(False)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts in the current language."""
        self.setText(tr(self.look.text_key))
        self.setToolTip(with_shortcut(tr(f"{self.look.text_key}_tip"), self._keys))


class CallActions:
    """All call actions of one bar, by name."""

    def __init__(self, parent: QWidget, perform: Callable[[str], None]) -> None:
        """``perform`` gets the name of an action that was triggered."""
        self._actions = {name: CallAction(name, look, parent) for name, look in LOOKS.items()}
        for name, action in self._actions.items():
            action.triggered.connect(partial(_call, perform, name))

    def __getitem__(self, name: str) -> CallAction:
        return self._actions[name]

    def enable(self, name: str, enabled: bool) -> None:
        """Make the action possible or not."""
        self._actions[name].setEnabled(enabled)

    def retranslate(self) -> None:
        """Set every text in the current language."""
        for action in self._actions.values():
            action.retranslate()


def _call(perform: Callable[[str], None], name: str, _checked: bool = False) -> None:
    perform(name)


class ActionButton(Button):
    """A button that shows one of several actions, by word and icon or, collapsed, by icon alone.

    It is as wide as the widest of its actions in any language, so that nothing moves when the
    action or the language changes.
    """

    _widths: ClassVar[dict[tuple[str, tuple[str, ...]], int]] = {}

    def __init__(self, *actions: CallAction, parent: QWidget | None = None) -> None:
        self._choices = actions
        self._shown = actions[0]
        self._collapsed = False
        self._whole: tuple[QFont, int, int] | None = None
        look = self._shown.look
        super().__init__(look.text_key, look.icon_name, look.role, parent=parent)
        self.clicked.connect(self._trigger)
        for action in actions:
            action.changed.connect(self._follow)
        theme_signals().changed.connect(self._fix_size)
        self._follow()
        self._fix_size()

    def show_action(self, action: CallAction) -> None:
        """Show this one of the button's actions."""
        if action is self._shown:
            return
        self._shown = action
        self.set_text_key(action.look.text_key, action.look.icon_name)
        self.set_role(action.look.role)
        self._follow()

    def shown_action(self) -> CallAction:
        """Return the action that a click triggers."""
        return self._shown

    def choices(self) -> tuple[CallAction, ...]:
        """Return all actions that the button can show."""
        return self._choices

    def set_collapsed(self, collapsed: bool) -> None:
        """Show the icon alone, or the word too."""
        if collapsed != self._collapsed:
            self._collapsed = collapsed
            self.retranslate()
            self._fix_size()

    def is_collapsed(self) -> bool:
        """Return whether the icon stands alone."""
        return self._collapsed

    def retranslate(self) -> None:
        """Show the texts in the current language."""
        super().retranslate()
        if self._collapsed:
            self.setText("")
        self.setToolTip(self._shown.toolTip())

    def width_when(self, collapsed: bool) -> int:
        """Return the width in pixels, collapsed or whole, whatever is shown now."""
        if collapsed:
            return px(COLLAPSED_WIDTH)
        return self._widest_text() + self.iconSize().width() + px(XS + S) + 2 * px(M)

    def sizeHint(self) -> QSize:
        """Return a size that fits every action of the button."""
        return QSize(self.width_when(self._collapsed), super().sizeHint().height())

    def changeEvent(self, event: QEvent, /) -> None:
        """Measure anew in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fix_size()

    def _fix_size(self) -> None:
        """Let another word or icon lay nothing out anew: the size is the same for all of them."""
        self.setFixedSize(self.sizeHint())

    def _widest_text(self) -> int:
        """Return the width of the longest word; every arrangement of the bar asks for it."""
        font, scale = self.font(), scale_percent()
        if self._whole is None or self._whole[:2] != (font, scale):
            self._whole = (font, scale, self._measured(font))
        return self._whole[2]

    def _measured(self, font: QFont) -> int:
        """Return the width of the longest word in ``font``; a window lays out several times."""
        keys = tuple(action.look.text_key for action in self._choices)
        known = self._widths.get((font.key(), keys))
        if known is None:
            metrics = QFontMetrics(font)
            texts = (text for key in keys for text in in_all_languages(key))
            known = max(metrics.horizontalAdvance(text) for text in texts)
            self._widths[font.key(), keys] = known
        return known

    def _trigger(self) -> None:
        self._shown.trigger()

    def _follow(self) -> None:
        self.setEnabled(self._shown.isEnabled())
        tip = self._shown.toolTip()
        if tip != self.toolTip():
            self.setToolTip(tip)
