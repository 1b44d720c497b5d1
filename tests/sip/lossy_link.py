"""A way between two telephones on which messages get lost, doubled, late and out of order."""

from __future__ import annotations

from dataclasses import dataclass, field

from telephony.sip.message.message import AnyMessage, Request, Response
from telephony.sip.message.parser import parse_message
from telephony.sip.message.syntax import check_request, check_response


@dataclass
class LossyLink:
    """Messages on their way; what happens to each is up to the test."""

    under_way: list[bytes] = field(default_factory=list)

    def put(self, message: AnyMessage) -> None:
        """Take a message as it is on the wire."""
        self.under_way.append(message.encode())

    def take(self, index: int) -> AnyMessage:
        """Hand out a message, any one of them, as the far side reads it."""
        message = parse_message(self.under_way.pop(index % len(self.under_way)))
        if isinstance(message, Request):
            check_request(message)
        elif isinstance(message, Response):
            check_response(message)
        return message

    def lose(self, index: int) -> None:
        """Lose a message."""
        self.under_way.pop(index % len(self.under_way))

    def double(self, index: int) -> None:
        """Send a message twice."""
        self.under_way.append(self.under_way[index % len(self.under_way)])
