"""Composition root: puts adapters and services together; every import of an adapter is here.

Adapters are imported inside functions, so that a headless command needs no Qt and the first window
is on the screen before SQLAlchemy is read.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import logging.handlers
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.identifiers import AgentId, DeviceId
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.settings import Places, Settings

if TYPE_CHECKING:
    from telephony.simulator.callers import Caller
    from telephony.simulator.scenario import Scenario

_log = logging.getLogger(__name__)

DEMO_CUSTOMERS = 1000
DEMO_SEED = 20
DESK_DEVICE = DeviceId("3017")
LOG_BYTES = 2_000_000
LOG_FILES = 5

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPlan:
    """What to open: demo fills an empty database with made-up customers first.

    seed: of the simulated floor. starts_at: the floor's clock at the start, None for now.
    """

    settings: Settings
    places: Places
    demo: bool = False
    seed: int = DEMO_SEED
    starts_at: datetime | None = None

    @property
    def database(self) -> Path:
        """The SQLite file that the desk shares."""
        chosen = self.settings.database
        return Path(chosen) if chosen and not self.demo else self.places.database


def configure_logging(path: Path) -> None:
    """Send everything from INFO to a rotating file, and warnings to standard error too."""
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
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fill ``database`` with made-up customers; return the counts, ready for JSON."""
    from db.demo_data.generate import generate

    summary = generate(
        database, customers=customers, seed=seed, region=region, now=now, progress=progress
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
    return dataclasses.asdict(report)


def _scenario(name: str) -> Scenario:
    from telephony.simulator.scenario import builtin_scenario, load_scenario

    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return load_scenario(path)
    return builtin_scenario(name)


def _callers(plan: DeskPlan) -> Sequence[Caller]:
    """Return who may call: customers of the database, which the demo makes up when it is new."""
    from db.demo_data.generate import demo_callers

    from telephony.simulator.callers import Caller

    if plan.demo and not plan.database.exists():
        make_demo_data(
            plan.database,
            customers=DEMO_CUSTOMERS,
            seed=DEMO_SEED,
            region=plan.settings.region,
            now=plan.starts_at or datetime.now(UTC),
        )
    if not plan.database.exists():
        return ()
    return [
        Caller(number=number, name=name, tier=Tier(tier), language=language)
        for number, name, tier, language in demo_callers(plan.database, limit=2000)
    ]


def _profile(settings: Settings) -> DeskProfile:
    return DeskProfile(
        agent_id=AgentId(settings.agent_id),
        region=settings.region,
        repeat_window=timedelta(days=settings.repeat_window_days),
    )


def _ports(plan: DeskPlan, scenario: Scenario, callers: Sequence[Caller]) -> DeskPorts:
    from db.journal import FileJournal
    from db.sqlite_storage import SqliteStorage

    switch, media, clock = _simulated_floor(plan, scenario, callers)
    return DeskPorts(
        switch=switch,
        media=media,
        clock=clock,
        storage=SqliteStorage(path=plan.database),
        journal=FileJournal(path=plan.places.journal),
    )


def _simulated_floor(plan: DeskPlan, scenario: Scenario, callers: Sequence[Caller]) -> Any:
    raise ConfigurationError(file="", field="", value="", accepted="")
