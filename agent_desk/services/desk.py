"""One desk: its services in the order in which they start; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from agent_desk.domain.article_command import ArticleCommand
from agent_desk.domain.call_rules import NO_RULES, CallRules
from agent_desk.domain.command import CustomerCommand, OrderCommand, TicketCommand
from agent_desk.domain.errors import StorageError
from agent_desk.domain.identifiers import AgentId, DeskId, new_uuid7
from agent_desk.domain.loop_command import AcknowledgeEscalation, ClaimCommand
from agent_desk.domain.presence import Seat
from agent_desk.domain.rights import Person, Right
from agent_desk.domain.verification_rules import BUILT_IN_RULES, VerificationRules
from agent_desk.ports.change_feed import ChangeFeed
from agent_desk.ports.clock import Clock
from agent_desk.ports.content_folder import ContentFolder
from agent_desk.ports.credentials import Credentials
from agent_desk.ports.dialled_numbers import DialledNumbers
from agent_desk.ports.exchange_line import ExchangeLine
from agent_desk.ports.journal import Journal
from agent_desk.ports.line_probe import LineProbe
from agent_desk.ports.line_trace import LineTrace
from agent_desk.ports.local_cache import LocalCache
from agent_desk.ports.media import Media
from agent_desk.ports.number_places import NumberPlaces
from agent_desk.ports.sheet_writer import SheetWriter
from agent_desk.ports.storage import Storage
from agent_desk.ports.switch import Switch
from agent_desk.ports.text_writer import TextWriter
from agent_desk.services.access import Access
from agent_desk.services.agent_session import AgentSession
from agent_desk.services.announcing_storage import AnnouncingStorage
from agent_desk.services.attachments import Attachments
from agent_desk.services.auto_answer import AutoAnswer
from agent_desk.services.call_control import CallControl
from agent_desk.services.call_sound import CallSound
from agent_desk.services.cards import Cards
from agent_desk.services.catalogue import CatalogueReader
from agent_desk.services.change_watch import ChangeWatch
from agent_desk.services.claims import Claims
from agent_desk.services.colleagues import Colleagues
from agent_desk.services.commands import Commands
from agent_desk.services.conflicts import Conflicts
from agent_desk.services.customers import Customers
from agent_desk.services.dispatch_board import DispatchBoard
from agent_desk.services.drafts import Drafts
from agent_desk.services.escalation_list import EscalationList
from agent_desk.services.event_bus import EventBus
from agent_desk.services.exports import Exports
from agent_desk.services.interactions import Interactions
from agent_desk.services.job_sheets import JobSheets
from agent_desk.services.knowledge import Knowledge
from agent_desk.services.known_lists import KnownLists
from agent_desk.services.last_known import LastKnownLists
from agent_desk.services.late_sign_in import LateSignIn
from agent_desk.services.likely_customers import LikelyCustomers
from agent_desk.services.line_check import LineCheck
from agent_desk.services.line_passwords import LinePasswords
from agent_desk.services.line_status import LineStatus
from agent_desk.services.order_answers import OrderAnswers
from agent_desk.services.order_stories import OrderStories
from agent_desk.services.outbox import Outbox
from agent_desk.services.presence import Presence
from agent_desk.services.recorder import Recorder
from agent_desk.services.redial import Redial
from agent_desk.services.rerouting import Rerouting
from agent_desk.services.rights_watch import RightsWatch
from agent_desk.services.routing import Routing
from agent_desk.services.screen_pop import ScreenPop
from agent_desk.services.service_levels import ServiceLevels
from agent_desk.services.settlement import Settlement
from agent_desk.services.sip_trace import SipTrace
from agent_desk.services.stored_service_log import StoredServiceLog
from agent_desk.services.tickets import Tickets
from agent_desk.services.verifications import Verifications
from agent_desk.services.wallboard import Wallboard
from agent_desk.services.work_orders import WorkOrders

_log = logging.getLogger(__name__)

RECONCILE_SECONDS = 5.0
"""Pause between two comparisons with the switch's truth, in seconds of real time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPorts:
    """The adapters that a desk stands on.

    cache: None where no card may be kept here. feed: None where nobody else writes. places: where
    numbers belong, None where regions are told by addresses and area codes alone. sheets: None
    where no files are written. contents: the folder of the attachments, None where the database
    has them. line: the account at a real exchange, None where calls are simulated. trace: its
    messages, None for the same. credentials: the system's keyring, and probe: tries accounts; None
    where no account can be set. texts: None where no files are written. dialled: numbers for
    redial, None to forget them with the desk.
    """

    switch: Switch
    media: Media
    storage: Storage
    journal: Journal
    clock: Clock
    cache: LocalCache | None = None
    feed: ChangeFeed | None = None
    places: NumberPlaces | None = None
    sheets: SheetWriter | None = None
    contents: ContentFolder | None = None
    line: ExchangeLine | None = None
    trace: LineTrace | None = None
    credentials: Credentials | None = None
    probe: LineProbe | None = None
    texts: TextWriter | None = None
    dialled: DialledNumbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskProfile:
    """Who sits at the desk and how it reads numbers (region: ISO 3166-1).

    person: who signed in; None at a desk without sign-in, whose agent may do everybody's work.
    verification: when customers are called back, and how often an order may be hurried.
    call_rules: what the desk does by itself in calls of certain queues.
    """

    agent_id: AgentId
    region: str
    repeat_window: timedelta = timedelta(days=7)
    agent_name: str = ""
    person: Person | None = None
    verification: VerificationRules = BUILT_IN_RULES
    call_rules: CallRules = NO_RULES


class Companion(Protocol):
    """What runs beside a desk, such as the other side of a demo."""

    async def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """End, and leave nothing running."""
        ...


class Desk:
    """All services of one desk."""

    def __init__(
        self, *, ports: DeskPorts, profile: DeskProfile, late_sign_in: LateSignIn | None = None
    ) -> None:
        """Wire the services; nothing runs before ``start``.

        late_sign_in: looks for the server of a desk that opens without it.
        """
        self.bus = EventBus()
        self.profile = profile
        self.late_sign_in = late_sign_in
        self.changes = None if ports.feed is None else ChangeWatch(feed=ports.feed, bus=self.bus)
        self.exports = None if ports.sheets is None else Exports(writer=ports.sheets)
        self._ports = ports = replace(ports, storage=self._announced(ports.storage))
        self.access = (
            Access.without_sign_in(profile.agent_id, profile.agent_name)
            if profile.person is None
            else Access(profile.person)
        )
        self.recorder = Recorder(storage=ports.storage, journal=ports.journal, bus=self.bus)
        self.calls = CallControl(
            switch=ports.switch,
            media=ports.media,
            bus=self.bus,
            region=profile.region,
            access=self.access,
            keeps_pace=self.keeps_pace,
        )
        self.agent = AgentSession(
            switch=ports.switch,
            bus=self.bus,
            recorder=self.recorder,
            clock=ports.clock,
            access=self.access,
        )
        self.commands = Commands(
            clock=ports.clock, agent_id=profile.agent_id, region=profile.region
        )
        self.cards = Cards(
            storage=ports.storage,
            cache=ports.cache,
            clock=ports.clock,
            region=profile.region,
            kept=lambda: self.outbox.kept,
            access=self.access,
        )
        self._wire_telephone(ports, profile)
        self._wire_records(ports, profile)
        self.outbox = Outbox(
            journal=ports.journal,
            recorder=self.recorder,
            bus=self.bus,
            clock=ports.clock,
            appliers={
                TicketCommand: self.tickets.apply,
                CustomerCommand: self.customers.apply,
                OrderCommand: self.orders.apply,
                ClaimCommand: self.settlement.apply,
                ArticleCommand: self.knowledge.apply,
                AcknowledgeEscalation: lambda command: self.service_levels.apply(command),
            },
            access=self.access,
        )
        self.drafts = Drafts(journal=ports.journal, bus=self.bus)
        self.wallboard = Wallboard(switch=ports.switch, bus=self.bus)
        self.conflicts = Conflicts(storage=ports.storage, access=self.access)
        self.colleagues = Colleagues(
            storage=ports.storage, known={profile.agent_id: profile.agent_name}
        )
        self._wire_floor(ports, profile)
        self._companions: list[Companion] = []
        self._running = AsyncExitStack()
        self._stops_one_by_one = asyncio.Lock()

    def _wire_telephone(self, ports: DeskPorts, profile: DeskProfile) -> None:
        self.sound = CallSound(
            media=ports.media,
            calls=self.calls,
            bus=self.bus,
            recorder=self.recorder,
            agent_id=profile.agent_id,
            rules=profile.call_rules,
        )
        self.auto_answer = AutoAnswer(
            calls=self.calls, bus=self.bus, clock=ports.clock, rules=profile.call_rules
        )
        self.line = LineStatus(line=ports.line, bus=self.bus)
        self.redial = Redial(kept=ports.dialled, bus=self.bus)
        self.sip_trace = SipTrace(trace=ports.trace, writer=ports.texts)
        self.line_passwords: LinePasswords | None = None
        self.line_check: LineCheck | None = None
        if ports.credentials is not None:
            self.line_passwords = LinePasswords(credentials=ports.credentials)
        if self.line_passwords is not None and ports.probe is not None:
            self.line_check = LineCheck(
                probe=ports.probe,
                passwords=self.line_passwords,
                bus=self.bus,
                media=ports.media,
                line=ports.line,
            )

    def _wire_records(self, ports: DeskPorts, profile: DeskProfile) -> None:
        self.interactions = Interactions(
            calls=self.calls,
            recorder=self.recorder,
            bus=self.bus,
            clock=ports.clock,
            agent_id=profile.agent_id,
            region=profile.region,
        )
        self.screen_pop = ScreenPop(
            storage=ports.storage,
            cards=self.cards,
            calls=self.calls,
            bus=self.bus,
            clock=ports.clock,
            region=profile.region,
        )
        self.customers = Customers(
            storage=ports.storage,
            clock=ports.clock,
            access=self.access,
            region=profile.region,
            commands=self.commands,
            cards=self.cards,
        )
        self.routing = Routing(
            storage=ports.storage, clock=ports.clock, access=self.access, places=ports.places
        )
        self.orders = WorkOrders(
            storage=ports.storage,
            bus=self.bus,
            clock=ports.clock,
            access=self.access,
            commands=self.commands,
            rules=profile.verification,
            routing=self.routing,
        )
        self.board = DispatchBoard(
            storage=ports.storage,
            access=self.access,
            deadline=lambda order_id: self.service_levels.deadline(order_id),
        )
        self.rights_watch = RightsWatch(
            storage=ports.storage,
            bus=self.bus,
            clock=ports.clock,
            access=self.access,
            barred=self._forget_cards,
        )
        self.rerouting = Rerouting(bus=self.bus, access=self.access, orders=self.orders)
        self.settlement = Settlement(
            storage=ports.storage, bus=self.bus, clock=ports.clock, access=self.access
        )
        self.attachments = Attachments(
            storage=ports.storage,
            bus=self.bus,
            clock=ports.clock,
            access=self.access,
            folder=ports.contents,
        )
        self.order_stories = OrderStories(storage=ports.storage, access=self.access)
        self.job_sheets = JobSheets(
            storage=ports.storage, access=self.access, stories=self.order_stories
        )
        self.knowledge = Knowledge(
            storage=ports.storage, bus=self.bus, clock=ports.clock, access=self.access
        )
        self.tickets = Tickets(
            storage=ports.storage,
            bus=self.bus,
            clock=ports.clock,
            access=self.access,
            commands=self.commands,
            repeat_window=profile.repeat_window,
            routing=self.routing,
            catalogue=CatalogueReader(storage=ports.storage, cache=ports.cache),
        )

    def _wire_floor(self, ports: DeskPorts, profile: DeskProfile) -> None:
        # Of this run: a desk that died and one that came back are two to the others.
        desk_id = DeskId(new_uuid7(ports.clock.now()))
        self.presence = Presence(
            storage=ports.storage,
            bus=self.bus,
            clock=ports.clock,
            agent=self.agent,
            calls=self.calls,
            seat=Seat(desk_id=desk_id, agent_name=profile.agent_name or profile.agent_id),
            access=self.access,
        )
        self.claims = Claims(
            storage=ports.storage, bus=self.bus, access=self.access, desk_id=desk_id
        )
        self.order_answers = OrderAnswers(
            storage=ports.storage,
            access=self.access,
            limits=profile.verification.reminders,
            deadline=lambda order_id: self.service_levels.deadline(order_id),
        )
        self.verifications = Verifications(
            storage=ports.storage,
            bus=self.bus,
            access=self.access,
            claims=self.claims,
            opened_at=ports.clock.now(),
        )
        self.last_known = LastKnownLists(cache=ports.cache, clock=ports.clock, access=self.access)
        self.lists = KnownLists(
            last_known=self.last_known,
            tickets=self.tickets,
            verifications=self.verifications,
            orders=self.orders,
            board=self.board,
        )
        self.service_levels = ServiceLevels(
            log=StoredServiceLog(storage=ports.storage, access=self.access, clock=ports.clock),
            bus=self.bus,
            clock=ports.clock,
            access=self.access,
        )
        self.escalations = EscalationList(
            storage=ports.storage, levels=self.service_levels, access=self.access
        )

    def _announced(self, storage: Storage) -> Storage:
        """Return ``storage``, telling the other desks of every write where there are any."""
        if self.changes is None:
            return storage
        return AnnouncingStorage(
            inner=storage,
            before_commit=self.changes.note_own,
            after_commit=self.changes.announce,
        )

    @property
    def clock(self) -> Clock:
        """The desk's clock, which a simulation may run faster than the wall."""
        return self._ports.clock

    @property
    def keeps_pace(self) -> bool:
        """Whether the desk's clock is this machine's: real calls have no other."""
        return self._ports.line is not None

    def accompany(self, companion: Companion) -> None:
        """Let ``companion`` run whenever this desk runs: begin after it, end before it."""
        self._companions.append(companion)

    async def start(self) -> None:
        """Open journal and database, close what a crash left open, then take calls.

        Raises StorageError when the database or the journal cannot be used; nothing stays open.
        """
        async with AsyncExitStack() as running:
            await self._start(running)
            self._running = running.pop_all()

    async def stop(self) -> None:
        """End calls, write what is left, and release everything, in the opposite order.

        A part that fails to stop hinders no other; stopping twice changes nothing, and the second
        caller too returns only when everything is released.
        """
        async with self._stops_one_by_one:
            await self._running.aclose()

    async def _start(self, running: AsyncExitStack) -> None:
        await self._ports.journal.open()
        running.push_async_callback(self._ports.journal.close)
        await self._ports.storage.open()
        running.push_async_callback(self._ports.storage.close)
        await self.recorder.start()
        running.push_async_callback(self.recorder.stop)
        await self.outbox.start()
        running.push_async_callback(self.outbox.stop)
        self.rerouting.start()
        running.push_async_callback(self.rerouting.stop)
        if self.changes is not None:
            await self.changes.start()
            running.push_async_callback(self.changes.stop)
        await self._open_cache(running)
        takes_calls = self.access.may(Right.TAKE_CALLS)
        if takes_calls:
            if self.late_sign_in is None:
                await self._end_leftovers()
            self.calls.start()
            running.callback(self.calls.stop)
            self.sound.start()
            running.push_async_callback(self.sound.stop)
            self.line.start()
            running.callback(self.line.stop)
            await self.redial.start()
            running.push_async_callback(self.redial.stop)
        # Also where nobody follows the calls: a simulated switch moves the desk's clock.
        await self._ports.switch.start()
        running.push_async_callback(self._ports.switch.stop)
        if takes_calls:
            await self._follow_calls(running)
        if self.line_check is not None:
            running.push_async_callback(self.line_check.cancel)
        await self.claims.start()
        running.push_async_callback(self.claims.stop)
        await self.presence.start()
        running.push_async_callback(self.presence.stop)
        await self.service_levels.start()
        running.push_async_callback(self.service_levels.stop)
        if self.profile.person is not None:
            await self.rights_watch.start()
            running.push_async_callback(self.rights_watch.stop)
        if self.late_sign_in is not None:
            await self.late_sign_in.start(
                self.bus, admitted=self._admitted, barred=self._forget_cards
            )
            running.push_async_callback(self.late_sign_in.stop)
        for companion in self._companions:
            await companion.start()
            running.push_async_callback(companion.stop)

    async def _follow_calls(self, running: AsyncExitStack) -> None:
        running.push_async_callback(self.screen_pop.stop)
        self.auto_answer.start()
        running.push_async_callback(self.auto_answer.stop)
        await self.wallboard.start()
        running.push_async_callback(self.wallboard.stop)
        reconciling = asyncio.create_task(self._reconcile(), name="reconcile")
        running.push_async_callback(_cancelled, reconciling)

    async def _open_cache(self, running: AsyncExitStack) -> None:
        """Keep cards and lists for bad times; a desk without them is a desk all the same."""
        cache = self._ports.cache
        if cache is None:
            return
        try:
            await cache.open()
        except StorageError as error:
            _log.warning("no cards are kept on this machine: %s", error)
            return
        running.push_async_callback(cache.close)
        await self.last_known.start()
        running.push_async_callback(self.last_known.stop)
        if self.access.may(Right.SEE_CUSTOMERS):
            await self._keep_likely_customers(cache, running)

    async def _keep_likely_customers(self, cache: LocalCache, running: AsyncExitStack) -> None:
        ports = self._ports
        likely = LikelyCustomers(
            storage=ports.storage,
            cache=cache,
            cards=self.cards,
            clock=ports.clock,
            agent_id=self.profile.agent_id,
            region=self.profile.region,
        )
        await likely.start()
        running.push_async_callback(likely.stop)

    async def _admitted(self, person: Person) -> None:
        """Go on as everybody whose server was there from the start."""
        self.access.change(person)
        self.recorder.look_again()
        if not self.access.may(Right.TAKE_CALLS):
            return
        try:
            await self._end_leftovers()
        except StorageError as error:
            _log.warning("calls of a former run are ended at the next start: %s", error)

    async def _forget_cards(self) -> None:
        """Take cards and lists away from somebody whom the server does not let in any more."""
        await self.last_known.forget()
        if self._ports.cache is None:
            return
        try:
            await self._ports.cache.evict(0)
        except StorageError as error:
            _log.warning("kept cards are still here: %s", error)

    async def _end_leftovers(self) -> None:
        """End the calls of a former run, once its spooled events are in the database."""
        await self.recorder.settled()
        if self.recorder.spooled:
            _log.warning("calls of a former run are ended at the next start")
            return
        ended = await self.interactions.close_leftovers(self._ports.storage)
        if ended:
            _log.info("ended the records of %d calls of a former run", ended)

    async def _reconcile(self) -> None:
        while True:
            await asyncio.sleep(RECONCILE_SECONDS)
            self.calls.reconcile()


async def _cancelled(task: asyncio.Task[None]) -> None:
    """Return once ``task`` has ended."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
