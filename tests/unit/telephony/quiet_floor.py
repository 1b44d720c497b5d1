"""A floor on which nothing happens by itself and everything takes a known time."""

from __future__ import annotations

from math import inf

from agent_desk.domain.identifiers import QueueId
from telephony.simulator.callers import Caller
from telephony.simulator.chance.distributions import exponential, fixed
from telephony.simulator.floor.queue import FloorCall
from telephony.simulator.scenario import (
    ColleagueHabits,
    ColleagueScenario,
    DeskScenario,
    FarOutcome,
    OutsideScenario,
    QueueScenario,
    Scenario,
)
from telephony.simulator.simulation import Simulation, build_simulation

SALES = QueueId("sales")
BILLING = QueueId("billing")

ANSWERING = "+861065529901"
BUSY = "+861065529902"
SILENT = "+861065529903"
NOT_OBTAINABLE = "+861065529904"
SECOND = "+861065529905"

RING_SECONDS = 4.0
"""From dialling to the answer of an outside number: one second and a ring of three."""

TALK_SECONDS = 600.0
NO_ANSWER_SECONDS = 20.0
WRAP_UP_SECONDS = 30.0
CALLER = Caller(number="+8613800138000", name="Anna Müller", language="en")


def quiet_scenario(
    *,
    colleagues: int = 2,
    colleague_ring_seconds: float = 3.0,
    no_answer_probability: float = 0.0,
    hold_patience_seconds: float = inf,
    wrap_up_seconds: float = WRAP_UP_SECONDS,
) -> Scenario:
    """Return a floor without callers; the desk serves both queues, colleagues only sales."""
    queues = tuple(
        QueueScenario(
            queue_id=queue_id,
            extension=extension,
            name=str(queue_id).title(),
            calls_per_hour=(0.0,),
            talk=fixed(TALK_SECONDS),
            patience=fixed(120.0),
        )
        for queue_id, extension in ((SALES, "7001"), (BILLING, "7002"))
    )
    return Scenario(
        name="quiet",
        queues=queues,
        colleagues=tuple(
            ColleagueScenario(name=f"Colleague {n}", extension=str(2000 + n), skills=(SALES,))
            for n in range(1, colleagues + 1)
        ),
        habits=ColleagueHabits(
            ring=fixed(colleague_ring_seconds),
            wrap_up=fixed(10.0),
            no_answer_probability=no_answer_probability,
            no_answer_seconds=NO_ANSWER_SECONDS,
            away=fixed(60.0),
        ),
        desk=DeskScenario(
            extension="2000",
            skills=(SALES, BILLING),
            ring_no_answer_seconds=NO_ANSWER_SECONDS,
            wrap_up_seconds=wrap_up_seconds,
            hold_patience=exponential(inf)
            if hold_patience_seconds == inf
            else fixed(hold_patience_seconds),
        ),
        outside=OutsideScenario(
            connect=fixed(1.0),
            ring=fixed(RING_SECONDS - 1.0),
            no_answer_seconds=NO_ANSWER_SECONDS,
            talk=fixed(TALK_SECONDS),
            test_numbers={
                ANSWERING: FarOutcome.ANSWERED,
                SECOND: FarOutcome.ANSWERED,
                BUSY: FarOutcome.BUSY,
                SILENT: FarOutcome.NO_ANSWER,
                NOT_OBTAINABLE: FarOutcome.NOT_OBTAINABLE,
            },
        ),
    )


async def quiet_simulation(scenario: Scenario | None = None) -> Simulation:
    """Return a started simulation of the quiet floor, moved by `Simulation.advance`."""
    simulation = build_simulation(scenario or quiet_scenario(), speed=None)
    await simulation.switch.start()
    return simulation


def call_queue(
    simulation: Simulation,
    queue_id: QueueId = BILLING,
    *,
    caller: Caller = CALLER,
    talk_seconds: float = TALK_SECONDS,
    patience_seconds: float = inf,
) -> FloorCall:
    """Let ``caller`` call a queue now."""
    floor = simulation.floor
    call = floor.new_call(
        queue=floor.queues[queue_id],
        caller=caller,
        talk_seconds=talk_seconds,
        patience_seconds=patience_seconds,
    )
    floor.enter(call)
    return call
