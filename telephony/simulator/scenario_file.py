"""Reads scenarios from TOML; pure but for reading the file, any thread.

Every mistake raises ConfigurationError, which names the file, the field, the value and what is
accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from math import inf
from pathlib import Path

from agent_desk.domain.acd import DEFAULT_TARGET_SECONDS
from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import InvalidNumberError
from agent_desk.domain.fields import Fields, read_toml
from agent_desk.domain.identifiers import QueueId, known_regions, parse_number
from telephony.simulator.callers import CallerMix
from telephony.simulator.chance.distributions import (
    Distribution,
    DistributionKind,
    exponential,
    fixed,
)
from telephony.simulator.chance.rates import HOURS_PER_DAY
from telephony.simulator.scenario import (
    ColleagueHabits,
    ColleagueScenario,
    DeskScenario,
    FarOutcome,
    OutsideScenario,
    QueueScenario,
    ReasonScenario,
    Scenario,
)

BUILTIN_FOLDER = Path(__file__).parent / "scenarios"

DAY_SECONDS = 86_400.0
MOST_CALLS_PER_HOUR = 1e6
MOST_AGAIN = 0.95
"""Highest probability of calling again; with 1.0 nobody would ever stop."""


def load_scenario(path: Path) -> Scenario:
    """Return the scenario in the TOML file ``path``; raises ConfigurationError."""
    fields = Fields(read_toml(path), file=path.name)
    queues = tuple(_queue(table) for table in fields.tables("queues"))
    queue_ids = [queue.queue_id for queue in queues]
    if not queues:
        fields.refuse("queues", "at least one table [[queues]]")
    colleagues = fields.table("colleagues")
    region = _region(fields)
    scenario = Scenario(
        name=fields.text("name"),
        starts_at=_moment(fields, "starts_at"),
        seed=fields.integer("seed", 1),
        region=region,
        open_before_seconds=fields.number("open_before_seconds", 0.0, most=DAY_SECONDS),
        queues=queues,
        colleagues=_colleagues(colleagues, queue_ids),
        habits=_habits(colleagues),
        desk=_desk(fields.table("desk"), queue_ids),
        callers=_callers(fields.table("callers")),
        outside=_outside(fields.table("outside"), region),
        head_start_seconds=_head_starts(fields.table("head_start_seconds")),
    )
    colleagues.finish()
    _require_own_numbers(fields, scenario)
    fields.finish()
    return scenario


def builtin_scenario(name: str) -> Scenario:
    """Return the scenario that comes with the program; raises ConfigurationError."""
    table = Fields({"name": name}, file="built-in scenarios")
    table.choice("name", builtin_names())
    return load_scenario(BUILTIN_FOLDER / f"{name}.toml")


def builtin_names() -> list[str]:
    """Return the names that `builtin_scenario` knows."""
    return sorted(path.stem for path in BUILTIN_FOLDER.glob("*.toml"))


def _queue(fields: Fields) -> QueueScenario:
    plan = QueueScenario(
        queue_id=QueueId(fields.text("id")),
        extension=fields.text("extension"),
        name=fields.text("name"),
        name_zh=fields.text("name_zh", ""),
        number=fields.text("number", ""),
        target_seconds=fields.number("target_seconds", DEFAULT_TARGET_SECONDS, most=DAY_SECONDS),
        calls_per_hour=_rates(fields),
        patience=_distribution(fields, "patience", exponential(inf)),
        talk=_distribution(fields, "talk"),
        tiers=frozenset(Tier(name) for name in _chosen(fields, "tiers", Tier)),
        languages=fields.texts("languages", ()),
        reasons=tuple(_reason(table) for table in fields.tables("reasons")),
        again_after_abandoning=fields.number("again_after_abandoning", 0.0, most=MOST_AGAIN),
        again_after_call=fields.number("again_after_call", 0.0, most=MOST_AGAIN),
        again_delay=_distribution(fields, "again_delay", exponential(300.0)),
    )
    if plan.reasons and not any(reason.weight for reason in plan.reasons):
        fields.refuse("reasons", "at least one reason with a weight over 0")
    fields.finish()
    return plan


def _rates(fields: Fields) -> tuple[float, ...]:
    """Return one rate, or the 24 of ``calls_per_hour_by_hour``; exactly one way is given."""
    by_hour = "calls_per_hour_by_hour"
    if not fields.has(by_hour):
        return (fields.number("calls_per_hour", most=MOST_CALLS_PER_HOUR),)
    rates = fields.numbers(by_hour)
    if len(rates) != HOURS_PER_DAY or max(rates) > MOST_CALLS_PER_HOUR:
        fields.refuse(by_hour, f"24 numbers from 0 to {MOST_CALLS_PER_HOUR:g}, one per hour")
    if fields.has("calls_per_hour"):
        fields.refuse("calls_per_hour", f"either calls_per_hour or {by_hour}")
    return rates


def _reason(fields: Fields) -> ReasonScenario:
    reason = ReasonScenario(
        text=fields.text("text"),
        text_zh=fields.text("text_zh", ""),
        weight=fields.number("weight", 1.0),
    )
    fields.finish()
    return reason


def _distribution(fields: Fields, key: str, default: Distribution | None = None) -> Distribution:
    if default is not None and not fields.has(key):
        return default
    table = fields.table(key, required=True)
    kinds = [str(kind) for kind in DistributionKind]
    kind = DistributionKind(table.choice("kind", kinds, str(DistributionKind.EXPONENTIAL)))
    uses_cv = kind in (DistributionKind.LOGNORMAL, DistributionKind.GAMMA)
    distribution = Distribution(
        kind=kind,
        mean_seconds=table.number("mean_seconds", most=DAY_SECONDS),
        cv=table.number("cv", 1.0, least=0.01, most=10.0) if uses_cv else 1.0,
    )
    table.finish()
    return distribution


def _colleagues(fields: Fields, queue_ids: list[QueueId]) -> tuple[ColleagueScenario, ...]:
    found = []
    for team in fields.tables("teams"):
        skills = _skills(team, queue_ids)
        first = team.integer("first_extension", least=10, most=999_999)
        names = team.texts("names", ())
        size = team.integer("size", len(names), least=1, most=10_000)
        team.finish()
        for index in range(size):
            name = names[index] if index < len(names) else f"Agent {first + index}"
            found.append(ColleagueScenario(name=name, extension=str(first + index), skills=skills))
    return tuple(found)


def _habits(fields: Fields) -> ColleagueHabits:
    return ColleagueHabits(
        ring=_distribution(fields, "ring", fixed(0.0)),
        wrap_up=_distribution(fields, "wrap_up", fixed(0.0)),
        no_answer_probability=fields.number("no_answer_probability", 0.0, most=MOST_AGAIN),
        no_answer_seconds=fields.number("no_answer_seconds", 20.0, least=1.0, most=DAY_SECONDS),
        away=_distribution(fields, "away", fixed(120.0)),
    )


def _desk(fields: Fields, queue_ids: list[QueueId]) -> DeskScenario:
    plain = DeskScenario()
    desk = DeskScenario(
        extension=fields.text("extension", plain.extension),
        number=fields.text("number", plain.number),
        skills=_skills(fields, queue_ids),
        ring_no_answer_seconds=fields.number(
            "ring_no_answer_seconds", plain.ring_no_answer_seconds, least=1.0, most=600.0
        ),
        wrap_up_seconds=fields.number("wrap_up_seconds", plain.wrap_up_seconds, most=DAY_SECONDS),
        hold_patience=_distribution(fields, "hold_patience", plain.hold_patience),
        direct_calls_per_hour=fields.number("direct_calls_per_hour", 0.0, most=3600.0),
        lines=fields.integer("lines", plain.lines, least=2, most=16),
    )
    fields.finish()
    return desk


def _callers(fields: Fields) -> CallerMix:
    plain = CallerMix()
    weights = [
        fields.number(key, getattr(plain, key))
        for key in ("known", "oddly_written", "unknown", "anonymous")
    ]
    if not any(weights):
        fields.refuse("anonymous", "at least one weight over 0")
    mix = CallerMix(
        known=weights[0],
        oddly_written=weights[1],
        unknown=weights[2],
        anonymous=weights[3],
        unknown_prefix=fields.text("unknown_prefix", plain.unknown_prefix),
    )
    fields.finish()
    return mix


def _outside(fields: Fields, region: str) -> OutsideScenario:
    plain = OutsideScenario()
    weights = fields.table("weights")
    chances = {outcome: weights.number(str(outcome), 0.0) for outcome in FarOutcome}
    if not any(chances.values()):
        if fields.has("weights"):
            weights.refuse(str(FarOutcome.ANSWERED), "at least one weight over 0")
        chances = dict(plain.weights)
    weights.finish()
    outside = OutsideScenario(
        weights=chances,
        connect=_distribution(fields, "connect", plain.connect),
        ring=_distribution(fields, "ring", plain.ring),
        no_answer_seconds=fields.number("no_answer_seconds", plain.no_answer_seconds, most=600.0),
        talk=_distribution(fields, "talk", plain.talk),
        test_numbers=_test_numbers(fields, region),
    )
    fields.finish()
    return outside


def _test_numbers(fields: Fields, region: str) -> dict[str, FarOutcome]:
    numbers: dict[str, FarOutcome] = {}
    outcomes = [str(outcome) for outcome in FarOutcome]
    for table in fields.tables("test_numbers"):
        try:
            number = parse_number(table.text("number"), region=region).e164
        except InvalidNumberError:
            table.refuse("number", "a full telephone number such as +86 10 6552 9901")
        numbers[number] = FarOutcome(table.choice("outcome", outcomes))
        table.finish()
    return numbers


def _head_starts(fields: Fields) -> dict[Tier, float]:
    starts = {tier: fields.number(str(tier), 0.0, most=DAY_SECONDS) for tier in Tier}
    fields.finish()
    return {tier: seconds for tier, seconds in starts.items() if seconds}


def _skills(fields: Fields, queue_ids: list[QueueId]) -> tuple[QueueId, ...]:
    return tuple(QueueId(name) for name in _chosen(fields, "skills", queue_ids))


def _chosen(fields: Fields, key: str, options: Iterable[str]) -> list[str]:
    """Return a list of texts that are all ``options``."""
    accepted = [str(option) for option in options]
    chosen = fields.texts(key, ())
    for name in chosen:
        if name not in accepted:
            near = get_close_matches(name, accepted, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            fields.refuse(key, f"a list out of {', '.join(accepted)}; {name!r} is none{hint}")
    return list(chosen)


def _moment(fields: Fields, key: str) -> datetime:
    accepted = 'a date and time with offset in quotes, such as "2026-03-02T09:00:00+08:00"'
    text = fields.text(key, "2026-03-02T09:00:00+00:00")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fields.refuse(key, accepted)
    if moment.tzinfo is None:
        fields.refuse(key, accepted)
    return moment


def _region(fields: Fields) -> str:
    region = fields.text("region", "CN")
    if region not in known_regions():
        fields.refuse("region", "an ISO 3166-1 code such as CN or DE")
    return region


def _require_own_numbers(fields: Fields, scenario: Scenario) -> None:
    """Refuse two queues of one id and two telephones of one extension."""
    seen: set[str] = set()
    for queue in scenario.queues:
        if queue.queue_id in seen:
            fields.refuse("queues", f"different ids; {queue.queue_id!r} is there twice")
        seen.add(queue.queue_id)
    extensions = [scenario.desk.extension]
    extensions += [queue.extension for queue in scenario.queues]
    extensions += [colleague.extension for colleague in scenario.colleagues]
    for extension, times in Counter(extensions).items():
        if times > 1:
            fields.refuse("queues", f"different extensions; {extension!r} is there twice")
