"""Files of other people's orders: not read, not added, not changed, with plain SQL."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

from tests.access.floor import (
    AGENT,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    NOW,
    SUPERUSER,
    SUPERVISOR,
    AccessFloor,
    a_chunk,
    an_attachment,
    insert,
)


def _void(attachment_id: str, by: str) -> dict[str, Any]:
    return {
        "attachment_id": attachment_id,
        "withdrawn_by": by,
        "withdrawn_at": NOW,
        "reason": "no",
    }


def test_a_dealer_adds_nothing_to_an_order_that_is_not_theirs(attacked: AccessFloor) -> None:
    with attacked.acting(DEALER) as connection, pytest.raises(InsufficientPrivilege):
        insert(
            connection,
            "attachments",
            an_attachment(attacked.ids[f"order of {DEPARTMENT}"], DEALER),
        )


def test_nobody_signs_with_another_name(attacked: AccessFloor) -> None:
    order = attacked.ids[f"order of {DEALER}"]
    with attacked.acting(DEALER) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "attachments", an_attachment(order, AGENT))
    with attacked.acting(AGENT) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "attachment_chunks", a_chunk(str(uuid4()), DEALER))


def test_no_piece_joins_or_leaves_a_file_that_is_there(attacked: AccessFloor) -> None:
    finished = attacked.ids[f"further attachment of {DEALER}"]
    with attacked.acting(DEALER) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "attachment_chunks", a_chunk(finished, DEALER))
    with attacked.acting(DEALER) as connection:
        left = connection.execute("DELETE FROM attachment_chunks")
        assert left.rowcount == 0


def test_what_was_given_up_can_be_taken_away_by_whoever_began_it(attacked: AccessFloor) -> None:
    with attacked.acting(DEALER) as connection:
        insert(connection, "attachment_chunks", a_chunk(str(uuid4()), DEALER))
        assert connection.execute("DELETE FROM attachment_chunks").rowcount == 1


@pytest.mark.parametrize(
    ("login", "owner", "allowed"),
    [
        (DEALER, DEALER, True),
        (DEALER, DEPARTMENT, False),
        (AGENT, DEALER, False),
        (SUPERVISOR, DEALER, True),
        (DISPATCHER, DEPARTMENT, True),
    ],
)
def test_a_file_is_marked_as_void_by_whoever_added_it_and_by_reviewers(
    attacked: AccessFloor, login: str, owner: str, allowed: bool
) -> None:
    row = _void(attacked.ids[f"further attachment of {owner}"], login)
    with attacked.acting(login) as connection:
        if allowed:
            insert(connection, "attachment_withdrawals", row)
        else:
            with pytest.raises(InsufficientPrivilege):
                insert(connection, "attachment_withdrawals", row)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attachments SET name = 'other.jpg'",
        "DELETE FROM attachment_withdrawals",
        "UPDATE attachment_chunks SET content = 'x'",
    ],
)
def test_not_even_the_owner_of_the_tables_changes_one(
    attacked: AccessFloor, statement: str
) -> None:
    with attacked.acting(SUPERUSER) as connection, pytest.raises(CheckViolation):
        connection.execute(statement)
