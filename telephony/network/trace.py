"""The last messages of a line, for a person to read; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from agent_desk.domain.sip_trace import TracedMessage
from telephony.network.masking import masked
from telephony.network.network import NetworkEvent, Traced
from telephony.sip.transaction.hop import Hop
from telephony.sip.values.host import bracketed

MOST_MESSAGES = 500
MOST_OCTETS = 4_000_000
"""Of all that is kept: some peers send messages of a quarter of a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    number: int
    at: datetime
    traced: Traced


class MessageTrace:
    """`agent_desk.ports.line_trace.LineTrace`; give `take` to the network's `subscribe`.

    Secrets are taken out when somebody reads: a call must not wait for that.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        most_messages: int = MOST_MESSAGES,
        most_octets: int = MOST_OCTETS,
    ) -> None:
        """Keep at most so many messages and octets, the newest. now: aware UTC."""
        self._now = now
        self._most_messages = most_messages
        self._most_octets = most_octets
        self._kept: deque[_Kept] = deque()
        self._octets = 0
        self._number = 0

    def take(self, event: NetworkEvent) -> None:
        """Keep a message that was traced; pass other events over."""
        if not isinstance(event, Traced):
            return
        self._number += 1
        self._kept.append(_Kept(number=self._number, at=self._now(), traced=event))
        self._octets += len(event.data)
        while len(self._kept) > self._most_messages or self._octets > self._most_octets:
            self._octets -= len(self._kept.popleft().traced.data)

    def messages(self, after: int = 0, most: int | None = None) -> Sequence[TracedMessage]:
        """Return ``most`` of the kept messages above the number ``after``, oldest first."""
        wanted = islice((kept for kept in self._kept if kept.number > after), most)
        return [_shown(kept) for kept in wanted]


def _shown(kept: _Kept) -> TracedMessage:
    return TracedMessage(
        number=kept.number,
        at=kept.at,
        sent=kept.traced.sent,
        peer=_peer(kept.traced.hop),
        text=masked(kept.traced.data),
    )


def _peer(hop: Hop) -> str:
    return f"{hop.transport} {bracketed(hop.address)}:{hop.port}"
