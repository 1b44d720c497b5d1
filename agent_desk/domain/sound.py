"""What is known of the sound of a call: devices, levels, quality, recording; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent_desk.domain.identifiers import CallId


class MediaPath(StrEnum):
    """Whether sound can pass between both sides of a call."""

    CONNECTING = "connecting"
    OPEN = "open"
    LOST = "lost"
    """Nothing has come for some seconds, or ICE or DTLS has failed."""


class RecordingState(StrEnum):
    """Whether a call is being written to a file."""

    OFF = "off"
    RECORDING = "recording"
    PAUSED = "paused"
    """Silence is written while a caller says what must not be kept (a card number)."""


class SoundFileFormat(StrEnum):
    """How a recording is written: both sides, one channel each."""

    WAV = "wav"
    OPUS = "opus"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQuality:
    """How a call sounds.

    here, there: mean opinion (ITU-T G.107) of what this side and the far side hear, 1.0 to 4.5;
    there is None until the far side has reported. loss: share of frames that were not heard here,
    0 to 1. jitter_ms: RFC 3550. round_trip_ms: None until a report has told it. codec: in use.
    """

    here: float
    there: float | None
    loss: float
    jitter_ms: float
    round_trip_ms: float | None
    codec: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioDevice:
    """A microphone or a speaker; id is the system's, stable while it is plugged in."""

    id: str
    name: str
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioDevices:
    """What is plugged in, and which of it a call uses now ("" for none).

    microphone_refused, speaker_refused: name of the device that would be used and cannot be
    opened, "" when all is well.
    """

    microphones: tuple[AudioDevice, ...] = ()
    speakers: tuple[AudioDevice, ...] = ()
    microphone_in_use: str = ""
    speaker_in_use: str = ""
    microphone_refused: str = ""
    speaker_refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioChoice:
    """Devices by id; "" for the system's default. A device that is gone falls back to it."""

    microphone: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPathChangedEvent:
    """Sound can pass, or cannot any more."""

    call_id: CallId
    at: datetime
    path: MediaPath


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityMeasuredEvent:
    """Comes every few seconds of a call; the last one, is_final, is stored with the call."""

    call_id: CallId
    at: datetime
    quality: LineQuality
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingChangedEvent:
    """A recording has begun, paused, gone on or ended.

    file: where it is written. error: why it stopped by itself, "" when it did not.
    """

    call_id: CallId
    at: datetime
    state: RecordingState
    file: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsMeasuredEvent:
    """Ten times a second in a call or a sound test: dBov, 0 for full scale, -127 for silence."""

    microphone: float
    speaker: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioDevicesChangedEvent:
    """Something was plugged in, pulled out or chosen; error says what could not be opened."""

    devices: AudioDevices
    error: str = ""


SoundEvent = (
    MediaPathChangedEvent
    | QualityMeasuredEvent
    | RecordingChangedEvent
    | LevelsMeasuredEvent
    | AudioDevicesChangedEvent
)
