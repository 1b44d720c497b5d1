"""SIP messages that a test lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from agent_desk.domain.sip_trace import TracedMessage

_FIRST_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


class ListedTrace:
    """`ports.line_trace.LineTrace` of messages that `add` was given."""

    def __init__(self) -> None:
        """Begin empty."""
        self._messages: list[TracedMessage] = []

    def add(self, text: str, *, sent: bool = True, peer: str = "TLS 192.0.2.7:5061") -> None:
        """Let ``text`` have gone over the wire, a second after the one before."""
        number = len(self._messages) + 1
        self._messages.append(
            TracedMessage(
                number=number,
                at=_FIRST_AT + timedelta(seconds=number),
                sent=sent,
                peer=peer,
                text=text,
            )
        )

    def messages(self, after: int = 0, most: int | None = None) -> Sequence[TracedMessage]:
        """Return those with a number above ``after``."""
        return [message for message in self._messages if message.number > after][:most]
