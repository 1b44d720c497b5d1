"""Fills a PostgreSQL floor with made-up customers, as fast as the server can make them up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from db.pinyin import pinyin_of
from tests.benchmarks.lookup import HISTORY_CUSTOMERS, HISTORY_ROWS

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英"

# Every table has its id made from the row's index, so that rows find each other without a join.
# Customers with an even index have a Western name; one in five belongs to a company.
_MAKE_UP: tuple[tuple[str, LiteralString], ...] = (
    (
        "companies",
        """
INSERT INTO companies (id, name, city)
SELECT floor_id(1, i), 'Company ' || i, '北京' FROM generate_series(0, %(customers)s / 100) AS i
""",
    ),
    (
        "made_up",
        """
CREATE UNLOGGED TABLE made_up AS
SELECT i, i %% 2 = 0 AS western,
    (%(family)s::text[])[1 + i %% 20] AS a,
    (%(given)s::text[])[1 + i / 20 %% 24] AS b,
    (%(given)s::text[])[1 + i / 480 * 7 %% 24] AS c,
    (%(family_pinyin)s::text[])[1 + i %% 20] AS pa,
    (%(given_pinyin)s::text[])[1 + i / 20 %% 24] AS pb,
    (%(given_pinyin)s::text[])[1 + i / 480 * 7 %% 24] AS pc,
    i * 7919 %% 100000000 AS number
FROM generate_series(0, %(customers)s::bigint - 1) AS i
""",
    ),
    (
        "customers",
        """
INSERT INTO customers (id, name, pinyin, company_id, tier, city)
SELECT floor_id(2, i),
    CASE WHEN western THEN 'Anna' || i %% 700 || ' Müller' || i %% 3000 ELSE a || b || c END,
    CASE WHEN western THEN '' ELSE concat_ws(' ', pa, pb, pc) END,
    CASE WHEN i %% 5 = 0 THEN floor_id(1, i %% (%(customers)s / 100 + 1)) END,
    (ARRAY['STANDARD', 'SILVER', 'GOLD', 'VIP'])[1 + i %% 4], '北京'
FROM made_up ORDER BY i
""",
    ),
    (
        "search_texts",
        """
INSERT INTO search_texts (subject_id, name, pinyin, spelled, company)
SELECT floor_id(2, i),
    CASE WHEN western THEN 'anna' || i %% 700 || ' muller' || i %% 3000
        ELSE concat_ws(' ', a, b, c) END,
    CASE WHEN western THEN '' ELSE concat_ws(' ', pa, pb, pc) END,
    CASE WHEN western THEN '' ELSE pa || pb || pc || ' ' || left(pa, 1) || left(pb, 1)
        || left(pc, 1) END,
    CASE WHEN i %% 5 = 0 THEN 'company ' || i %% (%(customers)s / 100 + 1) ELSE '' END
FROM made_up ORDER BY i
""",
    ),
    (
        "contact_points",
        """
INSERT INTO contact_points
    (id, customer_id, kind, value, raw, suffix, suffix_reversed, is_primary)
SELECT floor_id(3, i), floor_id(2, i), 'PHONE', '+86138' || digits, '+86 138 ' || digits,
    '8' || digits, reverse(digits) || '8', true
FROM (SELECT i, lpad(number::text, 8, '0') AS digits FROM made_up) AS numbered ORDER BY i
""",
    ),
    (
        "interactions",
        """
INSERT INTO interactions
    (id, call_id, agent_id, direction, number, began_at, answered_at, ended_at, outcome,
    customer_id, reason)
SELECT floor_id(4, i * 100 + row), i || '-' || row, '1001',
    CASE WHEN row %% 4 = 0 THEN 'OUTBOUND' ELSE 'INBOUND' END,
    '+86138' || lpad(number::text, 8, '0'), began, began + interval '9 s',
    began + interval '209 s', 'ANSWERED', floor_id(2, i), 'billing'
FROM made_up, generate_series(1, %(history_rows)s) AS row,
    LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + row * interval '1 h' AS began) AS times
WHERE i < %(history_customers)s
""",
    ),
)

_FLOOR_ID = """
CREATE FUNCTION floor_id(kind integer, i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1717986918400 + i / 1000), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
        || '8000' || lpad(to_hex(i), 12, '0'))::uuid
$$
"""


def make_up(connection: psycopg.Connection[Any], customers: int) -> None:
    """Fill the migrated, empty database of ``connection``, which is the superuser's."""
    values = {
        "customers": customers,
        "family": list(_FAMILY),
        "given": list(_GIVEN),
        "family_pinyin": [pinyin_of(character) for character in _FAMILY],
        "given_pinyin": [pinyin_of(character) for character in _GIVEN],
        "history_customers": HISTORY_CUSTOMERS,
        "history_rows": HISTORY_ROWS,
    }
    # What is made up refers to what is there: checking it row by row would take most of the time.
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute(_FLOOR_ID)
    with _without_indexes(connection, "search_texts"):
        for table, statement in _MAKE_UP:
            began = perf_counter()
            connection.execute(statement, values)
            print(f"  {table}: {perf_counter() - began:.1f} s", file=sys.stderr, flush=True)
    connection.execute("DROP TABLE made_up")
    connection.execute("DROP FUNCTION floor_id")
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any], table: str) -> Iterator[None]:
    """Drop the indexes of ``table`` but its constraints' and make them again at the end."""
    found = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = %s::regclass AND NOT indisunique",
        (table,),
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in found:
        connection.execute(definition)
