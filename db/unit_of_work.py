"""All repositories over one connection; used on the thread that runs the work."""

from __future__ import annotations

from sqlalchemy import Connection

from db.repositories.articles import SqlArticleRepository
from db.repositories.attachments import SqlAttachmentRepository
from db.repositories.board import SqlBoardRepository
from db.repositories.calendars import SqlCalendarRepository
from db.repositories.catalogue import SqlCatalogue
from db.repositories.claims import SqlClaimRepository
from db.repositories.commands import SqlCommandRepository
from db.repositories.counters import NumberSource
from db.repositories.customers import SqlCustomerRepository
from db.repositories.event_log import SqlEventLog
from db.repositories.interactions import SqlInteractionRepository
from db.repositories.order_claims import SqlOrderClaimRepository
from db.repositories.order_messages import SqlOrderMessageRepository
from db.repositories.people import SqlPeopleRepository
from db.repositories.presence import SqlPresenceRepository
from db.repositories.products import SqlProductRepository
from db.repositories.routing_book import SqlRoutingBook
from db.repositories.service_records import SqlServiceRecordRepository
from db.repositories.tickets import SqlTicketRepository
from db.repositories.work_orders import SqlWorkOrderRepository


class SqlUnitOfWork:
    """``ports.storage.UnitOfWork``; whoever made it begins and commits."""

    def __init__(self, connection: Connection, *, numbers: NumberSource, calling_code: str) -> None:
        """Work on ``connection``; ``numbers`` gives readable numbers, ``calling_code`` "86"."""
        self._customers = SqlCustomerRepository(connection, calling_code=calling_code)
        self._products = SqlProductRepository(connection)
        self._interactions = SqlInteractionRepository(connection)
        self._tickets = SqlTicketRepository(connection, numbers=numbers)
        self._orders = SqlWorkOrderRepository(connection, numbers=numbers)
        self._board = SqlBoardRepository(connection)
        self._order_messages = SqlOrderMessageRepository(connection)
        self._service_records = SqlServiceRecordRepository(connection)
        self._order_claims = SqlOrderClaimRepository(connection)
        self._events = SqlEventLog(connection)
        self._commands = SqlCommandRepository(connection)
        self._catalogue = SqlCatalogue(connection)
        self._calendars = SqlCalendarRepository(connection)
        self._presence = SqlPresenceRepository(connection)
        self._claims = SqlClaimRepository(connection)
        self._routing = SqlRoutingBook(connection)
        self._people = SqlPeopleRepository(connection)
        self._articles = SqlArticleRepository(connection)
        self._attachments = SqlAttachmentRepository(connection)

    @property
    def customers(self) -> SqlCustomerRepository:
        """Customers."""
        return self._customers

    @property
    def products(self) -> SqlProductRepository:
        """Products and the contracts that cover them."""
        return self._products

    @property
    def interactions(self) -> SqlInteractionRepository:
        """Records of calls."""
        return self._interactions

    @property
    def tickets(self) -> SqlTicketRepository:
        """Tickets."""
        return self._tickets

    @property
    def orders(self) -> SqlWorkOrderRepository:
        """Work orders."""
        return self._orders

    @property
    def board(self) -> SqlBoardRepository:
        """Open orders for the dispatcher's board."""
        return self._board

    @property
    def order_messages(self) -> SqlOrderMessageRepository:
        """What is said about work orders."""
        return self._order_messages

    @property
    def service_records(self) -> SqlServiceRecordRepository:
        """What service clocks are reckoned from."""
        return self._service_records

    @property
    def order_claims(self) -> SqlOrderClaimRepository:
        """Claims of work orders."""
        return self._order_claims

    @property
    def events(self) -> SqlEventLog:
        """The append-only log."""
        return self._events

    @property
    def commands(self) -> SqlCommandRepository:
        """Which commands were applied."""
        return self._commands

    @property
    def catalogue(self) -> SqlCatalogue:
        """Categories and departments."""
        return self._catalogue

    @property
    def calendars(self) -> SqlCalendarRepository:
        """Working calendars."""
        return self._calendars

    @property
    def presence(self) -> SqlPresenceRepository:
        """Which desks are there."""
        return self._presence

    @property
    def routing(self) -> SqlRoutingBook:
        """Routing rules, and whom orders can go to."""
        return self._routing

    @property
    def people(self) -> SqlPeopleRepository:
        """Who may sign in."""
        return self._people

    @property
    def claims(self) -> SqlClaimRepository:
        """Work that is handed out once."""
        return self._claims

    @property
    def articles(self) -> SqlArticleRepository:
        """The knowledge base."""
        return self._articles

    @property
    def attachments(self) -> SqlAttachmentRepository:
        """Files of work orders."""
        return self._attachments
