"""Column types that mean the same on SQLite and PostgreSQL; any thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, String, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_microseconds(at: datetime) -> int:
    """Return ``at`` as microseconds since 1970 in UTC; ValueError for a time without zone."""
    if at.tzinfo is None:
        raise ValueError(f"a time without time zone is not accepted: {at.isoformat()}")
    return (at - EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the aware UTC time of ``value`` microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


def moment(value: int | datetime | None) -> datetime | None:
    """Return the time that the driver itself gave as ``value``, see ``UtcDateTime``."""
    if isinstance(value, int):
        return from_microseconds(value)
    return value.astimezone(UTC) if value is not None else None


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC to the microsecond; refuses naive times.

    An integer of microseconds on SQLite, whose own date types drop the offset and compare as
    text; ``timestamptz`` elsewhere.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the stored type for ``dialect``."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what is stored for ``value``."""
        if value is None:
            return None
        microseconds = to_microseconds(value)
        return microseconds if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the aware UTC time of a stored ``value``."""
        return moment(value)


def uuid_text() -> TypeEngine[str]:
    """Return the type of an id: 36 characters on SQLite, a native uuid on PostgreSQL.

    ``Uuid`` alone would store 32 characters on SQLite and rebuild the dashes row by row.
    """
    return String(36).with_variant(Uuid(as_uuid=False), "postgresql")


def ordered_text(length: int = 0) -> TypeEngine[str]:
    """Return the type of a text whose ranges and order are asked for: code points, everywhere.

    PostgreSQL would otherwise compare by the rules of its language, which skip signs such as "+".
    """
    if length:
        return String(length).with_variant(String(length, collation="C"), "postgresql")
    return Text().with_variant(Text(collation="C"), "postgresql")


def sequence_number() -> TypeEngine[int]:
    """Return the type of a key that the database counts up."""
    return BigInteger().with_variant(Integer, "sqlite")


def json_value() -> TypeEngine[Any]:
    """Return the type of a JSON document."""
    return JSON().with_variant(JSONB, "postgresql")


def optional_json() -> TypeEngine[Any]:
    """Return the type of a JSON document that may be missing: NULL, not the JSON word null."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
