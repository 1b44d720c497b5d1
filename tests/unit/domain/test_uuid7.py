from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.identifiers import new_uuid7

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=80_000)).map(lambda since: EPOCH + since)


@given(MOMENTS)
def test_a_key_is_a_uuid_of_version_7(now: datetime) -> None:
    key = new_uuid7(now)
    assert str(UUID(key)) == key
    assert UUID(key).version == 7
    assert UUID(key).variant == RFC_4122


@given(MOMENTS)
def test_a_key_begins_with_its_millisecond(now: datetime) -> None:
    assert UUID(new_uuid7(now)).int >> 80 == (now - EPOCH) // MILLISECOND


@given(MOMENTS, st.timedeltas(MILLISECOND, timedelta(days=3650)))
def test_a_later_key_sorts_later(now: datetime, later: timedelta) -> None:
    assert new_uuid7(now) < new_uuid7(now + later)


def test_keys_of_one_moment_differ() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert len({new_uuid7(now) for _ in range(10_000)}) == 10_000
