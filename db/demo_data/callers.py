"""Who may call in a demo: numbers of stored customers; runs in the caller's thread."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select

from agent_desk.domain.customer import ContactKind, Tier
from agent_desk.domain.errors import InputError
from db.engine import BUSY_TIMEOUT_SECONDS, reading_engine
from db.error_translation import translating
from db.schema import inspect, require_reachable
from db.statement_types import AnySelect
from db.tables import contact_points, customers


class DemoCaller(NamedTuple):
    """A customer who may ring: number in E.164, name, tier, language (BCP 47)."""

    number: str
    name: str
    tier: Tier
    language: str


def demo_callers(storage_path: Path, limit: int) -> list[DemoCaller]:
    """Return up to ``limit`` customers with their primary number, oldest record first.

    In demo data these are the named ones. Raises StorageError, InputError for a limit below 1.
    """
    query = _query(limit)
    with translating(storage_path, waited_seconds=BUSY_TIMEOUT_SECONDS):
        require_reachable(storage_path)
        found = inspect(storage_path, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
        if found.revision is None:
            # Begun and not finished: the disk was full, or the program was killed just then.
            return []
        return _found(reading_engine(storage_path), query)


def server_callers(url: str, *, password: str | None, limit: int) -> list[DemoCaller]:
    """Return the same from the server at ``url``.

    Raises StorageError, RightsError for a person who may not see customers, and InputError.
    """
    from db import postgres_engine
    from db.postgres_errors import translating as translating_server

    with translating_server(url):
        engine = postgres_engine.reading_engine(
            url, password=password, timeout_seconds=BUSY_TIMEOUT_SECONDS
        )
        return _found(engine, _query(limit))


def _query(limit: int) -> AnySelect:
    if limit < 1:
        raise InputError(field="limit", value=limit, accepted="a whole number from 1")
    return (
        select(contact_points.c.value, customers.c.name, customers.c.tier, customers.c.language)
        .join(contact_points, contact_points.c.customer_id == customers.c.id)
        .where(contact_points.c.kind == ContactKind.PHONE, contact_points.c.is_primary)
        .order_by(customers.c.id)
        .limit(limit)
    )


def _found(engine: Engine, query: AnySelect) -> list[DemoCaller]:
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [DemoCaller(row.value, row.name, Tier(row.tier), row.language) for row in rows]
