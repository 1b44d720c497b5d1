"""How the two databases spell what an import says to both; immutable, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Spelling:
    """Pieces of SQL.

    uuid, day, code_points: types of an id, a date, a text compared by code points.
    table: what begins the name of a staging table where it is made. json_object: function of
    names and values in turn. false, verified, is_primary: a truth and columns as JSON values.
    actor: who is written into the log. for_update: locks the rows of customers ``c``.
    """

    uuid: str
    day: str
    code_points: str
    table: str
    json_object: str
    false: str
    verified: str
    is_primary: str
    actor: str
    for_update: str

    def said(self, statement: str) -> str:
        """Return ``statement`` with the pieces in place of ``{uuid}`` and the others."""
        return statement.format(**{name: getattr(self, name) for name in self.__dataclass_fields__})


SPELLINGS: Mapping[str, Spelling] = MappingProxyType(
    {
        "sqlite": Spelling(
            uuid="TEXT",
            day="TEXT",
            code_points="TEXT",
            table="TABLE staging.",
            json_object="json_object",
            false="json('false')",
            verified="json(CASE c.verified WHEN 1 THEN 'true' ELSE 'false' END)",
            is_primary="json(CASE g.is_primary WHEN 1 THEN 'true' ELSE 'false' END)",
            actor="'system'",
            for_update="",
        ),
        "postgresql": Spelling(
            uuid="uuid",
            day="date",
            code_points='text COLLATE "C"',
            table="TEMPORARY TABLE ",
            json_object="jsonb_build_object",
            false="false",
            verified="c.verified",
            is_primary="g.is_primary = 1",
            # Nobody writes the log in another's name: row-level security compares it.
            actor="session_user",
            for_update="FOR UPDATE OF c",
        ),
    }
)
"""By the name of SQLAlchemy's dialect."""
