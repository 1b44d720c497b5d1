"""Composition root: puts adapters and services together; every import of an adapter is here.

Adapters, services and asyncio are imported inside functions, so that a headless command needs no Qt
and the first window is on the screen before anything is read that it does not need.
"""

from __future__ import annotations

import dataclasses
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.identifiers import AgentId, calling_code
from agent_desk.settings import (
    APP_NAME,
    Places,
    Settings,
    load_settings,
    make_database_folder,
    save_settings,
    usual_places,
)

if TYPE_CHECKING:
    from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
    from telephony.simulator.callers import Caller
    from telephony.simulator.scenario import Scenario
    from ui.session import DeskSession

_log = logging.getLogger(__name__)

DEMO_CUSTOMERS = 1000
DEMO_SEED = 20
DEMO_MINUTES = 2.0
DEMO_SPEED = 4.0
PLAYED_CALLS_PER_HOUR = 120.0
DEMO_PICTURES = Path("build/demo")
MOST_CALLERS = 2000
LOG_BYTES = 2_000_000
LOG_FILES = 5

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPlan:
    """What to open: demo fills an empty database with made-up customers first.

    seed: of the simulated floor. starts_at: the floor's clock at the start, None for now.
    direct_calls_per_hour: calls to the desk's own number, None for as many as the scenario says.
    """

    settings: Settings
    places: Places
    demo: bool = False
    seed: int = DEMO_SEED
    starts_at: datetime | None = None
    direct_calls_per_hour: float | None = None

    @property
    def database(self) -> Path:
        """The SQLite file that the desk shares."""
        chosen = self.settings.database
        return Path(chosen) if chosen and not self.demo else self.places.database


def configure_logging(path: Path) -> None:
    """Send everything from INFO to a rotating file, and warnings to standard error too."""
    import logging.handlers

    root = logging.getLogger()
    root.setLevel(logging.INFO)
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    console.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root.addHandler(console)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError as error:
        _log.warning("no log file at %s: %s", path, error)
        return
    file.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    )
    root.addHandler(file)


async def open_desk(plan: DeskPlan, *, prepare: Callable[[Desk], None] = lambda desk: None) -> Desk:
    """Return a running desk; call it on `desk-loop`.

    ``prepare`` sees the desk before its first event. Raises StorageError, ConfigurationError;
    then nothing is left open.
    """
    import asyncio

    from agent_desk.services.desk import Desk

    loop = asyncio.get_running_loop()
    scenario = await loop.run_in_executor(None, load_floor, plan)
    callers = await loop.run_in_executor(None, _callers, plan)
    desk = Desk(ports=_ports(plan, scenario, callers), profile=_profile(plan.settings))
    prepare(desk)
    await desk.start()
    return desk


def load_floor(plan: DeskPlan) -> Scenario:
    """Return the scenario of the settings: a built-in name, or the path of a TOML file."""
    return _scenario(plan.settings.scenario)


def simulate(scenario: str, *, calls: int, seed: int) -> dict[str, Any]:
    """Return the figures of ``calls`` simulated calls, ready for JSON."""
    from telephony.simulator.headless import simulate as run

    return run(_scenario(scenario), calls=calls, seed=seed)


def make_demo_data(
    database: Path,
    *,
    customers: int,
    seed: int,
    region: str,
    now: datetime,
    agent: AgentId | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fill ``database`` with made-up customers; return the counts, ready for JSON.

    ``agent`` owns the tickets of the customers with a story; None for the settings' usual one.
    """
    from db.demo_data.generator import generate

    summary = generate(
        database,
        customers=customers,
        seed=seed,
        region=region,
        now=now,
        progress=progress,
        agent=agent or AgentId(Settings().agent_id),
    )
    return dataclasses.asdict(summary)


def import_customer_file(
    database: Path, file: Path, *, region: str, report_path: Path | None, progress: Progress
) -> dict[str, Any]:
    """Import customers from a CSV file; return the counts and refused lines, ready for JSON."""
    from db.customer_import import import_customers

    report = import_customers(
        database, file, region=region, progress=progress, report_path=report_path
    )
    figures = dataclasses.asdict(report)
    figures["report_path"] = str(report.report_path) if report.report_path else None
    return figures


def _scenario(name: str) -> Scenario:
    from telephony.simulator.scenario_file import builtin_scenario, load_scenario

    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return load_scenario(path)
    return builtin_scenario(name)


def _callers(plan: DeskPlan) -> Sequence[Caller]:
    """Return who may call: customers of the database, which the demo makes up when it has none."""
    if plan.database == plan.places.database:
        make_database_folder(plan.places)
    callers = _stored_callers(plan.database)
    if callers or not plan.demo:
        return callers
    make_demo_data(
        plan.database,
        customers=DEMO_CUSTOMERS,
        seed=DEMO_SEED,
        region=plan.settings.region,
        now=plan.starts_at or datetime.now(UTC),
        agent=AgentId(plan.settings.agent_id),
    )
    return _stored_callers(plan.database)


def _stored_callers(database: Path) -> Sequence[Caller]:
    from db.demo_data.callers import demo_callers
    from telephony.simulator.callers import Caller

    if not database.exists():
        return ()
    return [
        # No name: the network seldom sends one, and the record is to come from the database.
        Caller(number=caller.number, tier=caller.tier, language=caller.language)
        for caller in demo_callers(database, limit=MOST_CALLERS)
    ]


def _profile(settings: Settings) -> DeskProfile:
    from agent_desk.services.desk import DeskProfile

    return DeskProfile(
        agent_id=AgentId(settings.agent_id),
        region=settings.region,
        repeat_window=timedelta(days=settings.repeat_window_days),
    )


def _ports(plan: DeskPlan, scenario: Scenario, callers: Sequence[Caller]) -> DeskPorts:
    from agent_desk.services.desk import DeskPorts
    from db.journal import FileJournal
    from db.sqlite_storage import SqliteStorage
    from telephony.simulator.simulation import build_simulation

    simulation = build_simulation(
        _for_this_desk(scenario, plan),
        callers=callers,
        speed=plan.settings.speed,
        seed=plan.seed,
        starts_at=plan.starts_at or datetime.now(UTC),
    )
    return DeskPorts(
        switch=simulation.switch,
        media=simulation.media,
        clock=simulation.clock,
        storage=SqliteStorage(path=plan.database, calling_code=calling_code(plan.settings.region)),
        journal=FileJournal(path=plan.places.journal),
    )


def _for_this_desk(scenario: Scenario, plan: DeskPlan) -> Scenario:
    """Return ``scenario`` with what the settings say of the desk."""
    desk = dataclasses.replace(scenario.desk, wrap_up_seconds=float(plan.settings.wrap_up_seconds))
    if plan.direct_calls_per_hour is not None:
        desk = dataclasses.replace(desk, direct_calls_per_hour=plan.direct_calls_per_hour)
    return dataclasses.replace(scenario, desk=desk)


def run_desk(
    *,
    demo: bool,
    base: Path | None,
    speed: float | None,
    minutes: float | None,
    pictures: Path | None,
) -> int:
    """Show the desk until its window closes; return the process's exit code.

    Without a display it runs offscreen; a demo then plays the agent for two simulated minutes,
    prints the story of each call and leaves pictures.
    """
    from ui.platform import choose_platform

    has_display = choose_platform()
    if demo and not has_display and minutes is None:
        minutes = DEMO_MINUTES
    if minutes is not None and speed is None and not has_display:
        speed = DEMO_SPEED
    session = make_session(demo=demo, base=base, speed=speed, played=minutes is not None)
    if minutes is not None:
        from ui.demo_agent import DemoAgent

        player = DemoAgent(session=session, minutes=minutes, pictures=pictures or DEMO_PICTURES)
        player.done.connect(lambda: session.stop())
    return session.run()


def make_session(
    *, demo: bool, base: Path | None, speed: float | None = None, played: bool = False
) -> DeskSession:
    """Return the session behind `run_desk`, ready to be run; Qt's platform is chosen already.

    speed: None for the settings'. played: a program sits at the desk and wants more calls.
    """
    from ui.session import DeskSession

    # 0.5 ms instead of 5: the window's Python must not hold up the desk-loop's ticks.
    sys.setswitchinterval(0.0005)
    places = usual_places(name="agent-desk-demo" if demo else APP_NAME, base=base)
    settings, complaint = _settings_or_defaults(places.settings)
    shown = dataclasses.replace(settings, speed=settings.speed if speed is None else speed)
    plan = DeskPlan(
        settings=shown,
        places=places,
        demo=demo,
        # A played agent never tires: enough calls that two minutes have a story.
        direct_calls_per_hour=PLAYED_CALLS_PER_HOUR if played else None,
    )
    return DeskSession(
        settings=shown,
        save_settings=_saver(places.settings, stored=settings, shown=shown, complaint=complaint),
        open_desk=lambda prepare: open_desk(plan, prepare=prepare),
        layout=places.layout,
        complaint=complaint,
        after_paint=lambda: configure_logging(places.log),
    )


def _saver(
    path: Path, *, stored: Settings, shown: Settings, complaint: ConfigurationError | None
) -> Callable[[Settings], None]:
    """Return what saves a person's changes, and nothing that was only said on the command line.

    A file that was refused is kept beside the new one: its other lines are still worth having.
    """

    def save(changed: Settings) -> None:
        if complaint is not None:
            _keep_refused(path)
        speed = stored.speed if changed.speed == shown.speed else changed.speed
        save_settings(path, dataclasses.replace(changed, speed=speed))

    return save


def _keep_refused(path: Path) -> None:
    kept = path.with_name(f"{path.name}.refused")
    if kept.exists() or not path.exists():
        return
    try:
        kept.write_bytes(path.read_bytes())
    except OSError as error:
        accepted = f"a place that can be written ({error.strerror})"
        raise ConfigurationError(
            file=path.name, field="file", value=str(kept), accepted=accepted
        ) from error


def _settings_or_defaults(path: Path) -> tuple[Settings, ConfigurationError | None]:
    """Return the settings; the defaults and the complaint when the file has a mistake."""
    try:
        return load_settings(path), None
    except ConfigurationError as error:
        _log.warning("%s", error)
        return Settings(), error
