"""Checked lines as rows of the staging tables, with all that a new customer will need; pure.

Runs in the processes that check: what is computed here is not computed while others wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from agent_desk.domain.customer import ContactKind
from agent_desk.domain.identifiers import SUFFIX_LENGTH
from db.bulk_ids import BulkIds
from db.customer_import.row_check import CheckedRow
from db.number_keys import reversed_digits
from db.pinyin import pinyin_of
from db.search_text import customer_texts


class StagedLine(NamedTuple):
    """A row of the table `staged`: a line of the file and the customer that it may become.

    id, event_id, company_id: for when the line turns out to be new. tier: ``""`` when the file
    says nothing. name_words, pinyin, spelled, company_words: what the customer is found by.
    """

    line: int
    id: str
    event_id: str
    name: str
    pinyin: str
    language: str
    city: str
    address: str
    tier: str
    since: date | None
    external_key: str
    company: str
    company_id: str | None
    name_words: str
    spelled: str
    company_words: str


class StagedContact(NamedTuple):
    """A row of the table `staged_contacts`: a number or address of a line."""

    line: int
    position: int
    id: str
    event_id: str
    kind: str
    value: str
    raw: str
    suffix: str
    suffix_reversed: str


class StagedRows(NamedTuple):
    """What some lines come to."""

    lines: list[StagedLine]
    contacts: list[StagedContact]


def staged_rows(rows: Sequence[CheckedRow], ids: BulkIds) -> StagedRows:
    """Return ``rows`` as they are staged; ids of later lines sort later."""
    staged = StagedRows([], [])
    for row in rows:
        ids.go_to(row.line)
        staged.lines.append(_line(row, ids))
        staged.contacts.extend(_contacts(row, ids))
    return staged


def _line(row: CheckedRow, ids: BulkIds) -> StagedLine:
    pinyin = pinyin_of(row.name)
    texts = customer_texts(name=row.name, pinyin=pinyin, company=row.company)
    return StagedLine(
        row.line,
        ids.next(),
        ids.next(),
        row.name,
        pinyin,
        row.language,
        row.city,
        row.address,
        row.tier.value if row.tier else "",
        row.since,
        row.external_key,
        row.company,
        ids.next() if row.company else None,
        texts.name,
        texts.spelled,
        texts.company,
    )


def _contacts(row: CheckedRow, ids: BulkIds) -> list[StagedContact]:
    found = []
    for position, (value, raw) in enumerate(row.numbers):
        # Of E.164, which is + and digits.
        suffix = value[1:][-SUFFIX_LENGTH:]
        keys = (suffix, reversed_digits(suffix))
        phone = ContactKind.PHONE.value
        found.append(
            StagedContact(row.line, position, ids.next(), ids.next(), phone, value, raw, *keys)
        )
    if row.email:
        mail = (ContactKind.EMAIL.value, row.email, row.email, "", "")
        position = len(row.numbers)
        found.append(StagedContact(row.line, position, ids.next(), ids.next(), *mail))
    return found
