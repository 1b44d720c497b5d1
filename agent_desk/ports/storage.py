"""The shared database as services use it: short units of work over repositories."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from agent_desk.domain.attachment import Attachment
from agent_desk.domain.board import BoardOrder
from agent_desk.domain.claim import LEASE_SECONDS, Claim, WorkItem, WorkKind
from agent_desk.domain.claim_list import ClaimFilter
from agent_desk.domain.command import AppliedCommand
from agent_desk.domain.customer import (
    ContactPoint,
    Customer,
    CustomerCard,
    CustomerChanges,
    Note,
    SearchHit,
    TimelineEntry,
    TimelineKind,
)
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import (
    AgentId,
    AttachmentId,
    CallId,
    CategoryId,
    ClaimId,
    CommandId,
    CompanyId,
    ContractId,
    CustomerId,
    DepartmentId,
    DeskId,
    InteractionId,
    PhoneNumber,
    ProductId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.job_sheet import CustomerSite
from agent_desk.domain.matching import CallerHit
from agent_desk.domain.money import Money
from agent_desk.domain.order_message import OrderMessage
from agent_desk.domain.presence import BeatAnswer, DeskPresence, DeskReport, Floor, Outlook
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.rights import Person
from agent_desk.domain.service_contract import ServiceContract
from agent_desk.domain.service_history import (
    EVERY_ORDER,
    NO_CALENDARS,
    OrderHistory,
    OrderScope,
    ServiceBook,
)
from agent_desk.domain.settlement import ClaimKind, ClaimState, OrderClaim
from agent_desk.domain.ticket import Category, Department, Ticket
from agent_desk.domain.verification import VerificationAttempt
from agent_desk.domain.work_order import WorkOrder, WorkOrderLine, WorkOrderState
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar
from agent_desk.ports.articles import ArticleRepository
from agent_desk.ports.routing_book import RoutingBook

T = TypeVar("T")

MAX_PAGE = 200
"""Longest page of any list, in rows: longer ones stall the other threads."""


class CustomerRepository(Protocol):
    """Customers with their contact points, notes and products."""

    def find_callers(self, number: PhoneNumber | None, suffix: str) -> Sequence[CallerHit]:
        """Return whom the number may belong to: exact first, else by suffix or in a note.

        At most 2 * matching.MAX_CANDIDATES. A suffix of fewer than 7 digits matches nobody.
        """
        ...

    def get(self, customer_id: CustomerId) -> Customer:
        """Return the customer; raises NotFoundError."""
        ...

    def site_of(self, customer_id: CustomerId) -> CustomerSite:
        """Return where the customer is, as an order's department may know; raises NotFoundError."""
        ...

    def card(self, customer_id: CustomerId, *, now: datetime, rows: int = 50) -> CustomerCard:
        """Return the whole card with the newest ``rows`` of the timeline; raises NotFoundError."""
        ...

    def timeline(
        self,
        customer_id: CustomerId,
        *,
        kinds: frozenset[TimelineKind] | None = None,
        offset: int = 0,
        rows: int = MAX_PAGE,
    ) -> Sequence[TimelineEntry]:
        """Return one page of the timeline, newest first, of all kinds when None."""
        ...

    def count_timeline(
        self, customer_id: CustomerId, kinds: frozenset[TimelineKind] | None = None
    ) -> int:
        """Return how many rows `timeline` has in all for the same ``kinds``."""
        ...

    def search(self, query: str, *, rows: int = 20) -> Sequence[SearchHit]:
        """Return customers and tickets for what is typed: name, characters, pinyin, number."""
        ...

    def company_named(self, name: str) -> CompanyId | None:
        """Return the company of exactly that name, None when there is none."""
        ...

    def add_company(self, company_id: CompanyId, name: str, city: str = "") -> None:
        """Store a new company."""
        ...

    def add(self, customer: Customer, contact_points: Iterable[ContactPoint]) -> None:
        """Store a new customer."""
        ...

    def change(self, changes: CustomerChanges, company_id: CompanyId | None, pinyin: str) -> None:
        """Save edited fields; raises StaleVersionError or NotFoundError."""
        ...

    def add_contact_point(self, contact_point: ContactPoint) -> None:
        """Store a further number or address; storing the same value again changes nothing."""
        ...

    def add_note(self, note: Note) -> None:
        """Store a note."""
        ...

    def number_of(self, customer_id: CustomerId) -> str:
        """Return the number to call, the primary one first; ``""`` when there is none."""
        ...


class InteractionRepository(Protocol):
    """Records of calls."""

    def save(self, interaction: Interaction) -> None:
        """Store the record, replacing an earlier state of the same id."""
        ...

    def get(self, interaction_id: InteractionId) -> Interaction:
        """Return the record; raises NotFoundError."""
        ...

    def recent(self, agent_id: AgentId, *, rows: int = 50) -> Sequence[Interaction]:
        """Return the agent's newest calls first, for redial and missed calls."""
        ...

    def unfinished(self, agent_id: AgentId, *, for_update: bool = False) -> Sequence[Interaction]:
        """Return records without an end, left behind when a desk died.

        ``for_update``: nobody else changes them before this unit of work ends.
        """
        ...

    def link(
        self,
        interaction_id: InteractionId,
        *,
        customer_id: CustomerId,
        ticket_id: TicketId | None = None,
    ) -> None:
        """Fill in whom and what the call was about, where the record is there and lacks it.

        For what was stored after the record: until then it could not name it.
        """
        ...


class TicketRepository(Protocol):
    """Tickets."""

    def next_number(self) -> int:
        """Return the next readable ticket number; used up even when the unit of work fails."""
        ...

    def add(self, ticket: Ticket) -> None:
        """Store a new ticket."""
        ...

    def get(self, ticket_id: TicketId) -> Ticket:
        """Return the ticket; raises NotFoundError."""
        ...

    def save(self, ticket: Ticket) -> Ticket:
        """Save the change and return it with the next version; raises StaleVersionError.

        ``ticket.version`` must be the stored one.
        """
        ...

    def unfinished_of(
        self, customer_id: CustomerId, category_id: CategoryId | None = None
    ) -> Sequence[Ticket]:
        """Return the customer's unfinished tickets, newest first, of one category or all."""
        ...

    def claimed_since(
        self, customer_id: CustomerId, category_id: CategoryId, since: datetime
    ) -> Sequence[Ticket]:
        """Return tickets with a claimed, not withdrawn FCR resolved at or after ``since``."""
        ...

    def owned_by(self, agent_id: AgentId, *, rows: int = MAX_PAGE) -> Sequence[Ticket]:
        """Return the agent's unfinished tickets: to verify first, then by follow-up, age."""
        ...

    def save_complaint(self, ticket: Ticket) -> None:
        """Save what makes ``ticket`` a complaint; `save` leaves it as it is.

        ComplainedAboutError when whom it is about owns or settles it.
        """
        ...

    def complaints(self, *, rows: int = MAX_PAGE) -> Sequence[Ticket]:
        """Return unfinished complaints of everybody, the answer that is due first before others."""
        ...


class WorkOrderRepository(Protocol):
    """Work orders."""

    def next_number(self) -> int:
        """Return the next readable order number."""
        ...

    def add(self, order: WorkOrder) -> None:
        """Store a new order."""
        ...

    def get(self, order_id: WorkOrderId) -> WorkOrder:
        """Return the order; raises NotFoundError."""
        ...

    def save(self, order: WorkOrder) -> WorkOrder:
        """Save the change and return it with the next version; raises StaleVersionError."""
        ...

    def keep_report(self, order: WorkOrder) -> None:
        """Store the lines of the order's newest report, beside its row which `save` stores."""
        ...

    def add_attempt(self, attempt: VerificationAttempt) -> None:
        """Store an attempt; ClosingGateError for a call that was counted already."""
        ...

    def attempts(self, order_id: WorkOrderId) -> Sequence[VerificationAttempt]:
        """Return the attempts of all rounds, oldest first."""
        ...

    def of_ticket(self, ticket_id: TicketId) -> Sequence[WorkOrder]:
        """Return a ticket's orders, newest first."""
        ...

    def lines(
        self,
        *,
        states: frozenset[WorkOrderState],
        department_id: DepartmentId | None = None,
        owner: AgentId | None = None,
        rows: int = MAX_PAGE,
    ) -> Sequence[WorkOrderLine]:
        """Return orders as lists show them, most urgent then oldest first."""
        ...

    def lines_of(self, order_ids: Collection[WorkOrderId]) -> Sequence[WorkOrderLine]:
        """Return these orders as lists show them, whatever their state, in the order of `lines`.

        At most MAX_PAGE.
        """
        ...

    def unreached(self, *, days: int) -> Sequence[WorkOrderId]:
        """Return orders to verify whose customers were called in vain on that many days.

        Days of the present round; at most MAX_PAGE.
        """
        ...


class OrderMessageRepository(Protocol):
    """What is said about orders while others work on them."""

    def add(self, message: OrderMessage) -> None:
        """Store a message; StaleVersionError when another one has its ordinal."""
        ...

    def of_order(self, order_id: WorkOrderId) -> Sequence[OrderMessage]:
        """Return an order's messages, oldest first."""
        ...


class BoardRepository(Protocol):
    """Open orders for the dispatcher's board."""

    def open_orders(self, *, department_id: DepartmentId | None = None) -> Sequence[BoardOrder]:
        """Return every open order, of one department or of all, in any order.

        The one read without a limit: a board misses no order. It is fetched MAX_PAGE rows at a
        time, so that no other thread stands still meanwhile.
        """
        ...

    def some(
        self, ids: Collection[WorkOrderId], *, department_id: DepartmentId | None = None
    ) -> Sequence[BoardOrder]:
        """Return those of ``ids``, at most MAX_PAGE, that are open orders, of that department."""
        ...


class ServiceRecordRepository(Protocol):
    """What service clocks are reckoned from."""

    def followed(self, scope: OrderScope, *, ended_since: datetime) -> Sequence[WorkOrderId]:
        """Return the orders that are under way, or ended since then; the newest first."""
        ...

    def histories(
        self,
        orders: Collection[WorkOrderId],
        scope: OrderScope = EVERY_ORDER,
        hours: Mapping[DepartmentId, CalendarId] = NO_CALENDARS,
    ) -> Mapping[WorkOrderId, OrderHistory]:
        """Return what happened to each of ``orders``; those outside ``scope`` are left out.

        hours: of departments and dealers. A moment that changes nothing for a clock is left out.
        Asked for some hundreds at once.
        """
        ...

    def book(self) -> ServiceBook:
        """Return the targets that hold now, and whose hours are known."""
        ...

    def keep_policy(self, tables: Mapping[str, Any], *, by: str, at: datetime) -> int:
        """Let the policy of a file's ``tables`` hold from now on; return its version."""
        ...


class ProductRepository(Protocol):
    """What customers have, and the contracts that cover it."""

    def get(self, product_id: ProductId) -> OwnedProduct:
        """Return the product with its contract; raises NotFoundError."""
        ...

    def add(self, product: OwnedProduct) -> None:
        """Store a new product; its contract is stored already."""
        ...

    def save(self, product: OwnedProduct) -> OwnedProduct:
        """Save the change and return it with the next version; raises StaleVersionError."""
        ...

    def contract(self, contract_id: ContractId) -> ServiceContract:
        """Return the contract; raises NotFoundError."""
        ...

    def add_contract(self, contract: ServiceContract) -> None:
        """Store a new contract."""
        ...

    def save_contract(self, contract: ServiceContract) -> ServiceContract:
        """Save the change and return it with the next version; raises StaleVersionError."""
        ...


class OrderClaimRepository(Protocol):
    """What dealers claim and what suppliers owe."""

    def add(self, claim: OrderClaim) -> None:
        """Store a new claim; one kind of claim for each report of an order."""
        ...

    def get(self, claim_id: ClaimId) -> OrderClaim:
        """Return the claim; raises NotFoundError."""
        ...

    def save(self, claim: OrderClaim) -> OrderClaim:
        """Save the change and return it with the next version; raises StaleVersionError.

        ApprovalError for two approvals of one person.
        """
        ...

    def of_order(self, order_id: WorkOrderId) -> Sequence[OrderClaim]:
        """Return an order's claims, oldest first."""
        ...

    def lines(
        self, wanted: ClaimFilter, *, after: OrderClaim | None = None, rows: int = MAX_PAGE
    ) -> Sequence[OrderClaim]:
        """Return a page of the claims that are ``wanted``, oldest first, those after ``after``."""
        ...

    def totals(
        self, *, department_id: DepartmentId | None = None
    ) -> Mapping[tuple[ClaimKind, ClaimState], Sequence[Money]]:
        """Return what is claimed, by kind and state: one sum for each currency."""
        ...


class AttachmentRepository(Protocol):
    """Files of work orders; none is ever changed."""

    def add_chunk(
        self, attachment_id: AttachmentId, added_by: AgentId, position: int, content: bytes
    ) -> None:
        """Store a piece, from 0, of what is being uploaded; one that is there already stays."""
        ...

    def drop_chunks(self, attachment_id: AttachmentId, added_by: AgentId) -> None:
        """Take away the pieces of an upload that was given up; those of an attachment stay."""
        ...

    def add(self, attachment: Attachment) -> None:
        """Store it; from now on it can be seen. Raises ContentMissingError while pieces miss."""
        ...

    def get(self, attachment_id: AttachmentId) -> Attachment:
        """Return the attachment; raises NotFoundError."""
        ...

    def find(self, attachment_id: AttachmentId) -> Attachment | None:
        """Return the attachment, None while there is none."""
        ...

    def of_order(self, order_id: WorkOrderId) -> Sequence[Attachment]:
        """Return an order's, oldest first, also those that are void."""
        ...

    def chunk(self, attachment: Attachment, position: int) -> bytes:
        """Return a piece, from 0; raises ContentMissingError."""
        ...

    def withdraw(
        self, attachment_id: AttachmentId, *, by: AgentId, at: datetime, reason: str
    ) -> None:
        """Mark it as void; one that is void already stays as it was marked."""
        ...


class EventLog(Protocol):
    """The append-only log."""

    def append(self, events: Iterable[LoggedEvent]) -> None:
        """Store events; one whose id is stored already changes nothing."""
        ...

    def appended(self) -> Sequence[LoggedEvent]:
        """Return what this unit of work has appended so far, in order."""
        ...

    def of(self, stream: Stream, stream_id: str) -> Sequence[LoggedEvent]:
        """Return the events of one stream in the order in which they were stored."""
        ...

    def last_before(self, stream: Stream, stream_id: str, at: datetime) -> LoggedEvent | None:
        """Return the newest event of one stream that happened before ``at``, None for none."""
        ...


class CommandRepository(Protocol):
    """Which commands were applied; written in the transaction of their effect."""

    def applied(self, command_id: CommandId) -> AppliedCommand | None:
        """Return what is known of a command that was applied, None when it was not."""
        ...

    def record(self, command: AppliedCommand) -> None:
        """Say that the command was applied; StorageError when that was said before."""
        ...


class Catalogue(Protocol):
    """Lists that rarely change."""

    def categories(self) -> Sequence[Category]:
        """Return the category tree in display order, parents before children."""
        ...

    def departments(self) -> Sequence[Department]:
        """Return all departments in display order."""
        ...


class CalendarRepository(Protocol):
    """Working calendars, by which service levels and dealers' hours are reckoned."""

    def all(self) -> Mapping[CalendarId, WorkingCalendar]:
        """Return every calendar by its id."""
        ...

    def put(self, calendars: Iterable[WorkingCalendar]) -> None:
        """Store ``calendars``, each in place of one with the same id."""
        ...


class PresenceRepository(Protocol):
    """Which desks are there; every time is the database's."""

    def report(self, report: DeskReport) -> BeatAnswer:
        """Store what a desk says of itself, which is a heartbeat too."""
        ...

    def beat(self, desk_id: DeskId) -> BeatAnswer:
        """Store a sign of life; an unknown desk changes nothing and is told so."""
        ...

    def outlook(self) -> Outlook:
        """Return how many desks this login sees, and how many of them nobody has closed yet.

        It reads all of them: on a large floor not every desk may ask at every beat.
        """
        ...

    def floor(self) -> Floor:
        """Return the desks that are there, or gone for less than presence.SHOWN_SECONDS.

        At most presence.MAX_DESKS.
        """
        ...

    def leave(self, desk_id: DeskId) -> None:
        """Take a desk that stops from the floor; an unknown one changes nothing."""
        ...

    def close_gone(self) -> Sequence[DeskPresence]:
        """Return desks that fell silent for whoever asks first to close; each is given once.

        Also those that left: whatever they could not finish is found. One that comes back may
        be given once more later.
        """
        ...

    def calls_of(self, agent_id: AgentId) -> frozenset[CallId]:
        """Return the calls that living desks of the agent have."""
        ...


class ClaimRepository(Protocol):
    """Work that is handed out to one desk at a time; leases run by the database's clock.

    `renew`, `finish` and `give_back` raise StaleClaimError when the item was given back or handed
    out once more since ``claim``, or does not exist.
    """

    def put(self, item: WorkItem, *, at: datetime) -> None:
        """Store work that came up ``at``; an id that is stored already changes nothing."""
        ...

    def withdraw(self, kind: WorkKind, subject_id: str) -> None:
        """Finish the waiting items about a record: the work is done or not wanted any more."""
        ...

    def take(
        self,
        kind: WorkKind,
        *,
        desk_id: DeskId,
        agent_id: AgentId,
        most: int = 1,
        lease_seconds: float = LEASE_SECONDS,
    ) -> Sequence[Claim]:
        """Hand out up to ``most`` due items: by priority, then due time, then age.

        Those that nobody has or whose lease ran out; what is reserved for another agent only
        when it is claim.RESERVED_SECONDS late or, where it has an open_at, from then on while
        that agent is at no desk. Never waits for another desk's take.
        """
        ...

    def take_about(
        self,
        kind: WorkKind,
        subject_id: str,
        *,
        desk_id: DeskId,
        agent_id: AgentId,
        lease_seconds: float = LEASE_SECONDS,
    ) -> Claim | None:
        """Hand out what waits about one record, due or not; None when the agent may not have it.

        Also None when another desk has it. The same desk gets what it has once more.
        """
        ...

    def about(self, kind: WorkKind, subject_id: str) -> WorkItem | None:
        """Return what waits about a record, in somebody's hands or not; None for nothing."""
        ...

    def handed(self, kind: WorkKind, *, agent_id: AgentId) -> Sequence[str]:
        """Return the records whose waiting work was handed out last to this agent.

        At most MAX_PAGE.
        """
        ...

    def postpone(
        self, kind: WorkKind, subject_id: str, *, due_at: datetime, open_at: datetime | None
    ) -> None:
        """Let what waits about a record wait until ``due_at``; whoever has it has it no more."""
        ...

    def renew(self, claim: Claim, *, lease_seconds: float = LEASE_SECONDS) -> Claim | None:
        """Return the claim with a new end of its lease; None when the work is done meanwhile.

        A lease that ran out while nobody took the item is as good as new.
        """
        ...

    def finish(self, claim: Claim) -> None:
        """Say that the work is done; doing so twice changes nothing."""
        ...

    def give_back(self, claim: Claim, *, due_at: datetime | None = None) -> None:
        """Let somebody else have the item, at once or not before ``due_at``; ends the claim."""
        ...

    def return_from(self, desk_id: DeskId) -> int:
        """Give back everything that a dead desk had; return how many items."""
        ...

    def return_expired(self) -> int:
        """Give back what desks forgot to renew; return how many items."""
        ...

    def waiting(self, kind: WorkKind, *, agent_id: AgentId, of_others: bool = False) -> int:
        """Return how many items `take` would hand out to the agent now, at most MAX_PAGE.

        of_others: only those that are reserved for somebody else, who did not come.
        """
        ...


class PeopleRepository(Protocol):
    """Who may sign in, and what each of them may do."""

    def sign_in(self, login: AgentId, password: str) -> Person:
        """Return who signed in; takes a good part of a second, so that guessing takes years.

        Raises SignInError, DisabledPersonError, and RightsError for somebody without any role. A
        server has checked the password with the connection; there ``password`` is not looked at.
        """
        ...

    def get(self, login: AgentId) -> Person:
        """Return the person; raises NotFoundError."""
        ...

    def all(self) -> Sequence[Person]:
        """Return everybody by login, the disabled ones too."""
        ...

    def names(self, logins: Collection[str]) -> Mapping[str, str]:
        """Return what people call those of ``logins`` whose name is known and may be seen.

        Who has no row among the people, as at desks without sign-in, is known by the desk where
        they sat last.
        """
        ...

    def of_others(self, department_id: DepartmentId) -> frozenset[str]:
        """Return the logins of those who belong to another department or dealer.

        As far as they may be seen: a server shows a department or dealer nobody else.
        """
        ...


class UnitOfWork(Protocol):
    """One transaction over all repositories; valid only inside the function it is given to."""

    @property
    def customers(self) -> CustomerRepository:
        """Customers."""
        ...

    @property
    def products(self) -> ProductRepository:
        """Products and the contracts that cover them."""
        ...

    @property
    def interactions(self) -> InteractionRepository:
        """Records of calls."""
        ...

    @property
    def tickets(self) -> TicketRepository:
        """Tickets."""
        ...

    @property
    def orders(self) -> WorkOrderRepository:
        """Work orders."""
        ...

    @property
    def board(self) -> BoardRepository:
        """Open orders for the dispatcher's board."""
        ...

    @property
    def order_messages(self) -> OrderMessageRepository:
        """What is said about work orders."""
        ...

    @property
    def service_records(self) -> ServiceRecordRepository:
        """What service clocks are reckoned from."""
        ...

    @property
    def order_claims(self) -> OrderClaimRepository:
        """Claims of work orders."""
        ...

    @property
    def events(self) -> EventLog:
        """The append-only log."""
        ...

    @property
    def commands(self) -> CommandRepository:
        """Which commands were applied."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """Categories and departments."""
        ...

    @property
    def calendars(self) -> CalendarRepository:
        """Working calendars."""
        ...

    @property
    def presence(self) -> PresenceRepository:
        """Which desks are there."""
        ...

    @property
    def routing(self) -> RoutingBook:
        """Routing rules, and whom orders can go to."""
        ...

    @property
    def people(self) -> PeopleRepository:
        """Who may sign in."""
        ...

    @property
    def claims(self) -> ClaimRepository:
        """Work that is handed out once."""
        ...

    @property
    def articles(self) -> ArticleRepository:
        """The knowledge base."""
        ...

    @property
    def attachments(self) -> AttachmentRepository:
        """Files of work orders."""
        ...


class Storage(Protocol):
    """The database; called on `desk-loop`, works on the `db` executor.

    ``read`` and ``write`` raise the errors of the domain's StorageError branch, and whatever
    domain error the work raises; a failed ``write`` has changed nothing, except that nobody knows
    after CommitUnknownError. Reads see committed data only and never wait for a writer.
    """

    async def open(self) -> None:
        """Open and check the database; raises StorageError, and from a server RightsError.

        An older file is migrated; an older server refuses until its administrator has done so.
        """
        ...

    async def close(self) -> None:
        """Finish what is running and release the database."""
        ...

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        """Return what ``work`` returns; DatabaseTimeoutError when it takes longer."""
        ...

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, commit, and return what it returned."""
        ...
