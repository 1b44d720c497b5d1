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

_IN_PART = "s.line > :after AND s.line <= :until"
_NUMBERS_OF_PART = """
staged AS s JOIN staged_contacts AS n
    ON n.line = s.line AND n.kind = 'PHONE' AND n.line > :after AND n.line <= :until
"""

# Joined in this order, which both databases keep: each step finds few rows by an index.
_BY_KEY = f"""
INSERT INTO candidates (line, customer_id, by_key)
SELECT s.line, c.id, 1 FROM staged AS s CROSS JOIN customers AS c
WHERE {_IN_PART} AND s.external_key <> '' AND c.external_key <> ''
    AND c.external_key = s.external_key
"""
_BY_NAME_AND_NUMBER = """
INSERT INTO candidates (line, customer_id, by_key)
SELECT DISTINCT s.line, c.id, 0
FROM staged_contacts AS n
CROSS JOIN contact_points AS p CROSS JOIN customers AS c CROSS JOIN staged AS s
WHERE n.line > :after AND n.line <= :until
    AND n.kind = 'PHONE' AND p.kind = 'PHONE' AND p.value = n.value AND c.id = p.customer_id
    AND s.line = n.line AND s.name = c.name AND (s.external_key = '' OR c.external_key = '')
    AND NOT EXISTS (SELECT 1 FROM candidates AS k WHERE k.line = s.line AND k.by_key = 1)
"""
_ENTANGLE = f"""
INSERT INTO entangled (line)
SELECT line FROM (
    SELECT s.line, count(*) OVER (PARTITION BY s.external_key) AS lines
    FROM staged AS s WHERE {_IN_PART} AND s.external_key <> ''
) AS keyed WHERE lines > 1
UNION
SELECT line FROM (
    SELECT s.line, count(*) OVER (PARTITION BY s.name, n.value) AS lines
    FROM {_NUMBERS_OF_PART} WHERE {_IN_PART}
) AS named WHERE lines > 1
UNION
SELECT line FROM (
    SELECT s.line, count(*) OVER (PARTITION BY s.customer_id) AS lines
    FROM candidates AS s WHERE {_IN_PART}
) AS shared WHERE lines > 1
UNION
SELECT s.line FROM candidates AS s WHERE {_IN_PART} GROUP BY s.line HAVING count(*) > 1
UNION
SELECT s.line FROM candidates AS s JOIN decided AS d ON d.customer_id = s.customer_id
WHERE {_IN_PART}
UNION
SELECT s.line FROM staged AS s JOIN learned AS k ON k.token = 'key ' || s.external_key
WHERE {_IN_PART} AND s.external_key <> ''
UNION
SELECT s.line FROM {_NUMBERS_OF_PART} JOIN learned AS k
    ON k.token = 'name ' || n.value || ' ' || s.name WHERE {_IN_PART}
"""
# Of earlier parts: what a line of this one may stand for, too. Known customers are changed in the
# end; until then their lines tell which customer number they will have.
_LEARN_EARLIER = f"""
INSERT INTO learned (token, customer_id, external_key, line)
SELECT DISTINCT 'customer ' || CAST(c.id AS text), c.id,
    CASE WHEN t.external_key <> '' THEN t.external_key ELSE c.external_key END, d.line
FROM candidates AS s JOIN decided AS d ON d.customer_id = s.customer_id
JOIN staged AS t ON t.line = d.line
JOIN customers AS c ON c.id = d.customer_id WHERE {_IN_PART}
"""
_DECIDE = f"""
INSERT INTO decided (line, customer_id, is_new)
SELECT s.line, coalesce(k.customer_id, s.id), CASE WHEN k.line IS NULL THEN 1 ELSE 0 END
FROM staged AS s LEFT JOIN candidates AS k ON k.line = s.line
WHERE {_IN_PART} AND NOT EXISTS (SELECT 1 FROM entangled AS e WHERE e.line = s.line)
"""
# What known customers are found by only when they are changed, which comes last.
_SAID = """
SELECT {token}, d.customer_id,
    CASE WHEN s.external_key <> '' THEN s.external_key ELSE c.external_key END, s.line
FROM {source} JOIN decided AS d
    ON d.line = s.line AND d.line > :after AND d.line <= :until AND d.is_new = 0
JOIN customers AS c ON c.id = d.customer_id
WHERE {where} AND NOT EXISTS (SELECT 1 FROM entangled AS e WHERE e.line = s.line)
"""
_KEY_SAID = _SAID.format(
    token="'key ' || s.external_key",
    source="staged AS s",
    where=f"{_IN_PART} AND s.external_key <> '' AND s.external_key <> c.external_key",
)
_NAME_SAID = _SAID.format(
    token="'name ' || n.value || ' ' || s.name",
    source=_NUMBERS_OF_PART,
    where=f"""{_IN_PART} AND (s.name <> c.name OR NOT EXISTS (
        SELECT 1 FROM contact_points AS p
        WHERE p.customer_id = c.id AND p.kind = 'PHONE' AND p.value = n.value
    ))""",
)
_LEARN_KNOWN = f"""
INSERT INTO learned (token, customer_id, external_key, line) {_KEY_SAID} UNION ALL {_NAME_SAID}
"""
_DECIDE_ALONE = tuple(map(text, (_BY_KEY, _BY_NAME_AND_NUMBER, _ENTANGLE, _LEARN_EARLIER, _DECIDE)))
_FOR_LATER_PARTS = text(_LEARN_KNOWN)

_LINES = text("""
SELECT s.line, s.id, s.name, s.external_key FROM entangled AS e JOIN staged AS s ON s.line = e.line
WHERE e.line > :after AND e.line <= :until ORDER BY e.line LIMIT :rows
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


def match(
    connection: Connection, refusals: Refusals, *, after: int, until: int, is_last: bool
) -> None:
    """Fill the table `decided` for the lines behind ``after`` up to ``until``, part after part.

    Lines that are not accepted go to ``refusals``. The new customers of earlier parts are stored
    by then, and none of the known ones is changed. is_last: no further part comes.
    """
    part = {"after": after, "until": until}
    for statement in _DECIDE_ALONE if is_last else (*_DECIDE_ALONE, _FOR_LATER_PARTS):
        connection.execute(statement, part)
    for lines in _entangled(connection, after, until):
        refusals.add(_Matcher(connection, lines).refused())


def _entangled(connection: Connection, after: int, until: int) -> Iterator[list[_Line]]:
    asked_lines = {"until": until, "rows": _BATCH}
    while found := connection.execute(_LINES, {"after": after, **asked_lines}).all():
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
