"""How the sound of a call reads: its quality, its way, its recording; main thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from agent_desk.domain.sound import LineQuality, MediaPath, RecordingState
from agent_desk.domain.sound_grade import SoundFault, SoundGrade, fault_of, grade_of, opinion_of
from ui.language import tr
from ui.widgets.pill import PillKind

_GRADES: Final[Mapping[SoundGrade, PillKind]] = MappingProxyType(
    {SoundGrade.GOOD: "success", SoundGrade.FAIR: "warning", SoundGrade.BAD: "danger"}
)
_RECORDINGS: Final[Mapping[RecordingState, PillKind]] = MappingProxyType(
    {
        RecordingState.OFF: "neutral",
        RecordingState.RECORDING: "danger",
        RecordingState.PAUSED: "warning",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSound:
    """What is known of a call's sound. by_rule: its queue's calls are recorded, the caller knows.

    path, quality: None until something was told, as for simulated calls.
    """

    recording: RecordingState = RecordingState.OFF
    by_rule: bool = False
    path: MediaPath | None = None
    quality: LineQuality | None = None

    @property
    def is_worth_a_line(self) -> bool:
        """Whether there is anything to say."""
        is_recorded = self.recording is not RecordingState.OFF
        return is_recorded or self.path is not None or self.quality is not None


NO_SOUND: Final = CallSound()


def recording_word(sound: CallSound) -> tuple[str, PillKind]:
    """Return the state of the recording and its colour."""
    return tr(f"call_sound.{sound.recording}"), _RECORDINGS[sound.recording]


def recording_hint(sound: CallSound) -> str:
    """Return what the agent owes the caller who is recorded."""
    if sound.recording is RecordingState.PAUSED:
        return tr("call_sound.paused_hint")
    return tr("call_sound.by_rule_hint" if sound.by_rule else "call_sound.own_hint")


def line_word(sound: CallSound) -> tuple[str, PillKind]:
    """Return how the line is and its colour; "" while nothing is known."""
    if sound.path is MediaPath.LOST:
        return tr("call_sound.lost"), "danger"
    if sound.quality is None:
        connecting = sound.path is MediaPath.CONNECTING
        return (tr("call_sound.connecting"), "info") if connecting else ("", "neutral")
    grade, fault = grade_of(sound.quality), fault_of(sound.quality)
    opinion = f"{opinion_of(sound.quality):.1f}"
    words = tr(f"call_sound.grade.{grade}", opinion=opinion)
    if fault is not SoundFault.NONE:
        words = tr("call_sound.and_fault", words=words, fault=_fault_word(fault, sound.quality))
    return words, _GRADES[grade]


def line_tip(sound: CallSound) -> str:
    """Return everything that was measured, a line each, and what to do about a lost way."""
    if sound.path is MediaPath.LOST:
        return tr("call_sound.lost_tip")
    quality = sound.quality
    if quality is None:
        return tr("call_sound.connecting_tip")
    lines = [
        tr("call_sound.tip.here", value=f"{quality.here:.1f}"),
        "" if quality.there is None else tr("call_sound.tip.there", value=f"{quality.there:.1f}"),
        tr("call_sound.tip.loss", value=f"{quality.loss * 100:.1f}"),
        tr("call_sound.tip.jitter", value=round(quality.jitter_ms)),
        ""
        if quality.round_trip_ms is None
        else tr("call_sound.tip.round_trip", value=round(quality.round_trip_ms)),
        tr("call_sound.tip.codec", value=quality.codec) if quality.codec else "",
    ]
    return "\n".join(line for line in lines if line)


def _fault_word(fault: SoundFault, quality: LineQuality) -> str:
    return tr(
        f"call_sound.fault.{fault}",
        loss=f"{quality.loss * 100:.0f}",
        jitter=round(quality.jitter_ms),
        delay=round(quality.round_trip_ms or 0),
    )
