"""Plain SQL against what the log tells besides an order: claims, attempts, notes, messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.access.floor import (
    AGENT,
    AUDITOR,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    NOW,
    OUT_HOUSE,
    PEOPLE,
    RIVAL,
    SUPERUSER,
    SUPERVISOR,
    AccessFloor,
    insert,
)

_ORDER = {"state": "VERIFYING", "priority": "P2"}


def told(floor: AccessFloor, login: str) -> Mapping[str, Mapping[str, Any]]:
    """Return what is logged about the order of ``login``, by kind."""
    place = floor.ids[f"department {PEOPLE[login][1]}"]
    elsewhere = floor.ids[f"department {PEOPLE[RIVAL][1]}"]

    order = _ORDER | {"department_id": place}

    def claim(kind: str, department: str = place) -> dict[str, Any]:
        return {**order, "claim": {"kind": kind, "department_id": department, "parts": "99.90"}}

    return {
        "OrderRaised": _ORDER,
        "OrderAwaitsDispatch": _ORDER,
        "OrderApproved": order,
        "OrderInformed": {**order, "message": {"text": "the dog bites"}},
        "OrderApprovedOfAFormerOne": _ORDER | {"department_id": elsewhere},
        "OwnExpense": claim("EXPENSE"),
        "SuppliersClaim": claim("SUPPLIER"),
        "ExpenseOfSomebodyElse": claim("EXPENSE", elsewhere),
        "SuppliersClaimOfSomebodyElse": claim("SUPPLIER", elsewhere),
        "VerificationAttempted": {**order, "attempt": {"note": "a private word"}},
        "NoteOfDealer": {"alert_key": "1", "role": "DEALER", "note": "on my way"},
        "NoteOfDepartment": {"alert_key": "1", "role": "DEPARTMENT", "note": "on my way"},
        "NoteOfSupervisor": {"alert_key": "1", "role": "SUPERVISOR", "note": "they are slow"},
    }


def log(floor: AccessFloor, connection: psycopg.Connection[Any], login: str) -> None:
    """Write what is told about the order of ``login``, and events of other streams about it."""
    order, ticket = floor.ids[f"order of {login}"], floor.ids[f"ticket of {login}"]
    connection.execute("SET LOCAL session_replication_role = replica")
    streams = [("WORK_ORDER", order, kind, more) for kind, more in told(floor, login).items()]
    others = {
        "TICKET": ticket,
        "CUSTOMER": floor.ids[f"customer of {login}"],
        "INTERACTION": floor.ids[f"call finished of {AGENT}"],
        "ARTICLE": floor.ids["article published"],
    }
    streams += [(stream, key, f"Told{stream}", _ORDER) for stream, key in others.items()]
    for stream, key, kind, payload in streams:
        row = {"id": str(uuid4()), "stream": stream, "stream_id": key, "kind": kind}
        insert(connection, "event_log", row | _signed(payload))
    connection.execute("SET LOCAL session_replication_role = origin")


def _signed(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": NOW, "actor": "t_gone", "payload": Jsonb(payload)}


def seen(floor: AccessFloor, order_of: str, login: str) -> set[str]:
    """Return the kinds of all events that ``login`` reads, besides those the floor had before."""
    with floor.acting(SUPERUSER) as connection:
        log(floor, connection, order_of)
        name = sql.Identifier(login)
        connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(name))
        found = connection.execute("SELECT kind FROM event_log").fetchall()
    return {kind for (kind,) in found} - {"Delivered", "OrderReported"}


_TOLD_TO_ALL = {
    *("OrderRaised", "OrderApproved", "OrderInformed", "OwnExpense"),
    *("NoteOfDealer", "NoteOfDepartment"),
}


def test_a_dealer_reads_no_suppliers_claim_in_the_log(attacked: AccessFloor) -> None:
    assert seen(attacked, DEALER, DEALER) == _TOLD_TO_ALL


def test_a_department_reads_its_own_claims_and_nobody_elses(attacked: AccessFloor) -> None:
    assert seen(attacked, DEPARTMENT, DEPARTMENT) == _TOLD_TO_ALL | {
        "SuppliersClaim",
        "ToldARTICLE",
    }


@pytest.mark.parametrize("login", OUT_HOUSE)
def test_of_orders_that_are_not_theirs_they_read_nothing(attacked: AccessFloor, login: str) -> None:
    other = DEALER if login != DEALER else DEPARTMENT

    # A department reads articles, and hears of them; a dealer does not.
    articles = {"ToldARTICLE"} if login == DEPARTMENT else set()
    assert seen(attacked, other, login) == articles


@pytest.mark.parametrize("login", [AGENT, SUPERVISOR, DISPATCHER, AUDITOR])
def test_the_house_reads_everything(attacked: AccessFloor, login: str) -> None:
    assert seen(attacked, DEALER, login) >= told(attacked, DEALER).keys()


@pytest.mark.parametrize("login", [DEPARTMENT, DEALER])
def test_of_articles_those_hear_who_read_them(attacked: AccessFloor, login: str) -> None:
    draft, published = attacked.ids[f"article of {AGENT}"], attacked.ids["article published"]
    told = {
        "ArticlePublished": (published, {}),
        "ArticleWritten": (draft, {}),
        "ArticleRetired": (draft, {"reviewer": SUPERVISOR}),
        "ArticleSentBack": (draft, {"reviewer": SUPERVISOR}),
    }
    with attacked.acting(SUPERUSER) as connection:
        for kind, (key, payload) in told.items():
            row = {"id": str(uuid4()), "stream": "ARTICLE", "stream_id": key, "kind": kind}
            insert(connection, "event_log", row | _signed(payload))
        name = sql.Identifier(login)
        connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(name))
        found = connection.execute("SELECT kind FROM event_log WHERE stream = 'ARTICLE'")
        heard = {kind for (kind,) in found}
    # What is withdrawn can be read no more, which is the news.
    assert heard == ({"ArticlePublished", "ArticleRetired"} if login == DEPARTMENT else set())


@pytest.mark.parametrize(
    ("table", "login"),
    [
        *((table, login) for login in OUT_HOUSE for table in ("rulebooks", "regions")),
        *(("complaints", dealer) for dealer in (DEALER, RIVAL)),
        *(("articles", dealer) for dealer in (DEALER, RIVAL)),
    ],
)
def test_what_is_the_houses_is_refused(attacked: AccessFloor, table: str, login: str) -> None:
    with attacked.acting(login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
