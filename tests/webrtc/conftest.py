"""Two ends of a call on a time that the test lets pass."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.webrtc.beats import Time
from tests.webrtc.ends import End, local_end


@pytest.fixture
def time() -> Time:
    """Return the time of both ends."""
    return Time()


@pytest.fixture
async def here(time: Time) -> AsyncIterator[End]:
    """Give an end that speaks at 400 Hz."""
    end = local_end(time, 400)
    await end.engine.start()
    yield end
    await end.engine.stop()


@pytest.fixture
async def there(time: Time) -> AsyncIterator[End]:
    """Give an end that speaks at 1000 Hz."""
    end = local_end(time, 1000)
    await end.engine.start()
    yield end
    await end.engine.stop()
