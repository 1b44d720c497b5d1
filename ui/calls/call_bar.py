"""The call bar: the calls at this desk and what can be done with the selected one; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from agent_desk.domain.call import Call, CallService, LocalConnectionState, allowed_services
from agent_desk.domain.identifiers import CallId, QueueId
from agent_desk.domain.registration import RegistrationChangedEvent
from agent_desk.domain.sound import RecordingState
from ui.calls.action_row import ActionRow
from ui.calls.actions import (
    DECLINE,
    MUTE,
    RECORD,
    STOP_RECORDING,
    UNMUTE,
    CallAction,
    CallActions,
)
from ui.calls.call_card import NEXT_CALL_KEY, CallCard
from ui.calls.call_panels import CallPanels
from ui.calls.presentation import (
    NUMBER_SERVICES,
    CallView,
    call_view,
    choose_selected,
    held_counterpart,
    idle_view,
)
from ui.calls.sound_words import NO_SOUND, CallSound
from ui.calls.ticker import ticker
from ui.language import in_current_language, tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import XS, S

if TYPE_CHECKING:
    from agent_desk.domain.acd import QueueStatus
    from ui.calls.dial_box import DialBox
    from ui.calls.directory import DirectoryEntry
    from ui.calls.dtmf_pad import DtmfPad
    from ui.calls.joint_row import JointRow
    from ui.calls.sound_row import SoundRow
    from ui.widgets.banner import Banner

_SINGLE_CALL_SIGNALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CallService.ANSWER_CALL.value: "answer_requested",
        CallService.HOLD_CALL.value: "hold_requested",
        CallService.RETRIEVE_CALL.value: "retrieve_requested",
        CallService.CLEAR_CONNECTION.value: "clear_requested",
        DECLINE: "clear_requested",
    }
)
_JOINT_SIGNALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CallService.TRANSFER_CALL.value: "transfer_requested",
        CallService.CONFERENCE_CALL.value: "conference_requested",
        CallService.ALTERNATE_CALL.value: "alternate_requested",
        CallService.RECONNECT_CALL.value: "reconnect_requested",
    }
)
_NUMBER_SIGNALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CallService.CONSULTATION_CALL.value: "consultation_requested",
        CallService.SINGLE_STEP_TRANSFER_CALL.value: "single_step_transfer_requested",
        CallService.DEFLECT_CALL.value: "deflect_requested",
    }
)
"""Which signal says what the agent wants: with the call; active and held call; call and number."""


_HAS_SOUND: Final = frozenset({LocalConnectionState.CONNECTED, LocalConnectionState.HOLD})
"""States in which an answered call can be recorded."""


class CallBar(QFrame):
    """Shows the desk's calls; each button is enabled exactly while the domain allows its service.

    Buttons act on the selected call: the active one, until the agent selects another.
    """

    answer_requested = Signal(str)
    hold_requested = Signal(str)
    retrieve_requested = Signal(str)
    clear_requested = Signal(str)
    mute_requested = Signal(str, bool)
    record_requested = Signal(str, bool)
    pause_recording_requested = Signal(str, bool)
    consultation_requested = Signal(str, str)
    alternate_requested = Signal(str, str)
    reconnect_requested = Signal(str, str)
    transfer_requested = Signal(str, str)
    single_step_transfer_requested = Signal(str, str)
    conference_requested = Signal(str, str)
    deflect_requested = Signal(str, str)
    digits_requested = Signal(str, str)
    make_call_requested = Signal(str)
    call_selected = Signal(str)

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        validate: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        """``validate`` returns the number to dial for a text or raises InvalidNumberError."""
        super().__init__(parent)
        self._now = now
        self._calls: tuple[Call, ...] = ()
        self._active: CallId | None = None
        self._selected: CallId | None = None
        self._muted: frozenset[CallId] = frozenset()
        self._names: Mapping[CallId, str] = {}
        self._sounds: Mapping[CallId, CallSound] = {}
        self._line: RegistrationChangedEvent | None = None
        self._queues: Mapping[QueueId, QueueStatus] = {}
        self._actions = CallActions(self, self.perform)
        self._headline = CallCard(now=now, headline=True)
        self._row = ActionRow(headline=self._headline, actions=self._actions)
        self._joint: JointRow | None = None
        self._sound: SoundRow | None = None
        # Only beside another call: otherwise the keys belong to the tabs of the page.
        self._next = QShortcut(QKeySequence(NEXT_CALL_KEY), self)
        self._next.activated.connect(self.select_next_call)
        self._error: Banner | None = None
        self._panels = CallPanels(bar=self, validate=validate)
        self._panels.number_given.connect(self._on_number)
        self._panels.digit_pressed.connect(self._on_digit)
        self._lay_out()
        ticker().ticked.connect(self._tick)
        theme_signals().changed.connect(self._arrange)
        self._refresh()
        self.retranslate()

    @property
    def dial_box(self) -> DialBox:
        """The dial box; made when first wanted, so that the window is there sooner."""
        return self._panels.dial_box()

    @property
    def keypad(self) -> DtmfPad:
        """The keypad; made when first wanted."""
        return self._panels.keypad()

    def show_calls(
        self,
        calls: tuple[Call, ...],
        active: CallId | None,
        muted: frozenset[CallId] = frozenset(),
    ) -> None:
        """Show ``calls``; a new ``active`` call becomes the selected one."""
        changed = active != self._active
        former = None if changed else self._selected
        selected = choose_selected(calls, active if former is None else former, active)
        if calls != self._calls:
            self._panels.number_was_taken()
        self._calls, self._active, self._muted = calls, active, muted
        self._select(selected.call_id if selected else None)

    def set_directory(
        self, directory: Sequence[DirectoryEntry], recent: Sequence[DirectoryEntry] = ()
    ) -> None:
        """Offer colleagues, queues and recent numbers in the dial box."""
        self._panels.set_directory(directory, recent)

    def set_dialled(self, numbers: Sequence[str]) -> None:
        """Let the dial box bring ``numbers`` back, the last dialled first."""
        self._panels.set_dialled(numbers)

    def set_names(self, names: Mapping[CallId, str]) -> None:
        """Show who the callers are, as far as the desk knows."""
        if names != self._names:
            self._names = dict(names)
            self._show_views()

    def set_sounds(self, sounds: Mapping[CallId, CallSound]) -> None:
        """Show how each call sounds and whether it is recorded."""
        if sounds != self._sounds:
            self._sounds = dict(sounds)
            self._refresh()

    def set_line(self, line: RegistrationChangedEvent) -> None:
        """Show, while there is no call, whether one can come."""
        if line != self._line:
            self._line = line
            self._show_views()

    def set_queues(self, queues: Iterable[QueueStatus]) -> None:
        """Take the names of queues from ``queues``."""
        fresh = {queue.queue_id: queue for queue in queues}
        renamed = {key: (q.name, q.name_zh) for key, q in fresh.items()} != {
            key: (q.name, q.name_zh) for key, q in self._queues.items()
        }
        self._queues = fresh
        if renamed:
            self._show_views()

    def action(self, name: str) -> CallAction:
        """Return the action of a service's value, of "mute", "unmute" or "decline"."""
        return self._actions[name]

    def trigger(self, name: str) -> None:
        """Do what the action ``name`` does; nothing while it is not possible. For shortcuts."""
        self._actions[name].trigger()

    def shortcut_handlers(self) -> dict[str, Callable[[], None]]:
        """Return what the shortcuts of the group "call" in `ui.shortcuts` do."""
        service = CallService
        one_of = {
            "call.hold": (service.HOLD_CALL, service.RETRIEVE_CALL),
            "call.mute": (MUTE, UNMUTE),
            "call.record": (RECORD, STOP_RECORDING),
            "call.consult": (service.CONSULTATION_CALL,),
            "call.transfer": (
                service.TRANSFER_CALL,
                service.SINGLE_STEP_TRANSFER_CALL,
                service.DEFLECT_CALL,
            ),
            "call.conference": (service.CONFERENCE_CALL,),
            "call.alternate": (service.ALTERNATE_CALL,),
            "call.digits": (service.GENERATE_DIGITS,),
            "call.hang_up": (service.CLEAR_CONNECTION,),
            "call.dial": (service.MAKE_CALL,),
        }
        handlers = {key: partial(self._trigger_first, names) for key, names in one_of.items()}
        return {
            **handlers,
            "call.answer": self._answer,
            "call.pause_recording": self._pause_or_resume,
            "call.blind_transfer": self._send_at_once,
        }

    def selected(self) -> CallId | None:
        """Return the call that the buttons act on, None when there is none."""
        return self._selected

    def select_call(self, call_id: str) -> None:
        """Let the buttons act on the call ``call_id`` from now on."""
        if any(call.call_id == call_id for call in self._calls) and call_id != self._selected:
            self._select(CallId(call_id))
            self.call_selected.emit(call_id)

    def select_next_call(self) -> None:
        """Select the next of several calls, after the last the first. For a shortcut."""
        ids = [call.call_id for call in self._calls]
        if len(ids) > 1 and self._selected in ids:
            self.select_call(ids[(ids.index(self._selected) + 1) % len(ids)])

    def focus_dial_box(self) -> None:
        """Open the dial box for a new call."""
        self._open_dial_box(CallService.MAKE_CALL)

    def show_error(self, text: str) -> None:
        """Say ``text`` at the dial box when it has just sent a number, else under the bar."""
        if not text:
            self._hide_error()
        elif not self._panels.show_refusal(text, self._row.button):
            if self._error is None:
                from ui.widgets.banner import Banner

                self._error = Banner(kind="warning")
                self._layout.addWidget(self._error)
            self._error.show_text(text, "warning")

    def error(self) -> str:
        """Return the line under the bar, ``""`` for none."""
        return "" if self._error is None or self._error.isHidden() else self._error.text()

    def headline(self) -> CallCard:
        """Return the card of the selected call."""
        return self._headline

    def cards(self) -> tuple[CallCard, ...]:
        """Return the cards of all calls, the selected one first."""
        others = self._joint.cards() if self._joint is not None else ()
        return (self._headline, *others) if self._calls else ()

    def row(self) -> ActionRow:
        """Return the row of the headline and its buttons."""
        return self._row

    def joint_row(self) -> JointRow:
        """Return the row of the other calls and what joins them, made when first wanted."""
        if self._joint is None:
            from ui.calls.joint_row import JointRow

            self._joint = JointRow(now=self._now, actions=self._actions)
            self._joint.chosen.connect(self.select_call)
            self._joint.answer_wanted.connect(self.answer_requested)
            self._layout.insertWidget(1 if self._sound is None else 2, self._joint)
        return self._joint

    def sound_row(self) -> SoundRow:
        """Return the line of the selected call's sound, made when first wanted."""
        if self._sound is None:
            from ui.calls.sound_row import SoundRow

            self._sound = SoundRow()
            self._sound.pause_wanted.connect(self._pause_recording)
            self._sound.stop_wanted.connect(lambda: self.trigger(STOP_RECORDING))
            self._layout.insertWidget(1, self._sound)
        return self._sound

    def perform(self, name: str) -> None:
        """Say with a signal, or with an opened panel, that the agent wants the action ``name``."""
        call = self._selected_call()
        if name in (service.value for service in NUMBER_SERVICES):
            self._open_dial_box(CallService(name))
        elif name == CallService.GENERATE_DIGITS.value:
            self._panels.open_keypad(self._row.button(name))
        elif call is not None and name in (MUTE, UNMUTE):
            self.mute_requested.emit(call.call_id, name == MUTE)
        elif call is not None and name in (RECORD, STOP_RECORDING):
            self.record_requested.emit(call.call_id, name == RECORD)
        elif call is not None and name in _SINGLE_CALL_SIGNALS:
            getattr(self, _SINGLE_CALL_SIGNALS[name]).emit(call.call_id)
        elif call is not None and name in _JOINT_SIGNALS:
            held = held_counterpart(call, self._calls)
            if held is not None:
                getattr(self, _JOINT_SIGNALS[name]).emit(call.call_id, held.call_id)

    def retranslate(self) -> None:
        """Set every text in the current language."""
        self.setAccessibleName(tr("call_bar.accessible"))
        self._actions.retranslate()
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _trigger_first(self, names: tuple[str, ...]) -> None:
        """Do the first of ``names`` that is possible now."""
        possible = next((name for name in names if self._actions[name].isEnabled()), None)
        if possible is not None:
            self._actions[possible].trigger()

    def _answer(self) -> None:
        """Answer whatever rings: the selected call, else another one beside it."""
        ringing = [c for c in self._calls if c.state is LocalConnectionState.ALERTING]
        ringing.sort(key=lambda call: call.call_id != self._selected)
        if ringing:
            self.answer_requested.emit(ringing[0].call_id)

    def _pause_or_resume(self) -> None:
        """Pause the recording of the selected call or go on with it; nothing without one."""
        if self._is_recorded():
            self._pause_recording(self._own_sound().recording is RecordingState.RECORDING)

    def _pause_recording(self, paused: bool) -> None:
        if self._selected is not None:
            self.pause_recording_requested.emit(self._selected, paused)

    def _own_sound(self) -> CallSound:
        """Return the sound of the selected call."""
        return NO_SOUND if self._selected is None else self._sounds.get(self._selected, NO_SOUND)

    def _is_recorded(self) -> bool:
        return self._own_sound().recording is not RecordingState.OFF

    def _send_at_once(self) -> None:
        """Transfer without asking: to the number in the open dial box, else ask for one."""
        transfer = CallService.SINGLE_STEP_TRANSFER_CALL
        if self._panels.asks_number(transfer):
            self.dial_box.submit_at_once()
        elif self._actions[transfer.value].isEnabled():
            self._open_dial_box(transfer, at_once=True)
        else:
            self.trigger(CallService.DEFLECT_CALL.value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move closer together where more lines are needed."""
        super().resizeEvent(event)
        self._arrange()

    def _hide_error(self) -> None:
        if self._error is not None:
            self._error.hide()

    def _select(self, call_id: CallId | None) -> None:
        if call_id != self._selected:
            self._hide_error()
            self._panels.clear_digits()
        self._selected = call_id
        self._refresh()

    def _selected_call(self) -> Call | None:
        return next((call for call in self._calls if call.call_id == self._selected), None)

    def _refresh(self) -> None:
        call = self._selected_call()
        self._enable(call)
        self._row.show_state(
            rings=call is not None and call.state is LocalConnectionState.ALERTING,
            held=call is not None and call.state is LocalConnectionState.HOLD,
            muted=self._selected in self._muted,
            recorded=self._is_recorded(),
        )
        sound = self._own_sound()
        if sound.is_worth_a_line or self._sound is not None:
            self.sound_row().show_sound(sound)
        self._show_views()
        self._panels.close_impossible(self._selected, self._is_possible)

    def _show_views(self) -> None:
        """Show how every call reads; what can be done with it is another matter."""
        call = self._selected_call()
        others = [other for other in self._calls if other is not call]
        view = self._view(call) if call else idle_view(self._line)
        self._headline.show_view(view, marked=bool(others))
        self._next.setEnabled(bool(others) and call is not None)
        if others or self._joint is not None:
            self.joint_row().show_calls(
                [(other.call_id, self._view(other)) for other in others],
                joinable=call is not None and held_counterpart(call, self._calls) is not None,
            )
        self._arrange()

    def _view(self, call: Call) -> CallView:
        return call_view(
            call,
            name=self._names.get(call.call_id, ""),
            queue=self._queue_name(call.queue_id),
            muted=call.call_id in self._muted,
        )

    def _queue_name(self, queue_id: QueueId | None) -> str:
        queue = self._queues.get(queue_id) if queue_id is not None else None
        if queue is None:
            return ""
        return in_current_language(queue.name, queue.name_zh)

    def _enable(self, call: Call | None) -> None:
        allowed = allowed_services(call, self._calls) if call else frozenset()
        # A new call needs no call to act on; whether a line is free for it the switch decides.
        allowed |= {CallService.MAKE_CALL}
        for service in CallService:
            self._actions.enable(service.value, service in allowed)
        rings = call is not None and call.state is LocalConnectionState.ALERTING
        self._actions.enable(DECLINE, rings and CallService.CLEAR_CONNECTION in allowed)
        talks = call is not None and call.state is LocalConnectionState.CONNECTED
        self._actions.enable(MUTE, talks and self._selected not in self._muted)
        self._actions.enable(UNMUTE, talks and self._selected in self._muted)
        has_sound = call is not None and call.is_answered and call.state in _HAS_SOUND
        self._actions.enable(RECORD, has_sound and not self._is_recorded())
        self._actions.enable(STOP_RECORDING, has_sound and self._is_recorded())

    def _open_dial_box(self, purpose: CallService, *, at_once: bool = False) -> None:
        anchor = self._row.button(purpose.value)
        self._panels.ask_number(purpose, self._selected, anchor, at_once=at_once)

    def _on_number(self, service: str, call_id: str, number: str) -> None:
        if service == CallService.MAKE_CALL.value:
            self.make_call_requested.emit(number)
        else:
            getattr(self, _NUMBER_SIGNALS[service]).emit(call_id, number)

    def _on_digit(self, digit: str) -> None:
        if self._selected is not None:
            self.digits_requested.emit(self._selected, digit)

    def _is_possible(self, name: str) -> bool:
        return self._actions[name].isEnabled()

    def _tick(self, count: int) -> None:
        if self.isVisible():
            self._headline.tick(count)
            if self._joint is not None:
                self._joint.tick(count)

    def _lay_out(self) -> None:
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._row)
        self._arrange()

    def sizeHint(self) -> QSize:
        """Return the size from which the frequent buttons beside a call have their words."""
        return QSize(self._row.words_width(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the size from which a call and its buttons stand in one line.

        The bar can be narrower, down to its `minimumWidth`: then it takes more lines.
        """
        return QSize(self._row.one_line_width(), super().minimumSizeHint().height())

    def _arrange(self) -> None:
        joint = self._joint.minimumSizeHint().width() if self._joint is not None else 0
        self.setMinimumWidth(max(self._row.least_width(), joint))
        narrow = self.width() < self._row.one_line_width()
        spacing = px(XS if narrow else S)
        # Setting the same one again would lay out the bar, and the window around it, anew.
        if spacing != self._layout.spacing():
            self._layout.setSpacing(spacing)
