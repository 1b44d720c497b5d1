"""What a check of the line asks, step by step, and what it finds; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent_desk.domain.registration import RegistrationTrouble


class CheckStep(StrEnum):
    """What is asked, in this order; each step stands on the one before it."""

    ACCOUNT = "account"
    """Everything is written as it must be, and the certificate file can be read."""
    NAME = "name"
    """The exchange's name is known (RFC 3263)."""
    CONNECTION = "connection"
    """The exchange answers; over TLS and WSS with a certificate that is trusted."""
    REGISTRATION = "registration"
    """The exchange takes the account and its password."""
    MEDIA = "media"
    """Sound can leave and come back, as far as a STUN or TURN server can tell."""
    ECHO = "echo"
    """A tone comes back from a number that says what it hears, where the account has one."""
    DEVICES = "devices"
    """There is a microphone and something to hear with."""


class StepState(StrEnum):
    """How far a step is."""

    PENDING = "pending"
    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Nothing can be said: ``CheckedStep.note`` tells why."""


class SoundTrouble(StrEnum):
    """Why no sound would pass although the exchange takes the account."""

    STUN_SILENT = "stun_silent"
    TURN_SILENT = "turn_silent"
    TURN_REFUSED = "turn_refused"
    ECHO_NOT_REACHED = "echo_not_reached"
    NO_ECHO = "no_echo"
    NO_MICROPHONE = "no_microphone"
    NO_SPEAKER = "no_speaker"


class AccountTrouble(StrEnum):
    """What keeps the account from being tried at all."""

    NOT_SET = "not_set"
    FIELD = "field"
    """A field is not accepted: ``detail`` names it."""
    CA_FILE = "ca_file"
    """The certificate file cannot be read or holds none."""


LineTrouble = RegistrationTrouble | SoundTrouble | AccountTrouble


class StepNote(StrEnum):
    """Why a step was passed over, or what stands beside a good one."""

    NONE = "none"
    NO_STUN = "no_stun"
    """The account has neither a STUN nor a TURN server."""
    NO_ECHO_NUMBER = "no_echo_number"
    """Without a number that says back what it hears only a call can tell whether sound passes."""
    NOT_BEFORE_RESTART = "not_before_restart"
    """Devices are looked for once the line is used."""
    FAILED_BEFORE = "failed_before"
    LINE_IN_USE = "line_in_use"
    """The line registers with this account already; it was asked to do so anew."""
    UNCHECKED = "unchecked"
    """The certificate was not checked, as the account wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one step found.

    trouble: None when all is well. note: see there. detail: for a technician, such as what the
    system or the exchange said, or what was reached; "" when there is nothing.
    """

    trouble: LineTrouble | None = None
    note: StepNote = StepNote.NONE
    detail: str = ""
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStep:
    """One step as it stands now; finding: None until it has ended."""

    step: CheckStep
    state: StepState = StepState.PENDING
    finding: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCheckChangedEvent:
    """The check as it is now, every step of it. number: of the run, so that a late word of a
    former one is passed over.
    """

    number: int
    steps: tuple[CheckedStep, ...]
    is_running: bool
