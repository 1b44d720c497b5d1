"""Tries an account step by step and says what is wrong; runs on the `desk-loop` thread.

Nothing waits for it: a run is a task of its own, which a person can stop at any moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from agent_desk.domain.line_check import (
    AccountTrouble,
    CheckedStep,
    CheckStep,
    Finding,
    LineCheckChangedEvent,
    SoundTrouble,
    StepNote,
    StepState,
)
from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from agent_desk.domain.sip_account import SipAccount
from agent_desk.domain.sip_account_check import mistakes_of
from agent_desk.ports.exchange_line import ExchangeLine
from agent_desk.ports.line_probe import LineProbe
from agent_desk.ports.media import Media
from agent_desk.services.background import Background
from agent_desk.services.event_bus import EventBus
from agent_desk.services.line_passwords import LinePasswords, LineSecrets

STEP_SECONDS = 15.0
"""Longest wait for one step; a probe gives up sooner by itself."""

_SETTLED = frozenset(
    {RegistrationStatus.REGISTERED, RegistrationStatus.REFUSED, RegistrationStatus.AWAY}
)


class LineCheck:
    """One check at a time; a new one ends the former. What it finds is told on the bus."""

    def __init__(
        self,
        *,
        probe: LineProbe,
        passwords: LinePasswords,
        bus: EventBus,
        media: Media,
        line: ExchangeLine | None,
    ) -> None:
        """``line``: the one in use, None at a desk of simulated calls."""
        self._probe = probe
        self._passwords = passwords
        self._bus = bus
        self._media = media
        self._line = line
        self._number = 0
        self._is_in_use = False
        self._steps: tuple[CheckedStep, ...] = ()
        self._background = Background("line-check")

    async def begin(
        self, account: SipAccount, password: str | None = None, *, is_in_use: bool = False
    ) -> int:
        """Begin to try ``account``, with the kept password unless one is given.

        is_in_use: the line has exactly this account. Returns the number of this run, which its
        events carry.
        """
        await self.cancel()
        self._number += 1
        self._steps = tuple(CheckedStep(step=step) for step in CheckStep)
        self._is_in_use = is_in_use and password is None
        self._background.begin(self._run(account, password))
        return self._number

    async def cancel(self) -> None:
        """End the running check, and return once nothing of it is left."""
        await self._background.stop()

    async def _run(self, account: SipAccount, password: str | None) -> None:
        try:
            await self._take_steps(account, password)
        finally:
            self._steps = tuple(_stopped(each) for each in self._steps)
            self._tell(is_running=False)

    async def _take_steps(self, account: SipAccount, password: str | None) -> None:
        secrets = LineSecrets()
        if account.is_set and not mistakes_of(account):
            secrets = await self._passwords.read(account)
        if password is not None:
            secrets = replace(secrets, password=password)
        asked: dict[CheckStep, Callable[[], Awaitable[Finding]]] = {
            CheckStep.ACCOUNT: lambda: self._account(account),
            CheckStep.NAME: lambda: self._probe.find(account),
            CheckStep.CONNECTION: lambda: self._probe.connect(account),
            CheckStep.REGISTRATION: lambda: self._register(account, secrets.password),
            CheckStep.MEDIA: lambda: self._probe.try_media(account, secrets.turn_password),
            CheckStep.ECHO: lambda: self._hear_echo(account, secrets),
            CheckStep.DEVICES: self._devices,
        }
        reachable = True
        for step, ask in asked.items():
            if not reachable and step is not CheckStep.DEVICES:
                self._set(step, StepState.SKIPPED, Finding(note=StepNote.FAILED_BEFORE))
                continue
            finding = await self._ask(step, ask)
            # A server of the way's that is silent says little about calls: an echo says all.
            reachable = reachable and (finding.trouble is None or step is CheckStep.MEDIA)

    async def _ask(self, step: CheckStep, ask: Callable[[], Awaitable[Finding]]) -> Finding:
        self._set(step, StepState.RUNNING)
        try:
            async with asyncio.timeout(STEP_SECONDS):
                finding = await ask()
        except TimeoutError:
            finding = Finding(trouble=RegistrationTrouble.NO_ANSWER)
        self._set(step, _state_of(finding), finding)
        return finding

    async def _account(self, account: SipAccount) -> Finding:
        if not account.is_set:
            return Finding(trouble=AccountTrouble.NOT_SET)
        mistakes = mistakes_of(account)
        if mistakes:
            return Finding(trouble=AccountTrouble.FIELD, detail=next(iter(mistakes)))
        return await self._probe.read_authority(account)

    async def _register(self, account: SipAccount, password: str) -> Finding:
        """Ask beside the line, unless the line is this account's: a second binding may end it."""
        if self._line is None or not self._is_in_use:
            finding = await self._probe.register(account, password)
            await self._put_line_back(account)
            return finding
        return await self._asked_line(self._line)

    async def _hear_echo(self, account: SipAccount, secrets: LineSecrets) -> Finding:
        finding = await self._probe.hear_echo(account, secrets.password, secrets.turn_password)
        if account.echo:
            await self._put_line_back(account)
        return finding

    async def _put_line_back(self, account: SipAccount) -> None:
        """Let the line of this address register: some exchanges know one binding alone."""
        if self._line is not None and self._line.registration().account == account.address:
            await self._line.register_again()

    async def _asked_line(self, line: ExchangeLine) -> Finding:
        """Let the line in use register anew, and return what comes of it."""
        settled: asyncio.Queue[RegistrationChangedEvent] = asyncio.Queue()
        unsubscribe = line.subscribe_registration(settled.put_nowait)
        try:
            await line.register_again()
            while (now := await settled.get()).status not in _SETTLED:
                pass
        finally:
            unsubscribe()
        trouble = None if now.status is RegistrationStatus.REGISTERED else now.trouble
        return Finding(trouble=trouble, note=StepNote.LINE_IN_USE, detail=now.detail)

    async def _devices(self) -> Finding:
        if self._line is None:
            return Finding(note=StepNote.NOT_BEFORE_RESTART, skipped=True)
        devices = self._media.devices()
        if not devices.microphones:
            return Finding(trouble=SoundTrouble.NO_MICROPHONE)
        if not devices.speakers:
            return Finding(trouble=SoundTrouble.NO_SPEAKER)
        used = {devices.microphone_in_use, devices.speaker_in_use}
        named = [each.name for each in (*devices.microphones, *devices.speakers) if each.id in used]
        return Finding(detail=", ".join(dict.fromkeys(named)))

    def _set(self, step: CheckStep, state: StepState, finding: Finding | None = None) -> None:
        now = CheckedStep(step=step, state=state, finding=finding)
        self._steps = tuple(now if each.step is step else each for each in self._steps)
        self._tell(is_running=True)

    def _tell(self, *, is_running: bool) -> None:
        self._bus.publish(
            LineCheckChangedEvent(number=self._number, steps=self._steps, is_running=is_running)
        )


def _state_of(finding: Finding) -> StepState:
    if finding.trouble is not None:
        return StepState.FAILED
    return StepState.SKIPPED if finding.skipped else StepState.OK


def _stopped(step: CheckedStep) -> CheckedStep:
    """Return ``step`` with nothing running any more; what was found stays."""
    if step.state is not StepState.RUNNING:
        return step
    return replace(step, state=StepState.PENDING)
