"""``agent-desk-cli floor``: many desks at work on one PostgreSQL, and whether anything was lost."""

from __future__ import annotations

import argparse

from agent_desk.cli.exit_codes import EXIT_OK, EXIT_PROBLEMS
from agent_desk.cli.target import Commands, database_named
from agent_desk.cli.terminal import positive, show_json


def add_commands(commands: Commands) -> None:
    """Add ``floor`` to the program's commands."""
    command = commands.add_parser(
        "floor", help="put a whole floor's load on a server; figures as JSON"
    )
    command.add_argument("--desks", type=positive, default=500)
    command.add_argument("--minutes", type=_duration, default=10.0)
    command.add_argument(
        "--url",
        help="postgresql://login@host[:port]/name of a server to be tried; it keeps what the desks"
        " write. Default: a server of its own on this machine, removed at the end",
    )
    command.add_argument("--calls-per-hour", type=_duration, default=12.0, help="of each agent")
    command.add_argument(
        "--desks-per-process", type=positive, default=25, help="that share an interpreter"
    )
    command.add_argument(
        "--customers", type=positive, default=2000, help="made up when there are none"
    )
    command.add_argument("--seed", type=int, default=1, help="of all chance")
    command.set_defaults(run=_floor)


def _duration(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _floor(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.load.plan import LoadPlan
    from agent_desk.bootstrap.load.run import run_load

    plan = LoadPlan(
        desks=arguments.desks,
        minutes=arguments.minutes,
        calls_per_hour=arguments.calls_per_hour,
        desks_per_process=arguments.desks_per_process,
        customers=arguments.customers,
        seed=arguments.seed,
    )
    report = run_load(plan, database_named(arguments.url) if arguments.url else None)
    show_json(report)
    return EXIT_OK if report["flawless"] else EXIT_PROBLEMS
