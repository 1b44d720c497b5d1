"""What a simulated floor looks like, as values; pure, any thread.

`telephony.simulator.scenario_file` reads these from TOML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from math import inf

from agent_desk.domain.acd import DEFAULT_TARGET_SECONDS
from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import QueueId
from telephony.simulator.callers import CallerMix
from telephony.simulator.chance.distributions import Distribution, exponential, fixed


class FarOutcome(StrEnum):
    """What comes of a call to an outside number."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_OBTAINABLE = "not_obtainable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonScenario:
    """Why callers of a queue call, with its weight among the queue's reasons."""

    text: str
    text_zh: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueScenario:
    """One queue and the people who call it.

    extension: reaches it from inside. number: what callers dial. calls_per_hour: one rate, or 24,
    one per hour of the local day. patience, talk: of a caller. tiers, languages: who of the
    directory calls here; empty for everybody. again_after_abandoning, again_after_call:
    probability that the caller calls once more, after again_delay.
    """

    queue_id: QueueId
    extension: str
    name: str
    name_zh: str = ""
    number: str = ""
    target_seconds: float = DEFAULT_TARGET_SECONDS
    calls_per_hour: tuple[float, ...]
    patience: Distribution = field(default_factory=lambda: exponential(inf))
    talk: Distribution
    tiers: frozenset[Tier] = frozenset()
    languages: tuple[str, ...] = ()
    reasons: tuple[ReasonScenario, ...] = ()
    again_after_abandoning: float = 0.0
    again_after_call: float = 0.0
    again_delay: Distribution = field(default_factory=lambda: exponential(300.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueScenario:
    """One simulated agent and the queues served."""

    name: str
    extension: str
    skills: tuple[QueueId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueHabits:
    """How colleagues work.

    ring: from the offer to the answer. wrap_up: after-call work. no_answer_probability: share of
    offers that ring for no_answer_seconds unanswered; the colleague is then away for a while.
    """

    ring: Distribution = field(default_factory=lambda: fixed(0.0))
    wrap_up: Distribution = field(default_factory=lambda: fixed(0.0))
    no_answer_probability: float = 0.0
    no_answer_seconds: float = 20.0
    away: Distribution = field(default_factory=lambda: fixed(120.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskScenario:
    """The one real desk.

    extension, number: how it is reached from inside and outside. skills: queues it serves.
    ring_no_answer_seconds: an offer that rings so long goes back to its queue. wrap_up_seconds:
    limit of after-call work, 0.0 for none. hold_patience: how long a far end stays on hold.
    direct_calls_per_hour: calls to ``number``.
    lines: calls that the telephone can have at a time; one more hears busy.
    """

    extension: str = "2000"
    number: str = "+861065529900"
    skills: tuple[QueueId, ...] = ()
    ring_no_answer_seconds: float = 20.0
    wrap_up_seconds: float = 30.0
    hold_patience: Distribution = field(default_factory=lambda: exponential(180.0))
    direct_calls_per_hour: float = 0.0
    lines: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideScenario:
    """How calls to the outside go.

    weights: of each outcome. connect: from dialling to ringing. ring: from ringing to the answer.
    no_answer_seconds: ringing of an unanswered call. talk: of those who answer, and of colleagues
    with each other. test_numbers: E.164 to the outcome that it always has.
    """

    weights: Mapping[FarOutcome, float] = field(default_factory=lambda: {FarOutcome.ANSWERED: 1.0})
    connect: Distribution = field(default_factory=lambda: fixed(1.0))
    ring: Distribution = field(default_factory=lambda: fixed(4.0))
    no_answer_seconds: float = 30.0
    talk: Distribution = field(default_factory=lambda: exponential(120.0))
    test_numbers: Mapping[str, FarOutcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A whole floor.

    starts_at: wall time of simulated second 0, with the offset of the floor's local time.
    seed: of all chance. region: ISO 3166-1 code in which numbers are read. open_before_seconds:
    how long the floor has been working when the desk comes, so that queues and figures are alive.
    head_start_seconds: waiting time that a tier has in advance.
    """

    name: str
    starts_at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    seed: int = 1
    region: str = "CN"
    open_before_seconds: float = 0.0
    queues: tuple[QueueScenario, ...]
    colleagues: tuple[ColleagueScenario, ...]
    habits: ColleagueHabits = field(default_factory=ColleagueHabits)
    desk: DeskScenario = field(default_factory=DeskScenario)
    callers: CallerMix = field(default_factory=CallerMix)
    outside: OutsideScenario = field(default_factory=OutsideScenario)
    head_start_seconds: Mapping[Tier, float] = field(default_factory=dict)


def single_queue_scenario(
    *,
    calls_per_hour: float,
    handling_seconds: float,
    agents: int,
    patience_seconds: float = inf,
    target_seconds: float = DEFAULT_TARGET_SECONDS,
    seed: int = 1,
) -> Scenario:
    """Return the room of the textbooks: M/M/c, with finite patience M/M/c+M.

    All times are exponential with the given means; nobody needs to ring or to wrap up.
    """
    queue_id = QueueId("queue")
    queue = QueueScenario(
        queue_id=queue_id,
        extension="7001",
        name="Queue",
        target_seconds=target_seconds,
        calls_per_hour=(calls_per_hour,),
        patience=exponential(patience_seconds),
        talk=exponential(handling_seconds),
    )
    colleagues = tuple(
        ColleagueScenario(name=f"Agent {n}", extension=str(2000 + n), skills=(queue_id,))
        for n in range(1, agents + 1)
    )
    return Scenario(name="single queue", seed=seed, queues=(queue,), colleagues=colleagues)
