"""The desk's telephone: what its lines and their far ends do, whoever begins it.

Runs on the `desk-loop` thread. The switch has checked every service before it comes here.
"""

from __future__ import annotations

from math import inf

from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId
from telephony.desk.agent import DeskAgent, busy_kind_of
from telephony.simulator.callers import Caller
from telephony.simulator.desk.dial_plan import Availability, Destination, availability_of
from telephony.simulator.desk.house_end import FloorEnd, HouseEnd
from telephony.simulator.desk.line import FarEnd, Line
from telephony.simulator.desk.monitor import CallMonitor
from telephony.simulator.desk.outside_end import Outside, OutsideCall, OutsideEnd
from telephony.simulator.desk.position import DeskPosition
from telephony.simulator.floor.floor import Floor
from telephony.simulator.floor.queue import ENDED, TALKING, FloorCall, FloorQueue
from telephony.simulator.scenario import FarOutcome

ALERTING = LocalConnectionState.ALERTING
CONNECTED = LocalConnectionState.CONNECTED

BUSY_TONE_SECONDS = 10.0
"""How long a failed call stays before it clears itself."""


class Telephone:
    """The desk's lines, kept in step with its agent and the distributor."""

    def __init__(
        self,
        *,
        floor: Floor,
        agent: DeskAgent,
        position: DeskPosition,
        monitor: CallMonitor,
        outside: Outside,
    ) -> None:
        """Take no calls until `open`."""
        self._floor = floor
        self._kernel = floor.kernel
        self._desk = floor.scenario.desk
        self._agent = agent
        self._position = position
        self._monitor = monitor
        self._outside = outside
        self._is_open = False
        position.telephone = self
        agent.when_wrapped_up = self.settle

    @property
    def lines(self) -> dict[CallId, Line]:
        """The calls that exist, oldest first."""
        return self._monitor.lines

    def open(self) -> None:
        """Take calls from now on."""
        self._is_open = True
        self.settle()

    def close(self) -> None:
        """Clear every call and take no more; an offered one goes back to its queue."""
        self._is_open = False
        for line in list(self.lines.values()):
            self.clear(line)
        self.settle()

    def settle(self) -> None:
        """Make the agent and the distributor follow from the lines; ends every step."""
        engaged = [line for line in self.lines.values() if line.state is not ALERTING]
        for line in engaged:
            self._agent.begin_call(busy_kind_of(line.call), line.call.queue_id)
        if not engaged:
            self._agent.end_calls()
        is_free = self._is_open and self._agent.is_ready and not self.lines
        self._position.set_available(is_free)

    # Calls that come in

    def offer(self, call: FloorCall) -> None:
        """Ring for a call that the distributor offers."""
        queue = call.queue
        line = self._monitor.new_line(
            direction=CallDirection.INBOUND,
            remote=call.caller.number,
            remote_name=call.caller.name,
            dialled=queue.extension,
            queue_id=queue.queue_id,
            queue_wait_seconds=self._kernel.now - call.arrived,
            reason=call.reason.text,
            details=_details(call),
        )
        line.floor_call = call
        self._ring(line, call.caller, call.talk_seconds, EventCause.DISTRIBUTED)

    def receive(self, caller: Caller) -> CallId | None:
        """Ring for a direct call to the desk's own number; return None when it hears busy."""
        if not self._is_open or len(self.lines) >= self._desk.lines:
            return None
        line = self._monitor.new_line(
            direction=CallDirection.INBOUND,
            remote=caller.number,
            remote_name=caller.name,
            dialled=self._desk.number,
        )
        self._ring(line, caller, self._outside.talk_seconds(), EventCause.NEW_CALL)
        return line.call_id

    def caller_gave_up(self, call: FloorCall) -> None:
        """Stop ringing for a queue's call whose caller hung up."""
        line = self._line_of(call)
        self._monitor.cleared(line, line.ends[0].device, EventCause.ABANDONED)
        self.settle()

    def caller_hung_up(self, call: FloorCall) -> None:
        """End the talk of a queue's call from the caller's side."""
        line = self._line_of(call)
        self.far_left(line, line.ends[0], EventCause.NORMAL)

    def _ring(self, line: Line, caller: Caller, talk_seconds: float, cause: EventCause) -> None:
        line.ends.append(self._outside_end(line, caller, talk_seconds))
        line.timer = self._kernel.after(
            self._desk.ring_no_answer_seconds, lambda: self._give_back(line, EventCause.NO_ANSWER)
        )
        self._monitor.alerting_here(line, cause)
        self.settle()

    def _give_back(self, line: Line, cause: EventCause) -> None:
        """Stop ringing: the call was not answered, or rejected."""
        call = line.floor_call
        if call is None:
            releasing = line.ends[0].device if cause is EventCause.NO_ANSWER else self._device
            self._monitor.cleared(line, releasing, cause)
            self.settle()
            return
        self._agent.miss_call()
        self._monitor.diverted(line, DeviceId(call.queue.extension), cause)
        self.settle()
        self._floor.distributor.send_back(call)

    def answer(self, line: Line) -> None:
        """Talk; another call that talks goes on hold."""
        for other in list(self.lines.values()):
            if other.state is CONNECTED:
                self.hold(other)
        line.stop_timer()
        self._monitor.established(line, self._device)
        if line.floor_call is not None:
            self._floor.distributor.answer(line.floor_call)
        for end in line.ends:
            end.take_back()
        self.settle()

    # Calls that go out

    def dial(
        self,
        destination: Destination,
        *,
        consults: CallId | None = None,
        cause: EventCause = EventCause.NEW_CALL,
    ) -> Line:
        """Return the new call to ``destination``."""
        inside = destination.is_inside
        line = self._monitor.new_line(
            direction=CallDirection.INTERNAL if inside else CallDirection.OUTBOUND,
            remote=destination.device,
            dialled=destination.device,
            consults=consults,
        )
        self._monitor.originated(line, cause)
        self.settle()
        self._reach(line, destination)
        return line

    def _reach(self, line: Line, destination: Destination) -> None:
        device = DeviceId(destination.device)
        availability = availability_of(destination)
        if availability is Availability.BUSY:
            self.far_failed(line, device, EventCause.BUSY)
        elif availability is Availability.AWAY or not destination.is_inside:
            self._reach_outside(line, device, is_away=destination.is_inside)
        else:
            self._reach_inside(line, destination)

    def _reach_outside(self, line: Line, device: DeviceId, *, is_away: bool) -> None:
        call = self._outside.next_call(device)
        if is_away:
            call = OutsideCall(
                outcome=FarOutcome.NO_ANSWER,
                connect_seconds=0.0,
                ring_seconds=self._desk.ring_no_answer_seconds,
            )
        end = self._outside_end(line, Caller(number=device), self._outside.talk_seconds())
        line.ends.append(end)
        end.dial(call)

    def _reach_inside(self, line: Line, destination: Destination) -> None:
        call = self._floor.new_call(
            queue=destination.queue,
            caller=Caller(number=self._device),
            talk_seconds=self._outside.talk_seconds(),
        )
        device = DeviceId(destination.device)
        line.ends.append(
            HouseEnd(dialled=device, call=call, line=line, owner=self, floor=self._floor)
        )
        if destination.queue is not None:
            self._monitor.queued(line, destination.queue)
        self._enter(call, destination)

    def _enter(self, call: FloorCall, destination: Destination) -> None:
        if destination.colleague is not None:
            destination.colleague.reserve(call)
        else:
            self._floor.enter(call)

    # What far ends do

    def far_queued(self, line: Line, queue: FloorQueue) -> None:
        """The desk's call waits in a queue again."""
        self._monitor.queued(line, queue)

    def far_alerting(self, line: Line, device: DeviceId) -> None:
        """``device`` rings."""
        self._monitor.alerting_there(line, device)

    def far_answered(self, line: Line, device: DeviceId) -> None:
        """``device`` has answered."""
        self._monitor.established(line, device)

    def far_failed(self, line: Line, device: DeviceId, cause: EventCause) -> None:
        """The call cannot be completed; the tone ends by itself."""
        line.ends.clear()
        line.timer = self._kernel.after(BUSY_TONE_SECONDS, lambda: self.clear(line, cause))
        self._monitor.failed(line, device, cause)
        self.settle()

    def far_left(self, line: Line, end: FarEnd, cause: EventCause) -> None:
        """``end`` hung up; with nobody left the call is over."""
        device = end.device
        line.ends.remove(end)
        if line.ends:
            self._monitor.party_left(line, device, cause)
        else:
            self._end_floor_call(line)
            self._monitor.cleared(line, device, cause)
        self.settle()

    # What the agent does

    def hold(self, line: Line, cause: EventCause = EventCause.NORMAL) -> None:
        """Let the far end wait."""
        for end in line.ends:
            end.put_on_hold()
        self._monitor.held(line, cause)

    def retrieve(self, line: Line, cause: EventCause = EventCause.NORMAL) -> None:
        """Talk again."""
        for end in line.ends:
            end.take_back()
        self._monitor.retrieved(line, cause)

    def clear(self, line: Line, cause: EventCause = EventCause.NORMAL) -> None:
        """Leave the call; reject it while it rings."""
        if line.state is ALERTING:
            refused = EventCause.BLOCKED if line.floor_call is None else EventCause.REDIRECTED
            self._give_back(line, refused)
            return
        self._end_floor_call(line)
        if len(line.ends) > 1:
            _join(line.ends[:1], line.ends[1:])
            self._monitor.left(line, cause)
        else:
            for end in line.ends:
                end.leave()
            self._monitor.cleared(line, self._device, cause)
        self.settle()

    def transfer(self, active: Line, held: Line) -> None:
        """Connect the far ends of both lines and leave."""
        destination = active.ends[0].device
        self._release_floor_call(held)
        self._release_floor_call(active)
        self._monitor.transferred(held, active, destination)
        _join(held.ends, active.ends)
        self.settle()

    def send_on(self, line: Line, destination: Destination) -> None:
        """Leave the far end to ``destination``: transferred, or deflected while it rings."""
        device = DeviceId(destination.device)
        self._release_floor_call(line)
        if line.state is ALERTING:
            self._monitor.diverted(line, device, EventCause.REDIRECTED)
        else:
            self._monitor.transferred(line, None, device)
        self._let_go_on(line, destination)
        self.settle()

    def conference(self, active: Line, held: Line) -> None:
        """Join ``active`` into ``held``."""
        for end in held.ends:
            end.take_back()
        for end in active.ends:
            end.move_to(held)
            held.ends.append(end)
        held.floor_call = held.floor_call or active.floor_call
        self._monitor.conferenced(held, active)
        self.settle()

    def _let_go_on(self, line: Line, destination: Destination) -> None:
        availability = availability_of(destination)
        if availability is not Availability.ACCEPTS:
            for end in line.ends:
                end.leave()
        elif not destination.is_inside:
            there = self._outside_end(line, Caller(number=destination.device), inf)
            _join(line.ends, [there])
        else:
            call = self._floor.new_call(
                queue=destination.queue, talk_seconds=self._outside.talk_seconds()
            )
            device = DeviceId(destination.device)
            _join(line.ends, [FloorEnd(dialled=device, call=call, floor=self._floor)])
            self._enter(call, destination)

    def _end_floor_call(self, line: Line) -> None:
        """Book the end of the talk with a queue's caller."""
        call = line.floor_call
        if call is not None and call.phase is TALKING:
            self._floor.distributor.end(call)

    def _release_floor_call(self, line: Line) -> None:
        """Forget the queue's call, whose caller goes on to somebody else."""
        if line.floor_call is not None:
            line.floor_call.phase = ENDED
            line.floor_call.watcher = None

    def _outside_end(self, line: Line, caller: Caller, talk_seconds: float) -> OutsideEnd:
        return OutsideEnd(
            caller=caller,
            line=line,
            owner=self,
            kernel=self._kernel,
            outside=self._outside,
            talk_seconds=talk_seconds,
        )

    def _line_of(self, call: FloorCall) -> Line:
        return next(line for line in self.lines.values() if line.floor_call is call)

    @property
    def _device(self) -> DeviceId:
        return self._monitor.device


def _join(near: list[FarEnd], far: list[FarEnd]) -> None:
    """Let both sides go on without the desk; near and far have at least one end each."""
    for end in near:
        end.go_on_with(far[0])
    for end in far:
        end.go_on_with(near[0])


def _details(call: FloorCall) -> dict[str, str]:
    details = {"language": call.caller.language, "reason_zh": call.reason.text_zh}
    return {key: value for key, value in details.items() if value}
