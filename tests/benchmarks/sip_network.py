"""Calls over real UDP to one desk: how soon it rings, how many a second it takes, what it keeps.

The desk's line, SIP core and network in this process, a plain caller in another one. Beside
``sip_calls``, which is the same SIP core without sockets.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from dataclasses import replace
from pathlib import Path
from time import thread_time
from typing import Any

from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.settings import NetworkSettings
from telephony.phone.line import Line, LineNews, LineReached
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.user_agent.news import CallOffered
from tests.benchmarks.rounds import median_ms, percentile_ms

HOST = "127.0.0.1"
CALLS, RATE = 8_000, 1_000
ONE_BY_ONE = 1_000
MEMORY_CALLS = 10_000
REQUIRED_RINGING_MS = 1.0
_MEDIA = LocalMedia(address=HOST, port=30_000, session_id="1")


class Callee:
    """A line that answers every call at once."""

    def __init__(self, *, most_calls: int, timings: Timings = DEFAULT_TIMINGS) -> None:
        """Stand ready for ``most_calls`` at a time."""
        self._most_calls = most_calls
        self._network = AsyncioNetwork(settings=NetworkSettings(listen_address=HOST))
        # Nobody listens there, and no exchange is needed: what is measured are calls.
        account = SipAccount(
            user="bob", domain=HOST, server=f"{HOST}:9", transport=SipTransport.UDP
        )
        self.line = Line(
            account=account,
            password="",
            network=self._network,
            policy=MediaPolicy(),
            timings=timings,
        )
        self.line.subscribe(self._answer)

    async def start(self) -> int:
        """Return the port on which it listens."""
        reached: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def hear(news: LineNews) -> None:
            if isinstance(news, LineReached) and not reached.done():
                reached.set_result(news.port)

        self.line.subscribe(hear)
        await self.line.start()
        port = await reached
        account = replace(self.line.agent.account, most_calls=self._most_calls)
        self.line.agent.adopt(account)
        return port

    async def stop(self) -> None:
        """Close the sockets."""
        await self.line.stop()

    def _answer(self, news: LineNews) -> None:
        if isinstance(news, CallOffered):
            handle = news.call
            self.line.do(lambda agent, now: agent.answer(handle, _MEDIA, now))


def run(calls: int = CALLS) -> dict[str, Any]:
    """Return milliseconds from INVITE to 180 at the caller, and what came of calls in rows.

    own_seconds: processor time of the desk while it took them.
    """
    return asyncio.run(_run(calls))


async def _run(calls: int) -> dict[str, Any]:
    callee = Callee(most_calls=2 * calls)
    port = await callee.start()
    single = await call_from_outside(port, ONE_BY_ONE, 0)
    began = thread_time()
    many = await call_from_outside(port, calls, RATE)
    spent = thread_time() - began
    await callee.stop()
    kept = await _kept_by_many_calls()
    return {
        "invite_to_180_median_ms": median_ms([ms / 1000 for ms in single["ringing_ms"]]),
        "invite_to_180_p99_ms": percentile_ms([ms / 1000 for ms in single["ringing_ms"]], 0.99),
        "required_median_ms": REQUIRED_RINGING_MS,
        "calls": many["calls"],
        "calls_per_second": RATE,
        "failed": many["failed"],
        "sent_again": many["sent_again"],
        "own_seconds": round(spent, 2),
        "seconds": many["seconds"],
        "invite_to_180_under_load_p95_ms": percentile_ms(
            [ms / 1000 for ms in many["ringing_ms"]], 0.95
        ),
        **kept,
    }


async def _kept_by_many_calls() -> dict[str, Any]:
    """Return what a desk keeps after some calls, and after many more; it must be the same.

    With timers of a hundredth: what a transaction keeps for half a minute is gone soon.
    """
    callee = Callee(most_calls=100, timings=Timings(t1=0.005, t2=0.04, t4=0.05))
    port = await callee.start()
    measured: list[tuple[int, int]] = []
    for calls in (MEMORY_CALLS // 5, MEMORY_CALLS - MEMORY_CALLS // 5):
        await call_from_outside(port, calls, 0)
        await asyncio.sleep(1.0)
        gc.collect()
        measured.append((len(gc.get_objects()), _resident_kb()))
    await callee.stop()
    (few_objects, few_kb), (many_objects, many_kb) = measured
    return {
        "memory_calls": MEMORY_CALLS,
        "objects_after_a_fifth": few_objects,
        "objects_at_the_end": many_objects,
        "resident_kb_after_a_fifth": few_kb,
        "resident_kb_at_the_end": many_kb,
    }


def _resident_kb() -> int:
    """Return this process's memory, 0 where the system does not tell it."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4 if status.exists() else 0


async def call_from_outside(port: int, calls: int, rate: int) -> dict[str, Any]:
    """Return what another process tells of its calls to ``port``."""
    caller = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.sip_caller", str(port), str(calls), str(rate)),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await caller.communicate()
    found: dict[str, Any] = json.loads(output)
    return found


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
