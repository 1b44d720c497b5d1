"""Composition of a relay process."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress

from agent_desk.bootstrap.server import DatabaseTarget
from agent_desk.domain.errors import InputError, ServerAwayError


def run_relay(target: DatabaseTarget, *, listen: str, port: int, advertised: str) -> int:
    """Run until the process is told to end (SIGINT, SIGTERM); return its exit code.

    Raises InputError for a database file, which has nobody to tell, and for an address that is
    taken or not this machine's; MissingRoleError, and StorageError for what does not pass by
    itself. A server that is away is waited for.
    """
    if not target.is_server:
        accepted = "a server's address: a database file has one desk"
        raise InputError(field="database", value=str(target.place), accepted=accepted)
    _require_relay(target)
    asyncio.run(_run(target, listen, port, advertised))
    return 0


def _require_relay(target: DatabaseTarget) -> None:
    from db.change_feed.relay_register import require_relay

    try:
        require_relay(target.url, password=target.password)
    except ServerAwayError as error:
        print(f"the relay waits: {error}", file=sys.stderr, flush=True)


async def _run(target: DatabaseTarget, listen: str, port: int, advertised: str) -> None:
    from db.change_feed.relay import Relay

    relay = Relay(
        url=target.url,
        password=target.password,
        listen_host=listen,
        listen_port=port,
        advertised=advertised,
    )
    try:
        await relay.start()
    except OSError as error:
        accepted = f"an address of this machine and a free port ({error.strerror})"
        raise InputError(field="listen", value=f"{listen}:{port}", accepted=accepted) from error
    try:
        print(f"relay for desks on {relay.address}", file=sys.stderr, flush=True)
        await _told_to_end()
    finally:
        await relay.stop()


async def _told_to_end() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no handlers on the loop; there Ctrl+C ends asyncio.run itself.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, ended.set)
    await ended.wait()
