"""A floor with one person of every role and a few records, to be attacked with plain SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from agent_desk.domain.rights import Role
from db.access.server_people import ServerPeople
from db.server_address import parse_server_address
from tests.servers.postgres import PostgresServer

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

AGENT = "t_agent"
COLLEAGUE = "t_agent.two"
SUPERVISOR = "t_supervisor"
CAMPAIGN_MANAGER = "t_campaign"
DEPARTMENT = "t_department"
DEALER = "t_dealer"
RIVAL = "t_dealer-two"
DISPATCHER = "t_dispatcher"
ADMINISTRATOR = "t_administrator"
AUDITOR = "t_auditor"

PEOPLE: Mapping[str, tuple[Role, str]] = {
    AGENT: (Role.AGENT, ""),
    COLLEAGUE: (Role.AGENT, ""),
    SUPERVISOR: (Role.SUPERVISOR, ""),
    CAMPAIGN_MANAGER: (Role.CAMPAIGN_MANAGER, ""),
    DEPARTMENT: (Role.DEPARTMENT, "Field service"),
    DEALER: (Role.DEALER, "Repair centre"),
    RIVAL: (Role.DEALER, "Logistics"),
    DISPATCHER: (Role.DISPATCHER, ""),
    ADMINISTRATOR: (Role.ADMINISTRATOR, ""),
    AUDITOR: (Role.AUDITOR, ""),
}
"""Login to role and department; the second agent and dealer are there to be robbed."""

SUPERUSER = "postgres"
OWNER = "floor_owner"

OUT_HOUSE = (DEPARTMENT, DEALER, RIVAL)
WRITERS = (AGENT, SUPERVISOR, DISPATCHER, DEPARTMENT)


@dataclass(frozen=True, slots=True)
class AccessFloor:
    """A migrated database with `PEOPLE` and the records of `fill`, by name."""

    server: PostgresServer
    name: str
    ids: Mapping[str, str]
    _kept: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)

    @contextmanager
    def acting(self, login: str) -> Iterator[psycopg.Connection[Any]]:
        """Yield a connection of ``login``; everything that is done on it is undone."""
        connection = self._kept.get(login)
        if connection is None:
            connection = self._kept[login] = self.connect(login)
        try:
            yield connection
        finally:
            connection.rollback()

    def connect(self, login: str, **options: Any) -> psycopg.Connection[Any]:
        """Return a new connection of ``login``; who takes it closes it."""
        return psycopg.connect(
            self.server.url(self.name, user=login), password=self.server.password, **options
        )

    def close(self) -> None:
        """Close every connection and remove the database."""
        for connection in self._kept.values():
            connection.close()
        self.server.drop_database(self.name)


def make_floor(server: PostgresServer, template: str) -> AccessFloor:
    """Return a new floor; its people's roles belong to the whole cluster."""
    name = server.create_database(template=template)
    url = server.url(name)
    with ServerPeople.connected(parse_server_address(url), password=server.password) as people:
        for login, (role, department) in PEOPLE.items():
            people.add(
                login, name=login, roles=[role], department=department, password=server.password
            )
    with server.connect(name) as connection:
        return AccessFloor(server, name, fill(connection))


def insert(connection: psycopg.Connection[Any], table: str, row: Mapping[str, Any]) -> None:
    """Insert ``row`` into ``table``."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    connection.execute(statement, tuple(row.values()))


def fill(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Store one case for each of `OUT_HOUSE`, one of nobody's, two calls; return ids by name."""
    departments = dict(connection.execute("SELECT name, id::text FROM departments").fetchall())
    (category,) = connection.execute("SELECT id::text FROM categories LIMIT 1").fetchone() or ("",)
    ids = {"category": category, **{f"department {k}": v for k, v in departments.items()}}
    for number, login in enumerate((*OUT_HOUSE, "nobody"), start=1):
        department = PEOPLE[login][1] if login in PEOPLE else ""
        ids |= _case(connection, login, number, category, departments.get(department))
    for agent in (AGENT, COLLEAGUE):
        for state, ended in (("under way", None), ("finished", NOW)):
            row = a_call(agent) | ({} if ended is None else _FINISHED)
            insert(connection, "interactions", row)
            ids[f"call {state} of {agent}"] = row["id"]
    called = ids[f"call finished of {COLLEAGUE}"]
    attempt = an_attempt(ids[f"order of {DEPARTMENT}"], called, COLLEAGUE)
    insert(connection, "verification_attempts", attempt)
    ids |= _articles(connection, ids[f"ticket of {DEPARTMENT}"])
    # A complaint about the second agent, and an open ticket that could become one.
    insert(connection, "complaints", a_complaint(ids[f"ticket of {DEPARTMENT}"], COLLEAGUE))
    own = a_ticket(ids[f"customer of {DEPARTMENT}"], category, 9100)
    insert(connection, "tickets", own)
    ids["ticket of own"] = own["id"]
    for login in PEOPLE:
        insert(connection, "applied_commands", a_command(login))
        insert(connection, "desk_presence", a_desk(login))
    insert(connection, "desk_presence", a_desk("t_gone", silent=timedelta(days=2)))
    insert(connection, "feed_relays", a_relay())
    insert(connection, "working_calendars", {"name": "office", "document": Jsonb({})})
    insert(connection, "assignees", {"department_id": departments["Field service"]})
    insert(connection, "regions", a_region("010"))
    insert(connection, "rulebooks", a_rulebook(ADMINISTRATOR))
    insert(connection, "service_policies", a_service_policy(ADMINISTRATOR))
    return ids


def _case(
    connection: psycopg.Connection[Any],
    login: str,
    number: int,
    category: str,
    department: str | None,
) -> dict[str, str]:
    """Store customer, ticket and order, the latter with ``department`` or waiting for dispatch."""
    company = {"id": str(uuid4()), "name": f"Company of {login}"}
    customer = a_customer(f"Customer of {login}") | {"company_id": company["id"]}
    ticket = a_ticket(customer["id"], category, 9000 + number) | {"state": "PENDING"}
    contract = a_contract(customer["id"])
    product = a_product(customer["id"]) | {"contract_id": contract["id"]}
    order = an_order(ticket, number) | {
        "product_id": product["id"],
        "state": "ASSIGNED" if department else "PENDING_DISPATCH",
        "department_id": department,
        **({"reports": 1, "report_outcome": "SOLVED"} if department else {}),
    }
    told = {"department_id": department, "reports": "1"} if department else {}
    event = an_event("t_gone", stream="WORK_ORDER", stream_id=order["id"])
    event |= {"kind": "OrderReported", "payload": Jsonb(told)}
    note = a_note(AGENT, customer["id"])
    rows: tuple[tuple[str, dict[str, Any]], ...] = (
        ("companies", company),
        ("customers", customer),
        ("contact_points", a_contact_point(customer["id"], f"+86138000000{number:02}")),
        ("service_contracts", contract),
        ("products", product),
        # No order is about these: nobody outside the house sees them.
        ("service_contracts", a_contract(customer["id"])),
        ("products", a_product(customer["id"])),
        ("notes", note),
        ("note_numbers", a_note_number(note["id"], customer["id"])),
        ("search_texts", {"subject_id": customer["id"], "name": customer["name"].lower()}),
        ("tickets", ticket),
        ("work_orders", order),
        ("event_log", event),
        ("work_items", a_work_item(order["id"])),
    )
    for table, row in rows:
        insert(connection, table, row)
    if department:
        insert(connection, "order_report_items", a_report_item(order["id"]))
        insert(connection, "order_messages", a_message(order["id"], AGENT))
        claim = a_claim(order["id"], department, AGENT)
        insert(connection, "order_claims", claim)
        further = _files(connection, order["id"], login)
    return {
        **({f"further attachment of {login}": further} if department else {}),
        **({f"claim of {login}": claim["id"]} if department else {}),
        f"customer of {login}": customer["id"],
        f"ticket of {login}": ticket["id"],
        f"order of {login}": order["id"],
    }


def _files(connection: psycopg.Connection[Any], order: str, login: str) -> str:
    """Store an attachment that is void and one that counts; return the id of the latter."""
    void, further = an_attachment(order, login), an_attachment(order, login)
    for row in (void, further):
        insert(connection, "attachments", row)
    insert(connection, "attachment_chunks", a_chunk(void["id"], login))
    withdrawal = {
        "attachment_id": void["id"],
        "withdrawn_by": login,
        "withdrawn_at": NOW,
        "reason": "wrong photo",
    }
    insert(connection, "attachment_withdrawals", withdrawal)
    return str(further["id"])


def an_attachment(order_id: str, added_by: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "order_id": order_id,
        "report": 0,
        "name": "pump.jpg",
        "media_type": "image/jpeg",
        "size_bytes": 3,
        "sha256": "0" * 64,
        "place": "DATABASE",
        "added_by": added_by,
        "added_at": NOW,
    }


def a_chunk(attachment_id: str, added_by: str) -> dict[str, Any]:
    return {
        "attachment_id": attachment_id,
        "added_by": added_by,
        "position": 0,
        "content": b"jpg",
    }


def _articles(connection: psycopg.Connection[Any], ticket: str) -> dict[str, str]:
    """Store an article that is published, and one of each writer with a version to be added."""
    published = an_article(COLLEAGUE) | {
        "state": "PUBLISHED",
        "published": 1,
        "reviewer": SUPERVISOR,
    }
    own = {login: an_article(login) | {"number": 2} for login in WRITERS}
    for row in (published, *own.values()):
        insert(connection, "articles", row)
        insert(connection, "article_versions", a_version(row["id"], 1, row["author"]))
    insert(connection, "article_texts", {"article_id": published["id"], "title": "dead line"})
    insert(connection, "article_links", a_link(published["id"], ticket, AGENT))
    insert(connection, "article_ratings", a_rating(published["id"], ticket, AGENT))
    ids = {f"article of {login}": row["id"] for login, row in own.items()}
    return {"article published": published["id"], **ids}


_FINISHED = {
    "outcome": "ANSWERED",
    "answered_at": NOW - timedelta(minutes=3),
    "ended_at": NOW - timedelta(minutes=1),
    "wrap_up_ended_at": NOW,
    "disposition": "RESOLVED",
    "note": "settled",
}


def a_customer(name: str) -> dict[str, Any]:
    return {"id": str(uuid4()), "name": name, "address": "1 Secret Street"}


def a_contact_point(customer_id: str, value: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "customer_id": customer_id,
        "kind": "PHONE",
        "value": value,
        "is_primary": True,
    }


def a_product(customer_id: str) -> dict[str, Any]:
    return {"id": str(uuid4()), "customer_id": customer_id, "name": "Router"}


def a_contract(customer_id: str) -> dict[str, Any]:
    return {"id": str(uuid4()), "customer_id": customer_id, "number": "4711", "level": "gold"}


def a_note(author: str, customer_id: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "customer_id": customer_id,
        "text": "a private word",
        "author": author,
        "created_at": NOW,
    }


def a_note_number(note_id: str, customer_id: str) -> dict[str, Any]:
    return {
        "note_id": note_id,
        "customer_id": customer_id,
        "suffix": "138000000",
        "suffix_reversed": "000000831",
    }


def a_ticket(customer_id: str, category: str, number: int) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "number": number,
        "customer_id": customer_id,
        "category_id": category,
        "subject": "No connection",
        "description": "a long story",
        "priority": "P2",
        "state": "OPEN",
        "owner": AGENT,
        "opened_at": NOW,
    }


def an_order(ticket: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "number": number,
        "ticket_id": ticket["id"],
        "customer_id": ticket["customer_id"],
        "subject": "Visit",
        "priority": "P2",
        "state": "DRAFT",
        "owner": ticket["owner"],
        "raised_at": NOW,
        "changed_at": NOW,
    }


def a_call(agent: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "call_id": str(uuid4()),
        "agent_id": agent,
        "direction": "INBOUND",
        "number": "+8613800000001",
        "began_at": NOW - timedelta(minutes=4),
        "outcome": "TALKING",
    }


def an_event(actor: str, *, stream: str = "CALL", stream_id: str = "1") -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "stream": stream,
        "stream_id": stream_id,
        "kind": "Delivered",
        "at": NOW,
        "actor": actor,
        "payload": Jsonb({}),
    }


def a_command(actor: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "kind": "LogTicket",
        "actor": actor,
        "at": NOW,
        "applied_at": NOW,
        "result": Jsonb({}),
    }


def a_desk(agent: str, *, silent: timedelta = timedelta(0)) -> dict[str, Any]:
    beat = datetime.now(UTC) + timedelta(hours=1) - silent
    return {
        "desk_id": str(uuid4()),
        "agent_id": agent,
        "agent_name": agent,
        "state": "READY",
        "reason": "NONE",
        "state_seconds": 1.0,
        "calls": Jsonb([]),
        "queues": Jsonb([]),
        "reported_at": beat,
        "heartbeat_at": beat,
        "closed_at": beat if silent else None,
    }


def a_relay() -> dict[str, Any]:
    return {"id": str(uuid4()), "address": "127.0.0.1:1", "token": "secret", "beat_at": NOW}


def a_region(code: str) -> dict[str, Any]:
    lists = {"numbers": Jsonb([]), "places": Jsonb([])}
    return {"code": code, "name": "Beijing", "position": 0, **lists}


def a_rulebook(actor: str, *, version: int = 1) -> dict[str, Any]:
    return {"version": version, "rules": Jsonb([]), "saved_by": actor, "saved_at": NOW}


def a_service_policy(actor: str, *, version: int = 1) -> dict[str, Any]:
    return {
        "version": version,
        "document": Jsonb({}),
        "imported_by": actor,
        "imported_at": NOW,
    }


def a_work_item(order_id: str, kind: str = "DISPATCH") -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "kind": kind,
        "subject_id": order_id,
        "priority": "P2",
        "due_at": NOW,
        "created_at": NOW,
    }


def a_report_item(order_id: str) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "report": 1,
        "position": 0,
        "kind": "PART",
        "name": "Pump",
        "quantity_milli": 1000,
        "unit_price_minor": 9990,
        "currency": "CNY",
    }


def a_message(order_id: str, actor: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "order_id": order_id,
        "kind": "INFORMATION",
        "ordinal": 1,
        "text": "The dog bites",
        "at": NOW,
        "actor": actor,
    }


def a_claim(order_id: str, department: str, actor: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "order_id": order_id,
        "order_number": 1,
        "report": 1,
        "kind": "EXPENSE",
        "state": "SUBMITTED",
        "department_id": department,
        "currency": "CNY",
        "labour_minor": 0,
        "parts_minor": 9990,
        "travel_minor": 0,
        "submitted_by": actor,
        "submitted_at": NOW,
        "changed_at": NOW,
    }


def an_attempt(order_id: str, call_id: str, actor: str) -> dict[str, Any]:
    return {
        "interaction_id": call_id,
        "order_id": order_id,
        "round": 1,
        "day": NOW.date(),
        "at": NOW,
        "actor": actor,
    }


def an_article(author: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "state": "DRAFT",
        "author": author,
        "number": 1,
        "created_at": NOW,
        "changed_at": NOW,
    }


def a_version(article_id: str, number: int, author: str) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "number": number,
        "author": author,
        "at": NOW,
        "title_en": "Dead line",
        "problem_en": "No tone",
        "fix_en": "a fix that nobody reviewed",
    }


def a_link(article_id: str, ticket_id: str, actor: str) -> dict[str, Any]:
    return {
        "ticket_id": ticket_id,
        "article_id": article_id,
        "number": 1,
        "solved": True,
        "actor": actor,
        "at": NOW,
    }


def a_rating(article_id: str, ticket_id: str, actor: str) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "ticket_id": ticket_id,
        "actor": actor,
        "at": NOW,
        "helped": True,
    }


def a_complaint(ticket_id: str, about_login: str = "") -> dict[str, Any]:
    return {
        "ticket_id": ticket_id,
        "severity": "HIGH",
        "about": about_login or "the delivery",
        "about_login": about_login,
        "promised_at": NOW,
    }
