"""Which stored customer each staged line stands for; the caller's thread and transaction.

A customer number decides. Without one, or while it is not stored yet, the name together with one
of the telephone numbers does. Lines that share none of these with another line of the file are
decided all at once by the database; the others one after the other, as each may change what the
next one means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, text

from db.customer_import.refusals import Refusals
from db.customer_import.report import RefusedValue

_BATCH = 2_000
_ONCE = "each customer in one line of a file"
_ONE_MEANT = "a customer number, because several customers have this name and number"

# Joined in this order, which SQLite keeps: each step finds few rows by an index.
_BY_KEY = """
INSERT INTO candidates (line, customer_id, by_key)
SELECT s.line, c.id, 1 FROM staged AS s CROSS JOIN customers AS c
WHERE s.external_key <> '' AND c.external_key <> '' AND c.external_key = s.external_key
"""
_BY_NAME_AND_NUMBER = """
INSERT INTO candidates (line, customer_id, by_key)
SELECT DISTINCT s.line, c.id, 0
FROM staged_contacts AS n
CROSS JOIN contact_points AS p CROSS JOIN customers AS c CROSS JOIN staged AS s
WHERE n.kind = 'PHONE' AND p.kind = 'PHONE' AND p.value = n.value AND c.id = p.customer_id
    AND s.line = n.line AND s.name = c.name AND (s.external_key = '' OR c.external_key = '')
    AND NOT EXISTS (SELECT 1 FROM candidates AS k WHERE k.line = s.line AND k.by_key = 1)
"""
_ENTANGLE = """
INSERT INTO entangled (line)
SELECT line FROM (
    SELECT line, count(*) OVER (PARTITION BY external_key) AS lines
    FROM staged WHERE external_key <> ''
) AS keyed WHERE lines > 1
UNION
SELECT line FROM (
    SELECT s.line, count(*) OVER (PARTITION BY s.name, n.value) AS lines
    FROM staged_contacts AS n JOIN staged AS s ON s.line = n.line WHERE n.kind = 'PHONE'
) AS named WHERE lines > 1
UNION
SELECT line FROM (
    SELECT line, count(*) OVER (PARTITION BY customer_id) AS lines FROM candidates
) AS shared WHERE lines > 1
UNION
SELECT line FROM candidates GROUP BY line HAVING count(*) > 1
"""
_DECIDE = """
INSERT INTO decided (line, customer_id, is_new)
SELECT s.line, coalesce(k.customer_id, s.id), CASE WHEN k.line IS NULL THEN 1 ELSE 0 END
FROM staged AS s LEFT JOIN candidates AS k ON k.line = s.line
WHERE NOT EXISTS (SELECT 1 FROM entangled AS e WHERE e.line = s.line)
"""

_LINES = text("""
SELECT s.line, s.id, s.name, s.external_key FROM entangled AS e JOIN staged AS s ON s.line = e.line
WHERE e.line > :after ORDER BY e.line LIMIT :rows
""")
_NUMBERS = text("""
SELECT line, value, raw FROM staged_contacts
WHERE kind = 'PHONE' AND line IN :lines ORDER BY line, position
""").bindparams(bindparam("lines", expanding=True))
_CANDIDATES = text("""
SELECT k.line, k.customer_id, k.by_key, c.external_key
FROM candidates AS k JOIN customers AS c ON c.id = k.customer_id WHERE k.line IN :lines
""").bindparams(bindparam("lines", expanding=True))
_LEARNED = text("""
SELECT token, customer_id, external_key, line FROM learned WHERE token IN :tokens
""").bindparams(bindparam("tokens", expanding=True))
_LEARN = text("INSERT INTO learned VALUES (:token, :customer_id, :external_key, :line)")
_ACCEPT = text("INSERT INTO decided VALUES (:line, :customer_id, :is_new)")


@dataclass(slots=True)
class _Line:
    """An entangled line. candidates: stored customers and their customer numbers."""

    line: int
    id: str
    name: str
    external_key: str
    by_key: str | None = None
    candidates: dict[str, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def tokens(self, customer_id: str) -> list[str]:
        """Return what a later line for ``customer_id`` could be recognised by."""
        return [_customer_token(customer_id), *self.own_tokens()]

    def own_tokens(self) -> list[str]:
        key = [f"key {self.external_key}"] if self.external_key else []
        return [*key, *self.name_tokens()]

    def name_tokens(self) -> list[str]:
        return [f"name {value} {self.name}" for value in self.numbers]

    @property
    def subject(self) -> str:
        """What a person finds the line by."""
        parts = (self.external_key, self.name, ", ".join(self.written))
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Known:
    """A customer for whom a line was accepted, with the customer number since then."""

    customer_id: str
    external_key: str
    line: int


class AmbiguousError(Exception):
    """Several customers have the name and number of a line."""


def match(connection: Connection, refusals: Refusals) -> None:
    """Fill the table `decided`; lines that are not accepted go to ``refusals``."""
    for statement in (_BY_KEY, _BY_NAME_AND_NUMBER, _ENTANGLE, _DECIDE):
        connection.exec_driver_sql(statement)
    for lines in _entangled(connection):
        refusals.add(_Matcher(connection, lines).refused())


def _entangled(connection: Connection) -> Iterator[list[_Line]]:
    after = 0
    while found := connection.execute(_LINES, {"after": after, "rows": _BATCH}).all():
        after = found[-1].line
        lines = {
            row.line: _Line(row.line, str(row.id), row.name, row.external_key) for row in found
        }
        asked = {"lines": list(lines)}
        for row in connection.execute(_NUMBERS, asked):
            lines[row.line].numbers.append(row.value)
            lines[row.line].written.append(row.raw)
        for row in connection.execute(_CANDIDATES, asked):
            if row.by_key:
                lines[row.line].by_key = str(row.customer_id)
            else:
                lines[row.line].candidates[str(row.customer_id)] = row.external_key
        yield list(lines.values())


class _Matcher:
    """Decides a batch of lines in their order, knowing what earlier ones have said."""

    def __init__(self, connection: Connection, lines: Sequence[_Line]) -> None:
        self._connection = connection
        self._lines = lines
        self._known: dict[str, dict[str, _Known]] = defaultdict(dict)
        self._news: list[dict[str, Any]] = []
        self._accepted: list[dict[str, Any]] = []
        tokens = {token for line in lines for token in line.own_tokens()}
        for line in lines:
            tokens.update(map(_customer_token, (*line.candidates, *filter(None, [line.by_key]))))
        for row in connection.execute(_LEARNED, {"tokens": sorted(tokens)}):
            known = _Known(str(row.customer_id), row.external_key, row.line)
            for token in (row.token, _customer_token(known.customer_id)):
                self._known[token][known.customer_id] = known

    def refused(self) -> list[RefusedValue]:
        """Decide every line and return the reasons against some."""
        refused = []
        for line in self._lines:
            try:
                customer_id = self._customer_of(line)
            except AmbiguousError:
                refused.append(RefusedValue(line.line, "line", line.subject, _ONE_MEANT))
                continue
            earlier = self._earlier(customer_id) if customer_id else None
            if earlier:
                accepted = f"{_ONCE}; line {earlier.line} stands for the same one"
                refused.append(RefusedValue(line.line, "line", line.subject, accepted))
            else:
                self._accept(line, customer_id)
        if self._accepted:
            self._connection.execute(_ACCEPT, self._accepted)
            self._connection.execute(_LEARN, self._news)
        return refused

    def _customer_of(self, line: _Line) -> str | None:
        """Return the id of the customer, None for a new one; raises AmbiguousError."""
        if line.by_key:
            return line.by_key
        if line.external_key and (made := self._known.get(f"key {line.external_key}")):
            return next(iter(made))
        candidates = dict(line.candidates)
        for token in line.name_tokens():
            for known in self._known.get(token, {}).values():
                candidates[known.customer_id] = known.external_key
        for customer_id in candidates:
            if earlier := self._earlier(customer_id):
                candidates[customer_id] = earlier.external_key
        if line.external_key:
            # One with another customer number is somebody else.
            candidates = {found: key for found, key in candidates.items() if not key}
        if len(candidates) > 1:
            raise AmbiguousError(str(len(candidates)))
        return next(iter(candidates), None)

    def _earlier(self, customer_id: str) -> _Known | None:
        return self._known.get(_customer_token(customer_id), {}).get(customer_id)

    def _accept(self, line: _Line, customer_id: str | None) -> None:
        chosen = customer_id or line.id
        key = line.external_key or line.candidates.get(chosen, "")
        known = _Known(chosen, key, line.line)
        self._accepted.append(
            {"line": line.line, "customer_id": chosen, "is_new": int(customer_id is None)}
        )
        for token in line.tokens(chosen):
            self._known[token][chosen] = known
            self._news.append(
                {"token": token, "customer_id": chosen, "external_key": key, "line": line.line}
            )


def _customer_token(customer_id: str) -> str:
    return f"customer {customer_id}"
