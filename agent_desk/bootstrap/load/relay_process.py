"""The relay of a floor under load, a process of its own as on a real floor."""

from __future__ import annotations

import asyncio
import signal
from multiprocessing.connection import Connection as Pipe

from agent_desk.bootstrap.lifeline import end_with_parent


def run_relay_process(url: str, password: str | None, pipe: Pipe) -> None:
    """Run a relay; say "ready" when desks can find it, and end when the pipe says anything."""
    # An interrupt on the terminal is for the parent, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    asyncio.run(_run(url, password, pipe))


async def _run(url: str, password: str | None, pipe: Pipe) -> None:
    from db.change_feed.relay import Relay

    relay = Relay(url=url, password=password)
    await relay.start()
    try:
        await relay.registered()
        pipe.send("ready")
        await asyncio.to_thread(pipe.recv)
    finally:
        await relay.stop()
