"""The whole simulated floor, put together; runs in the thread that drives the kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf

from agent_desk.domain.identifiers import QueueId
from telephony.simulator.callers import ANONYMOUS, Caller
from telephony.simulator.chance.streams import RandomStreams
from telephony.simulator.floor.colleague import Colleague, Crew, RingingColleague
from telephony.simulator.floor.distributor import Distributor
from telephony.simulator.floor.queue import WAITING, FloorCall, FloorQueue, Pool, Reason
from telephony.simulator.floor.source import CallSource
from telephony.simulator.kernel import Kernel
from telephony.simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class FloorEvent:
    """One step of a call: what is "arrived", "answered", "abandoned" or "ended".

    at: simulated seconds. agent: extension, ``""`` when none. caller: who calls.
    """

    at: float
    what: str
    call_number: int
    queue_id: QueueId
    agent: str
    caller: Caller


class Floor:
    """Queues, colleagues and callers of one scenario.

    kernel: its time. queues: by id, in the scenario's order. colleagues: by extension.
    """

    def __init__(
        self,
        *,
        scenario: Scenario,
        directory: Sequence[Caller] = (),
        seed: int | None = None,
        trace: Callable[[FloorEvent], None] | None = None,
    ) -> None:
        """Open at minus `scenario.open_before_seconds`; ``seed`` replaces the scenario's own.

        trace: gets every step of every call, for tests and reports.
        """
        self.scenario = scenario
        self.streams = RandomStreams(scenario.seed if seed is None else seed)
        self.kernel = Kernel(start_seconds=-scenario.open_before_seconds)
        self.distributor = Distributor(self.kernel)
        self.crew = Crew(
            kernel=self.kernel,
            distributor=self.distributor,
            habits=scenario.habits,
            streams=self.streams,
        )
        self._next_number = count(1).__next__
        self._trace = trace
        self._is_open = True
        self._arrivals_left = 0
        self._arrivals_done: Callable[[], None] = lambda: None
        self.queues = self._make_queues()
        self.pools: dict[tuple[QueueId, ...], Pool] = {}
        self.colleagues = self._make_colleagues()
        self._sources = self._make_sources(directory)
        self._direct = FloorQueue(queue_id=QueueId(""), target_seconds=inf)
        self._listen()
        for source in self._sources.values():
            self.kernel.at_each(source.next_arrival, self._arrive, source)

    def pool_for(self, skills: Sequence[QueueId]) -> Pool:
        """Return the pool of everybody with exactly ``skills``."""
        key = tuple(queue_id for queue_id in self.queues if queue_id in skills)
        if key not in self.pools:
            self.pools[key] = Pool([self.queues[queue_id] for queue_id in key])
            for queue in self.queues.values():
                queue.use_pools(list(self.pools.values()))
        return self.pools[key]

    def after_arrivals(self, calls: int, action: Callable[[], None]) -> None:
        """Run ``action`` when ``calls`` more first calls have arrived."""
        self._arrivals_left = calls
        self._arrivals_done = action

    def close_doors(self) -> None:
        """Let nobody call any more; who is in line is still served."""
        self._is_open = False
        self.kernel.end_recurring()

    def reset_figures(self) -> None:
        """Count from now on only calls that arrive from now on."""
        self.distributor.counted_from = self.kernel.now
        self.crew.reset()
        for queue in self.queues.values():
            queue.reset()

    def new_call(
        self,
        *,
        queue: FloorQueue | None = None,
        caller: Caller = ANONYMOUS,
        patience_seconds: float = inf,
        talk_seconds: float,
    ) -> FloorCall:
        """Return a call that arrives now from inside the house; without a queue a direct one."""
        call = FloorCall()
        call.number = self._next_number()
        call.queue = queue or self._direct
        call.arrived = call.key = self.kernel.now
        call.caller = caller
        call.reason = Reason()
        call.patience_seconds = patience_seconds
        call.talk_seconds = talk_seconds
        call.phase = WAITING
        call.patience_armed = False
        call.agent = call.watcher = None
        call.sends_back = queue is not None
        return call

    def enter(self, call: FloorCall) -> None:
        """Count ``call`` at its queue and distribute it."""
        call.queue.offered += 1
        self._report("arrived", call)
        self.distributor.place(call)

    def _make_queues(self) -> dict[QueueId, FloorQueue]:
        return {
            plan.queue_id: FloorQueue(
                queue_id=plan.queue_id,
                extension=plan.extension,
                name=plan.name,
                name_zh=plan.name_zh,
                target_seconds=plan.target_seconds,
            )
            for plan in self.scenario.queues
        }

    def _make_colleagues(self) -> dict[str, Colleague]:
        habits = self.scenario.habits
        answers_at_once = habits.ring.is_zero and not habits.no_answer_probability
        kind = Colleague if answers_at_once else RingingColleague
        return {
            plan.extension: kind(
                name=plan.name,
                extension=plan.extension,
                crew=self.crew,
                pool=self.pool_for(plan.skills),
            )
            for plan in self.scenario.colleagues
        }

    def _make_sources(self, directory: Sequence[Caller]) -> dict[QueueId, CallSource]:
        return {
            plan.queue_id: CallSource(
                plan=plan,
                scenario=self.scenario,
                queue=self.queues[plan.queue_id],
                directory=directory,
                streams=self.streams,
            )
            for plan in self.scenario.queues
        }

    def _listen(self) -> None:
        distributor, trace = self.distributor, self._trace
        distributor.on_abandoned = self._after_abandoning
        if trace is not None:
            distributor.on_answered = lambda call: self._report("answered", call)
        if trace is not None or any(s.callers_return for s in self._sources.values()):
            distributor.on_ended = self._after_call

    def _arrive(self, source: CallSource) -> None:
        call = source.new_call(self._next_number(), self.kernel.now)
        source.queue.offered += 1
        if self._trace is not None:
            self._report("arrived", call)
        self.distributor.place(call)
        self._arrivals_left -= 1
        if self._arrivals_left == 0:
            self._arrivals_done()

    def _after_abandoning(self, call: FloorCall) -> None:
        self._report("abandoned", call)
        self._perhaps_again(call, after_abandoning=True)

    def _after_call(self, call: FloorCall) -> None:
        self._report("ended", call)
        self._perhaps_again(call, after_abandoning=False)

    def _perhaps_again(self, call: FloorCall, *, after_abandoning: bool) -> None:
        source = self._sources.get(call.queue.queue_id)
        if source is None:
            return
        delay = source.again_delay_seconds(after_abandoning=after_abandoning)
        if delay is not None:
            self.kernel.at(self.kernel.now + delay, self._call_again, (source, call))

    def _call_again(self, again: tuple[CallSource, FloorCall]) -> None:
        source, first = again
        if self._is_open:
            self.enter(source.repeated_call(self._next_number(), self.kernel.now, first))

    def _report(self, what: str, call: FloorCall) -> None:
        if self._trace is not None:
            agent = call.agent.extension if call.agent else ""
            queue_id = call.queue.queue_id
            self._trace(
                FloorEvent(self.kernel.now, what, call.number, queue_id, agent, call.caller)
            )
