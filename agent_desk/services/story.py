"""The story of each call in plain lines, as the demo prints it; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from agent_desk.domain.identifiers import CallId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.matching import MatchCandidate, MatchLevel, MatchReasonCode, MatchResult
from agent_desk.ports.clock import Clock
from agent_desk.services.back_office import BackOfficeStepEvent
from agent_desk.services.case_log import TicketChangedEvent, WorkOrderChangedEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.interactions import InteractionChangedEvent
from agent_desk.services.screen_pop import PopMatchedEvent, PopStartedEvent

REASONS: Mapping[MatchReasonCode, str] = MappingProxyType(
    {
        MatchReasonCode.EXACT_NUMBER: "exact number",
        MatchReasonCode.LAST_DIGITS: "last digits",
        MatchReasonCode.NUMBER_IN_NOTE: "number in a note",
        MatchReasonCode.SHARED_NUMBER: "shared by {value}",
        MatchReasonCode.OPEN_TICKET: "open ticket {value}",
        MatchReasonCode.OPEN_ORDER: "open work order {value}",
        MatchReasonCode.WE_CALLED: "we called lately",
        MatchReasonCode.CALLED_RECENTLY: "called lately",
        MatchReasonCode.PRIMARY_NUMBER: "main number",
    }
)

_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "Answered": "answered",
        "Transferred": "transferred",
        "Failed": "failed",
        "Ended": "ended",
        "Disposed": "closed",
    }
)


class Story:
    """Tells what happens at the desk, one line for each step."""

    def __init__(self, *, bus: EventBus, clock: Clock, tell: Callable[[str], None]) -> None:
        """``tell`` gets each finished line."""
        self._clock = clock
        self._tell = tell
        self._chapters: dict[CallId, int] = {}
        bus.subscribe(PopStartedEvent, self._on_started)
        bus.subscribe(PopMatchedEvent, self._on_matched)
        bus.subscribe(InteractionChangedEvent, self._on_interaction)
        bus.subscribe(TicketChangedEvent, self._on_ticket)
        bus.subscribe(WorkOrderChangedEvent, self._on_order)
        bus.subscribe(BackOfficeStepEvent, self._on_other_side)

    def _on_started(self, event: PopStartedEvent) -> None:
        number = event.caller.display or "number withheld"
        self._line(event.call_id, "rang" if event.inbound else "dialled", number)

    def _on_matched(self, event: PopMatchedEvent) -> None:
        self._line(event.call_id, "popped", describe_match(event.result))

    def _on_interaction(self, event: InteractionChangedEvent) -> None:
        word = _KINDS.get(event.kind)
        if word is not None:
            self._line(event.interaction.call_id, word, _describe(event))

    def _on_ticket(self, event: TicketChangedEvent) -> None:
        ticket = event.ticket
        first = ", first contact" if ticket.fcr_claimed else ""
        text = f"T-{ticket.number} {ticket.state.value.lower()}{first}: {ticket.subject}"
        self._line(None, "ticket", text)

    def _on_order(self, event: WorkOrderChangedEvent) -> None:
        order = event.order
        state = order.state.value.lower().replace("_", " ")
        self._line(None, "order", f"W-{order.number} {state}: {order.subject}")

    def _on_other_side(self, event: BackOfficeStepEvent) -> None:
        who = event.who.lower().replace("_", " ")
        self._line(None, "order", f"W-{event.order.number} {who}: {event.did}")

    def _line(self, call_id: CallId | None, word: str, text: str) -> None:
        chapter = "    "
        if call_id is not None:
            number = self._chapters.setdefault(call_id, len(self._chapters) + 1)
            chapter = f"#{number:<3}"
        self._tell(f"{_clock_time(self._clock.now())}  {chapter} {word:<11} {text}")


def describe_match(result: MatchResult) -> str:
    """Return who may be calling, as one line."""
    if result.level is MatchLevel.ANONYMOUS:
        return "number withheld, nobody is guessed"
    if not result.candidates:
        return "unknown number, new-customer form"
    first = result.candidates[0]
    if result.opens is not None:
        return f"{first.name} ({_reasons(first)})"
    names = ", ".join(candidate.name for candidate in result.candidates[:3])
    more = len(result.candidates) - 3
    return f"{names}{f' and {more} more' if more > 0 else ''} ({_reasons(first)})"


def _reasons(candidate: MatchCandidate) -> str:
    return ", ".join(
        REASONS[reason.code].format(value=reason.value) for reason in candidate.reasons
    )


def _describe(event: InteractionChangedEvent) -> str:
    record = event.interaction
    if event.kind == "Answered":
        wait = _seconds_between(record.began_at, record.answered_at)
        return f"after {wait:.0f} s of ringing"
    if event.kind == "Ended":
        return _describe_end(record)
    if event.kind == "Disposed" and record.disposition is not None:
        return f"disposition {record.disposition.value.lower().replace('_', ' ')}"
    return ""


def _describe_end(record: Interaction) -> str:
    outcome = record.outcome.value.lower()
    talk = record.talk_seconds
    return f"{outcome}, {talk:.0f} s of talk" if talk is not None else outcome


def _seconds_between(begin: datetime, end: datetime | None) -> float:
    return (end - begin).total_seconds() if end is not None else 0.0


def _clock_time(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M:%S")
