"""A desk that runs learns from the server within seconds what its person may do no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent_desk.domain.errors import RightsError
from agent_desk.domain.rights import Right, Role
from agent_desk.services.rights_watch import RightsChangedEvent
from db.access.server_people import ServerPeople
from db.server_address import parse_server_address
from tests.access.floor import NOW
from tests.access.staff import at_work, desk_at
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor

MOVING = "t_moving"


@pytest.fixture
def people(staffed: Floor) -> Iterator[ServerPeople]:
    """Whoever keeps the people of the floor; a person more is there."""
    address = parse_server_address(staffed.url)
    with ServerPeople.connected(address, password=staffed.password) as people:
        roles = [Role.AGENT, Role.SUPERVISOR]
        people.add(at_work(MOVING), name="Mo", roles=roles, password=staffed.password)
        yield people


async def test_what_is_taken_away_is_offered_no_more(staffed: Floor, people: ServerPeople) -> None:
    async with desk_at(staffed, MOVING, ManualClock(NOW)) as (desk, place):
        assert desk.access.may(Right.REVIEW_REPORTS)

        people.change_roles(at_work(MOVING), [Role.AGENT])

        changed = await place.seen.nth(RightsChangedEvent)
        assert (changed.has_lost, changed.is_barred) == (True, False)
        with pytest.raises(RightsError):
            await desk.orders.to_review()
        people.change_roles(at_work(MOVING), [Role.AGENT, Role.SUPERVISOR])
        given = await place.seen.nth(RightsChangedEvent, 2)
        assert not given.has_lost
        await desk.orders.to_review()

        people.disable(at_work(MOVING))

        barred = await place.seen.nth(RightsChangedEvent, 3)
        assert barred.is_barred
        assert not desk.access.is_acting
