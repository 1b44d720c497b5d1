"""A probe of lines that finds what the test wants; runs on the test's loop."""

from __future__ import annotations

import asyncio

from agent_desk.domain.line_check import CheckStep, Finding, StepNote
from agent_desk.domain.sip_account import SipAccount


class ScriptedProbe:
    """`ports.line_probe.LineProbe`. asked: each step that was taken. secrets: what it was given.

    waits: a step that only ends when it is cancelled.
    """

    def __init__(self, **findings: Finding) -> None:
        """``findings``: by the value of the step; every other one is well."""
        self.asked: list[CheckStep] = []
        self.secrets: list[str] = []
        self.waits: CheckStep | None = None
        self._findings = findings

    async def read_authority(self, account: SipAccount) -> Finding:
        """Answer for the certificate file."""
        return await self._answer(CheckStep.ACCOUNT)

    async def find(self, account: SipAccount) -> Finding:
        """Answer for the name."""
        return await self._answer(CheckStep.NAME)

    async def connect(self, account: SipAccount) -> Finding:
        """Answer for the connection."""
        return await self._answer(CheckStep.CONNECTION)

    async def register(self, account: SipAccount, password: str) -> Finding:
        """Answer for the account."""
        self.secrets.append(password)
        return await self._answer(CheckStep.REGISTRATION)

    async def try_media(self, account: SipAccount, turn_password: str) -> Finding:
        """Answer for the way of the sound."""
        self.secrets.append(turn_password)
        usual = Finding(note=StepNote.NO_STUN, skipped=True)
        return await self._answer(CheckStep.MEDIA, usual)

    async def hear_echo(self, account: SipAccount, password: str, turn_password: str) -> Finding:
        """Answer for the sound itself."""
        usual = Finding(note=StepNote.NO_ECHO_NUMBER, skipped=True)
        return await self._answer(CheckStep.ECHO, usual)

    async def _answer(self, step: CheckStep, usual: Finding | None = None) -> Finding:
        self.asked.append(step)
        if step is self.waits:
            await asyncio.get_running_loop().create_future()
        return self._findings.get(step.value, usual or Finding())
