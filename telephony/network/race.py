"""Several addresses of one host tried beside each other (RFC 8305); runs on `desk-loop`.

A host with IPv6 and IPv4 of which one leads nowhere must not cost a patient wait: the next address
is tried a little later, and whichever connects first is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

from telephony.network.errors import NetworkError
from telephony.network.flow import Flow, Server

NEXT_ADDRESS_SECONDS = 0.25
"""RFC 8305 s. 5: Connection Attempt Delay."""

Connect = Callable[[Server], Awaitable[Flow]]


def by_host(servers: Sequence[Server]) -> list[list[Server]]:
    """Return ``servers`` in their order, the addresses of one host together."""
    groups = groupby(servers, key=lambda server: (server.host, server.port))
    return [list(group) for _, group in groups]


async def first_connected(
    servers: Sequence[Server],
    connect: Connect,
    *,
    failed: Callable[[Server, NetworkError], None],
    seconds: float = NEXT_ADDRESS_SECONDS,
) -> tuple[Server, Flow] | None:
    """Return the first of ``servers`` that takes us and the way there, None when none does.

    seconds: until the next one is tried too; after a failure it is tried at once. failed: hears of
    each that did not. What connects too late is closed again.
    """
    waiting = list(servers)
    trying: dict[asyncio.Future[Flow], Server] = {}
    try:
        while waiting or trying:
            if waiting:
                server = waiting.pop(0)
                trying[asyncio.ensure_future(connect(server))] = server
            done, _ = await asyncio.wait(
                trying,
                timeout=seconds if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for attempt in done:
                error = attempt.exception()
                if error is None:
                    return trying.pop(attempt), attempt.result()
                server = trying.pop(attempt)
                if not isinstance(error, NetworkError):
                    raise error
                failed(server, error)
    finally:
        await _give_up(trying)
    return None


async def _give_up(trying: dict[asyncio.Future[Flow], Server]) -> None:
    for attempt in trying:
        attempt.cancel()
    if trying:
        await asyncio.wait(trying)
    for attempt in trying:
        if not attempt.cancelled() and attempt.exception() is None:
            attempt.result().close()
