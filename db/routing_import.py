"""Stores routing rules, regions and dealers that a file describes; the caller's thread.

One short transaction: orders are sent by the former rules or by the new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.routing_file import RoutingFile, read_routing
from agent_desk.ports.routing_book import Rulebook
from db.bulk_transaction import Place, bulk_connection, writing
from db.repositories.calendars import SqlCalendarRepository
from db.repositories.catalogue import SqlCatalogue
from db.repositories.routing_book import SqlRoutingBook
from db.service_import import BY_COMMAND

_WHO = text("SELECT session_user")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingImport:
    """What was stored. version: of the rules that hold now, the former one without new rules."""

    assignees: int
    regions: int
    rules: int
    version: int


def import_routing(
    place: Place, path: Path, *, now: datetime, password: str | None = None
) -> RoutingImport:
    """Let what the TOML file at ``path`` describes hold from now on, all of it or nothing.

    Regions and rules replace those that are there, where the file has any. place: the path of an
    SQLite file, or the URL of a PostgreSQL database and its ``password``. Raises
    ConfigurationError, StorageError, for a server also SignInError and RightsError.
    """
    with bulk_connection(place, password=password) as connection, writing(connection):
        book = SqlRoutingBook(connection)
        found = read_routing(
            path,
            book.world(),
            categories=SqlCatalogue(connection).categories(),
            calendars=SqlCalendarRepository(connection).all(),
        )
        on_server = connection.dialect.name != "sqlite"
        by = str(connection.execute(_WHO).scalar_one()) if on_server else BY_COMMAND
        return _stored(book, found, by=AgentId(by), at=now)


def _stored(
    book: SqlRoutingBook, found: RoutingFile, *, by: AgentId, at: datetime
) -> RoutingImport:
    book.keep_assignees(found.assignees)
    if found.regions.codes:
        book.keep_regions(found.regions.all())
    version = book.rulebook().version
    if found.rules:
        version = book.save(Rulebook(rules=found.rules, version=version), by=by, at=at).version
    return RoutingImport(
        assignees=len(found.assignees),
        regions=len(found.regions.codes),
        rules=len(found.rules),
        version=version,
    )
