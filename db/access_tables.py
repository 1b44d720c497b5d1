"""The tables of people and rights as SQLAlchemy Core sees them; immutable, any thread.

On PostgreSQL a person is a login role and what counts is its membership in group roles: the rows
here name the person and remember what an administrator gave. In a file they are all there is.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from agent_desk.domain.rights import Role
from db.columns import UtcDateTime, uuid_text
from db.tables import metadata, quoted

people = Table(
    "people",
    metadata,
    Column("login", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("department_id", uuid_text(), ForeignKey("departments.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

person_roles = Table(
    "person_roles",
    metadata,
    Column("login", Text, ForeignKey("people.login"), primary_key=True),
    Column("role", String(16), primary_key=True),
    CheckConstraint(f"role IN ({quoted(Role)})", name="role"),
)

person_passwords = Table(
    "person_passwords",
    metadata,
    Column("login", Text, ForeignKey("people.login"), primary_key=True),
    Column("hash", Text, nullable=False),
)
"""Passwords of a file's people, hashed by argon2id; stays empty on a server, which has its own."""

order_returns = Table(
    "order_returns",
    metadata,
    Column("order_id", uuid_text(), ForeignKey("work_orders.id"), primary_key=True),
    Column("department_id", uuid_text(), ForeignKey("departments.id"), nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
)
"""Who handed an order back to dispatch last, and as which version of it; kept by a trigger.

Such an order belongs to no department any more. The one that handed it back still sees it so: an
update whose result its writer may not see is refused. What others do then is not for them.
"""
