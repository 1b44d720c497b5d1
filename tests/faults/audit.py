"""Compares what desks have promised with what the database and their journals hold; exact sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import CommandId
from tests.faults.station import Station, effect_of
from tests.servers.fixtures import Floor

_EFFECTS = """
SELECT 'ticket ' || subject FROM tickets
UNION ALL SELECT 'note ' || text FROM notes
UNION ALL SELECT 'order ' || stream_id || ' ' || kind FROM event_log
WHERE kind IN ('OrderAccepted', 'OrderStarted', 'OrderReported')
"""
_CALL_EVENTS = (
    "SELECT id::text, stream_id, kind FROM event_log WHERE stream IN ('CALL', 'INTERACTION')"
)


def column(floor: Floor, statement: str) -> list[Any]:
    """Return the first column of what the database answers."""
    with floor.server.connect(floor.name) as connection:
        return [row[0] for row in connection.execute(statement.encode()).fetchall()]


def effects(floor: Floor) -> Counter[str]:
    """Return how often the effect of each command is in the database, see `effect_of`."""
    return Counter(column(floor, _EFFECTS))


def assert_each_is_somewhere(floor: Floor, stations: Iterable[Station]) -> None:
    """Every acknowledged command is applied or kept, nothing is applied twice, nothing by halves.

    May be asked at any time, also in the middle of a fault that leaves the server reachable.
    """
    applied = {str(id_) for id_ in column(floor, "SELECT id FROM applied_commands")}
    found = effects(floor)
    for station in stations:
        kept = {entry.id for entry in station.desk.outbox.kept}
        assert station.book.acknowledged <= applied | kept
    assert set(found.values()) <= {1}


def assert_all_saved(floor: Floor, stations: Iterable[Station], *, before: Counter[str]) -> None:
    """Everything that was acknowledged is in the database, each once, and nothing else is.

    before: the effects that were there before the stations began. A command that was refused to
    its person may be there, whole and once.
    """
    stations = tuple(stations)
    given = dict(chain.from_iterable(station.book.given.items() for station in stations))
    acknowledged = set(chain.from_iterable(station.book.acknowledged for station in stations))
    known = {CommandId(str(id_)) for id_ in column(floor, "SELECT id FROM applied_commands")}
    applied = known & set(given)
    assert acknowledged <= applied
    assert effects(floor) - before == Counter(effect_of(given[id_]) for id_ in applied)
    assert_calls_are_told_once(floor, stations)


def assert_calls_are_told_once(
    floor: Floor, stations: Iterable[Station], *, spooled: Iterable[LoggedEvent] = ()
) -> None:
    """Every event of every call is in the log or ``spooled`` in a journal, and is one event."""
    told: Counter[tuple[str, str]] = Counter()
    for station in stations:
        told += station.book.told
    with floor.server.connect(floor.name) as connection:
        rows = connection.execute(_CALL_EVENTS.encode()).fetchall()
    by_id = {id_: (stream_id, kind) for id_, stream_id, kind in rows}
    of_calls = (event for event in spooled if event.stream in (Stream.CALL, Stream.INTERACTION))
    by_id |= {str(event.id): (event.stream_id, event.kind) for event in of_calls}
    assert Counter(by_id.values()) == told


async def assert_records_are_the_last_word(stations: Iterable[Station]) -> None:
    """The record of every call is what its desk last said of it."""
    for station in stations:
        for record in station.book.records.values():
            stored = await station.storage.read(
                lambda uow, id_=record.id: uow.interactions.get(id_)  # type: ignore[misc]
            )
            assert stored == record
