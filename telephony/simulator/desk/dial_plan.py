"""Where a dialled number leads on the simulated floor; runs on the `desk-loop` thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent_desk.domain.errors import DestinationError
from agent_desk.domain.identifiers import parse_dial_string
from telephony.simulator.floor.colleague import Colleague
from telephony.simulator.floor.floor import Floor
from telephony.simulator.floor.queue import FloorQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """What was dialled and what it leads to; neither queue nor colleague means outside."""

    device: str
    queue: FloorQueue | None = None
    colleague: Colleague | None = None

    @property
    def is_inside(self) -> bool:
        """Whether the call stays in the house."""
        return self.queue is not None or self.colleague is not None


class Availability(StrEnum):
    """What a destination does with a call that comes now."""

    ACCEPTS = "accepts"
    BUSY = "busy"
    AWAY = "away"


class DialPlan:
    """The extensions of one floor."""

    def __init__(self, floor: Floor) -> None:
        """Take them from the scenario of ``floor``."""
        self._region = floor.scenario.region
        desk = floor.scenario.desk
        self._own = {desk.extension, desk.number}
        self._queues = {queue.extension: queue for queue in floor.queues.values()}
        for plan in floor.scenario.queues:
            if plan.number:
                self._queues[plan.number] = floor.queues[plan.queue_id]
        self._colleagues = floor.colleagues

    def resolve(self, dial_string: str) -> Destination:
        """Return where ``dial_string`` leads.

        Raises InvalidNumberError for what is no number, DestinationError for an extension that
        nobody has and for the desk's own.
        """
        device = parse_dial_string(dial_string, region=self._region)
        if device in self._queues:
            return Destination(device=device, queue=self._queues[device])
        if device in self._colleagues:
            return Destination(device=device, colleague=self._colleagues[device])
        if device in self._own or not device.startswith("+"):
            raise DestinationError(value=dial_string, accepted=self._accepted())
        return Destination(device=device)

    def require_free(self, destination: Destination) -> None:
        """Raise DestinationError when a call sent there now could not even ring."""
        if availability_of(destination) is Availability.BUSY:
            raise DestinationError(
                value=destination.device, accepted="a colleague who is not on a call"
            )

    def _accepted(self) -> str:
        extensions = sorted(self._colleagues)
        queues = ", ".join(sorted({queue.extension for queue in self._queues.values()}))
        colleagues = f"{extensions[0]} to {extensions[-1]}" if extensions else "none"
        return f"a colleague ({colleagues}), a queue ({queues}) or an outside number"


def availability_of(destination: Destination) -> Availability:
    """Return what ``destination`` does with a call that comes now."""
    colleague = destination.colleague
    if colleague is None:
        return Availability.ACCEPTS
    if colleague.is_busy:
        return Availability.BUSY
    return Availability.AWAY if colleague.is_away else Availability.ACCEPTS
