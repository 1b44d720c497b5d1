"""Moments keep their microseconds and their zone in every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from db.columns import EPOCH, UtcDateTime, from_microseconds, moment, to_microseconds

SQLITE: Dialect = sqlite.dialect()
POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001
    max_value=datetime(2900, 1, 1),  # noqa: DTZ001
    timezones=OFFSETS,
)


@given(MOMENTS)
def test_microseconds_round_trip_in_any_zone(at: datetime) -> None:
    back = from_microseconds(to_microseconds(at))

    assert back == at
    assert back.tzinfo is UTC


@given(st.lists(MOMENTS, min_size=2))
def test_stored_moments_sort_like_the_moments(moments: list[datetime]) -> None:
    assert sorted(moments) == [
        from_microseconds(value) for value in sorted(map(to_microseconds, moments))
    ]


def test_a_time_without_zone_is_refused_by_every_dialect() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001

    for dialect in (SQLITE, POSTGRESQL):
        with pytest.raises(ValueError, match="without time zone"):
            UtcDateTime().process_bind_param(naive, dialect)


def test_postgresql_gets_a_timestamp_with_zone_and_sqlite_an_integer() -> None:
    kind = UtcDateTime()

    assert kind.compile(POSTGRESQL) == "TIMESTAMP WITH TIME ZONE"
    assert kind.compile(SQLITE) == "BIGINT"
    assert kind.process_bind_param(EPOCH, SQLITE) == 0
    assert kind.process_bind_param(EPOCH, POSTGRESQL) == EPOCH


def test_a_drivers_time_of_another_zone_becomes_utc() -> None:
    shanghai = datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=8)))

    assert moment(shanghai) == shanghai
    assert getattr(moment(shanghai), "tzinfo", None) is UTC
    assert moment(None) is None
