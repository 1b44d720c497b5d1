"""What every role can do with every table, tried with plain SQL.

The table below was written from the issue and the glossary, not from the policies: the two are to
find each other's mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import ForeignKeyViolation, InsufficientPrivilege
from psycopg.types.json import Jsonb

import db.schema  # noqa: F401 it completes the metadata
from db.tables import metadata
from tests.access.floor import (
    ADMINISTRATOR,
    AGENT,
    AUDITOR,
    CAMPAIGN_MANAGER,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    NOW,
    PEOPLE,
    SUPERUSER,
    SUPERVISOR,
    AccessFloor,
    a_call,
    a_chunk,
    a_claim,
    a_command,
    a_complaint,
    a_contact_point,
    a_contract,
    a_customer,
    a_desk,
    a_link,
    a_message,
    a_note,
    a_note_number,
    a_product,
    a_rating,
    a_region,
    a_relay,
    a_report_item,
    a_rulebook,
    a_service_policy,
    a_ticket,
    a_version,
    a_work_item,
    an_article,
    an_attachment,
    an_attempt,
    an_event,
    an_order,
    insert,
)

_COLUMNS = (
    AGENT,
    SUPERVISOR,
    CAMPAIGN_MANAGER,
    DISPATCHER,
    ADMINISTRATOR,
    AUDITOR,
    DEPARTMENT,
    DEALER,
)
# R: reads every row, r: one row (or as many as the digit says). A: adds a row. C, c: changes every
# row, or that many. D, d: deletes likewise. -: nothing.
_EXPECTED = """
                  agent  supervisor campaign dispatcher administrator auditor department dealer
alembic_version   R      R          R        R          R             R       R          R
applied_commands  rA     rA         rA       rA         rA            R       rA         rA
assignees         R      R          R        R          RACD          R       r          r0
article_links     RAC    RA         R        R          R             R       R          -
article_ratings   RAc    RAc0       R        R          R             R       R          -
article_texts     R      RAD        R        R          R             R       R          -
article_versions  r2A    RA         r        r2A        r             R       r2A        -
articles          r2Ac2  RAC        r        r2Ac2      r             R       r2Ac2      -
attachment_chunks RAd0   RAd0       R        RAd0       R             R       rAd0       rAd0
attachment_withdrawals R RA         R        RA         R             R       rA         rA
attachments       RA     RA         R        RA         R             R       r2A        r2A
categories        R      R          R        R          RACD          R       R          R
complaints        RAC    RAC        R        R          R             R       r          -
companies         RA     RA         RAC      R          RAC           R       r          r
contact_points    RA     RA         RAC      R          RAC           R       r          r
counters          -      -          -        -          -             -       -          -
customers         RAC    RAC        RAC      R          RAC           R       r          r
departments       R      R          R        R          RACD          R       R          r
desk_presence     RAc2d  RAc2d      RAc2d    RAc2d      RAc2d         R       rAcd0      rAcd0
event_log         RA     RA         RA       RA         RA            R       rA         rA
feed_epochs       R      R          R        R          R             R       R          R
feed_relays       R      R          R        R          RACD          R       -          -
interactions      RAc2   RAc0       RAc0     RAc0       RAc0          R       r0Ac0      r0Ac0
note_numbers      RA     RA         RA       R          RA            R       -          -
notes             RA     RA         RA       R          RA            R       -          -
order_claims      R      RAC        R        RAC        R             R       rAc        rc
order_messages    RA     RA         R        R          R             R       r          r
order_report_items R     R          R        R          R             R       rA         rA
order_returns     R      R          R        R          R             R       -          -
people            R      R          R        R          R             R       r          r
person_passwords  -      -          -        -          -             -       -          -
person_roles      R      R          R        R          R             R       r          r
products          RAC    RAC        RAC      R          RAC           R       r          r
regions           R      R          R        R          RACD          R       -          -
rulebooks         R      R          R        R          RA            R       -          -
search_texts      RAC    RAC        RAC      Rc0        RAC           R       r0c0       r0c0
service_policies  R      R          R        R          RA            R       R          R
service_contracts RAC    RAC        RAC      R          RAC           R       r          r
tickets           RAC    RAC        R        RC         R             R       rc         r
verification_attempts RA RA         R        R          R             R       -          -
work_items        RAC    RAC        RAC      RAC        RC            R       rAc        rAc
work_orders       RAC    RAC        R        RC         R             R       rc         rc
working_calendars R      R          R        R          RACD          R       R          R
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one person can do with one table."""

    table: str
    login: str
    code: str

    def rows(self, letter: str, everything: int) -> int | None:
        """Return on how many rows the verb ``letter`` (R, C or D) works; None for not at all."""
        if letter in self.code:
            return everything
        found = self.code.find(letter.lower())
        if found < 0:
            return None
        digit = self.code[found + 1 : found + 2]
        return int(digit) if digit.isdigit() else 1


def _cells() -> Iterator[Cell]:
    for line in _EXPECTED.strip().splitlines()[1:]:
        table, *codes = line.split()
        for login, code in zip(_COLUMNS, codes, strict=True):
            yield Cell(table, login, code)


CELLS = list(_cells())
every_cell = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.table}-{cell.login}")


def _samples(floor: AccessFloor, login: str) -> Mapping[str, Callable[[], dict[str, Any]]]:
    """Return rows that ``login`` would be right to add, if anybody of that role is."""
    own = DEALER if login == DEALER else DEPARTMENT
    customer, order = floor.ids[f"customer of {own}"], floor.ids[f"order of {own}"]
    ticket = {"id": floor.ids[f"ticket of {own}"], "customer_id": customer, "owner": AGENT}
    category, department = floor.ids["category"], floor.ids["department Logistics"]
    new, place, second = str(uuid4()), PEOPLE[own][1], {"report": 2}
    return {
        "alembic_version": lambda: {"version_num": "9999"},
        "applied_commands": lambda: a_command(login),
        "assignees": lambda: {"department_id": floor.ids["department Billing office"]},
        "article_links": lambda: a_link(floor.ids[f"article of {AGENT}"], ticket["id"], login),
        "article_ratings": lambda: a_rating(floor.ids[f"article of {AGENT}"], ticket["id"], login),
        "article_texts": lambda: {"article_id": floor.ids[f"article of {AGENT}"], "title": "new"},
        "article_versions": lambda: a_version(floor.ids.get(f"article of {login}", new), 2, login),
        "articles": lambda: an_article(login),
        "attachment_chunks": lambda: a_chunk(new, login),
        "attachment_withdrawals": lambda: {
            "attachment_id": floor.ids[f"further attachment of {own}"],
            "withdrawn_by": login,
            "withdrawn_at": NOW,
            "reason": "wrong photo",
        },
        "attachments": lambda: an_attachment(order, login),
        "categories": lambda: {"id": new, "name": "New", "name_zh": "新"},
        "companies": lambda: {"id": new, "name": "New"},
        "complaints": lambda: a_complaint(floor.ids["ticket of own"]),
        "contact_points": lambda: a_contact_point(customer, "+8613900000000"),
        "counters": lambda: {"name": "ticket", "value": 1},
        "customers": lambda: a_customer("New"),
        "departments": lambda: {"id": new, "name": "New", "name_zh": "新"},
        "desk_presence": lambda: a_desk(login),
        "event_log": lambda: an_event(login, stream="WORK_ORDER", stream_id=order),
        "feed_epochs": lambda: {"epoch": new, "first_seq": 0, "began_at": NOW},
        "feed_relays": a_relay,
        "interactions": lambda: a_call(login),
        "note_numbers": lambda: a_note_number(_a_note_id(floor), customer) | {"suffix": "1"},
        "notes": lambda: a_note(login, customer),
        "order_claims": lambda: a_claim(order, floor.ids[f"department {place}"], login) | second,
        "order_messages": lambda: a_message(order, login) | {"ordinal": 2},
        "order_report_items": lambda: a_report_item(order) | {"position": 1},
        "order_returns": lambda: {"order_id": order, "department_id": department},
        "people": lambda: {"login": "t_new", "name": "New", "created_at": NOW},
        "person_passwords": lambda: {"login": login, "hash": "x"},
        "person_roles": lambda: {"login": login, "role": "ADMINISTRATOR"},
        "products": lambda: a_product(customer),
        "regions": lambda: a_region("021"),
        "rulebooks": lambda: a_rulebook(login, version=2),
        "service_contracts": lambda: a_contract(customer),
        "search_texts": lambda: {"subject_id": new, "name": "new"},
        "service_policies": lambda: a_service_policy(login, version=2),
        "tickets": lambda: a_ticket(customer, category, 9999) | {"owner": login},
        "verification_attempts": lambda: an_attempt(
            order, floor.ids[f"call finished of {AGENT}"], login
        ),
        "work_items": lambda: a_work_item(order),
        "work_orders": lambda: an_order(ticket, 9999),
        "working_calendars": lambda: {"name": "new", "document": Jsonb({})},
    }


def _a_note_id(floor: AccessFloor) -> str:
    with floor.acting(SUPERUSER) as connection:
        (note_id,) = connection.execute("SELECT id FROM notes LIMIT 1").fetchone() or ("",)
    return str(note_id)


def _count(floor: AccessFloor, table: str) -> int:
    with floor.acting(SUPERUSER) as connection:
        found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        (rows,) = found.fetchone() or (0,)
    return int(rows)


def _rows(floor: AccessFloor, login: str, statement: str, table: str) -> int | None:
    """Return how many rows ``statement`` touched, None when it was refused; it is undone."""
    with floor.acting(login) as connection:
        try:
            done = connection.execute(sql.SQL(statement).format(sql.Identifier(table)))
            return done.rowcount
        except InsufficientPrivilege:
            return None
        except ForeignKeyViolation:
            return _count(floor, table)


def test_the_expectations_cover_every_table_and_role() -> None:
    assert {cell.table for cell in CELLS} == {"alembic_version", *metadata.tables}
    assert {role for role, _ in PEOPLE.values()} == {PEOPLE[login][0] for login in _COLUMNS}


@every_cell
def test_reading(attacked: AccessFloor, cell: Cell) -> None:
    expected = cell.rows("R", _count(attacked, cell.table))

    assert _rows(attacked, cell.login, "SELECT 1 FROM {}", cell.table) == expected


@every_cell
def test_changing(attacked: AccessFloor, cell: Cell) -> None:
    column = next(iter(_samples(attacked, cell.login)[cell.table]()))
    statement = f"UPDATE {{}} SET {column} = {column}"

    expected = cell.rows("C", _count(attacked, cell.table))

    assert _rows(attacked, cell.login, statement, cell.table) == expected


@every_cell
def test_deleting(attacked: AccessFloor, cell: Cell) -> None:
    expected = cell.rows("D", _count(attacked, cell.table))

    assert _rows(attacked, cell.login, "DELETE FROM {}", cell.table) == expected


@every_cell
def test_adding(attacked: AccessFloor, cell: Cell) -> None:
    row = _samples(attacked, cell.login)[cell.table]()
    with attacked.acting(cell.login) as connection:
        if "A" in cell.code:
            insert(connection, cell.table, row)
        else:
            with pytest.raises(InsufficientPrivilege):
                insert(connection, cell.table, row)


@pytest.mark.parametrize("login", _COLUMNS)
def test_nobody_empties_a_table(attacked: AccessFloor, login: str) -> None:
    with attacked.acting(login) as connection:
        for table in metadata.tables:
            with pytest.raises(InsufficientPrivilege):
                connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))
            connection.rollback()


def test_a_column_that_is_not_granted_cannot_be_read(attacked: AccessFloor) -> None:
    hidden = {
        "customers": ("tier", "verified", "external_key", "pinyin", "since"),
        "tickets": ("description", "owner", "fcr_claimed", "follow_up_at"),
        "contact_points": ("raw", "suffix"),
    }
    with attacked.acting(DEALER) as connection:
        for table, columns in hidden.items():
            for column in (*columns, "*"):
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(f"SELECT {column} FROM {table}")
                connection.rollback()


def test_the_order_of_the_log_is_not_chosen_by_whoever_writes(attacked: AccessFloor) -> None:
    for column, value in (("seq", 1), ("txid", "1")):
        with attacked.acting(AGENT) as connection, pytest.raises(psycopg.Error):
            insert(connection, "event_log", {**an_event(AGENT), column: value})
