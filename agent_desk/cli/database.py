"""``agent-desk-cli db upgrade | check | backup | restore``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from agent_desk.cli.exit_codes import EXIT_OK, EXIT_PROBLEMS
from agent_desk.cli.target import Commands, add_database, chosen_database
from agent_desk.cli.terminal import show_json


def add_commands(commands: Commands) -> None:
    """Add ``db`` to the program's commands."""
    database = commands.add_parser("db", help="the shared database as a whole")
    kinds = database.add_subparsers(required=True, metavar="WHAT")
    _command(kinds, "upgrade", "bring the schema to this program's, all of it or nothing", _upgrade)
    _command(kinds, "check", "look for damage; changes nothing", _check)
    backup = _command(kinds, "backup", "write a complete copy while desks go on working", _backup)
    backup.add_argument("file", type=Path)
    restore = _command(kinds, "restore", "fill an empty database from a backup", _restore)
    restore.add_argument("file", type=Path)


def _command(
    kinds: Commands, name: str, told: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    command = kinds.add_parser(name, help=told)
    add_database(command)
    command.set_defaults(run=run)
    return command


def _upgrade(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.database import upgrade_database

    show_json(upgrade_database(chosen_database(arguments)))
    return EXIT_OK


def _check(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.database import check_database

    found = check_database(chosen_database(arguments))
    show_json(found)
    return EXIT_PROBLEMS if found["problems"] else EXIT_OK


def _backup(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.database import back_up_database

    show_json(back_up_database(chosen_database(arguments), arguments.file))
    return EXIT_OK


def _restore(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.database import restore_database

    show_json(restore_database(chosen_database(arguments), arguments.file))
    return EXIT_OK
