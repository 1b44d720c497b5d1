"""What every implementation of ``ports.storage.ClaimRepository`` does.

A subclass named ``Test...`` gives the fixture ``database``: open, with no work in it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agent_desk.domain.claim import RESERVED_SECONDS, Claim, WorkItem, WorkKind
from agent_desk.domain.errors import StaleClaimError
from agent_desk.domain.identifiers import AgentId, DeskId, WorkItemId
from agent_desk.domain.ticket import Priority
from tests.contracts.database_samples import Database
from tests.contracts.storage_samples import fresh_id

CREATED = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
DESK, OTHER_DESK = DeskId(fresh_id()), DeskId(fresh_id())
AGENT, OTHER_AGENT = AgentId("1001"), AgentId("1002")
OVER = -1.0
"""A lease that has run out."""


def ago(**time: float) -> datetime:
    """Return a time before now; what is due is compared with the database's clock."""
    return datetime.now(UTC) - timedelta(**time)


def an_item(kind: WorkKind = WorkKind.CALLBACK, **fields: object) -> WorkItem:
    values: dict[str, object] = {
        "id": WorkItemId(fresh_id()),
        "kind": kind,
        "subject_id": fresh_id(),
        "due_at": ago(minutes=1),
        **fields,
    }
    return WorkItem(**values)  # type: ignore[arg-type]


def put(database: Database, *items: WorkItem, at: datetime = CREATED) -> None:
    for item in items:
        database.write(lambda unit, item=item: unit.claims.put(item, at=at))  # type: ignore[misc]


def take(
    database: Database,
    kind: WorkKind = WorkKind.CALLBACK,
    *,
    desk: DeskId = DESK,
    agent: AgentId = AGENT,
    most: int = 1,
    lease_seconds: float = 60.0,
) -> list[Claim]:
    return list(
        database.write(
            lambda unit: unit.claims.take(
                kind, desk_id=desk, agent_id=agent, most=most, lease_seconds=lease_seconds
            )
        )
    )


def take_one(database: Database, **how: object) -> Claim:
    (claim,) = take(database, **how)  # type: ignore[arg-type]
    return claim


def ids(claims: list[Claim]) -> list[str]:
    return [claim.item.id for claim in claims]


class ClaimsContract:
    def test_an_item_is_handed_out_as_it_was_put(self, database: Database) -> None:
        item = an_item(priority=Priority.P2, reserved_for=AGENT)
        put(database, item)

        claim = take_one(database)

        assert claim.desk_id == DESK
        assert claim.token == 1
        assert claim.item == WorkItem(
            id=item.id,
            kind=item.kind,
            subject_id=item.subject_id,
            due_at=item.due_at,
            priority=Priority.P2,
            reserved_for=AGENT,
            attempts=1,
            handed_to=AGENT,
        )
        assert ago(seconds=-50) < claim.until < ago(seconds=-70)

    def test_nobody_gets_what_another_one_has(self, database: Database) -> None:
        put(database, an_item())
        take_one(database)

        assert take(database) == []
        assert take(database, desk=OTHER_DESK) == []

    def test_the_same_item_put_twice_is_there_once(self, database: Database) -> None:
        item = an_item()
        put(database, item, item)

        assert ids(take(database, most=10)) == [item.id]

    def test_putting_it_again_does_not_undo_a_claim(self, database: Database) -> None:
        item = an_item()
        put(database, item)
        take_one(database)
        put(database, item)

        assert take(database) == []

    def test_most_urgent_first_then_what_is_due_longest_then_the_oldest(
        self, database: Database
    ) -> None:
        late, later = ago(hours=2), ago(hours=1)
        third = an_item(due_at=later)
        fourth = an_item(due_at=later)
        second = an_item(due_at=late)
        first = an_item(due_at=later, priority=Priority.P1)
        put(database, fourth, at=CREATED + timedelta(hours=1))
        put(database, third, second, first)

        one_by_one = [take_one(database).item.id for _ in range(4)]

        assert one_by_one == [first.id, second.id, third.id, fourth.id]

    def test_several_come_in_the_same_order_and_no_more_than_asked_for(
        self, database: Database
    ) -> None:
        items = [an_item(due_at=ago(minutes=minute)) for minute in (1, 9, 5, 7, 3)]
        put(database, *items)

        assert ids(take(database, most=3)) == [items[1].id, items[3].id, items[2].id]
        assert ids(take(database, most=3)) == [items[4].id, items[0].id]

    def test_what_is_not_due_is_not_handed_out(self, database: Database) -> None:
        put(database, an_item(due_at=ago(minutes=-5), priority=Priority.P1))

        assert take(database) == []

    def test_each_kind_is_handed_out_apart(self, database: Database) -> None:
        callback, dispatch = an_item(), an_item(WorkKind.DISPATCH)
        put(database, callback, dispatch)

        assert ids(take(database, WorkKind.DISPATCH, most=9)) == [dispatch.id]
        assert ids(take(database, WorkKind.CALLBACK, most=9)) == [callback.id]
        assert take(database, WorkKind.DIAL) == []

    def test_what_is_reserved_waits_for_its_agent(self, database: Database) -> None:
        item = an_item(reserved_for=AGENT)
        put(database, item)

        assert take(database, agent=OTHER_AGENT) == []
        assert ids(take(database, agent=AGENT)) == [item.id]

    def test_a_promise_that_is_late_is_kept_by_anybody(self, database: Database) -> None:
        item = an_item(reserved_for=AGENT, due_at=ago(seconds=RESERVED_SECONDS + 1))
        put(database, item)

        assert ids(take(database, agent=OTHER_AGENT)) == [item.id]

    def test_finished_work_is_never_handed_out_again(self, database: Database) -> None:
        put(database, an_item())
        claim = take_one(database, lease_seconds=OVER)

        database.write(lambda unit: unit.claims.finish(claim))

        assert take(database) == []

    def test_finishing_twice_changes_nothing(self, database: Database) -> None:
        put(database, an_item())
        claim = take_one(database)

        database.write(lambda unit: unit.claims.finish(claim))
        database.write(lambda unit: unit.claims.finish(claim))

    def test_who_slept_through_the_lease_is_refused(self, database: Database) -> None:
        put(database, an_item())
        stale = take_one(database, lease_seconds=OVER)
        fresh = take_one(database, desk=OTHER_DESK)

        assert (fresh.token, fresh.item.attempts) == (2, 2)
        with pytest.raises(StaleClaimError, match="The callback"):
            database.write(lambda unit: unit.claims.finish(stale))
        with pytest.raises(StaleClaimError):
            database.write(lambda unit: unit.claims.renew(stale))
        with pytest.raises(StaleClaimError):
            database.write(lambda unit: unit.claims.give_back(stale))
        database.write(lambda unit: unit.claims.finish(fresh))

    def test_a_claim_on_nothing_is_refused(self, database: Database) -> None:
        claim = Claim(item=an_item(), desk_id=DESK, token=1, until=CREATED)

        with pytest.raises(StaleClaimError):
            database.write(lambda unit: unit.claims.finish(claim))

    def test_a_renewed_lease_holds(self, database: Database) -> None:
        put(database, an_item())
        claim = take_one(database, lease_seconds=OVER)

        renewed = database.write(lambda unit: unit.claims.renew(claim))

        assert renewed is not None
        assert renewed.until > claim.until
        assert (renewed.item, renewed.token) == (claim.item, claim.token)
        assert take(database, desk=OTHER_DESK) == []

    def test_a_desk_that_was_cut_off_keeps_what_nobody_took(self, database: Database) -> None:
        put(database, an_item())
        claim = take_one(database, lease_seconds=OVER)
        assert database.write(lambda unit: unit.claims.return_expired()) == 1

        database.write(lambda unit: unit.claims.renew(claim))

        assert take(database, desk=OTHER_DESK) == []
        database.write(lambda unit: unit.claims.finish(claim))

    def test_work_that_is_done_needs_no_lease(self, database: Database) -> None:
        put(database, an_item())
        claim = take_one(database)
        database.write(lambda unit: unit.claims.finish(claim))

        assert database.write(lambda unit: unit.claims.renew(claim)) is None
        assert take(database, desk=OTHER_DESK) == []

    def test_what_is_given_back_goes_to_the_next_one(self, database: Database) -> None:
        item = an_item()
        put(database, item)
        claim = take_one(database)

        database.write(lambda unit: unit.claims.give_back(claim))

        with pytest.raises(StaleClaimError):
            database.write(lambda unit: unit.claims.renew(claim))
        assert ids(take(database, desk=OTHER_DESK)) == [item.id]

    def test_what_is_put_off_comes_back_when_it_is_due(self, database: Database) -> None:
        item = an_item()
        put(database, item)
        claim = take_one(database)

        database.write(lambda unit: unit.claims.give_back(claim, due_at=ago(hours=-1)))

        assert take(database) == []

    def test_what_a_dead_desk_had_is_given_back(self, database: Database) -> None:
        mine, theirs, done = an_item(), an_item(WorkKind.DIAL), an_item(WorkKind.DISPATCH)
        put(database, mine, theirs, done)
        take_one(database)
        take_one(database, kind=WorkKind.DIAL, desk=OTHER_DESK)
        finished = take_one(database, kind=WorkKind.DISPATCH)
        database.write(lambda unit: unit.claims.finish(finished))

        assert database.write(lambda unit: unit.claims.return_from(DESK)) == 1

        assert ids(take(database, desk=OTHER_DESK)) == [mine.id]
        assert take(database, WorkKind.DIAL) == []
        assert take(database, WorkKind.DISPATCH) == []

    def test_only_leases_that_ran_out_are_returned(self, database: Database) -> None:
        forgotten, held = an_item(), an_item(WorkKind.DIAL)
        put(database, forgotten, held)
        take_one(database, lease_seconds=OVER)
        take_one(database, kind=WorkKind.DIAL)

        assert database.write(lambda unit: unit.claims.return_expired()) == 1
        assert database.write(lambda unit: unit.claims.return_expired()) == 0

    def test_work_that_is_not_wanted_any_more_is_withdrawn(self, database: Database) -> None:
        item, other = an_item(), an_item()
        put(database, item, other)

        database.write(lambda unit: unit.claims.withdraw(WorkKind.CALLBACK, item.subject_id))
        database.write(lambda unit: unit.claims.withdraw(WorkKind.DIAL, other.subject_id))

        assert ids(take(database, most=9)) == [other.id]

    def test_withdrawing_what_somebody_has_does_not_disturb_them(self, database: Database) -> None:
        item = an_item()
        put(database, item)
        claim = take_one(database)

        database.write(lambda unit: unit.claims.withdraw(WorkKind.CALLBACK, item.subject_id))

        database.write(lambda unit: unit.claims.finish(claim))

    def test_what_waits_is_counted_as_it_would_be_handed_out(self, database: Database) -> None:
        put(
            database,
            an_item(),
            an_item(reserved_for=OTHER_AGENT),
            an_item(due_at=ago(hours=-1)),
            an_item(WorkKind.DIAL),
        )

        def waiting(agent: AgentId) -> int:
            return database.read(
                lambda unit: unit.claims.waiting(WorkKind.CALLBACK, agent_id=agent)
            )

        assert (waiting(AGENT), waiting(OTHER_AGENT)) == (1, 2)
        take_one(database)
        assert (waiting(AGENT), waiting(OTHER_AGENT)) == (0, 1)

    def test_a_unit_of_work_that_fails_has_claimed_nothing(self, database: Database) -> None:
        item = an_item()
        put(database, item)

        def work(unit: object) -> None:
            unit.claims.take(  # type: ignore[attr-defined]
                WorkKind.CALLBACK, desk_id=DESK, agent_id=AGENT
            )
            raise ValueError("broken")

        with pytest.raises(ValueError, match="broken"):
            database.write(work)

        assert take_one(database).token == 1
