"""The headless commands: ``agent-desk-cli simulate | demo-data | import customers``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from agent_desk.domain.errors import AgentDeskError
from agent_desk.settings import load_settings, make_database_folder, usual_places

EXIT_OK = 0
EXIT_REFUSED_LINES = 1
EXIT_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the process's exit code.

    0: done; 1: an import left lines out; 2: an error, said in one line on standard error.
    """
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except AgentDeskError as error:
        print(f"agent-desk-cli: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("agent-desk-cli: interrupted; nothing was changed", file=sys.stderr)
        return EXIT_ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agent-desk-cli", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_simulate(commands)
    _add_demo_data(commands)
    _add_import(commands)
    return parser


def _add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("simulate", help="run a floor headless; figures as JSON")
    command.add_argument("--scenario", default="demo", help="built-in name or a TOML file")
    command.add_argument("--calls", type=_positive, default=10_000, help="calls to simulate")
    command.add_argument("--seed", type=int, default=1, help="same seed, same events")
    command.set_defaults(run=_simulate)


def _add_demo_data(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("demo-data", help="make up customers with history")
    command.add_argument("--customers", type=_positive, default=1000)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--region", help="region of the numbers, such as CN")
    command.add_argument("--database", type=Path, help="SQLite file; default: the settings'")
    command.set_defaults(run=_demo_data)


def _add_import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("import", help="take records over from a file")
    kinds = command.add_subparsers(required=True, metavar="KIND")
    customers = kinds.add_parser("customers", help="customers from a CSV file")
    customers.add_argument("file", type=Path)
    customers.add_argument("--region", help="region in which numbers are read, such as CN")
    customers.add_argument("--report", type=Path, help="CSV of refused lines; default: beside FILE")
    customers.add_argument("--database", type=Path, help="SQLite file; default: the settings'")
    customers.set_defaults(run=_import_customers)


def _positive(text: str) -> int:
    value = int(text) if text.isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return value


def _simulate(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap import simulate

    figures = simulate(arguments.scenario, calls=arguments.calls, seed=arguments.seed)
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    return EXIT_OK


def _demo_data(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap import make_demo_data

    summary = make_demo_data(
        _database(arguments),
        customers=arguments.customers,
        seed=arguments.seed,
        region=_region(arguments),
        now=datetime.now(UTC),
        progress=_show_progress,
    )
    print(json.dumps(summary, indent=2, ensure_ascii=False))
    return EXIT_OK


def _import_customers(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap import import_customer_file

    report = import_customer_file(
        _database(arguments),
        arguments.file,
        region=_region(arguments),
        report_path=arguments.report,
        progress=_show_progress,
    )
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return EXIT_REFUSED_LINES if report["refused_lines"] else EXIT_OK


def _database(arguments: argparse.Namespace) -> Path:
    if arguments.database is not None:
        return Path(arguments.database)
    places = usual_places()
    chosen = load_settings(places.settings).database
    if chosen:
        return Path(chosen)
    make_database_folder(places)
    return places.database


def _region(arguments: argparse.Namespace) -> str:
    if arguments.region:
        return str(arguments.region).upper()
    return load_settings(usual_places().settings).region


def _show_progress(done: int, total: int) -> None:
    """Rewrite one line on standard error when a person is watching."""
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        print(f"\r{done:,} / {total:,}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
