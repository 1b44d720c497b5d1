"""SIPp on loopback: plays a scenario of ours as caller or as callee; any asyncio loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from tests.servers.telephony.program import HOST, Program, find_program, free_port, is_free

PACKAGE = "sip-tester"
SCENARIOS = Path(__file__).with_name("scenarios")


class Sipp:
    """An asynchronous context manager: a running SIPp; ``port`` is where it listens.

    scenario: name of a file in the folder scenarios. target: host:port of the far side, "" for a
    callee. user: in the target's URI. transport: udp or tcp. calls: how many, rate: a second,
    at_once: at most.
    keys: values for [NAME] in the scenario. echo: whether it sends back the RTP that it hears.
    """

    def __init__(
        self,
        folder: Path,
        scenario: str,
        *,
        target: str = "",
        user: str = "",
        transport: str = "udp",
        calls: int = 1,
        rate: int = 10,
        at_once: int = 1,
        keys: Mapping[str, str] | None = None,
        echo: bool = False,
    ) -> None:
        """Prepare it; ``folder`` is where its log goes."""
        self.port = free_port()
        self._folder = folder
        self._name = f"sipp-{scenario}"
        self._program: Program | None = None
        self._media_port = free_port()
        self._arguments = (
            *("-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", HOST, "-p", str(self.port)),
            *("-t", {"udp": "u1", "tcp": "t1"}[transport], "-m", str(calls), "-l", str(at_once)),
            *("-r", str(rate), "-deadcall_wait", "0"),
            *("-nostdin", "-timeout", "60s", "-timeout_error", "-trace_err"),
            *("-mi", HOST, "-mp", str(self._media_port), "-error_file", "sipp-errors.log"),
            *(("-rtp_echo",) if echo else ()),
            *(word for name, value in (keys or {}).items() for word in ("-key", name, value)),
            *(("-s", user) if user else ()),
            *((target,) if target else ()),
        )

    async def __aenter__(self) -> Sipp:
        """Start it; raises PeerMissingError."""
        command = (find_program("sipp", package=PACKAGE), *self._arguments)
        program = self._program = Program(self._name, command, folder=self._folder)
        # A short scenario may be over before anybody looks.
        await asyncio.to_thread(
            program.wait_until, lambda: not program.is_running or not is_free(self.port)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        if self._program is not None:
            await asyncio.to_thread(self._program.stop)

    async def finishes(self) -> None:
        """Return when every call went as the scenario says; raises AssertionError otherwise."""
        program = self._program
        assert program is not None
        status = await asyncio.to_thread(program.wait)
        errors = self._folder / "sipp-errors.log"
        told = errors.read_text(errors="replace") if errors.exists() else ""
        assert status == 0, f"{self._name} ended with {status}:\n{told[-3000:]}"
