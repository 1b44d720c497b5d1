"""The media engine as the telephone uses it, and what it tells; runs on the `desk-loop` thread.

Implemented twice: by the engine itself, and by its stand-in that talks to an engine in a process of
its own. Both pass the same contract suite. ``call`` is the SIP telephone's handle of a call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevices,
    LineQuality,
    MediaPath,
    RecordingState,
    SoundFileFormat,
)
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.tones.tone import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayServer:
    """A STUN or TURN server: ``url`` is stun:host:port, turn:host:port or turns:host:port.

    An IPv6 address stands in brackets (RFC 7064 s. 3.1).
    """

    url: str
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaWish:
    """What is to be opened for a call.

    profiles: everything that may be agreed on; what they need (candidates, certificate, keys) is
    prepared. address: local address to listen on, "" to find the one that reaches ``towards``.
    suites: of SDES, best first. relays: for ICE. first_port, last_port: UDP ports that may be used,
    0 and 0 for any.
    """

    profiles: tuple[Profile, ...]
    address: str = ""
    towards: str = ""
    suites: tuple[str, ...] = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32")
    relays: tuple[RelayServer, ...] = ()
    first_port: int = 0
    last_port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChanged:
    """Sound can pass in ``call``, or cannot any more; why: in a technician's words."""

    call: str
    path: MediaPath
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitHeard:
    """The far side has pressed ``digit`` (RFC 4733)."""

    call: str
    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityMeasured:
    """Every five seconds of a call, and once more at its end."""

    call: str
    quality: LineQuality
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingChanged:
    """See `agent_desk.domain.sound.RecordingChangedEvent`."""

    call: str
    state: RecordingState
    file: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsMeasured:
    """Ten times a second while anything sounds; dBov."""

    microphone: float
    speaker: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesChanged:
    """See `agent_desk.domain.sound.AudioDevicesChangedEvent`."""

    devices: AudioDevices
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLost:
    """The engine's process has died; every call has lost its media and must be opened anew."""

    why: str


EngineEvent = (
    PathChanged
    | DigitHeard
    | QualityMeasured
    | RecordingChanged
    | LevelsMeasured
    | DevicesChanged
    | EngineLost
)


class MediaEngine(Protocol):
    """Sound of several calls, one of them (or a conference) at the headset.

    A method that names a call which is not open raises telephony.webrtc.errors.MediaError, and so
    does one that cannot be done; it has then changed nothing.
    """

    def subscribe(self, listener: Callable[[EngineEvent], None]) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        ...

    async def start(self) -> None:
        """Get ready; without any audio device too."""
        ...

    async def stop(self) -> None:
        """Close every call and device."""
        ...

    async def open(self, call: str, wish: MediaWish) -> LocalMedia:
        """Listen for ``call``: ports, candidates, certificate and keys, as ``wish`` says."""
        ...

    async def apply(self, call: str, agreement: Agreement) -> None:
        """Do as both sides agreed, now; comes again with every new agreement of the call."""
        ...

    async def restart(self, call: str, wish: MediaWish) -> LocalMedia:
        """Open further sockets for ``call``, for ICE to begin anew with (RFC 8445 s. 9).

        Sound goes on as it does. An agreement with what is returned moves it, once there is a way;
        certificate, keys, recording and everything else stay. Without such an agreement nothing
        changes.
        """
        ...

    async def close(self, call: str) -> None:
        """End the media of ``call``: RTCP BYE, ports free, its recording complete."""
        ...

    async def put_on(self, *calls: str) -> None:
        """Connect the headset with ``calls`` and these with each other; every other call hears
        silence and is not heard. None at all: nobody.
        """
        ...

    async def play_tone(self, tone: Tone | None) -> None:
        """Let the headset alone hear ``tone`` from now on, beside what is put on; or none."""
        ...

    async def set_muted(self, call: str, muted: bool) -> None:
        """Send comfort noise or silence in place of the microphone, or the microphone again."""
        ...

    async def send_digits(self, call: str, digits: str) -> None:
        """Queue RFC 4733 digits, 100 ms each with pauses of 60 ms."""
        ...

    async def start_recording(self, call: str, file: Path, format: SoundFileFormat) -> None:
        """Write both sides of ``call`` to ``file``, which must not exist yet.

        One side is the microphone, unless it is muted. The other is everybody who is put on
        together with ``call``: a conference is recorded whole.
        """
        ...

    async def pass_recording(self, call: str, to: str) -> None:
        """Let the recording of ``call`` go on as that of ``to``, which is not recorded yet."""
        ...

    async def pause_recording(self, call: str, paused: bool) -> None:
        """Write silence for both sides from now on, or sound again."""
        ...

    async def stop_recording(self, call: str) -> None:
        """Complete the file."""
        ...

    def devices(self) -> AudioDevices:
        """Return what is plugged in, as last told."""
        ...

    async def choose(self, choice: AudioChoice) -> None:
        """Use these devices from now on, also in calls that go on."""
        ...

    async def test_sound(self, on: bool) -> None:
        """Play what the microphone hears, half a second later, and measure its level; or stop."""
        ...
