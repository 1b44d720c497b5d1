"""A queue or colleague in the house, called by the desk; runs on the `desk-loop` thread."""

from __future__ import annotations

from math import inf

from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import DeviceId
from telephony.simulator.desk.line import FarEnd, Line, LineOwner
from telephony.simulator.desk.outside_end import OutsideEnd
from telephony.simulator.floor.floor import Floor
from telephony.simulator.floor.queue import ABANDONED, FloorCall


class FloorEnd:
    """The far end that stands for a call of the floor: somebody in a queue, or a colleague."""

    def __init__(self, *, dialled: DeviceId, call: FloorCall, floor: Floor) -> None:
        """Stand for ``call``."""
        self._dialled = dialled
        self._call = call
        self._floor = floor

    @property
    def device(self) -> DeviceId:
        """The colleague's extension; before one rings, what was dialled."""
        agent = self._call.agent
        return DeviceId(agent.extension) if agent else self._dialled

    def move_to(self, line: Line) -> None:
        """Do nothing: no line is watched."""

    def put_on_hold(self) -> None:
        """Wait: a colleague has patience."""

    def take_back(self) -> None:
        """Go on talking."""

    def leave(self) -> None:
        """End the floor's call, whatever stage it has reached."""
        self._call.watcher = None
        self._floor.distributor.abandon(self._call)
        if self._call.agent is not None:
            self._call.agent.hang_up(self._call)

    def go_on_with(self, other: FarEnd) -> None:
        """Serve ``other``, who now is the caller; a person outside has finite patience."""
        call = self._call
        call.watcher = Companion(other)
        if isinstance(other, OutsideEnd):
            call.caller = other.caller
            if call.patience_seconds == inf:
                waited = self._floor.kernel.now - call.arrived
                call.patience_seconds = waited + other.patience_seconds()
            self._floor.distributor.expect_patience(call)


class HouseEnd(FloorEnd):
    """A floor call that the desk made, and whose steps it hears."""

    def __init__(
        self, *, dialled: DeviceId, call: FloorCall, line: Line, owner: LineOwner, floor: Floor
    ) -> None:
        """Listen to ``call``, which is entered into the floor afterwards."""
        super().__init__(dialled=dialled, call=call, floor=floor)
        self._line = line
        self._owner = owner
        self._rings_at = ""
        call.watcher = self

    def move_to(self, line: Line) -> None:
        """Belong to ``line`` from now on."""
        self._line = line

    def ringing(self, call: FloorCall) -> None:
        """Tell the desk which colleague rings."""
        self._rings_at = self.device
        self._owner.far_alerting(self._line, self.device)

    def answered(self, call: FloorCall) -> None:
        """Tell the desk that the colleague is there."""
        if self._rings_at != self.device:
            self.ringing(call)
        self._owner.far_answered(self._line, self.device)

    def returned(self, call: FloorCall) -> None:
        """Tell the desk that the call is back in its queue."""
        self._owner.far_queued(self._line, call.queue)

    def ended(self, call: FloorCall) -> None:
        """Tell the desk that the colleague hung up or did not answer."""
        if call.phase is ABANDONED:
            self._owner.far_failed(self._line, self.device, EventCause.NO_ANSWER)
        else:
            self._owner.far_left(self._line, self, EventCause.NORMAL)


class Companion:
    """Watches a floor call after the desk has left it: when it ends, so does the other end."""

    def __init__(self, other: FarEnd) -> None:
        """Let ``other`` go when the call ends."""
        self._other = other

    def ringing(self, call: FloorCall) -> None:
        """Nobody at the desk wants to know."""

    def answered(self, call: FloorCall) -> None:
        """Nobody at the desk wants to know."""

    def returned(self, call: FloorCall) -> None:
        """Nobody at the desk wants to know."""

    def ended(self, call: FloorCall) -> None:
        """Let the other end go, too."""
        call.watcher = None
        self._other.leave()
