"""A run is flawless only when both sides agree on everything and nobody met an error."""

from __future__ import annotations

import dataclasses
from array import array

import pytest

from agent_desk.bootstrap.load.tally import (
    Belief,
    Operation,
    Tally,
    delivery_seconds,
    latencies,
    merged,
    note_reread,
)
from agent_desk.bootstrap.load.verdict import is_flawless, verdict
from agent_desk.domain.identifiers import (
    AgentId,
    CommandId,
    EventId,
    InteractionId,
    TicketId,
    WorkOrderId,
)
from db.stored_work import Opening, StoredWork

TICKETS = (TicketId("t-1"), TicketId("t-2"))
COMMANDS = (CommandId("c-1"), CommandId("c-2"))
CALLS = (InteractionId("i-1"), InteractionId("i-2"))
ORDER = WorkOrderId("o-1")
OPENINGS = tuple(
    Opening(event_id=EventId(f"e-{place}"), ticket_id=ticket, transaction=700 + place, seq=place)
    for place, ticket in enumerate(TICKETS)
)


@pytest.fixture
def tally() -> Tally:
    """Two agents who logged a ticket each and heard of the other's, and a department's person."""
    beliefs = [
        Belief(
            login=AgentId(f"load-{place}"),
            hears_all=True,
            commands={COMMANDS[place]},
            tickets={TICKETS[place]},
            calls={CALLS[place]},
            heard={EventId(f"e-{1 - place}")},
        )
        for place in (0, 1)
    ]
    department = Belief(login=AgentId("load-3"), hears_all=False, orders={ORDER: 7})
    return Tally(beliefs=[*beliefs, department])


@pytest.fixture
def stored() -> StoredWork:
    """Exactly that."""
    return StoredWork(
        commands=frozenset(COMMANDS),
        tickets=frozenset(TICKETS),
        openings=OPENINGS,
        calls=dict.fromkeys(CALLS, True),
        orders={ORDER: 7},
    )


def test_both_sides_agree(tally: Tally, stored: StoredWork) -> None:
    found = verdict(tally, stored)

    assert is_flawless(found, tally.troubles)
    assert found["tickets"]["believed"] == found["tickets"]["stored"] == 2
    assert found["heard_changes"] == {
        "believed": 2,
        "stored": 2,
        "reread": 0,
        "reloads": 0,
        "lost": 0,
        "doubled": 0,
    }


@pytest.mark.parametrize(
    ("difference", "place"),
    [
        ({"tickets": frozenset(TICKETS[:1])}, ("tickets", "lost")),
        ({"tickets": frozenset((*TICKETS, TicketId("t-3")))}, ("tickets", "unknown")),
        ({"openings": (*OPENINGS, OPENINGS[0])}, ("tickets", "doubled")),
        ({"openings": OPENINGS[:1]}, ("tickets", "without_event")),
        ({"commands": frozenset(COMMANDS[1:])}, ("commands", "lost")),
        ({"commands": frozenset((*COMMANDS, CommandId("c-3")))}, ("commands", "unknown")),
        ({"calls": {CALLS[0]: True}}, ("calls", "lost")),
        ({"calls": {CALLS[0]: True, CALLS[1]: False}}, ("calls", "without_end")),
        ({"orders": {ORDER: 6}}, ("orders", "otherwise")),
        ({"orders": {}}, ("orders", "otherwise")),
    ],
)
def test_a_difference_in_the_database_is_counted(
    tally: Tally, stored: StoredWork, difference: dict[str, object], place: tuple[str, str]
) -> None:
    found = verdict(tally, dataclasses.replace(stored, **difference))  # type: ignore[arg-type]

    assert not is_flawless(found, tally.troubles)
    assert found[place[0]][place[1]] == 1


def test_a_change_that_a_desk_did_not_hear_of_is_lost(tally: Tally, stored: StoredWork) -> None:
    tally.beliefs[0].heard.clear()

    found = verdict(tally, stored)

    assert found["heard_changes"]["lost"] == 1
    assert not is_flawless(found, tally.troubles)


@pytest.mark.parametrize(
    ("position", "counts"),
    [
        ("life|702:702:", {"stored": 1, "reread": 1, "lost": 0}),
        ("life|701:701:", {"stored": 1, "reread": 0, "lost": 1}),
        ("life|701:702:701", {"stored": 1, "reread": 0, "lost": 1}),
    ],
    ids=["committed before", "begun after", "still open then"],
)
def test_a_reload_stands_for_what_was_committed_before_it_and_no_more(
    tally: Tally, stored: StoredWork, position: str, counts: dict[str, int]
) -> None:
    told_to_reload = tally.beliefs[0]
    told_to_reload.heard.clear()
    told_to_reload.reloads.append(position)

    missing = [note_reread(belief, OPENINGS) for belief in tally.beliefs[:2]]

    found = verdict(tally, stored)
    assert missing == [counts["lost"], 0]
    assert {name: found["heard_changes"][name] for name in counts} == counts
    assert found["heard_changes"]["reloads"] == 1
    assert is_flawless(found, tally.troubles) == (counts["lost"] == 0)


def test_a_change_that_a_desk_heard_of_twice_is_doubled(tally: Tally, stored: StoredWork) -> None:
    tally.hear(tally.beliefs[0], EventId("e-1"))

    found = verdict(tally, stored)

    assert found["heard_changes"]["doubled"] == 1
    assert not is_flawless(found, tally.troubles)


def test_a_logged_warning_is_no_flawless_run(tally: Tally, stored: StoredWork) -> None:
    tally.troubles["WARNING agent_desk.services.outbox: database away"] += 1

    assert not is_flawless(verdict(tally, stored), tally.troubles)


def test_the_tallies_of_all_processes_become_one() -> None:
    first, second = Tally(cpu_seconds=1.5, kept=1), Tally(cpu_seconds=2.0, kept=2)
    first.seconds[Operation.TICKET].append(0.25)
    second.seconds[Operation.TICKET].extend((0.5, 0.75))
    first.committing[EventId("e-1")] = 100.0
    second.heard_at[EventId("e-1")].append(100.5)
    second.troubles["broken"] += 1

    whole = merged([first, second])

    assert (whole.cpu_seconds, whole.kept, whole.troubles["broken"]) == (3.5, 3, 1)
    assert list(whole.seconds[Operation.TICKET]) == [0.25, 0.5, 0.75]
    assert list(delivery_seconds(whole)) == [0.5]


def test_latencies_are_in_milliseconds() -> None:
    assert latencies(array("d", (number / 1000 for number in range(101)))) == {
        "count": 101,
        "median_ms": 50.0,
        "p95_ms": 95.0,
        "p99_ms": 99.0,
        "longest_ms": 100.0,
    }
    assert latencies(array("d")) == {"count": 0}
