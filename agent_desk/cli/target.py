"""Which database and region a command works on: its options, else the settings."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TypeAlias

from agent_desk.bootstrap.database import require_server_address
from agent_desk.bootstrap.server import DatabaseTarget, database_target
from agent_desk.cli.terminal import read_secret
from agent_desk.settings import load_settings, make_database_folder, usual_places

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_database(command: argparse.ArgumentParser) -> None:
    """Let ``command`` say which database is meant."""
    command.add_argument(
        "--database",
        metavar="FILE|URL",
        help="SQLite file, or postgresql://[login@]host[:port]/name; default: the settings'",
    )


def add_region(command: argparse.ArgumentParser) -> None:
    """Let ``command`` say in which region numbers are read."""
    command.add_argument("--region", help="region in which numbers are read, such as CN")


def chosen_database(arguments: argparse.Namespace) -> DatabaseTarget:
    """Return what the option, else the settings, else the usual place says.

    The password of a server comes from the keyring, else from libpq's own places (PGPASSWORD,
    the file .pgpass), else from the person at the terminal. Raises InputError.
    """
    places = usual_places()
    chosen = arguments.database or load_settings(places.settings).database
    if not chosen:
        make_database_folder(places)
        chosen = str(places.database)
    return database_named(chosen)


def database_named(chosen: str) -> DatabaseTarget:
    """Return the database ``chosen`` with its password, as `chosen_database` finds it."""
    if "://" in chosen:
        # Whatever looks like an address is none of a file with a strange name.
        require_server_address(chosen)
    return database_target(chosen, ask=_ask if sys.stdin.isatty() else None)


def log_file() -> Path:
    """Return where the commands' log is: beside the desk's, as two programs turn no file over."""
    return usual_places().log.with_stem("agent-desk-cli")


def chosen_region(arguments: argparse.Namespace) -> str:
    """Return the region of the option, else of the settings."""
    if arguments.region:
        return str(arguments.region).upper()
    return load_settings(usual_places().settings).region


def _ask(server: str, login: str) -> str:
    return read_secret(f"Password of {login} at {server}: ")
