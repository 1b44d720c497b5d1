"""Whom a call believes: where its datagrams may come from, and so where they go; pure.

The peer says where it listens, but behind an address translation it sends from elsewhere, and its
exchange may too (symmetric RTP, RFC 4961). Others can guess a port as well. So:

- What comes from where the peer said it is, is always the peer.
- Somebody else is believed after two packets in sequence, and only while the peer is silent: when
  nothing of it has come yet, or nothing for five seconds.
- What is authenticated is the peer wherever it comes from, and is followed once the former place
  has been silent for half a second.
"""

from __future__ import annotations

from telephony.rtp.reception.sequence import SequenceTracker
from telephony.webrtc.transport.address import Address, is_somewhere

_SILENT_SECONDS = 5.0
_MOVED_SECONDS = 0.5
_MOST_CANDIDATES = 4


class PeerLatch:
    """The peer of one call. strangers: datagrams of others, which were dropped."""

    def __init__(self) -> None:
        """Know nobody yet."""
        self.strangers = 0
        self._signalled: Address | None = None
        self._signalled_control: Address | None = None
        self._latched: Address | None = None
        self._control: Address | None = None
        self._heard_at: float | None = None
        self._candidates: dict[Address, SequenceTracker] = {}

    @property
    def target(self) -> Address | None:
        """Return where sound goes, None while there is no such place."""
        found = self._latched or self._signalled
        return found if found is not None and is_somewhere(found) else None

    @property
    def control_target(self) -> Address | None:
        """Return where reports go when they have a port of their own."""
        found = self._control or self._signalled_control
        return found if found is not None and is_somewhere(found) else None

    def expect(self, sound: Address, control: Address) -> None:
        """Believe what an agreement says; a new place is where the peer is from now on."""
        if sound != self._signalled:
            self._signalled, self._latched, self._heard_at = sound, None, None
            self._candidates.clear()
        if control != self._signalled_control:
            self._signalled_control, self._control = control, None

    def judge(self, sender: Address, sequence_number: int, now: float) -> bool:
        """Return whether a packet that nothing authenticates is the peer's."""
        if sender == self._signalled:
            # The right one has come: whoever was believed in its absence is not any more.
            self._latched = None
        elif sender != self._latched and not self._succeeds(sender, sequence_number, now):
            self.strangers += 1
            return False
        self._heard_at = now
        return True

    def note_authentic(self, sender: Address, now: float) -> None:
        """Take in where a packet came from that only the peer can have sent."""
        if sender not in (self._latched, self._signalled):
            if self._heard_at is not None and now - self._heard_at < _MOVED_SECONDS:
                return
            self._latched = sender
        elif sender == self._signalled:
            self._latched = None
        self._heard_at = now

    def judge_host(self, sender: Address) -> bool:
        """Return whether something other than sound comes from a host of the peer."""
        known = (self._signalled, self._latched, self._signalled_control)
        if any(each is not None and each[0] == sender[0] for each in known):
            return True
        self.strangers += 1
        return False

    def note_control(self, sender: Address) -> None:
        """Send reports to where those of the peer come from."""
        self._control = sender

    def _succeeds(self, sender: Address, sequence_number: int, now: float) -> bool:
        if self._heard_at is not None and now - self._heard_at < _SILENT_SECONDS:
            return False
        if sender not in self._candidates and len(self._candidates) == _MOST_CANDIDATES:
            del self._candidates[next(iter(self._candidates))]
        tracker = self._candidates.setdefault(sender, SequenceTracker())
        if tracker.take(sequence_number) is None:
            return False
        self._latched = sender
        self._candidates.clear()
        return True
