"""Rows on their way to the tables, written in bulk; runs in the thread that owns the connection."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter, itemgetter
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from agent_desk.domain.attachment import Attachment
from agent_desk.domain.customer import Note
from agent_desk.domain.event_log import LoggedEvent, to_payload
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.settlement import OrderClaim
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrder
from db import tables
from db.attachment_tables import attachments
from db.columns import to_microseconds
from db.number_keys import reversed_digits, suffixes_in
from db.repositories.order_claims import claim_row
from db.repositories.report_items import item_rows
from db.search_text import ticket_texts

Row = tuple[Any, ...]


class IdSource:
    """UUIDv7s (RFC 9562 s. 5.7) that are the same for the same seed, each greater than the last.

    Counted up millisecond by millisecond, so that rows land at the end of every index.
    """

    def __init__(self, random: Random, start: datetime) -> None:
        """Count from ``start``; random bits come from ``random``."""
        self._random = random
        self._milliseconds = int(start.timestamp() * 1000)

    def next(self) -> str:
        """Return the next id."""
        self._milliseconds += 1
        time = f"{self._milliseconds:012x}"
        bits = self._random.getrandbits(74)
        low = f"{0x8000000000000000 | (bits & 0x3FFFFFFFFFFFFFFF):016x}"
        return f"{time[:8]}-{time[8:]}-7{bits >> 62:03x}-{low[:4]}-{low[4:]}"


class RowBatch:
    """Rows of several tables, kept until ``write``."""

    def __init__(self) -> None:
        """Begin empty."""
        self._rows: dict[str, list[Row]] = defaultdict(list)

    def add_note(self, note: Note) -> None:
        """Add a note and the numbers in it."""
        self._add(tables.notes, note)
        for suffix in suffixes_in(note.text):
            row = (note.id, suffix, reversed_digits(suffix), note.customer_id)
            self._rows["note_numbers"].append(row)

    def add_interaction(self, interaction: Interaction) -> None:
        """Add the record of a call."""
        self._add(tables.interactions, interaction)

    def add_ticket(self, ticket: Ticket) -> None:
        """Add a ticket and what it is found by."""
        self._add(tables.tickets, ticket)
        texts = ticket_texts(subject=ticket.subject)
        self._rows["search_texts"].append((ticket.id, *_texts_of(texts)))

    def add_order(self, order: WorkOrder) -> None:
        """Add a work order with its report."""
        self._rows["work_orders"].append(_order_row(order))
        if order.report is not None:
            items = item_rows(order.id, order.reports, order.report.items)
            self._rows["order_report_items"] += map(_in_order("order_report_items"), items)

    def add_claim(self, claim: OrderClaim) -> None:
        """Add a claim of a work order."""
        self._rows["order_claims"].append(_in_order("order_claims")(claim_row(claim)))

    def add_attachment(self, attachment: Attachment, content: bytes) -> None:
        """Add a file of a work order, small enough for one piece."""
        self._add(attachments, attachment)
        chunk = (attachment.id, attachment.added_by, 0, content)
        self._rows["attachment_chunks"].append(chunk)

    def add_event(self, event: LoggedEvent) -> None:
        """Add an event of the log."""
        self._rows["event_log"].append(
            (
                *(event.id, event.stream, event.stream_id, event.kind, event.at, event.actor),
                event.payload,
            )
        )

    def write(self, connection: Connection) -> None:
        """Insert everything, parents before children, events in their order; begin anew."""
        for table in tables.metadata.sorted_tables:
            rows = self._rows.pop(table.name, None)
            if table is tables.event_log and rows:
                rows.sort(key=itemgetter(_EVENT_AT))
            if rows:
                _insert(connection, table, rows)

    def _add(self, table: Table, value: object) -> None:
        self._rows[table.name].append(_row_function(table.name)(value))


_EVENT_AT = 4
"""Position of the time in a row of the log."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_texts_of = attrgetter(*tables.SEARCH_COLUMNS)
_COUNTED = {"event_log": "seq", "search_texts": "row_id"}
"""Key columns that the database counts up by itself."""


def _order_row(order: WorkOrder) -> Row:
    report = order.report
    named: dict[str, Any] = {
        "report_started_at": report and report.started_at,
        "report_ended_at": report and report.ended_at,
        "report_done": report and report.done,
        "report_outcome": report and report.outcome,
        "report_why_not_solved": report.why_not_solved if report else "",
        "report_faulty_part": report.faulty.part if report and report.faulty else None,
        "report_liable": report.faulty.liable if report and report.faulty else None,
        "report_supplier": report.faulty.supplier if report and report.faulty else "",
        # In the demo no supervisor closes unreached.
        "overridden_by": "",
        "routing": to_payload(order.routing) if order.routing else None,
    }
    names = [column.name for column in tables.work_orders.columns]
    return tuple(named[name] if name in named else getattr(order, name) for name in names)


def _in_order(table: str) -> Callable[[Mapping[str, Any]], Row]:
    """Return the function that puts named values into the order of the table's columns."""
    names = [column.name for column in tables.metadata.tables[table].columns]
    return lambda named: tuple(named[name] for name in names)


@lru_cache(maxsize=32)
def _row_function(table: str) -> Callable[[object], Row]:
    """Return the function that reads a domain value in the order of the table's columns."""
    names = [column.name for column in tables.metadata.tables[table].columns]
    read: Callable[[object], Row] = attrgetter(*names)
    return read


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    names = [c.name for c in table.columns if c.name != _COUNTED.get(table.name)]
    if connection.dialect.name == "sqlite":
        # Past SQLAlchemy, whose way would take longer than making the rows up.
        cells = [tuple(map(_stored, row)) for row in rows]
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            cells,
        )
    else:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _stored(value: Any) -> Any:
    """Return ``value`` as SQLite stores it."""
    if isinstance(value, datetime):
        return to_microseconds(value)
    if isinstance(value, date):
        return value.isoformat()
    return _encode(value) if isinstance(value, Mapping) else value


def count_from(connection: Connection, counter: str, value: int) -> None:
    """Make ``value`` the last number that ``counter`` gave, unless it is further already."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO counters (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
            (counter, value),
        )
        return
    sequence = tables.NUMBER_SEQUENCES[counter]
    given = connection.execute(select(sequence.next_value())).scalar_one()
    connection.execute(select(func.setval(sequence.name, max(given - 1, value))))
