"""The check of a line: what each step finds, in order, and how it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

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
from agent_desk.domain.registration import RegistrationStatus, RegistrationTrouble
from agent_desk.domain.sip_account import SipAccount
from agent_desk.domain.sound import AudioDevice, AudioDevices
from agent_desk.services.event_bus import EventBus
from agent_desk.services.line_check import LineCheck
from agent_desk.services.line_passwords import LinePasswords
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_credentials import MemoryCredentials
from tests.fakes.scripted_line import ScriptedLine
from tests.fakes.scripted_probe import ScriptedProbe
from tests.fakes.scripted_switch import ScriptedSwitch

ACCOUNT = SipAccount(user="201", domain="pbx.example", server="192.0.2.7")
S = CheckStep
OK, FAILED, SKIPPED = StepState.OK, StepState.FAILED, StepState.SKIPPED


class Checked:
    """A check with its parts, and what it told last."""

    def __init__(self, probe: ScriptedProbe, line: ScriptedLine | None = None) -> None:
        self.probe = probe
        self.bus = EventBus()
        self.passwords = LinePasswords(credentials=MemoryCredentials())
        self.events: list[LineCheckChangedEvent] = []
        self.media = ScriptedSwitch(clock=ManualClock()).media
        self.check = LineCheck(
            probe=probe, passwords=self.passwords, bus=self.bus, media=self.media, line=line
        )
        self.bus.subscribe(LineCheckChangedEvent, self.events.append)

    async def until(
        self, reached: Callable[[LineCheckChangedEvent], bool]
    ) -> LineCheckChangedEvent:
        """Return what was told last once it is as ``reached`` wants it."""
        heard: asyncio.Queue[LineCheckChangedEvent] = asyncio.Queue()
        stop = self.bus.subscribe(LineCheckChangedEvent, heard.put_nowait)
        try:
            while not self.events or not reached(self.events[-1]):
                async with asyncio.timeout(5):
                    await heard.get()
        finally:
            stop()
        return self.events[-1]

    async def run(
        self, account: SipAccount, password: str | None = None, *, is_in_use: bool = False
    ) -> list[CheckedStep]:
        """Return every step of a whole check."""
        await self.check.begin(account, password, is_in_use=is_in_use)
        return list((await self.until(lambda event: not event.is_running)).steps)


def states(steps: list[CheckedStep]) -> dict[CheckStep, StepState]:
    return {each.step: each.state for each in steps}


def finding(steps: list[CheckedStep], step: CheckStep) -> Finding:
    found = next(each.finding for each in steps if each.step is step)
    assert found is not None
    return found


async def test_a_good_account_passes_every_step_with_its_kept_password() -> None:
    checked = Checked(ScriptedProbe(name=Finding(detail="192.0.2.7:5061")))
    await checked.passwords.keep(ACCOUNT, "s3cret")
    steps = await checked.run(ACCOUNT)
    assert states(steps) == {
        S.ACCOUNT: OK,
        S.NAME: OK,
        S.CONNECTION: OK,
        S.REGISTRATION: OK,
        S.MEDIA: SKIPPED,
        S.ECHO: SKIPPED,
        S.DEVICES: SKIPPED,
    }
    assert finding(steps, S.NAME).detail == "192.0.2.7:5061"
    assert finding(steps, S.DEVICES).note is StepNote.NOT_BEFORE_RESTART
    assert checked.probe.secrets == ["s3cret", ""]


async def test_a_typed_password_is_tried_instead_of_the_kept_one() -> None:
    checked = Checked(ScriptedProbe())
    await checked.passwords.keep(ACCOUNT, "former")
    await checked.run(ACCOUNT, "typed")
    assert checked.probe.secrets[0] == "typed"


@pytest.mark.parametrize(
    ("step", "trouble"),
    [
        (S.NAME, RegistrationTrouble.NAME_NOT_FOUND),
        (S.CONNECTION, RegistrationTrouble.CERTIFICATE_EXPIRED),
        (S.REGISTRATION, RegistrationTrouble.WRONG_PASSWORD),
        (S.ECHO, SoundTrouble.NO_ECHO),
    ],
)
async def test_what_stands_on_a_failed_step_is_passed_over(
    step: CheckStep, trouble: RegistrationTrouble | SoundTrouble
) -> None:
    checked = Checked(ScriptedProbe(**{step.value: Finding(trouble=trouble)}))
    steps = await checked.run(ACCOUNT)
    order = list(CheckStep)
    after = order[order.index(step) + 1 : -1]
    assert states(steps)[step] is FAILED
    assert finding(steps, step).trouble is trouble
    assert [finding(steps, each).note for each in after] == [StepNote.FAILED_BEFORE] * len(after)
    assert checked.probe.asked[-1] is step


async def test_an_echo_is_listened_for_although_a_server_of_the_way_is_silent() -> None:
    checked = Checked(ScriptedProbe(media=Finding(trouble=SoundTrouble.STUN_SILENT)))
    steps = await checked.run(replace(ACCOUNT, echo="600"))
    assert states(steps)[S.MEDIA] is FAILED
    assert checked.probe.asked[-1] is S.ECHO


@pytest.mark.parametrize(
    ("account", "found"),
    [
        (SipAccount(), Finding(trouble=AccountTrouble.NOT_SET)),
        (
            replace(ACCOUNT, server="two words"),
            Finding(trouble=AccountTrouble.FIELD, detail="server"),
        ),
    ],
)
async def test_an_account_that_cannot_be_right_is_not_tried(
    account: SipAccount, found: Finding
) -> None:
    checked = Checked(ScriptedProbe())
    steps = await checked.run(account)
    assert finding(steps, S.ACCOUNT) == found
    assert checked.probe.asked == []


async def test_a_line_in_use_is_asked_itself_and_no_second_binding_ends_it() -> None:
    line = ScriptedLine(ACCOUNT.address)

    def refuse() -> None:
        line.tell(RegistrationStatus.TRYING)
        line.tell(RegistrationStatus.REFUSED, RegistrationTrouble.FORBIDDEN, "403 Not here")

    line.after_try = refuse
    checked = Checked(ScriptedProbe(), line)
    steps = await checked.run(ACCOUNT, is_in_use=True)
    assert finding(steps, S.REGISTRATION) == Finding(
        trouble=RegistrationTrouble.FORBIDDEN, note=StepNote.LINE_IN_USE, detail="403 Not here"
    )
    assert line.tries == 1
    assert S.REGISTRATION not in checked.probe.asked


async def test_another_server_for_the_same_address_is_tried_and_the_line_put_back() -> None:
    line = ScriptedLine(ACCOUNT.address)
    checked = Checked(ScriptedProbe(), line)
    steps = await checked.run(replace(ACCOUNT, server="192.0.2.8"))
    assert states(steps)[S.REGISTRATION] is OK
    assert S.REGISTRATION in checked.probe.asked
    assert line.tries == 1


@pytest.mark.parametrize(
    ("devices", "found"),
    [
        (AudioDevices(), Finding(trouble=SoundTrouble.NO_MICROPHONE)),
        (
            AudioDevices(microphones=(AudioDevice(id="m", name="Headset"),)),
            Finding(trouble=SoundTrouble.NO_SPEAKER),
        ),
        (
            AudioDevices(
                microphones=(AudioDevice(id="m", name="Headset"),),
                speakers=(AudioDevice(id="s", name="Headset"), AudioDevice(id="t", name="TV")),
                microphone_in_use="m",
                speaker_in_use="s",
            ),
            Finding(detail="Headset"),
        ),
    ],
)
async def test_devices_are_asked_for_where_a_line_uses_them(
    devices: AudioDevices, found: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = Checked(ScriptedProbe(), ScriptedLine("another@pbx.example"))
    monkeypatch.setattr(checked.media, "devices", lambda: devices)
    assert finding(await checked.run(ACCOUNT), S.DEVICES) == found


async def test_a_check_can_be_stopped_and_leaves_nothing_running() -> None:
    probe = ScriptedProbe()
    probe.waits = S.CONNECTION
    checked = Checked(probe)
    await checked.check.begin(ACCOUNT)
    await checked.until(lambda event: event.steps[2].state is StepState.RUNNING)
    await checked.check.cancel()
    last = checked.events[-1]
    assert not last.is_running
    assert [each.state for each in last.steps] == [OK, OK, *[StepState.PENDING] * 5]


async def test_a_new_check_ends_the_former_one() -> None:
    probe = ScriptedProbe()
    probe.waits = S.NAME
    checked = Checked(probe)
    first = await checked.check.begin(ACCOUNT)
    await checked.until(lambda event: event.steps[1].state is StepState.RUNNING)
    probe.waits = None
    second = await checked.check.begin(ACCOUNT)
    await checked.until(lambda event: event.number == second and not event.is_running)
    assert second > first
    assert [event.number for event in checked.events] == sorted(
        event.number for event in checked.events
    )


async def test_a_step_that_never_ends_is_said_to_have_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent_desk.services.line_check.STEP_SECONDS", 0.01)
    probe = ScriptedProbe()
    probe.waits = S.NAME
    steps = await Checked(probe).run(ACCOUNT)
    assert finding(steps, S.NAME).trouble is RegistrationTrouble.NO_ANSWER
