"""How a call reads on screen: its state, who it is with and since when; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from agent_desk.domain.agent import NotReadyReason
from agent_desk.domain.call import Call, CallDirection, CallService, LocalConnectionState
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.registration import RegistrationChangedEvent
from ui.formats import format_duration, format_number
from ui.language import in_all_languages, tr
from ui.widgets.pill import PillKind

SEPARATOR: Final = " · "

_LOOKS: Final[Mapping[str, tuple[PillKind, str]]] = MappingProxyType(
    {
        "ringing": ("accent", "phone-incoming"),
        "dialling": ("info", "phone-outgoing"),
        "calling": ("info", "phone-outgoing"),
        "talking": ("success", "phone-call"),
        "muted": ("danger", "mic-off"),
        "consulting": ("success", "phone-call"),
        "conference": ("success", "users"),
        "on_hold": ("warning", "pause"),
        "in_queue": ("neutral", "hourglass"),
        "failed": ("danger", "circle-x"),
        "idle": ("neutral", "phone"),
        "line_off": ("neutral", "phone-off"),
        "line_trying": ("info", "hourglass"),
        "line_away": ("warning", "wifi-off"),
        "line_refused": ("danger", "circle-x"),
    }
)
_PLAIN_STATES: Final[Mapping[LocalConnectionState, str]] = MappingProxyType(
    {
        LocalConnectionState.NULL: "idle",
        LocalConnectionState.INITIATED: "dialling",
        LocalConnectionState.ALERTING: "ringing",
        LocalConnectionState.HOLD: "on_hold",
        LocalConnectionState.QUEUED: "in_queue",
        LocalConnectionState.FAIL: "failed",
    }
)

REASON_ICONS: Final[Mapping[NotReadyReason, str]] = MappingProxyType(
    {
        NotReadyReason.NO_ANSWER: "phone-missed",
        NotReadyReason.BREAK: "coffee",
        NotReadyReason.LUNCH: "utensils",
        NotReadyReason.TRAINING: "graduation-cap",
        NotReadyReason.MEETING: "users",
        NotReadyReason.BACK_OFFICE: "clipboard-list",
        NotReadyReason.TECHNICAL: "wrench",
    }
)

FAILURE_WORDS: Final[Mapping[EventCause | None, str]] = MappingProxyType(
    {
        cause: f"event_cause.{cause.value}"
        for cause in (
            EventCause.BUSY,
            EventCause.BLOCKED,
            EventCause.NO_ANSWER,
            EventCause.DEST_NOT_OBTAINABLE,
            EventCause.CALL_CANCELLED,
            EventCause.NETWORK_SIGNAL,
        )
    }
)
"""Why a call failed, as far as a person is helped by knowing it."""

NUMBER_SERVICES: Final = (
    CallService.MAKE_CALL,
    CallService.CONSULTATION_CALL,
    CallService.SINGLE_STEP_TRANSFER_CALL,
    CallService.DEFLECT_CALL,
)
"""The services that need a number, which the dial box asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """What a card shows of one call.

    state: the name of the look ("ringing", "talking", ...). title: name, else number. details: the
    parts of the second line, the last gives way first. since: where the running time begins, None
    for no time.
    """

    state: str
    title: str
    details: tuple[str, ...] = ()
    since: datetime | None = None

    @property
    def detail(self) -> str:
        """The whole second line."""
        return SEPARATOR.join(self.details)

    @property
    def state_text(self) -> str:
        """The state in the current language."""
        return tr(f"call_bar.state.{self.state}")

    @property
    def kind(self) -> PillKind:
        """The colour of the state."""
        return _LOOKS[self.state][0]

    @property
    def icon_name(self) -> str:
        """The icon of the state: colour is never the only sign."""
        return _LOOKS[self.state][1]

    @property
    def rings(self) -> bool:
        """Whether the call waits for an answer."""
        return self.state == "ringing"

    @property
    def accessible_text(self) -> str:
        """All of it in one sentence, without the running time."""
        return tr("call_bar.card", title=self.title, detail=self.detail, state=self.state_text)


def call_view(call: Call, *, name: str, queue: str, muted: bool) -> CallView:
    """Return how ``call`` reads; ``name`` of the known caller and ``queue`` may be ``""``."""
    number = format_number(call.remote) if call.remote else tr("call_bar.anonymous")
    title = name or call.remote_name or number
    return CallView(
        state=_state_name(call, muted=muted),
        title=title,
        details=tuple(_details(call, "" if title == number else number, queue)),
        since=_since(call),
    )


def idle_view(line: RegistrationChangedEvent | None = None) -> CallView:
    """Return what stands there while there is no call; ``line``: at a real exchange."""
    if line is not None and not line.can_be_called:
        from ui.line_words import registration_reason

        return CallView(
            state=f"line_{line.status}",
            title=tr("call_bar.no_call_can_come"),
            details=(registration_reason(line),),
        )
    return CallView(
        state="idle", title=tr("call_bar.state.idle"), details=(tr("call_bar.idle_hint"),)
    )


def state_texts() -> tuple[str, ...]:
    """Return the word of every state in every language, for widths that must not jump."""
    return tuple(t for state in _LOOKS for t in in_all_languages(f"call_bar.state.{state}"))


def held_counterpart(call: Call, calls: Iterable[Call]) -> Call | None:
    """Return the answered call on hold that joint services mean beside ``call``.

    The one that ``call`` consults about comes first, else the one held last; None without any.
    """
    held = [
        other
        for other in calls
        if other.call_id != call.call_id
        and other.state is LocalConnectionState.HOLD
        and other.is_answered
    ]
    return max(
        held,
        key=lambda other: (other.call_id == call.consults, other.state_since),
        default=None,
    )


def choose_selected(
    calls: Iterable[Call], active: CallId | None, former: CallId | None
) -> Call | None:
    """Return the call that the buttons act on: the active one, else the former choice, else any."""
    by_id = {call.call_id: call for call in calls}
    for wanted in (active, former):
        if wanted is not None and wanted in by_id:
            return by_id[wanted]
    return max(by_id.values(), key=lambda call: call.state_since, default=None)


def _state_name(call: Call, *, muted: bool) -> str:
    if call.state is not LocalConnectionState.CONNECTED:
        return _PLAIN_STATES[call.state]
    if not call.is_answered:
        return "calling"
    if muted:
        return "muted"
    if len(call.parties) > 1:
        return "conference"
    return "consulting" if call.consults is not None else "talking"


def _details(call: Call, number: str, queue: str) -> list[str]:
    """Return the parts of the second line, what counts most first: why they call, why it failed."""
    if call.state is LocalConnectionState.ALERTING:
        parts = [queue, call.reason, _waited(call)]
        return [part for part in parts if part] or [part for part in (number,) if part]
    why = _failure(call)
    parts = [tr("call_bar.parties", count=len(call.parties)) if len(call.parties) > 1 else number]
    if call.direction is not CallDirection.INBOUND and call.queue_id is None:
        parts.append(tr(f"call_direction.{call.direction.value}"))
    return [part for part in (why, *parts, queue) if part]


def _failure(call: Call) -> str:
    """Return why ``call`` failed in words, ``""`` when it did not or nobody can say."""
    return tr(FAILURE_WORDS[call.failure]) if call.failure in FAILURE_WORDS else ""


def _waited(call: Call) -> str:
    if call.queue_wait_seconds < 1:
        return ""
    return tr("call_bar.waited", time=format_duration(call.queue_wait_seconds))


def _since(call: Call) -> datetime | None:
    if call.state is LocalConnectionState.CONNECTED:
        return call.answered_at or call.state_since
    return None if call.state is LocalConnectionState.NULL else call.state_since
