"""The headless commands of ``agent-desk-cli``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from agent_desk.cli.database import add_commands as add_database_commands
from agent_desk.cli.exit_codes import EXIT_ERROR
from agent_desk.cli.floor import add_commands as add_floor_commands
from agent_desk.cli.people import add_commands as add_people_commands
from agent_desk.cli.records import add_commands as add_record_commands
from agent_desk.cli.relay import add_commands as add_relay_commands
from agent_desk.domain.errors import AgentDeskError


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
    for add in (
        add_record_commands,
        add_database_commands,
        add_people_commands,
        add_relay_commands,
        add_floor_commands,
    ):
        add(commands)
    return parser
