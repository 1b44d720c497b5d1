"""The import that anybody would write first: the baseline of `customer_import`."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import phonenumbers
from sqlalchemy import Connection, Table, insert

from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import new_uuid7, number_suffix
from db.pinyin import pinyin_of
from db.search_text import customer_texts
from db.tables import contact_points, customers, event_log, search_texts

_BATCH = 1_000


def naive_import(connection: Connection, source: Path, *, lines: int) -> int:
    """Store the first ``lines`` of ``source`` line by line and return how many were.

    The same rows in the same tables as the import stores, by ``phonenumbers.parse`` for each line
    and Core's executemany. Nothing is checked but the number, nothing is looked up: a customer who
    is there already would be there twice.
    """
    now = datetime.now(UTC)
    pending: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (customers, contact_points, search_texts, event_log)
    }
    stored = 0
    with source.open(encoding="utf-8", newline="") as file:
        for line in islice(csv.DictReader(file), lines):
            try:
                number = phonenumbers.parse(line["phone"], "CN")
            except phonenumbers.NumberParseException:
                continue
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            for table, row in _rows(line, e164, now):
                pending[table].append(row)
            stored += 1
            if stored % _BATCH == 0:
                _flush(connection, pending)
    _flush(connection, pending)
    return stored


def _flush(connection: Connection, pending: dict[Table, list[dict[str, Any]]]) -> None:
    for table, rows in pending.items():
        if rows:
            connection.execute(insert(table), rows)
            rows.clear()


def _rows(line: dict[str, str], e164: str, now: datetime) -> list[tuple[Table, dict[str, Any]]]:
    customer_id, name = new_uuid7(now), line["name"]
    pinyin = pinyin_of(name)
    texts = customer_texts(name=name, pinyin=pinyin, company="")
    suffix = number_suffix(e164)
    customer = {
        "id": customer_id,
        "name": name,
        "pinyin": pinyin,
        "tier": line["tier"],
        "city": line["city"],
        "external_key": line["customer number"],
    }
    contact = {
        "id": new_uuid7(now),
        "customer_id": customer_id,
        "kind": "PHONE",
        "value": e164,
        "raw": line["phone"],
        "suffix": suffix,
        "suffix_reversed": suffix[::-1],
        "is_primary": True,
    }
    search = {
        "subject_id": customer_id,
        "name": texts.name,
        "pinyin": texts.pinyin,
        "spelled": texts.spelled,
        "company": texts.company,
    }
    event = {
        "id": new_uuid7(now),
        "stream": Stream.CUSTOMER.value,
        "stream_id": customer_id,
        "kind": "CustomerAdded",
        "at": now,
        "actor": "system",
        "payload": customer,
    }
    found = (customers, customer), (contact_points, contact), (search_texts, search)
    return [*found, (event_log, event)]
