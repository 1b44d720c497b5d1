"""What every implementation of ``ports.storage.PresenceRepository`` does.

A subclass named ``Test...`` gives the fixture ``database``: open, with nobody on the floor.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentState, BusyKind, NotReadyReason
from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.identifiers import AgentId, CallId, DeskId, QueueId
from agent_desk.domain.presence import (
    GONE_AFTER_SECONDS,
    SHOWN_SECONDS,
    BeatAnswer,
    DeskPresence,
    DeskReport,
    Floor,
    Outlook,
    PresentCall,
)
from db.access_tables import people
from db.database_clock import database_time
from db.presence_tables import desk_presence
from tests.contracts.database_samples import Database, connection_of, fall_silent
from tests.contracts.storage_samples import NOW, fresh_id

SILENT = GONE_AFTER_SECONDS + 1
ALIVE = GONE_AFTER_SECONDS - 3
MOMENT = timedelta(seconds=2)
"""Room for what a statement takes."""


def a_report(name: str = "Li Ming 李明", **fields: object) -> DeskReport:
    """Return the report of a desk that nobody knows yet; its agent's id is the name."""
    values: dict[str, object] = {
        "desk_id": DeskId(fresh_id()),
        "agent_id": AgentId(name),
        "agent_name": name,
        "state": AgentState.READY,
        **fields,
    }
    return DeskReport(**values)  # type: ignore[arg-type]


def a_call(call_id: str = "c-1", seconds: float = 30.0) -> PresentCall:
    return PresentCall(
        call_id=CallId(call_id),
        direction=CallDirection.INBOUND,
        state=LocalConnectionState.CONNECTED,
        queue_id=QueueId("support"),
        seconds=seconds,
    )


def named(database: Database, *logins: str) -> dict[str, str]:
    return dict(database.read(lambda uow: uow.people.names(logins)))


def tell(database: Database, report: DeskReport) -> BeatAnswer:
    return database.write(lambda unit: unit.presence.report(report))


def beat(database: Database, report: DeskReport) -> BeatAnswer:
    return database.write(lambda unit: unit.presence.beat(report.desk_id))


def outlook(database: Database) -> Outlook:
    return database.read(lambda unit: unit.presence.outlook())


def floor_now(database: Database) -> Floor:
    return database.read(lambda unit: unit.presence.floor())


def close_gone(database: Database) -> list[DeskPresence]:
    return list(database.write(lambda unit: unit.presence.close_gone()))


def names(floor: Floor) -> list[str]:
    return [desk.report.agent_name for desk in floor.desks]


def closed_before(database: Database, report: DeskReport, seconds: float) -> None:
    """Let a closing of the desk be ``seconds`` ago."""
    of_desk = update(desk_presence).where(desk_presence.c.desk_id == report.desk_id)
    database.write(
        lambda unit: connection_of(unit).execute(of_desk.values(closed_at=database_time(-seconds)))
    )


class PresenceContract:
    def test_a_desk_is_on_the_floor_as_it_reported(self, database: Database) -> None:
        report = a_report(
            state=AgentState.BUSY,
            busy_kind=BusyKind.ACD,
            state_seconds=42.5,
            calls=(a_call(), a_call("c-2", 1.25)),
            queues=(QueueStatus(queue_id=QueueId("support"), name="Support", waiting=3),),
        )

        assert tell(database, report) == BeatAnswer(is_known=True)

        floor = floor_now(database)
        (desk,) = floor.desks
        assert desk.report == report
        assert not desk.gone
        assert floor.queues == report.queues
        assert abs(floor.at - desk.heartbeat_at) < MOMENT
        assert abs(floor.at - desk.state_since - timedelta(seconds=42.5)) < MOMENT
        assert abs(floor.at - desk.call_since(report.calls[0]) - timedelta(seconds=30)) < MOMENT

    def test_an_empty_floor_tells_the_time(self, database: Database) -> None:
        first = floor_now(database)
        tell(database, a_report())

        assert first.desks == ()
        assert timedelta() <= floor_now(database).at - first.at < MOMENT

    def test_a_newer_report_replaces_the_former(self, database: Database) -> None:
        report = a_report(calls=(a_call(),), busy_kind=BusyKind.INBOUND)
        tell(database, report)

        later = replace(
            report,
            state=AgentState.NOT_READY,
            reason=NotReadyReason.LUNCH,
            busy_kind=None,
            calls=(),
        )
        tell(database, later)

        assert [desk.report for desk in floor_now(database).desks] == [later]

    def test_a_heartbeat_moves_the_sign_of_life_and_nothing_else(self, database: Database) -> None:
        report = a_report(calls=(a_call(),))
        tell(database, report)
        fall_silent(database, report.desk_id, ALIVE)
        (before,) = floor_now(database).desks

        assert beat(database, report) == BeatAnswer(is_known=True)

        (after,) = floor_now(database).desks
        assert after.heartbeat_at > before.heartbeat_at
        assert (after.report, after.reported_at) == (before.report, before.reported_at)

    def test_a_heartbeat_of_an_unknown_desk_is_told_so(self, database: Database) -> None:
        assert beat(database, a_report()) == BeatAnswer(is_known=False)
        assert floor_now(database).desks == ()

    def test_who_leaves_is_not_on_the_floor_and_comes_back_by_a_beat(
        self, database: Database
    ) -> None:
        report = a_report()
        tell(database, report)

        database.write(lambda unit: unit.presence.leave(report.desk_id))
        assert floor_now(database).desks == ()

        beat(database, report)
        assert names(floor_now(database)) == [report.agent_name]

    def test_a_silent_desk_is_gone_and_the_others_are_told(self, database: Database) -> None:
        dead, living = a_report("A"), a_report("B")
        tell(database, dead)
        tell(database, living)
        assert outlook(database) == Outlook(desks=2, gone=0)

        fall_silent(database, dead.desk_id, SILENT)

        assert beat(database, living) == BeatAnswer(is_known=True)
        assert outlook(database) == Outlook(desks=2, gone=1)
        assert [desk.gone for desk in floor_now(database).desks] == [True, False]

    def test_a_desk_is_not_gone_before_its_time(self, database: Database) -> None:
        slow, living = a_report("A"), a_report("B")
        tell(database, slow)
        tell(database, living)

        fall_silent(database, slow.desk_id, ALIVE)

        assert outlook(database) == Outlook(desks=2, gone=0)
        assert close_gone(database) == []

    def test_a_gone_desk_is_closed_once(self, database: Database) -> None:
        dead, living = a_report("A", calls=(a_call(),)), a_report("B")
        tell(database, dead)
        tell(database, living)
        fall_silent(database, dead.desk_id, SILENT)

        (closed,) = close_gone(database)

        assert closed.report == dead
        assert closed.gone
        assert closed.lasted(CallId("c-1")) == timedelta(seconds=30)
        assert close_gone(database) == []
        assert outlook(database) == Outlook(desks=1, gone=0)
        assert [desk.gone for desk in floor_now(database).desks] == [True, False]

    def test_a_desk_that_comes_back_sees_that_it_was_closed(self, database: Database) -> None:
        report = a_report()
        tell(database, report)
        fall_silent(database, report.desk_id, SILENT)
        close_gone(database)

        assert beat(database, report).closings == 1
        assert not floor_now(database).desks[0].gone

        fall_silent(database, report.desk_id, SILENT)
        close_gone(database)
        assert tell(database, report).closings == 2
        assert not floor_now(database).desks[0].gone

    def test_a_desk_that_was_silent_and_not_closed_is_not_told_so(self, database: Database) -> None:
        report = a_report()
        tell(database, report)
        fall_silent(database, report.desk_id, SILENT)

        assert beat(database, report) == BeatAnswer(is_known=True)

    def test_what_a_desk_left_behind_is_looked_for_too(self, database: Database) -> None:
        report = a_report(calls=(a_call(),))
        tell(database, report)
        database.write(lambda unit: unit.presence.leave(report.desk_id))
        fall_silent(database, report.desk_id, SILENT)

        (closed,) = close_gone(database)

        assert closed.report.desk_id == report.desk_id
        assert (closed.left, closed.gone) == (True, False)
        assert floor_now(database).desks == ()

    def test_a_lost_desk_is_shown_for_a_while(self, database: Database) -> None:
        report = a_report()
        tell(database, report)
        fall_silent(database, report.desk_id, SILENT)
        close_gone(database)

        closed_before(database, report, SHOWN_SECONDS - 60)
        assert names(floor_now(database)) == [report.agent_name]
        closed_before(database, report, SHOWN_SECONDS + 1)
        assert names(floor_now(database)) == []

    def test_after_a_day_a_desk_is_forgotten(self, database: Database) -> None:
        report = a_report()
        tell(database, report)
        fall_silent(database, report.desk_id, SILENT)
        close_gone(database)
        closed_before(database, report, 25 * 3600)

        close_gone(database)

        assert not beat(database, report).is_known

    def test_an_agents_calls_are_those_of_living_desks(self, database: Database) -> None:
        here = a_report("A", calls=(a_call("c-1"), a_call("c-2")))
        there = a_report("A", calls=(a_call("c-3"),))
        for report in (here, there, a_report("B", calls=(a_call("c-4"),))):
            tell(database, report)

        def calls() -> set[str]:
            return set(database.read(lambda unit: unit.presence.calls_of(AgentId("A"))))

        assert calls() == {"c-1", "c-2", "c-3"}
        fall_silent(database, there.desk_id, SILENT)
        assert calls() == {"c-1", "c-2"}
        database.write(lambda unit: unit.presence.leave(here.desk_id))
        assert calls() == set()

    @pytest.mark.parametrize("desks", [3, 25])
    def test_a_room_full_of_desks_is_closed_bit_by_bit(
        self, database: Database, desks: int
    ) -> None:
        reports = [a_report(f"agent {number:02d}") for number in range(desks)]
        for report in reports:
            tell(database, report)
            fall_silent(database, report.desk_id, SILENT)

        closed: list[DeskPresence] = []
        while found := close_gone(database):
            closed += found

        assert sorted(desk.report.desk_id for desk in closed) == sorted(
            report.desk_id for report in reports
        )

    def test_somebody_without_a_row_among_the_people_is_called_what_their_desk_says(
        self, database: Database
    ) -> None:
        tell(database, a_report("Wang", agent_id=AgentId("agent042")))
        tell(database, a_report("Wang Fang 王芳", agent_id=AgentId("agent042")))

        assert named(database, "agent042", "agent043") == {"agent042": "Wang Fang 王芳"}
        assert named(database) == {}

    def test_the_name_among_the_people_counts_more_than_a_desk_s(self, database: Database) -> None:
        tell(database, a_report("Desk 7", agent_id=AgentId("agent042")))
        row = {"login": "agent042", "name": "Wang Fang 王芳", "created_at": NOW}
        database.write(lambda unit: connection_of(unit).execute(insert(people).values(row)))

        assert named(database, "agent042") == {"agent042": "Wang Fang 王芳"}
