"""A desk on a file with people: who signs in, what they may do, and what stays on the machine."""

from __future__ import annotations

import shutil
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_desk.bootstrap import desk as bootstrap
from agent_desk.bootstrap.desk import DeskPlan, open_desk
from agent_desk.bootstrap.own_files import own_file
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import (
    DisabledPersonError,
    InputError,
    NotFoundError,
    RightsError,
    SignInError,
)
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Role
from agent_desk.domain.sign_in import SignInForm
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.work_order import WorkOrderLine, WorkOrderState
from agent_desk.services.desk import Desk
from agent_desk.services.sign_in import SignIn
from agent_desk.settings import Places, Settings, usual_places
from db.access.users import open_people
from tests.fakes.desk_file import new_desk_file
from tests.fakes.memory_credentials import MemoryCredentials

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"
AGENT, WORKSHOP, LOGISTICS, GONE = "li", "workshop", "logistics", "gone"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> MemoryCredentials:
    """A keyring of the test's own behind the desk's sign-in."""
    made = MemoryCredentials()
    monkeypatch.setattr(bootstrap, "_sign_in", lambda: SignIn(credentials=made))
    return made


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that knows four people, as `agent-desk-cli user add` makes them."""
    path = new_desk_file(tmp_path_factory.mktemp("staffed"))
    with open_people(str(path)) as people:
        for login, role, department in (
            (AGENT, Role.AGENT, ""),
            (WORKSHOP, Role.DEPARTMENT, "Field service"),
            (LOGISTICS, Role.DEALER, "Logistics"),
            (GONE, Role.AGENT, ""),
        ):
            people.add(login, name=login, roles=[role], department=department, password=PASSWORD)
        people.disable(GONE)
    return path


@pytest.fixture
def places(tmp_path: Path, staffed: Path, credentials: MemoryCredentials) -> Places:
    """A machine with a copy of that file."""
    places = usual_places(base=tmp_path / "desk")
    places.database.parent.mkdir(parents=True)
    shutil.copyfile(staffed, places.database)
    return places


def plan_of(places: Places, **settings: object) -> DeskPlan:
    chosen = Settings(**settings)  # type: ignore[arg-type]
    return DeskPlan(settings=chosen, places=places, starts_at=NOW)


async def opened(places: Places, login: str, password: str = PASSWORD) -> Desk:
    form = SignInForm(server=str(places.database), login=login, password=password)
    return await open_desk(plan_of(places), form=form)


async def raised(desk: Desk, category: str = "Line fault on site") -> WorkOrderLine:
    """Return the order of a new ticket."""
    card = await desk.customers.create(NewCustomer(name="王伟", number="+8613800138000"))
    tree = await desk.tickets.categories()
    form = TicketForm(
        customer_id=card.customer.id,
        category_id=next(each.id for each in tree if each.name == category),
        subject="line is dead",
        resolution=Resolution.WORK_ORDER,
    )
    ticket = await desk.tickets.log(form, None)
    return next(x for x in await desk.orders.lines() if x.order.ticket_id == ticket.id)


def test_a_file_asks_who_sits_here_once_somebody_was_added(places: Places, tmp_path: Path) -> None:
    offer = bootstrap._sign_in_offer(plan_of(places))
    assert offer is not None
    assert offer.form.server == str(places.database)

    (tmp_path / "other").mkdir()
    alone = usual_places(base=tmp_path / "other")
    alone.database.parent.mkdir(parents=True, exist_ok=True)
    new_desk_file(tmp_path).rename(alone.database)
    assert bootstrap._sign_in_offer(plan_of(alone)) is None


async def test_the_right_password_opens_the_desk_of_that_person(places: Places) -> None:
    desk = await opened(places, AGENT)
    try:
        assert desk.access.person.roles == {Role.AGENT}
        assert desk.profile.agent_id == AGENT
        await desk.agent.log_on()
    finally:
        await desk.stop()


async def test_a_wrong_password_says_so_and_nothing_stays_locked(places: Places) -> None:
    with pytest.raises(SignInError) as refused:
        await opened(places, AGENT, "wrong horse")
    assert refused.value.details["login"] == AGENT
    with open_people(str(places.database)) as people:
        assert people.all()

    desk = await opened(places, AGENT)
    await desk.stop()


async def test_who_is_disabled_is_told_so(places: Places) -> None:
    with pytest.raises(DisabledPersonError):
        await opened(places, GONE)

    desk = await opened(places, AGENT)
    await desk.stop()


async def test_a_file_with_people_opens_for_nobody_unnamed(places: Places) -> None:
    """Whoever asked for the people while the file was locked was told of nobody."""
    with pytest.raises(InputError) as refused:
        await open_desk(plan_of(places))
    assert refused.value.details["field"] == "login"

    desk = await opened(places, AGENT)
    await desk.stop()


async def test_each_does_their_own_part_of_an_order(places: Places) -> None:
    async with AsyncExitStack() as desks:
        agent = await opened(places, AGENT)
        desks.push_async_callback(agent.stop)
        order = (await raised(agent)).order
        with pytest.raises(RightsError):
            await agent.orders.accept(order.id, order.version)
    async with AsyncExitStack() as desks:
        rival = await opened(places, LOGISTICS)
        desks.push_async_callback(rival.stop)
        assert await rival.orders.lines(department_id=order.department_id) == []
        with pytest.raises(NotFoundError):
            await rival.orders.get(order.id)
        with pytest.raises(NotFoundError):
            await rival.orders.accept(order.id, order.version)
        with pytest.raises(RightsError):
            await rival.customers.card(order.customer_id)
    async with AsyncExitStack() as desks:
        workshop = await opened(places, WORKSHOP)
        desks.push_async_callback(workshop.stop)
        assert [line.order.id for line in await workshop.orders.lines()] == [order.id]
        accepted = await workshop.orders.accept(order.id, order.version)
        assert accepted.state is WorkOrderState.ACCEPTED
        with pytest.raises(RightsError):
            await workshop.orders.cancel(order.id, accepted.version, "no time")


async def test_a_declined_order_can_be_declined_once_more_without_effect(places: Places) -> None:
    """As a kept command is, whose first answer was lost; the order is elsewhere by then."""
    agent = await opened(places, AGENT)
    order = (await raised(agent)).order
    await agent.stop()
    workshop = await opened(places, WORKSHOP)
    try:
        command = workshop.commands.decline_order(order.id, order.version, "no parts")
        first = await workshop.orders.apply(command)
        again = await workshop.orders.apply(command)
    finally:
        await workshop.stop()
    assert first.state is again.state is WorkOrderState.PENDING_DISPATCH
    assert again.version == first.version


async def test_what_somebody_typed_waits_for_them_alone(places: Places) -> None:
    draft = Draft(
        kind=DraftKind.TICKET, key="ticket:1", fields={"subject": "private"}, saved_at=NOW
    )
    agent = await opened(places, AGENT)
    await agent.drafts.save(draft)
    await agent.stop()
    workshop = await opened(places, WORKSHOP)
    assert await workshop.drafts.recover() == []
    await workshop.stop()
    agent = await opened(places, AGENT)
    assert [kept.fields["subject"] for kept in await agent.drafts.recover()] == ["private"]
    await agent.stop()


async def test_cards_are_removed_where_none_are_to_be_kept(places: Places) -> None:
    desk = await opened(places, AGENT)
    await desk.stop()
    shared = places.cache
    assert own_file(shared, AgentId(AGENT), places.database).exists()
    shared.write_bytes(b"of a desk without sign-in")

    form = SignInForm(server=str(places.database), login=WORKSHOP, password=PASSWORD)
    desk = await open_desk(plan_of(places, keep_cards=False), form=form)
    await desk.stop()

    assert not list(shared.parent.glob(f"{shared.stem}*"))
    assert places.database.exists()
