"""What is to be said of a device that is chosen and not to be had; pure, any thread."""

from __future__ import annotations

from typing import Final, Literal

from agent_desk.domain.sound import AudioDevice, AudioDevices
from ui.language import tr

DeviceKind = Literal["microphone", "speaker", "ringer"]

CALL_KINDS: Final[tuple[DeviceKind, ...]] = ("microphone", "speaker")
"""What a call needs."""


def call_device_words(kind: DeviceKind, *, chosen: str, name: str, devices: AudioDevices) -> str:
    """Return what is to be said of a call's microphone or speaker; see `device_words`."""
    if kind == "microphone":
        return device_words(
            kind,
            chosen=chosen,
            name=name,
            devices=devices.microphones,
            in_use=devices.microphone_in_use,
            refused=devices.microphone_refused,
        )
    return device_words(
        kind,
        chosen=chosen,
        name=name,
        devices=devices.speakers,
        in_use=devices.speaker_in_use,
        refused=devices.speaker_refused,
    )


def device_words(
    kind: DeviceKind,
    *,
    chosen: str,
    name: str,
    devices: tuple[AudioDevice, ...],
    in_use: str = "",
    refused: str = "",
) -> str:
    """Return a sentence on what is missing, "" when all is well.

    chosen: "" for the system's own device; name: of the chosen one. in_use: "" for none; what
    would be used is named then. refused: name of what was wanted and could not be opened.
    """
    if not devices:
        return tr("sound.refused_all", name=refused) if refused else tr(f"sound.none.{kind}")
    used = _name_of(in_use or _best(devices), devices)
    if refused:
        return tr("sound.refused", name=refused, used=used)
    if chosen and chosen not in {device.id for device in devices}:
        return tr("sound.gone", name=name or chosen, used=used)
    return ""


def _best(devices: tuple[AudioDevice, ...]) -> str:
    """Return the system's own device, or else the first."""
    own = [device.id for device in devices if device.is_default]
    return next(iter(own or [device.id for device in devices]), "")


def _name_of(wanted: str, devices: tuple[AudioDevice, ...]) -> str:
    return next((device.name for device in devices if device.id == wanted), wanted)
