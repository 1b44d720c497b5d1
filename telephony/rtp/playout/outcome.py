"""What a tick of the jitter buffer gives, and what it counts; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFrame:
    """One frame as it came.

    timestamp: unwrapped, in units of the stream's clock. payload_type, payload: as in the packet.
    is_noise: whether it describes comfort noise (RFC 3389) instead of carrying speech.
    """

    timestamp: int
    payload_type: int
    payload: bytes
    is_noise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayFrame:
    """A frame to be decoded and heard now.

    joins: whether it follows what was heard before; False after a leap, so that the seam is to
    be smoothed.
    """

    frame: ReceivedFrame
    joins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conceal:
    """Nothing is there for now: the former sound is to be carried on.

    run: 1 for the first. following: the frame right behind a lost one, when it has come already;
    it may hold a copy of what was lost.
    """

    run: int
    following: ReceivedFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComfortNoise:
    """The peer is silent. description: its last RFC 3389 payload, None when it gave none."""

    description: bytes | None = None


Playout = PlayFrame | Conceal | ComfortNoise


@dataclass(slots=True, kw_only=True)
class PlayoutCounts:
    """What became of frames and ticks since the call began.

    played, concealed, quiet: ticks of each outcome. held: concealed ticks that only bought time.
    skipped: frames left out to shorten the delay. late: frames after their time. duplicates,
    strays: frames heard already, and single ones from nowhere. overflowed: frames without room.
    anchored: how often the stream's place in time was set.
    """

    played: int = 0
    concealed: int = 0
    quiet: int = 0
    held: int = 0
    skipped: int = 0
    late: int = 0
    duplicates: int = 0
    strays: int = 0
    overflowed: int = 0
    anchored: int = 0
