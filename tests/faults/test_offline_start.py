"""A desk that opens while its server is away, works, and is let in or refused when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import pytest

from agent_desk.bootstrap.reach import Reached, offline_sign_in, reach
from agent_desk.domain.call_events import CallEvent
from agent_desk.domain.customer import CustomerCard, NewCustomer
from agent_desk.domain.errors import (
    DisabledPersonError,
    OfflinePasswordError,
    RightsError,
    ServerAwayError,
    SignInError,
)
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.rights import Role
from agent_desk.domain.sign_in import SignInForm
from agent_desk.domain.ticket import TicketForm
from agent_desk.services import late_sign_in, recorder
from agent_desk.services.change_watch import SharedRecordsReloadEvent
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.services.late_sign_in import SignInState, SignInStateChangedEvent
from agent_desk.services.outbox import Kept
from agent_desk.services.recorder import StorageStateChangedEvent
from agent_desk.services.screen_pop import PopMatchedEvent
from agent_desk.services.sign_in import SignIn
from db.access.server_people import ServerPeople
from db.journal import FileJournal
from db.local_cache import FileLocalCache
from db.server_address import parse_server_address
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_credentials import MemoryCredentials
from tests.fakes.scripted_switch import ScriptedSwitch
from tests.faults.audit import column, effects
from tests.faults.station import PAUSE_SECONDS, WAIT_SECONDS
from tests.servers.fixtures import Floor
from tests.servers.proxy import Proxy
from tests.unit.services.bench import Seen

pytestmark = pytest.mark.expected_logs("database away", "without its server", "refuses who opened")

NUMBER = "+8613800138000"
PASSWORD = "correct horse battery"
OTHER_PASSWORD = "another horse battery"


_ENDED = "SELECT ended_at IS NOT NULL FROM interactions ORDER BY call_id"
_CALL_EVENTS = "SELECT kind FROM event_log WHERE stream = 'CALL' ORDER BY seq"


@dataclass
class Machine:
    """One agent's machine: what lies on its disk, and the way from it to the server."""

    floor: Floor
    proxy: Proxy
    folder: Path
    login: str
    days: int = 14
    seen: Seen = field(default_factory=Seen)
    switch: ScriptedSwitch = field(init=False)
    desk: Desk = field(init=False)

    @property
    def server(self) -> str:
        return f"postgresql://127.0.0.1:{self.proxy.port}/{self.floor.name}"

    async def reached(self, password: str = PASSWORD) -> Reached:
        """Sign in as the program does."""
        return await reach(
            SignInForm(server=self.server, login=self.login, password=password),
            region="CN",
            sign_in=SignIn(credentials=MemoryCredentials()),
            offline=offline_sign_in(self.folder / "offline.json", self.days),
        )

    async def opened(self, password: str = PASSWORD) -> Desk:
        """Return the running desk of who signed in, on this machine's journal and cards."""
        reached = await self.reached(password)
        clock = ManualClock()
        self.seen, self.switch = Seen(), ScriptedSwitch(clock=clock)
        self.desk = Desk(
            ports=DeskPorts(
                switch=self.switch,
                media=self.switch.media,
                storage=reached.storage,
                journal=FileJournal(path=self.folder / "journal.sqlite"),
                clock=clock,
                cache=FileLocalCache(path=self.folder / "cards.sqlite"),
                feed=reached.feed,
            ),
            profile=DeskProfile(agent_id=reached.person.login, region="CN", person=reached.person),
            late_sign_in=reached.late_sign_in,
        )
        self.desk.bus.subscribe(object, self.seen.add)
        await self.desk.start()
        return self.desk

    def people(self) -> AbstractContextManager[ServerPeople]:
        """Return the administrator's way to the people, past the proxy."""
        address = parse_server_address(self.floor.url)
        return ServerPeople.connected(address, password=self.floor.password)

    def state(self) -> SignInState:
        late = self.desk.late_sign_in
        assert late is not None
        return late.now.state

    async def until(self, state: SignInState) -> SignInStateChangedEvent:
        """Return the event by which the desk came into ``state``."""
        count = 1
        while (event := await self.seen.nth(SignInStateChangedEvent, count)).state is not state:
            count += 1
        return event

    async def saved(self) -> None:
        """Return when nothing is kept here any more."""
        async with asyncio.timeout(WAIT_SECONDS):
            while self.desk.outbox.kept or self.desk.recorder.spooled:
                await asyncio.sleep(PAUSE_SECONDS)
            await self.desk.recorder.settled()

    async def customer(self) -> CustomerCard:
        """Let somebody be known to this machine: created, shown, and kept with the catalogue."""
        desk = await self.opened()
        card = await desk.customers.create(NewCustomer(name="王芳 Wang Fang", number=NUMBER))
        await desk.tickets.categories()
        await desk.lists.my_tickets()
        cache = FileLocalCache(path=self.folder / "cards.sqlite")
        await cache.open()
        async with asyncio.timeout(WAIT_SECONDS):
            while await cache.get(card.customer.id) is None:
                await asyncio.sleep(PAUSE_SECONDS)
        await cache.close()
        await desk.stop()
        return card

    async def served(self, customer: CustomerCard) -> CallId:
        """Serve one call from ring to disposition; its ticket and its end are kept here."""
        desk = self.desk
        await desk.agent.log_on()
        await desk.agent.ready()
        call_id = self.switch.ring("c-1", NUMBER, queue="support")
        popped = await self.seen.nth(PopMatchedEvent)
        assert popped.from_here
        assert popped.card is not None
        assert popped.card.customer.id == customer.customer.id
        await desk.calls.answer_call(call_id)
        leaf = next(c for c in await desk.tickets.categories() if c.name == "Refund")
        form = TicketForm(
            customer_id=customer.customer.id, category_id=leaf.id, subject="Refund of order 88"
        )
        command = desk.commands.log_ticket(form, desk.interactions.of_call(call_id))
        assert isinstance(await desk.outbox.submit(command), Kept)
        desk.interactions.link_ticket(call_id, command.ticket_id)
        await desk.calls.clear_connection(call_id)
        desk.interactions.dispose(call_id, Disposition.RESOLVED)
        await desk.recorder.settled()
        return call_id


@pytest.fixture
def machine(floor: Floor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine whose agent the floor knows."""
    monkeypatch.setattr(late_sign_in, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(late_sign_in, "LONGEST_PAUSE_SECONDS", 0.2)
    monkeypatch.setattr(recorder, "RETRY_SECONDS", 0.2)
    with Proxy(server=floor.server.port) as proxy:
        # Login roles belong to the whole cluster.
        login = f"offline.{uuid4().hex[:12]}"
        made = Machine(floor=floor, proxy=proxy, folder=tmp_path, login=login)
        with made.people() as people:
            people.add(login, name="Li Ming", roles=[Role.AGENT], password=PASSWORD)
        yield made


@pytest.fixture
async def away(machine: Machine) -> AsyncIterator[CustomerCard]:
    """The server is away, the desk was opened without it, and a known customer was served."""
    customer = await machine.customer()
    machine.proxy.refuse()
    await machine.opened()
    await machine.served(customer)
    yield customer
    await machine.desk.stop()


async def test_what_was_done_without_the_server_is_there_once_when_it_is_back(
    machine: Machine, away: CustomerCard
) -> None:
    desk = machine.desk
    assert machine.state() is SignInState.AWAY
    assert (await desk.lists.my_tickets()).as_of is not None
    assert (await machine.seen.nth(StorageStateChangedEvent)).error is not None

    machine.proxy.accept()
    await machine.until(SignInState.SIGNED_IN)
    await machine.saved()
    assert (await machine.seen.nth(StorageStateChangedEvent, 2)).error is None

    assert effects(machine.floor) == {"ticket Refund of order 88": 1}
    assert column(machine.floor, "SELECT disposition FROM interactions") == ["RESOLVED"]
    assert column(machine.floor, "SELECT count(*) FROM interactions WHERE ticket_id IS NULL") == [0]
    told = [type(event).__name__.removesuffix("Event") for event in machine.seen.all(CallEvent)]
    assert column(machine.floor, _CALL_EVENTS) == told
    await machine.seen.nth(SharedRecordsReloadEvent)
    listed = await desk.lists.my_tickets()
    assert (listed.as_of, len(listed.value.tickets)) == (None, 0)
    found = await desk.customers.search("wang fang")
    assert [hit.customer_id for hit in found] == [away.customer.id]


async def test_a_call_that_goes_on_while_the_server_comes_back_is_not_ended(
    machine: Machine, away: CustomerCard
) -> None:
    desk = machine.desk
    machine.switch.wrap_up_ends()
    call_id = machine.switch.ring("c-2", NUMBER, queue="support")
    await desk.calls.answer_call(call_id)

    machine.proxy.accept()
    await machine.until(SignInState.SIGNED_IN)
    late = desk.late_sign_in
    assert late is not None
    await late.again(PASSWORD)
    await machine.saved()

    assert column(machine.floor, _ENDED) == [True, False]
    assert away.customer.id == desk.interactions.of_call(call_id).customer_id


async def test_calls_of_a_former_run_are_ended_once_the_server_is_back(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await machine.customer()
    former = replace(machine, folder=machine.folder / "former", seen=Seen())
    await former.opened()
    await former.desk.agent.log_on()
    await former.desk.agent.ready()
    await former.desk.calls.answer_call(former.switch.ring("c-0", NUMBER, queue="support"))
    await former.desk.recorder.settled()
    machine.proxy.refuse()
    # Only who is told that the server is back looks before that.
    monkeypatch.setattr(recorder, "RETRY_SECONDS", 2 * WAIT_SECONDS)
    await machine.opened()
    await machine.desk.agent.log_on()
    await machine.desk.recorder.settled()
    assert machine.desk.recorder.spooled

    machine.proxy.accept()
    await machine.until(SignInState.SIGNED_IN)
    late = machine.desk.late_sign_in
    assert late is not None
    await late.again(PASSWORD)
    await machine.saved()

    assert column(machine.floor, _ENDED) == [True]
    await machine.desk.stop()
    await former.desk.stop()


async def test_the_customers_kept_here_are_found_by_name_and_number(
    machine: Machine, away: CustomerCard
) -> None:
    for query in ("wang", "王芳", "138 0013"):
        hits = await machine.desk.cards.search_here(query)
        assert [hit.customer_id for hit in hits] == [away.customer.id]
    with pytest.raises(ServerAwayError):
        await machine.desk.customers.search("wang")


@pytest.mark.usefixtures("away")
async def test_who_was_disabled_meanwhile_is_refused_and_their_work_is_kept(
    machine: Machine,
) -> None:
    with machine.people() as people:
        people.disable(machine.login)
    machine.proxy.accept()

    refused = await machine.until(SignInState.REFUSED)

    assert isinstance(refused.error, DisabledPersonError | RightsError)
    assert len(machine.desk.outbox.kept) == 1
    assert await machine.desk.cards.search_here("wang") == ()
    assert effects(machine.floor) == {}
    machine.proxy.refuse()
    with pytest.raises(ServerAwayError) as unknown:
        await machine.reached()
    assert type(unknown.value) is ServerAwayError


@pytest.mark.usefixtures("away")
async def test_a_changed_password_is_asked_for_and_everything_is_saved(machine: Machine) -> None:
    with machine.people() as people:
        people.change_password(machine.login, OTHER_PASSWORD)
    machine.proxy.accept()
    refused = await machine.until(SignInState.REFUSED)
    assert type(refused.error) is SignInError
    late = machine.desk.late_sign_in
    assert late is not None

    with pytest.raises(SignInError):
        await late.again("wrong horse battery")
    assert machine.state() is SignInState.REFUSED
    await late.again(OTHER_PASSWORD)

    assert machine.state() is SignInState.SIGNED_IN
    await machine.saved()
    assert effects(machine.floor) == {"ticket Refund of order 88": 1}
    machine.proxy.refuse()
    with pytest.raises(OfflinePasswordError):
        await machine.reached(PASSWORD)
    assert (await machine.reached(OTHER_PASSWORD)).person.login == machine.login


@pytest.mark.usefixtures("away")
async def test_an_answer_during_the_second_sign_in_that_never_comes_is_waited_for(
    machine: Machine,
) -> None:
    with machine.people() as people:
        people.change_password(machine.login, OTHER_PASSWORD)
    machine.proxy.accept()
    await machine.until(SignInState.REFUSED)
    late = machine.desk.late_sign_in
    assert late is not None
    machine.proxy.refuse()

    with pytest.raises(ServerAwayError):
        await late.again(OTHER_PASSWORD)
    assert machine.state() is SignInState.AWAY
    machine.proxy.accept()

    await machine.until(SignInState.SIGNED_IN)


async def test_who_never_signed_in_here_needs_the_server(machine: Machine) -> None:
    machine.proxy.refuse()

    with pytest.raises(ServerAwayError) as refused:
        await machine.reached()
    assert type(refused.value) is ServerAwayError


async def test_the_server_alone_decides_when_it_answers(machine: Machine) -> None:
    await (await machine.reached()).storage.close()
    with machine.people() as people:
        people.change_password(machine.login, OTHER_PASSWORD)

    with pytest.raises(SignInError):
        await machine.reached(PASSWORD)
    machine.proxy.refuse()

    with pytest.raises(ServerAwayError) as refused:
        await machine.reached(PASSWORD)
    assert type(refused.value) is ServerAwayError


async def test_a_server_that_hangs_is_away(machine: Machine) -> None:
    await (await machine.reached()).storage.close()
    machine.proxy.hang()

    reached = await machine.reached()

    assert reached.late_sign_in is not None
    assert reached.person.roles == {Role.AGENT}


async def test_a_site_can_forbid_it(machine: Machine) -> None:
    await (await machine.reached()).storage.close()
    machine.days = 0
    machine.proxy.refuse()
    with pytest.raises(ServerAwayError):
        await machine.reached()
    machine.proxy.accept()

    await (await machine.reached()).storage.close()

    assert list(machine.folder.glob("offline*")) == []
