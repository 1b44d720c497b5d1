"""SIP messages as they went over the wire, for a person to read; pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedMessage:
    """One message, without anything that opens a line.

    number: counts up, so that a reader asks for what is new. at: aware UTC. sent: by this desk.
    peer: transport, address and port of the far side. text: the whole message; passwords, digest
    answers and keys of media are taken out of it.
    """

    number: int
    at: datetime
    sent: bool
    peer: str
    text: str

    @property
    def first_line(self) -> str:
        """The request or status line."""
        return self.text.split("\n", 1)[0].strip()

    def has(self, words: str) -> bool:
        """Return whether every one of ``words`` is somewhere in it, however it is written."""
        found = f"{self.peer}\n{self.text}".casefold()
        return all(word in found for word in words.casefold().split())


def as_text(messages: Iterable[TracedMessage]) -> str:
    """Return ``messages`` as a file that a technician reads, oldest first."""
    return "\n".join(_entry(message) for message in messages)


def _entry(message: TracedMessage) -> str:
    way = "sent to" if message.sent else "received from"
    moment = message.at.isoformat(timespec="milliseconds")
    text = message.text.replace("\r\n", "\n").rstrip()
    return f"--- {message.number} {moment} {way} {message.peer}\n{text}\n"
