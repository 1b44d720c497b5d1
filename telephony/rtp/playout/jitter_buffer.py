"""A jitter buffer that goes by time and not by packets; any one thread.

Every frame has a moment: its timestamp, on the clock of the fastest packets, and the target delay
of the line. Each tick hears the frame whose moment it is, or conceals. What comes after its moment
is dropped, what comes in a heap waits for its own: nothing is ever heard faster to catch up.
"""

from __future__ import annotations

from telephony.rtp.playout.delay import DelayWindow
from telephony.rtp.playout.outcome import (
    ComfortNoise,
    Conceal,
    PlayFrame,
    Playout,
    PlayoutCounts,
    ReceivedFrame,
)

FRAME_SECONDS = 0.020
_MOST_FRAMES = 64
_MOST_HEARD = 64

_MOST_CONCEALED_SECONDS = 0.120
"""Longer repetition of the last sound is heard as a machine; silence is then the truth."""

_STRAY_SECONDS = 1.0
_SAME_PLACE_SECONDS = 0.2
_LATE_SECONDS = 0.100
"""For as long as every frame comes too late, the stream has moved."""

_HOLD_BELOW = -0.015
_SKIP_ABOVE = 0.025
_LEAP_ABOVE = 0.060
_HOLD_EVERY = 0.060
_SKIP_EVERY = 0.500
"""One frame more or less at a time, and rarely, so that it is not noticed."""


class JitterBuffer:
    """Frames of one stream, given out one a tick.

    counts: what became of everything. Times are seconds of one monotonic clock.
    """

    def __init__(self, clock_hz: int = 8000, frame_seconds: float = FRAME_SECONDS) -> None:
        """Wait for frames of ``frame_seconds``; ticks are to be as far apart."""
        self.counts = PlayoutCounts()
        self._clock_hz = clock_hz
        self._frame_units = round(frame_seconds * clock_hz)
        self._most_run = round(_MOST_CONCEALED_SECONDS / frame_seconds)
        self._delays = DelayWindow()
        self._frames: dict[int, ReceivedFrame] = {}
        self._heard: dict[int, None] = {}
        self._cursor: int | None = None
        self._stray: tuple[ReceivedFrame, float] | None = None
        self._late_since: float | None = None
        self._noise: bytes | None = None
        self._run = self._most_run + 1
        self._joins = False
        self._changed_at = 0.0

    @property
    def frame_units(self) -> int:
        """Return how far the timestamps of two frames are apart."""
        return self._frame_units

    @property
    def target_seconds(self) -> float:
        """Return the delay that is aimed at, against the fastest packets."""
        return self._delays.target

    @property
    def waiting(self) -> int:
        """Return how many frames wait for their moment."""
        return len(self._frames)

    def delay_seconds(self, now: float) -> float:
        """Return how long after the fastest arrival a tick at ``now`` is heard, 0.0 before any."""
        if self._cursor is None:
            return 0.0
        return self._excess(now, self._cursor) + self._delays.target

    def put(self, frame: ReceivedFrame, now: float) -> None:
        """Take in a frame that arrived at ``now``."""
        delay = now - frame.timestamp / self._clock_hz
        if self._cursor is None:
            self._anchor(frame, delay)
        elif abs(delay - self._delays.least) > _STRAY_SECONDS:
            self._take_stray(frame, delay)
        elif frame.timestamp in self._frames or frame.timestamp in self._heard:
            self.counts.duplicates += 1
        else:
            self._stray = None
            self._take(frame, delay, now, self._cursor)

    def restart(self) -> None:
        """Forget the stream's place in time: another begins, after a seam that is concealed."""
        self.counts.skipped += len(self._frames)
        self._frames.clear()
        self._heard.clear()
        self._cursor = self._stray = self._late_since = self._noise = None
        self._joins = False

    def tick(self, now: float) -> Playout:
        """Return what is to be heard for one frame from ``now`` on."""
        if self._cursor is None:
            self.counts.quiet += 1
            return ComfortNoise()
        if self._is_quiet:
            # Nobody hears the place move while there is nothing to hear.
            self._cursor = self._resumed(now)
        elif self._must_hold(now, self._cursor):
            self.counts.held += 1
            self._changed_at = now
            return self._nothing()
        else:
            self._cursor = self._shortened(now, self._cursor)
        return self._next(self._cursor)

    @property
    def _is_quiet(self) -> bool:
        return self._noise is not None or self._run > self._most_run

    def _excess(self, now: float, cursor: int) -> float:
        """Return seconds by which the cursor is behind its moment; negative when ahead."""
        return now - cursor / self._clock_hz - self._delays.least - self._delays.target

    def _meant(self, now: float) -> int:
        return round((now - self._delays.least - self._delays.target) * self._clock_hz)

    def _resumed(self, now: float) -> int:
        """Return the cursor after silence: its moment, or a little before to clip no beginning."""
        meant = self._meant(now)
        first = min(self._frames, default=meant)
        return first if 0 < meant - first <= _LEAP_ABOVE * self._clock_hz else meant

    def _is_over(self, timestamp: int, cursor: int) -> bool:
        # The counterpart of what `_next` takes: a frame half-way between two ticks is not lost.
        return timestamp + self._frame_units // 2 < cursor

    def _take(self, frame: ReceivedFrame, delay: float, now: float, cursor: int) -> None:
        self._delays.take(delay)
        if not self._is_over(frame.timestamp, cursor):
            self._late_since = None
            self._keep(frame)
            return
        if self._late_since is None:
            self._late_since = now
        # In a call that stands still, or after a time of nothing but late frames, this is the
        # stream's new place. A heap after a standstill is over in no time and changes nothing.
        if self._is_quiet or now - self._late_since >= _LATE_SECONDS:
            self._anchor(frame, delay)
        else:
            self.counts.late += 1

    def _take_stray(self, frame: ReceivedFrame, delay: float) -> None:
        """Follow a stream that is somewhere else altogether once two frames say the same."""
        former, self._stray = self._stray, (frame, delay)
        if former is None or abs(former[1] - delay) > _SAME_PLACE_SECONDS:
            self.counts.strays += 1
            return
        if former[0].timestamp == frame.timestamp:
            self.counts.duplicates += 1
            return
        self.counts.strays -= 1
        first, second = sorted((former[0], frame), key=lambda each: each.timestamp)
        self._anchor(first, former[1])
        self._keep(second)

    def _anchor(self, frame: ReceivedFrame, delay: float) -> None:
        """Make ``frame`` the stream's place in time: it is heard after the target delay."""
        self.counts.anchored += 1
        self.counts.skipped += len(self._frames)
        self._frames.clear()
        self._heard.clear()
        self._delays.restart(delay)
        self._cursor = frame.timestamp - round(self._delays.target * self._clock_hz)
        self._stray = self._late_since = None
        self._joins = False
        self._keep(frame)

    def _keep(self, frame: ReceivedFrame) -> None:
        if len(self._frames) == _MOST_FRAMES:
            self._frames.pop(min(self._frames))
            self.counts.overflowed += 1
        self._frames[frame.timestamp] = frame

    def _must_hold(self, now: float, cursor: int) -> bool:
        """Return whether one tick is to be concealed so that later frames come in time."""
        return self._excess(now, cursor) < _HOLD_BELOW and now - self._changed_at >= _HOLD_EVERY

    def _shortened(self, now: float, cursor: int) -> int:
        """Return the cursor, moved on when the delay has become longer than it need be."""
        excess = self._excess(now, cursor)
        if excess > _LEAP_ABOVE:
            self._changed_at = now
            self._joins = False
            return self._meant(now)
        if excess > _SKIP_ABOVE and now - self._changed_at >= _SKIP_EVERY:
            self._changed_at = now
            self._joins = False
            return cursor + self._frame_units
        return cursor

    def _next(self, cursor: int) -> Playout:
        self._drop_over(cursor)
        self._cursor = cursor + self._frame_units
        first = min(self._frames, default=None)
        if first is None or first >= cursor + self._frame_units // 2:
            return self._nothing(self._following(first))
        frame = self._frames.pop(first)
        self._note_heard(first)
        # The frame's own grid: after a restart the cursor need not lie on it.
        self._cursor = first + self._frame_units
        return self._sound(frame)

    def _drop_over(self, cursor: int) -> None:
        for timestamp in [each for each in self._frames if self._is_over(each, cursor)]:
            del self._frames[timestamp]
            self._note_heard(timestamp)
            self.counts.skipped += 1

    def _note_heard(self, timestamp: int) -> None:
        self._heard[timestamp] = None
        if len(self._heard) > _MOST_HEARD:
            del self._heard[next(iter(self._heard))]

    def _sound(self, frame: ReceivedFrame) -> Playout:
        self._run = 0
        if frame.is_noise:
            self._noise = frame.payload
            self.counts.quiet += 1
            return ComfortNoise(description=frame.payload)
        joins = self._joins and self._noise is None
        self._noise, self._joins = None, True
        self.counts.played += 1
        return PlayFrame(frame=frame, joins=joins)

    def _following(self, first: int | None) -> ReceivedFrame | None:
        """Return the first frame that waits if it is the one behind what is lost."""
        behind = None if self._cursor is None else self._cursor + self._frame_units // 2
        if first is None or behind is None or first >= behind:
            return None
        frame = self._frames[first]
        return None if frame.is_noise else frame

    def _nothing(self, following: ReceivedFrame | None = None) -> Playout:
        if self._noise is None and self._run < self._most_run:
            self._run += 1
            self._joins = False
            self.counts.concealed += 1
            return Conceal(run=self._run, following=following)
        self._run = self._most_run + 1
        self.counts.quiet += 1
        return ComfortNoise(description=self._noise)
