"""``agent-desk-cli simulate | demo-data | import KIND``: records of a floor, made or taken over."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from agent_desk.cli.exit_codes import EXIT_OK, EXIT_REFUSED_LINES
from agent_desk.cli.target import (
    Commands,
    add_database,
    add_region,
    chosen_database,
    chosen_region,
)
from agent_desk.cli.terminal import positive, show_json, show_progress


def add_commands(commands: Commands) -> None:
    """Add the commands on records to the program's."""
    _add_simulate(commands)
    _add_demo_data(commands)
    _add_import(commands)


def _add_simulate(commands: Commands) -> None:
    command = commands.add_parser("simulate", help="run a floor headless; figures as JSON")
    command.add_argument("--scenario", default="demo", help="built-in name or a TOML file")
    command.add_argument("--calls", type=positive, default=10_000, help="calls to simulate")
    command.add_argument("--seed", type=int, default=1, help="same seed, same events")
    command.set_defaults(run=_simulate)


def _add_demo_data(commands: Commands) -> None:
    command = commands.add_parser("demo-data", help="make up customers with history")
    command.add_argument("--customers", type=positive, default=1000)
    command.add_argument("--seed", type=int, default=1)
    add_region(command)
    add_database(command)
    command.set_defaults(run=_demo_data)


def _add_import(commands: Commands) -> None:
    command = commands.add_parser("import", help="take records over from a file")
    kinds = command.add_subparsers(required=True, metavar="KIND")
    for name, what in (
        ("customers", "customers from a CSV file"),
        ("products", "products and contracts of customers from a CSV file"),
    ):
        kind = kinds.add_parser(name, help=what)
        kind.add_argument("file", type=Path)
        add_region(kind)
        kind.add_argument("--report", type=Path, help="CSV of refused lines; default: beside FILE")
        add_database(kind)
        kind.set_defaults(run=partial(_import, name))
    for name, what, run in (
        ("calendars", "working calendars from a TOML file and its lists of days", _calendars),
        ("service-policy", "service targets from a TOML file", _service_policy),
        ("routing", "dealers, regions and routing rules from a TOML file", _routing),
    ):
        kind = kinds.add_parser(name, help=what)
        kind.add_argument("file", type=Path)
        add_database(kind)
        kind.set_defaults(run=run)


def _simulate(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.records import simulate

    figures = simulate(arguments.scenario, calls=arguments.calls, seed=arguments.seed)
    show_json(figures)
    return EXIT_OK


def _demo_data(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.records import make_demo_data

    summary = make_demo_data(
        chosen_database(arguments),
        customers=arguments.customers,
        seed=arguments.seed,
        region=chosen_region(arguments),
        now=datetime.now(UTC),
        progress=show_progress,
    )
    show_json(summary)
    return EXIT_OK


def _import(kind: str, arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.records import ImportKind, import_file

    report = import_file(
        ImportKind(kind),
        chosen_database(arguments),
        arguments.file,
        region=chosen_region(arguments),
        report_path=arguments.report,
        progress=show_progress,
    )
    show_json(report)
    return EXIT_REFUSED_LINES if report["refused_lines"] else EXIT_OK


def _calendars(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.records import import_calendar_file

    show_json(import_calendar_file(chosen_database(arguments), arguments.file))
    return EXIT_OK


def _routing(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.records import import_routing_file

    database = chosen_database(arguments)
    show_json(import_routing_file(database, arguments.file, now=datetime.now(UTC)))
    return EXIT_OK


def _service_policy(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.records import import_service_policy_file

    database = chosen_database(arguments)
    show_json(import_service_policy_file(database, arguments.file, now=datetime.now(UTC)))
    return EXIT_OK
