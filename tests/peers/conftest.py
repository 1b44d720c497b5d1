"""Each exchange in turn, for tests that any exchange must pass."""

from __future__ import annotations

import pytest

from tests.peers.exchanges import Exchange


@pytest.fixture(scope="session", params=["kamailio", "asterisk"])
def exchange(request: pytest.FixtureRequest) -> Exchange:
    """Kamailio with rtpengine, then Asterisk."""
    server: Exchange = request.getfixturevalue(request.param)
    return server
