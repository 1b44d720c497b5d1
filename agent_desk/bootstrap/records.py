"""Composition of the commands on records: simulated figures, made-up customers, imports.

Adapters are imported inside functions, so that a command needs nothing that it does not use.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_desk.bootstrap.server import DatabaseTarget
from agent_desk.domain.identifiers import AgentId
from agent_desk.settings import Settings

if TYPE_CHECKING:
    from db.customer_import.report import ImportReport
    from telephony.simulator.scenario import Scenario

Progress = Callable[[int, int], None]


def simulate(scenario: str, *, calls: int, seed: int) -> dict[str, Any]:
    """Return the figures of ``calls`` simulated calls, ready for JSON."""
    from telephony.simulator.headless import simulate as run

    return run(read_scenario(scenario), calls=calls, seed=seed)


def make_demo_data(
    database: DatabaseTarget,
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
        database.place,
        password=database.password,
        customers=customers,
        seed=seed,
        region=region,
        now=now,
        progress=progress,
        agent=agent or AgentId(Settings().agent_id),
    )
    return dataclasses.asdict(summary)


class ImportKind(StrEnum):
    """What a CSV file has lines of."""

    CUSTOMERS = "customers"
    PRODUCTS = "products"


def import_file(
    kind: ImportKind,
    database: DatabaseTarget,
    file: Path,
    *,
    region: str,
    report_path: Path | None,
    progress: Progress,
) -> dict[str, Any]:
    """Import a CSV file; return the counts and refused lines, ready for JSON."""
    from db.customer_import.importer import import_customers
    from db.product_import.importer import import_products

    run = import_customers if kind is ImportKind.CUSTOMERS else import_products
    report = run(
        database.place,
        file,
        password=database.password,
        region=region,
        progress=progress,
        report_path=report_path,
    )
    return _figures(report)


def _figures(report: ImportReport) -> dict[str, Any]:
    figures = dataclasses.asdict(report)
    figures["report_path"] = str(report.report_path) if report.report_path else None
    return figures


def import_routing_file(database: DatabaseTarget, file: Path, *, now: datetime) -> dict[str, Any]:
    """Store the dealers, regions and rules of a TOML file; return the counts, ready for JSON."""
    from db.routing_import import import_routing

    return dataclasses.asdict(
        import_routing(database.place, file, now=now, password=database.password)
    )


def import_calendar_file(database: DatabaseTarget, file: Path) -> dict[str, Any]:
    """Store the calendars of a TOML file; return what there is, ready for JSON."""
    from agent_desk.domain.calendar_files import read_calendars
    from db.service_import import import_calendars

    calendars = read_calendars(file)
    total = import_calendars(database.place, calendars, password=database.password)
    last_days = {id: str(one.last_listed_day or "") for id, one in calendars.items()}
    return {"calendars": len(calendars), "in_all": total, "days_listed_until": last_days}


def import_service_policy_file(
    database: DatabaseTarget, file: Path, *, now: datetime
) -> dict[str, Any]:
    """Let the service targets of a TOML file hold; return which there are, ready for JSON."""
    from agent_desk.domain.fields import read_toml
    from db.service_import import import_service_policy

    tables = read_toml(file)
    version = import_service_policy(
        database.place, tables, file=file.name, now=now, password=database.password
    )
    return {"version": version, "targets": len(tables["targets"])}


def read_scenario(name: str) -> Scenario:
    """Return a built-in scenario by its name, or the one in a TOML file."""
    from telephony.simulator.scenario_file import builtin_scenario, load_scenario

    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return load_scenario(path)
    return builtin_scenario(name)
