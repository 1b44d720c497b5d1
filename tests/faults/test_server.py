"""The server is stopped or killed while desks work, and comes back."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from tests.faults.house import House

pytestmark = [
    pytest.mark.slow,
    pytest.mark.expected_logs("database away", "stays as it was", "error ignored terminating"),
]

DESKS = 4
KILLS = 3
STOPPED_SECONDS = 30.0


@pytest.mark.usefixtures("hurry")
async def test_a_server_that_is_stopped_and_goes_on(house: House) -> None:
    await house.open(DESKS)
    await house.warm()

    await asyncio.to_thread(house.floor.server.freeze)
    await house.noticed()
    await asyncio.to_thread(house.floor.server.thaw)

    await house.served()
    await house.saved()
    house.assert_nobody_waited()
    house.assert_the_line_came_and_went()


async def test_a_server_that_is_stopped_for_half_a_minute(house: House) -> None:
    """With the limits of every day, so that each of them runs out."""
    stations = await house.open(2, limit_seconds=8.0)
    await house.warm()

    await asyncio.to_thread(house.floor.server.freeze)
    stopped_at = monotonic()
    await house.noticed(commands=12)
    await asyncio.gather(*(station.pause() for station in stations))
    await asyncio.sleep(stopped_at + STOPPED_SECONDS - monotonic())
    await asyncio.to_thread(house.floor.server.thaw)
    for station in stations:
        station.begin()
    await house.warm()

    await house.served()
    await house.saved()
    house.assert_nobody_waited()
    house.assert_the_line_came_and_went()


@pytest.mark.usefixtures("hurry")
async def test_a_server_that_is_killed_again_and_again(house: House) -> None:
    await house.open(DESKS)
    for _ in range(KILLS):
        await house.warm()
        await asyncio.to_thread(house.floor.server.kill)
        await house.noticed(commands=2)
        await asyncio.to_thread(house.floor.server.start)

    await house.served()
    await house.saved()
    house.assert_nobody_waited()
    house.assert_the_line_came_and_went()
