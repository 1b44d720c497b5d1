"""Houses for the tests of the telephone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.sip_house import SipHouse

MakeHouse = Callable[..., Any]


@pytest.fixture
async def make_house(tmp_path: Path) -> AsyncIterator[MakeHouse]:
    """Return how to open a house whose account differs from the usual one."""
    async with AsyncExitStack() as open_houses:

        async def make(**changes: Any) -> SipHouse:
            return await open_houses.enter_async_context(SipHouse(tmp_path, **changes))

        yield make


@pytest.fixture
async def house(make_house: MakeHouse) -> SipHouse:
    """A house with a telephone that is registered, and nobody signed on."""
    made = await make_house()
    assert isinstance(made, SipHouse)
    return made
