"""What every call of an engine shares; runs on the engine's loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telephony.webrtc.chance import Chance
from telephony.webrtc.codec import Codecs


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """now: seconds of a steady clock. wall: Unix time in seconds, that no one sets back."""

    codecs: Codecs
    chance: Chance
    now: Callable[[], float]
    wall: Callable[[], float]
