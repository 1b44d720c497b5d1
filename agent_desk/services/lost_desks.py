"""What happens to the calls and claims of a desk that died: whoever lives puts them in order.

A desk that left in good order is looked at too: it is not "gone", and leaves nothing as a rule.

Runs on the `db` executor within one unit of work of whichever desk noticed it. A desk that was
only cut off says so when it is back (`DeskReturnedEvent`), and its calls go on: a record is what
the newest event of its stream says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import DeskId, EventId, new_uuid7
from agent_desk.domain.interaction import Interaction, InteractionOutcome
from agent_desk.domain.presence import DeskPresence
from agent_desk.ports.storage import UnitOfWork

CLOSER = "system"
"""Actor of the events: no person ended these calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskReturnedEvent:
    """This desk was cut off for so long that others ended its calls; they go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDesk:
    """A desk that was given up; calls: records that got an end. items: claims given back.

    left: it had stopped in good order and did not die.
    """

    desk_id: DeskId
    agent_name: str
    left: bool
    calls: int
    items: int


def close_lost_desks(uow: UnitOfWork, now: datetime) -> Sequence[ClosedDesk]:
    """Close what desks left that fell silent, each exactly once, and return which they were.

    A call ends with outcome DESK_LOST at the desk's last sign of life, by the desk's own clock.
    """
    return [_close(uow, desk, now) for desk in uow.presence.close_gone()]


def last_sign_of_life(uow: UnitOfWork, record: Interaction) -> datetime:
    """Return when the log last heard of the call; its answer or beginning when it never did."""
    events = uow.events.of(Stream.CALL, record.call_id)
    return max([record.answered_at or record.began_at, *(event.at for event in events)])


def _close(uow: UnitOfWork, desk: DeskPresence, now: datetime) -> ClosedDesk:
    calls = [
        _event(Stream.INTERACTION, ended.id, to_payload(ended), now)
        for ended in _ended_records(uow, desk)
    ]
    uow.events.append([*calls] if desk.left else [_loss(desk, now), *calls])
    return ClosedDesk(
        desk_id=desk.report.desk_id,
        agent_name=desk.report.agent_name,
        left=desk.left,
        calls=len(calls),
        items=uow.claims.return_from(desk.report.desk_id),
    )


def _ended_records(uow: UnitOfWork, desk: DeskPresence) -> Iterator[Interaction]:
    """Save and yield the desk's unfinished records with an end.

    Locked first: a desk that is just coming back may be writing the true end. What another desk
    of the same agent has is left alone; everything else of the agent is the dead desk's, also
    the call that rang after its last report.
    """
    agent_id = desk.report.agent_id
    unfinished = uow.interactions.unfinished(agent_id, for_update=True)
    alive = uow.presence.calls_of(agent_id) if unfinished else frozenset()
    for record in unfinished:
        if record.call_id in alive:
            continue
        ended = replace(
            record, ended_at=_end_of(uow, record, desk), outcome=InteractionOutcome.DESK_LOST
        )
        uow.interactions.save(ended)
        yield ended


def _end_of(uow: UnitOfWork, record: Interaction, desk: DeskPresence) -> datetime:
    """Return when the call was last alive; lengths only, so that no two clocks are compared."""
    last = last_sign_of_life(uow, record)
    lasted = desk.lasted(record.call_id)
    return last if lasted is None else max(last, record.began_at + lasted)


def _loss(desk: DeskPresence, now: datetime) -> LoggedEvent:
    silence = {"desk_id": desk.report.desk_id, "silent_since": desk.heartbeat_at.isoformat()}
    return _event(Stream.AGENT, desk.report.agent_id, silence, now)


def _event(
    stream: Stream, stream_id: str, payload: Mapping[str, Any], now: datetime
) -> LoggedEvent:
    return LoggedEvent(
        id=EventId(new_uuid7(now)),
        stream=stream,
        stream_id=stream_id,
        kind="DeskLost",
        at=now,
        actor=CLOSER,
        payload=payload,
    )
