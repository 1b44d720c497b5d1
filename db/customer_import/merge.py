"""Takes the decided lines into the customers; the caller's thread and transaction.

An empty cell says nothing: it never erases what is stored. Numbers and addresses are added,
never taken away. Every change is in the log, like those that a person makes at a desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text

from db.columns import UtcDateTime
from db.customer_import.spelling import SPELLINGS

SLICE_LINES = 5_000
"""Lines that are stored at once: progress is told, and an interrupt heard, between them."""

_END_OF_SLICE = text("""
SELECT max(line) FROM (
    SELECT line FROM decided
    WHERE line > :after AND is_new >= :least_new AND is_new <= :most_new ORDER BY line LIMIT :lines
) AS slice
""")

_OF_SLICE = """
decided AS d JOIN staged AS s ON s.line = d.line AND s.line > :after AND s.line <= :until
"""
_NEW = "d.line > :after AND d.line <= :until AND d.is_new = 1"
_KNOWN = "d.line > :after AND d.line <= :until AND d.is_new = 0"
_COMPANY = "LEFT JOIN companies AS w ON w.name = s.company AND s.company <> ''"
_IS_CHANGED = """(
    (s.name <> '' AND s.name <> c.name)
    OR (w.id IS NOT NULL AND (c.company_id IS NULL OR c.company_id <> w.id))
    OR (s.tier <> '' AND s.tier <> c.tier)
    OR (s.language <> '' AND s.language <> c.language)
    OR (s.city <> '' AND s.city <> c.city)
    OR (s.address <> '' AND s.address <> c.address)
    OR (s.since IS NOT NULL AND (c.since IS NULL OR c.since <> s.since))
    OR (s.external_key <> '' AND s.external_key <> c.external_key)
)"""

_ADD_COMPANIES = f"""
INSERT INTO companies (id, name, city)
SELECT s.company_id, s.company, '' FROM staged AS s JOIN (
    SELECT min(d.line) AS line FROM {_OF_SLICE}
    WHERE d.line > :after AND d.line <= :until AND s.company <> '' GROUP BY s.company
) AS named ON named.line = s.line
WHERE NOT EXISTS (SELECT 1 FROM companies AS w WHERE w.name = s.company)
ON CONFLICT (name) DO NOTHING
"""
_ADD_CUSTOMERS = f"""
INSERT INTO customers (id, name, pinyin, company_id, tier, language, city, address, since,
    verified, external_key, version)
SELECT s.id, s.name, s.pinyin, w.id, coalesce(nullif(s.tier, ''), 'STANDARD'), s.language, s.city,
    s.address, s.since, false, s.external_key, 1
FROM {_OF_SLICE} {_COMPANY} WHERE {_NEW} ORDER BY d.line
"""
_ADD_SEARCH_TEXTS = f"""
INSERT INTO search_texts (subject_id, name, pinyin, spelled, company)
SELECT s.id, s.name_words, s.pinyin, s.spelled, s.company_words
FROM {_OF_SLICE} WHERE {_NEW} ORDER BY d.line
"""
_LOG_ADDED = f"""
INSERT INTO event_log (id, stream, stream_id, kind, at, actor, payload)
SELECT s.event_id, 'CUSTOMER', CAST(s.id AS text), 'CustomerAdded', :at, {{actor}}, {{json_object}}(
    'id', s.id, 'name', s.name, 'pinyin', s.pinyin, 'company_id', w.id, 'company_name', s.company,
    'tier', coalesce(nullif(s.tier, ''), 'STANDARD'), 'language', s.language, 'city', s.city,
    'address', s.address, 'since', s.since, 'verified', {{false}},
    'external_key', s.external_key, 'version', 1)
FROM {_OF_SLICE} {_COMPANY} WHERE {_NEW} ORDER BY d.line
"""
_ADD_CONTACTS = f"""
INSERT INTO contact_points (id, customer_id, kind, value, raw, suffix, suffix_reversed, is_primary)
SELECT n.id, s.id, n.kind, n.value, n.raw, n.suffix, n.suffix_reversed,
    n.position = 0 OR n.kind <> 'PHONE'
FROM {_OF_SLICE}
JOIN staged_contacts AS n ON n.line = d.line AND n.line > :after AND n.line <= :until
WHERE {_NEW} ORDER BY n.line, n.position
"""
_FOR_NEW = (_ADD_COMPANIES, _ADD_CUSTOMERS, _ADD_SEARCH_TEXTS, _LOG_ADDED, _ADD_CONTACTS)

# From here to the end of the transaction nobody else changes these customers.
_HOLD_KNOWN = f"""
SELECT count(*) FROM (
    SELECT c.id FROM decided AS d JOIN customers AS c ON c.id = d.customer_id
    WHERE {_KNOWN} ORDER BY c.id {{for_update}}
) AS held
"""
_FIND_CHANGING = f"""
INSERT INTO changing (line)
SELECT d.line FROM {_OF_SLICE} JOIN customers AS c ON c.id = d.customer_id {_COMPANY}
WHERE {_KNOWN} AND {_IS_CHANGED}
"""
_CHANGING = """
changing AS g JOIN staged AS s ON s.line = g.line JOIN decided AS d ON d.line = g.line
"""
_IN_SLICE = "g.line > :after AND g.line <= :until"
# As the desk logs it: the version that was changed, and everything as it is afterwards.
_LOG_CHANGED = f"""
INSERT INTO event_log (id, stream, stream_id, kind, at, actor, payload)
SELECT s.event_id, 'CUSTOMER', CAST(c.id AS text), 'CustomerChanged', :at, {{actor}},
    {{json_object}}(
        'id', c.id, 'version', c.version, 'name', coalesce(nullif(s.name, ''), c.name),
        'company', coalesce(w.name, o.name, ''), 'city', coalesce(nullif(s.city, ''), c.city),
        'address', coalesce(nullif(s.address, ''), c.address),
        'language', coalesce(nullif(s.language, ''), c.language),
        'tier', coalesce(nullif(s.tier, ''), c.tier), 'verified', {{verified}})
FROM {_CHANGING} JOIN customers AS c ON c.id = d.customer_id {_COMPANY}
LEFT JOIN companies AS o ON o.id = c.company_id
WHERE {_IN_SLICE} ORDER BY g.line
"""
_CHANGE_SEARCH_TEXTS = f"""
UPDATE search_texts SET
    name = CASE WHEN s.name <> '' THEN s.name_words ELSE search_texts.name END,
    pinyin = CASE WHEN s.name <> '' THEN s.pinyin ELSE search_texts.pinyin END,
    spelled = CASE WHEN s.name <> '' THEN s.spelled ELSE search_texts.spelled END,
    company = CASE WHEN s.company <> '' THEN s.company_words ELSE search_texts.company END
FROM {_CHANGING} JOIN customers AS c ON c.id = d.customer_id
WHERE search_texts.subject_id = c.id AND {_IN_SLICE} AND (s.name <> c.name OR s.company <> '')
"""
_CHANGE_CUSTOMERS = f"""
UPDATE customers SET
    pinyin = CASE WHEN s.name <> '' AND s.name <> customers.name
        THEN s.pinyin ELSE customers.pinyin END,
    name = coalesce(nullif(s.name, ''), customers.name),
    company_id = coalesce(w.id, customers.company_id),
    tier = coalesce(nullif(s.tier, ''), customers.tier),
    language = coalesce(nullif(s.language, ''), customers.language),
    city = coalesce(nullif(s.city, ''), customers.city),
    address = coalesce(nullif(s.address, ''), customers.address),
    since = coalesce(s.since, customers.since),
    external_key = coalesce(nullif(s.external_key, ''), customers.external_key),
    version = customers.version + 1
FROM {_CHANGING} {_COMPANY} WHERE customers.id = d.customer_id AND {_IN_SLICE}
"""
_FIND_FURTHER = f"""
INSERT INTO further (line, position, is_primary)
SELECT n.line, n.position, CASE WHEN EXISTS (
        SELECT 1 FROM contact_points AS p WHERE p.customer_id = d.customer_id AND p.kind = n.kind
    ) OR EXISTS (
        SELECT 1 FROM staged_contacts AS b
        WHERE b.line = n.line AND b.kind = n.kind AND b.position < n.position
    ) THEN 0 ELSE 1 END
FROM decided AS d JOIN staged_contacts AS n ON n.line = d.line
WHERE {_KNOWN} AND NOT EXISTS (
    SELECT 1 FROM contact_points AS p
    WHERE p.customer_id = d.customer_id AND p.kind = n.kind AND p.value = n.value
)
"""
_FURTHER = """
further AS g JOIN decided AS d ON d.line = g.line
JOIN staged_contacts AS n ON n.line = g.line AND n.position = g.position
"""
_LOG_FURTHER = f"""
INSERT INTO event_log (id, stream, stream_id, kind, at, actor, payload)
SELECT n.event_id, 'CUSTOMER', CAST(d.customer_id AS text),
    CASE n.kind WHEN 'PHONE' THEN 'NumberAdded' ELSE 'AddressAdded' END, :at, {{actor}},
    {{json_object}}('id', n.id, 'customer_id', d.customer_id, 'kind', n.kind, 'value', n.value,
        'raw', n.raw, 'suffix', n.suffix, 'label', '', 'is_primary', {{is_primary}})
FROM {_FURTHER} WHERE {_IN_SLICE} ORDER BY g.line, g.position
"""
_ADD_FURTHER = f"""
INSERT INTO contact_points (id, customer_id, kind, value, raw, suffix, suffix_reversed, is_primary)
SELECT n.id, d.customer_id, n.kind, n.value, n.raw, n.suffix, n.suffix_reversed, g.is_primary = 1
FROM {_FURTHER} WHERE {_IN_SLICE} ORDER BY g.line, g.position
"""
_FOR_KNOWN = (
    *(_HOLD_KNOWN, _FIND_CHANGING, _LOG_CHANGED, _CHANGE_SEARCH_TEXTS, _CHANGE_CUSTOMERS),
    *(_FIND_FURTHER, _LOG_FURTHER, _ADD_FURTHER),
)

_COUNTS = text("""
SELECT (SELECT count(*) FROM decided) AS accepted,
    (SELECT count(*) FROM decided WHERE is_new = 1) AS added,
    (SELECT count(*) FROM (SELECT line FROM changing UNION SELECT line FROM further) AS c)
        AS changed
""")


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What became of the lines that were accepted, in customers."""

    added: int
    changed: int
    unchanged: int


class Merge:
    """Stores what is decided, as of one moment; within one transaction."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        """Prepare to store through ``connection``; changes are logged as of ``now``."""
        self._connection = connection
        self._now = now
        self._for_new = [_Statement(connection, statement) for statement in _FOR_NEW]
        self._for_known = [_Statement(connection, statement) for statement in _FOR_KNOWN]

    def store_new(self, *, after: int, progress: Callable[[int], None]) -> None:
        """Add the new customers of the lines behind ``after``; ``progress`` is told each line."""
        for values in self._slices(after, is_new=(0, 1)):
            for statement in self._for_new:
                statement.run(values)
            progress(values["until"])

    def store_known(self) -> None:
        """Change the known customers, after the last line: nobody waits for them any earlier."""
        for values in self._slices(0, is_new=(0, 0)):
            for statement in self._for_known:
                statement.run(values)

    def counts(self) -> MergeCounts:
        """Return what has become of all lines."""
        row = self._connection.execute(_COUNTS).one()
        return MergeCounts(row.added, row.changed, row.accepted - row.added - row.changed)

    def _slices(self, after: int, *, is_new: tuple[int, int]) -> Iterator[dict[str, Any]]:
        asked = {"lines": SLICE_LINES, "least_new": is_new[0], "most_new": is_new[1]}
        while until := self._connection.scalar(_END_OF_SLICE, {"after": after, **asked}):
            yield {"after": after, "until": until, "at": self._now}
            after = until


class _Statement:
    """A statement as the connection's database spells it, given only the values it names."""

    def __init__(self, connection: Connection, statement: str) -> None:
        said = text(SPELLINGS[connection.dialect.name].said(statement))
        self._connection = connection
        self._names = tuple(said.compile().params)
        at = [bindparam("at", type_=UtcDateTime)] if "at" in self._names else []
        self._said = said.bindparams(*at)

    def run(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(self._said, {name: values[name] for name in self._names})
