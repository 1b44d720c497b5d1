"""What every ``ports.storage.ClaimRepository`` does with work that one agent is to do first.

A subclass named ``Test...`` gives the fixture ``database``: open, with no work in it.
"""

from __future__ import annotations

from agent_desk.domain.claim import Claim, WorkItem, WorkKind
from agent_desk.domain.identifiers import AgentId, DeskId
from tests.contracts.claims_contract import (
    AGENT,
    DESK,
    OTHER_AGENT,
    OTHER_DESK,
    OVER,
    ago,
    an_item,
    ids,
    put,
    take,
)
from tests.contracts.database_samples import Database
from tests.contracts.presence_contract import a_report

VERIFY = WorkKind.VERIFY


def a_call(**fields: object) -> WorkItem:
    values = {"reserved_for": AGENT, "due_at": ago(days=2), "open_at": ago(days=1), **fields}
    return an_item(VERIFY, **values)


def take_about(
    database: Database, item: WorkItem, *, desk: DeskId = DESK, agent: AgentId = AGENT
) -> Claim | None:
    return database.write(
        lambda unit: unit.claims.take_about(VERIFY, item.subject_id, desk_id=desk, agent_id=agent)
    )


def about(database: Database, item: WorkItem) -> WorkItem | None:
    return database.read(lambda unit: unit.claims.about(VERIFY, item.subject_id))


def taken_by_others(database: Database) -> list[str]:
    return ids(take(database, VERIFY, desk=OTHER_DESK, agent=OTHER_AGENT, most=9))


class ReservedWorkContract:
    def test_the_owner_is_handed_it_as_soon_as_it_is_due(self, database: Database) -> None:
        item = a_call(open_at=ago(days=-1))
        put(database, item)

        assert taken_by_others(database) == []
        assert ids(take(database, VERIFY)) == [item.id]

    def test_nobody_else_gets_it_while_the_owner_is_at_a_desk(self, database: Database) -> None:
        item = a_call()
        put(database, item)
        seat = a_report(desk_id=DESK, agent_id=AGENT)
        database.write(lambda unit: unit.presence.report(seat))

        assert taken_by_others(database) == []

        def waiting(agent: AgentId) -> int:
            return database.read(
                lambda unit: unit.claims.waiting(VERIFY, agent_id=agent, of_others=True)
            )

        assert (waiting(OTHER_AGENT), waiting(AGENT)) == (0, 0)
        database.write(lambda unit: unit.presence.leave(DESK))
        assert (waiting(OTHER_AGENT), waiting(AGENT)) == (1, 0)
        assert taken_by_others(database) == [item.id]

    def test_it_is_told_to_whom_it_was_handed_last(self, database: Database) -> None:
        item = a_call()
        put(database, item)
        assert taken_by_others(database) == [item.id]

        found = about(database, item)

        assert found is not None
        assert (found.handed_to, found.reserved_for) == (OTHER_AGENT, AGENT)
        for agent, handed in ((OTHER_AGENT, [item.subject_id]), (AGENT, [])):
            held = database.read(lambda unit, who=agent: unit.claims.handed(VERIFY, agent_id=who))  # type: ignore[misc]
            assert list(held) == handed

    def test_one_call_is_taken_before_it_is_due_and_by_one_desk(self, database: Database) -> None:
        item = a_call(due_at=ago(days=-1), open_at=ago(days=-2))
        put(database, item, a_call(due_at=ago(days=-1)))

        assert take_about(database, item, desk=OTHER_DESK, agent=OTHER_AGENT) is None
        claim = take_about(database, item)
        assert claim is not None
        assert claim.item.id == item.id
        again = take_about(database, item)
        assert again is not None
        assert again.token == claim.token + 1
        assert take_about(database, item, desk=OTHER_DESK) is None

    def test_a_lease_that_ran_out_holds_nobody_up(self, database: Database) -> None:
        item = a_call()
        put(database, item)
        take(database, VERIFY, lease_seconds=OVER)

        assert take_about(database, item, desk=OTHER_DESK, agent=OTHER_AGENT) is not None

    def test_what_is_postponed_is_nobodys_until_then(self, database: Database) -> None:
        item = a_call()
        put(database, item)
        assert taken_by_others(database) == [item.id]
        due_at = ago(days=-1)

        database.write(
            lambda unit: unit.claims.postpone(
                VERIFY, item.subject_id, due_at=due_at, open_at=item.open_at
            )
        )

        found = about(database, item)
        assert found is not None
        assert (found.due_at, found.handed_to, found.open_at) == (due_at, None, item.open_at)
        assert take(database, VERIFY, most=9) == []

    def test_what_is_given_back_is_handed_to_nobody(self, database: Database) -> None:
        item = a_call()
        put(database, item)
        claim = take_about(database, item)
        assert claim is not None

        database.write(lambda unit: unit.claims.give_back(claim))

        found = about(database, item)
        assert found is not None
        assert found.handed_to is None

    def test_nothing_waits_about_what_is_withdrawn(self, database: Database) -> None:
        item = a_call()
        put(database, item)
        database.write(lambda unit: unit.claims.withdraw(VERIFY, item.subject_id))

        assert about(database, item) is None
        assert take_about(database, item) is None
