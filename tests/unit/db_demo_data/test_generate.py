import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_desk.domain.attachment import named_and_typed
from agent_desk.domain.claim_list import ClaimFilter
from agent_desk.domain.errors import InputError
from agent_desk.domain.escalation import escalations
from agent_desk.domain.event_log import Stream, to_payload
from agent_desk.domain.identifiers import parse_number
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.service_clock import ServiceLevel, follow
from agent_desk.domain.settlement import ClaimState
from agent_desk.domain.ticket import TICKET_TABLE, TicketState
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrderState
from agent_desk.services.access import Access
from agent_desk.services.stored_service_log import StoredServiceLog
from db.demo_data.callers import demo_callers
from db.demo_data.cast import CAST, HEAVY_TIMELINE, ORDINARY_TIMELINE
from db.demo_data.generator import DESK_AGENT, DemoSummary, generate
from db.sqlite_database import SqliteDatabase
from db.sqlite_storage import SqliteStorage
from db.tables import metadata
from tests.fakes.manual_clock import ManualClock

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CUSTOMERS = 400

_TIMELINE = """
SELECT (SELECT count(*) FROM interactions WHERE customer_id = c.id)
     + (SELECT count(*) FROM tickets WHERE customer_id = c.id)
     + (SELECT count(*) FROM work_orders WHERE customer_id = c.id)
     + (SELECT count(*) FROM notes WHERE customer_id = c.id)
FROM customers c WHERE c.name = ?
"""


MADE_WITH_THE_FILE = frozenset({"feed_epochs"})
"""Tables with rows of their own in every new database."""


def digest(path: Path) -> str:
    """Return one figure for all rows that are made up."""
    found = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        for name in sorted(metadata.tables.keys() - MADE_WITH_THE_FILE):
            for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2"):
                found.update(repr(row).encode())
    return found.hexdigest()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "desk.db"
    generate(path, customers=CUSTOMERS, seed=7, now=NOW)
    return path


@pytest.fixture
def stored(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database)) as connection:
        yield connection


def test_the_summary_counts_what_is_stored(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    summary = generate(
        tmp_path / "a.db",
        customers=30,
        seed=1,
        now=NOW,
        progress=lambda done, total: calls.append((done, total)),
    )
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:

        def count(what: str) -> int:
            found = connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
            assert isinstance(found, int)
            return found

        assert summary == DemoSummary(
            customers=30,
            contact_points=count("contact_points WHERE kind = 'PHONE'"),
            interactions=count("interactions"),
            tickets=count("tickets"),
            open_tickets=count("tickets WHERE state NOT IN ('RESOLVED', 'CLOSED')"),
            work_orders=count("work_orders"),
        )
    assert calls == [(len(CAST), 30), (30, 30)]


def test_the_same_seed_gives_the_same_rows_in_another_process(database: Path) -> None:
    again = database.with_name("again.db")
    code = (
        "import sys; from pathlib import Path; from datetime import datetime; "
        "from db.demo_data.generator import generate; "
        "generate(Path(sys.argv[1]), customers=int(sys.argv[2]), seed=7, "
        "now=datetime.fromisoformat(sys.argv[3]))"
    )
    command = [sys.executable, "-c", code, str(again), str(CUSTOMERS), NOW.isoformat()]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[3])
    assert digest(again) == digest(database)


def test_another_seed_gives_other_rows(database: Path) -> None:
    other = database.with_name("other.db")
    generate(other, customers=CUSTOMERS, seed=8, now=NOW)
    assert digest(other) != digest(database)


def test_the_rows_are_whole(stored: sqlite3.Connection) -> None:
    assert stored.execute("PRAGMA foreign_key_check").fetchall() == []
    assert stored.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    [(indexed,)] = stored.execute("SELECT count(*) FROM search_index").fetchall()
    [(expected,)] = stored.execute(
        "SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM tickets)"
    ).fetchall()
    assert indexed == expected


def test_an_order_waits_for_parts_and_another_has_files(stored: sqlite3.Connection) -> None:
    held = stored.execute(
        "SELECT hold_reason, technician <> '' FROM work_orders WHERE state = 'ON_HOLD'"
    ).fetchall()
    assert held == [("Waiting for parts 等待配件", 1)]
    files = stored.execute(
        "SELECT a.name, a.size_bytes = length(c.content), a.sha256, c.content"
        " FROM attachments AS a JOIN attachment_chunks AS c ON c.attachment_id = a.id"
        " ORDER BY a.name"
    ).fetchall()
    assert [name for name, *_ in files] == ["measurement.txt", "nameplate.png"]
    for name, whole, sha256, content in files:
        assert whole
        assert hashlib.sha256(content).hexdigest() == sha256
        assert named_and_typed(name, content)[0] == name
    [(told,)] = stored.execute(
        "SELECT count(*) FROM event_log WHERE kind IN ('OrderHeld', 'AttachmentAdded')"
    ).fetchall()
    assert told == 3


def test_a_household_and_a_switchboard_share_their_numbers(stored: sqlite3.Connection) -> None:
    shared = stored.execute(
        "SELECT count(*) AS size FROM contact_points WHERE kind = 'PHONE' "
        "GROUP BY value HAVING size > 1"
    ).fetchall()
    sizes = {size for (size,) in shared}
    assert 30 in sizes
    assert sizes & {2, 3, 4}
    assert sizes <= {2, 3, 4, 30}


def test_mail_addresses_belong_to_nobody(stored: sqlite3.Connection) -> None:
    others = stored.execute(
        "SELECT value FROM contact_points WHERE kind = 'EMAIL' "
        "AND value NOT LIKE '%_@example.com' AND value NOT LIKE '%_@example.cn'"
    ).fetchall()
    assert others == []
    [(ascii_only,)] = stored.execute(
        "SELECT count(*) FROM contact_points WHERE kind = 'EMAIL' AND value GLOB '*[^ -~]*'"
    ).fetchall()
    assert ascii_only == 0


def test_nothing_happens_before_its_cause_or_after_now(stored: sqlite3.Connection) -> None:
    now = int(NOW.timestamp() * 1_000_000)
    for broken in (
        "interactions WHERE answered_at < began_at OR ended_at < coalesce(answered_at, began_at)",
        "interactions WHERE wrap_up_ended_at < ended_at OR ended_at IS NULL",
        f"interactions WHERE ended_at > {now} OR wrap_up_ended_at > {now}",
        "tickets WHERE resolved_at < opened_at OR closed_at < opened_at",
        f"tickets WHERE closed_at > {now}",
        "tickets WHERE state = 'RESOLVED' AND resolved_at IS NULL",
        "tickets WHERE state = 'CLOSED' AND closed_at IS NULL",
        f"work_orders WHERE changed_at < raised_at OR changed_at > {now}",
        "work_orders WHERE report_ended_at < report_started_at",
        "work_orders WHERE state <> 'PENDING_DISPATCH' AND department_id IS NULL",
        f"event_log WHERE at > {now}",
    ):
        assert stored.execute(f"SELECT count(*) FROM {broken}").fetchone() == (0,), broken


def test_orders_stand_at_every_stage_and_their_tickets_with_them(
    stored: sqlite3.Connection,
) -> None:
    pairs = set(
        stored.execute(
            "SELECT o.state, t.state FROM work_orders o JOIN tickets t ON t.id = o.ticket_id"
        )
    )
    assert pairs >= {
        ("PENDING_DISPATCH", "PENDING"),
        ("ASSIGNED", "PENDING"),
        ("ACCEPTED", "PENDING"),
        ("IN_PROGRESS", "PENDING"),
        ("ON_HOLD", "PENDING"),
        ("REPORTED", "PENDING"),
        ("VERIFYING", "VERIFYING"),
        ("CLOSED", "CLOSED"),
    }
    assert len(pairs) == 8


def test_a_closed_order_is_proven_by_an_answered_call(stored: sqlite3.Connection) -> None:
    [(closed, proven)] = stored.execute(
        "SELECT count(*), count(i.answered_at) FROM work_orders o LEFT JOIN interactions i "
        "ON i.id = o.verified_in AND i.customer_id = o.customer_id WHERE o.state = 'CLOSED'"
    ).fetchall()
    assert closed == proven > 0


def test_fcr_is_claimed_withdrawn_and_confirmed(stored: sqlite3.Connection) -> None:
    for flag in ("fcr_claimed = 1", "fcr_withdrawn_at IS NOT NULL", "fcr_confirmed = 1"):
        [(count,)] = stored.execute(f"SELECT count(*) FROM tickets WHERE {flag}").fetchall()
        assert count > 0, flag


def test_the_log_follows_the_state_tables_and_ends_with_what_is_stored(
    stored: sqlite3.Connection,
) -> None:
    last: dict[str, dict[str, Any]] = {}
    for stream_id, payload in stored.execute(
        "SELECT stream_id, payload FROM event_log WHERE stream <> 'ARTICLE' ORDER BY seq"
    ):
        record = json.loads(payload)
        if "state" not in record:
            continue  # beside the record, such as a note of its lateness
        before = last.get(stream_id)
        if before and before["state"] != record["state"]:
            allowed: frozenset[str] = (
                WORK_ORDER_TABLE.targets(WorkOrderState(before["state"]))
                if "ticket_id" in record
                else TICKET_TABLE.targets(TicketState(before["state"]))
            )
            assert record["state"] in allowed
        if "claim" in record or "attachment" in record:
            assert before is not None
            assert (record["state"], record["version"]) == (before["state"], before["version"])
            continue
        assert record["version"] == (before["version"] + 1 if before else 1)
        last[stream_id] = record
    rows = stored.execute(
        "SELECT id, state, version FROM tickets "
        "UNION ALL SELECT id, state, version FROM work_orders"
    ).fetchall()
    assert {(i, r["state"], r["version"]) for i, r in last.items()} == set(rows)


async def test_some_orders_are_close_to_their_targets_and_some_beyond(database: Path) -> None:
    """A few wait to be acknowledged; what is older was seen to."""
    storage = SqliteStorage(path=database)
    await storage.open()
    clock, access = ManualClock(NOW), Access.without_sign_in(DESK_AGENT)
    log = StoredServiceLog(storage=storage, access=access, clock=clock)
    orders, policy = await log.followed(), await log.policy()
    histories = await log.histories(orders)
    await storage.close()
    clocks = {key: follow(one.moments, policy) for key, one in histories.items()}
    levels = [one.level_at(NOW) for c in clocks.values() if (one := c.deadline(policy))]
    assert {*ServiceLevel} == {*levels}
    listed = escalations(
        {key: one.alerts_until(policy, NOW) for key, one in clocks.items()},
        [noted for one in histories.values() for noted in one.acknowledged],
    )
    waiting = [one for one in listed if one.is_open]
    assert 2 <= len(waiting) <= 10
    assert len(listed) > len(waiting)


def test_the_log_rebuilds_every_claim_that_is_stored(database: Path) -> None:
    with SqliteDatabase(path=database) as desk:
        wanted = ClaimFilter(states=frozenset(ClaimState))
        claims = desk.read(lambda uow: uow.order_claims.lines(wanted))
        orders = [claim.order_id for claim in claims]
        logs = desk.read(lambda uow: [uow.events.of(Stream.WORK_ORDER, o) for o in orders])
    assert {claim.state for claim in claims} >= {ClaimState.SUBMITTED, ClaimState.SENT_BACK}
    for claim, log in zip(claims, logs, strict=True):
        replayed = replay_orders(log)
        assert replayed.broken == ()
        assert replayed.claims[claim.id] == claim


def test_log_records_have_the_fields_of_the_domain_value(database: Path) -> None:
    with SqliteDatabase(path=database) as desk:
        ids = desk.read(lambda uow: [t.id for t in uow.tickets.owned_by(DESK_AGENT)])
        ticket = desk.read(lambda uow: uow.tickets.get(ids[0]))
    with closing(sqlite3.connect(database)) as connection:
        [payload] = connection.execute(
            "SELECT payload FROM event_log WHERE stream_id = ? ORDER BY seq DESC LIMIT 1",
            (ticket.id,),
        ).fetchone()
    assert json.loads(payload) == to_payload(ticket)


def test_the_desk_goes_on_counting_where_the_demo_ended(database: Path) -> None:
    with SqliteDatabase(path=database) as desk:
        numbers = desk.write(lambda uow: (uow.tickets.next_number(), uow.orders.next_number()))
    with closing(sqlite3.connect(database)) as connection:
        highest = [
            connection.execute(f"SELECT max(number) FROM {table}").fetchone()[0]
            for table in ("tickets", "work_orders")
        ]
    assert list(numbers) == [number + 1 for number in highest]


def test_the_desk_finds_the_cast_by_number_name_and_note(database: Path) -> None:
    wang = parse_number("138 0013 8000", region="CN")
    home = parse_number("010-9552 9988", region="CN")
    night = parse_number("154 8888 0001", region="CN")
    with SqliteDatabase(path=database) as desk:
        found = desk.read(
            lambda uow: [
                [hit.name for hit in uow.customers.find_callers(number, number.suffix)]
                for number in (wang, home, night)
            ]
        )
        by_pinyin = desk.read(lambda uow: uow.customers.search("wangf"))
        [wang_fang] = [hit for hit in by_pinyin if hit.title.startswith("王芳 Wang Fang")]
        card = desk.read(lambda uow: uow.customers.card(wang_fang.customer_id, now=NOW))
    assert found[0] == ["王芳 Wang Fang"]
    assert sorted(found[1]) == ["李伟", "李秀英", "李雨桐"]
    assert found[2] == ["王芳 Wang Fang"]
    assert card.customer.company_name == "Nordlicht Logistik GmbH"
    assert card.timeline[0].subject == "Router offline 断网"
    assert len(card.open_tickets) == 2
    assert len(card.open_orders) == 1
    assert card.calls_90_days >= 5


@pytest.mark.parametrize(
    ("name", "entries"), [("张建国", HEAVY_TIMELINE), ("刘洋", ORDINARY_TIMELINE)]
)
def test_two_customers_have_timelines_of_known_length(
    stored: sqlite3.Connection, name: str, entries: int
) -> None:
    assert max(stored.execute(_TIMELINE, (name,)).fetchall()) == (entries,)


def test_the_history_reaches_back_two_years_with_six_calls_a_customer(
    stored: sqlite3.Connection,
) -> None:
    oldest, calls = stored.execute(
        "SELECT min(began_at), count(*) FROM interactions WHERE customer_id IN "
        "(SELECT id FROM customers WHERE external_key > ?)",
        (f"C{len(CAST):07d}",),
    ).fetchone()
    age = NOW - datetime.fromtimestamp(oldest / 1_000_000, UTC)
    assert timedelta(days=600) < age < timedelta(days=732)
    assert 4 < calls / (CUSTOMERS - len(CAST)) < 8


def test_callers_begin_with_the_cast(database: Path) -> None:
    callers = demo_callers(database, 5)
    assert [caller.name for caller in callers] == [member.name for member in CAST[:5]]
    number, _name, tier, language = callers[0]
    assert (number, tier, language) == ("+8613800138000", "GOLD", "zh-CN")


def test_fewer_customers_than_the_cast_are_the_first_of_it(tmp_path: Path) -> None:
    assert generate(tmp_path / "a.db", customers=2, seed=1, now=NOW).customers == 2


def test_another_region_is_home(tmp_path: Path) -> None:
    generate(tmp_path / "a.db", customers=150, seed=1, region="DE", now=NOW)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        [(german,)] = connection.execute(
            "SELECT count(*) FROM customers WHERE language = 'de-DE'"
        ).fetchall()
    assert german > 90


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"customers": 0}, "customers"),
        ({"customers": 10**9}, "customers"),
        ({"region": "XX"}, "region"),
        ({"now": datetime(2026, 1, 1)}, "now"),  # noqa: DTZ001
    ],
)
def test_what_is_not_accepted_is_named_and_makes_no_file(
    tmp_path: Path, arguments: dict[str, object], field: str
) -> None:
    given: dict[str, object] = {"customers": 5, "seed": 1, "now": NOW, **arguments}
    with pytest.raises(InputError) as refusal:
        generate(tmp_path / "a.db", **given)  # type: ignore[arg-type]
    assert refusal.value.details["field"] == field
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_customers_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    generate(path, customers=3, seed=1, now=NOW)
    before = digest(path)
    with pytest.raises(InputError, match="demo data never mixes with real data"):
        generate(path, customers=3, seed=2, now=NOW)
    assert digest(path) == before


def test_an_interrupted_generation_leaves_no_customer(tmp_path: Path) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "a.db", customers=20, seed=1, now=NOW, progress=interrupt)
    assert generate(tmp_path / "a.db", customers=20, seed=1, now=NOW).customers == 20


def test_callers_of_a_limit_below_one_are_refused(database: Path) -> None:
    with pytest.raises(InputError, match="limit"):
        demo_callers(database, 0)
