"""``agent-desk-cli relay``: tells hundreds of desks what changed, listening once."""

from __future__ import annotations

import argparse

from agent_desk.cli.target import Commands, add_database, chosen_database

DEFAULT_PORT = 5480


def add_commands(commands: Commands) -> None:
    """Add ``relay`` to the program's commands."""
    command = commands.add_parser("relay", help="fan changes out to more than fifty desks")
    command.add_argument("--listen", default="127.0.0.1", help="address that desks can reach")
    command.add_argument("--port", type=_port, default=DEFAULT_PORT, help="0: any free one")
    command.add_argument(
        "--advertise", default="", help="host or host:port that desks are told; default: --listen"
    )
    add_database(command)
    command.set_defaults(run=_relay)


def _port(text: str) -> int:
    value = int(text) if text.isdecimal() else -1
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return value


def _relay(arguments: argparse.Namespace) -> int:
    from agent_desk.bootstrap.relay import run_relay

    return run_relay(
        chosen_database(arguments),
        listen=arguments.listen,
        port=arguments.port,
        advertised=arguments.advertise,
    )
