"""What an import writes into the log: what a desk would have written."""

from __future__ import annotations

import json
from typing import Any

from agent_desk.domain.customer import ContactPoint, Customer, CustomerChanges
from agent_desk.domain.event_log import from_payload, to_payload
from tests.unit.db_import.conftest import NOW, Desk


def log_of(desk: Desk) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return stream, subject, kind and payload of every event, in order."""
    rows = desk.query("SELECT stream, stream_id, kind, payload FROM event_log ORDER BY seq")
    return [(*row[:3], json.loads(row[3]) if isinstance(row[3], str) else row[3]) for row in rows]


def test_a_new_customer_is_logged_whole(desk: Desk) -> None:
    desk.import_text(
        "name,phone,company,city,tier,customer number,since,language,address\n"
        "王芳,13800138000,Nordlicht,上海,GOLD,K1,2019-03-04,zh-CN,南京路1号\n李伟,13800138001\n"
        "李伟,13800138001,,,,,,,\n"
    )
    (wang, li) = log_of(desk)
    ids = dict(desk.query("SELECT name, CAST(id AS text) FROM customers"))
    [company] = desk.query("SELECT CAST(id AS text) FROM companies")
    assert [event[:3] for event in (wang, li)] == [
        ("CUSTOMER", ids["王芳"], "CustomerAdded"),
        ("CUSTOMER", ids["李伟"], "CustomerAdded"),
    ]
    customer = from_payload(Customer, wang[3])
    assert to_payload(customer) == wang[3]
    assert (customer.company_id, customer.company_name, customer.tier) == (
        company[0],
        "Nordlicht",
        "GOLD",
    )
    assert (str(customer.since), customer.version, customer.verified) == ("2019-03-04", 1, False)
    assert from_payload(Customer, li[3]).since is None


def test_changes_are_logged_like_those_of_a_person(desk: Desk) -> None:
    desk.import_text("name,phone,company,city,customer number\n王芳,13800138000,Alt,上海,K1\n")
    desk.import_text(
        "name,phone,phone2,email,city,customer number\n"
        "王方,13800138000,16000000001,wang@example.cn,杭州,K1\n"
    )
    _, changed, number, address = log_of(desk)
    assert [event[2] for event in (changed, number, address)] == [
        "CustomerChanged",
        "NumberAdded",
        "AddressAdded",
    ]
    changes = from_payload(CustomerChanges, changed[3])
    assert to_payload(changes) == changed[3]
    assert (changes.version, changes.name, changes.company, changes.city) == (
        1,
        "王方",
        "Alt",
        "杭州",
    )
    points = [from_payload(ContactPoint, event[3]) for event in (number, address)]
    assert [to_payload(point) for point in points] == [number[3], address[3]]
    assert [(p.value, p.is_primary) for p in points] == [
        ("+8616000000001", False),
        ("wang@example.cn", True),
    ]


def test_it_is_logged_when_and_by_whom(desk: Desk) -> None:
    desk.import_text("name,phone\n王芳,13800138000\n")
    [(actor, kept)] = desk.query("SELECT actor, at FROM event_log")
    assert actor == ("floor_owner" if desk.is_server else "system")
    assert kept == (NOW if desk.is_server else int(NOW.timestamp() * 1_000_000))


def test_an_unchanged_line_says_nothing(desk: Desk) -> None:
    desk.import_text("name,phone\n王芳,13800138000\n")
    desk.run()
    assert len(log_of(desk)) == 1
