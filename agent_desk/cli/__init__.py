"""The headless commands of ``agent-desk-cli``."""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import sys
from collections.abc import Sequence

from agent_desk.bootstrap.log_file import logged
from agent_desk.cli.database import add_commands as add_database_commands
from agent_desk.cli.exit_codes import EXIT_ERROR
from agent_desk.cli.floor import add_commands as add_floor_commands
from agent_desk.cli.people import add_commands as add_people_commands
from agent_desk.cli.records import add_commands as add_record_commands
from agent_desk.cli.relay import add_commands as add_relay_commands
from agent_desk.cli.target import log_file
from agent_desk.domain.errors import AgentDeskError

PROGRAM = "agent-desk-cli"

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the process's exit code.

    0: done; 1: an import left lines out; 2: an error, said in one line on standard error. What
    nobody foresaw is in the log file with everything that helps to find it.
    """
    # Does a worker's work and exits, where a bundled program was started for that.
    multiprocessing.freeze_support()
    arguments = _parser().parse_args(argv)
    with logged(log_file()):
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.run(arguments))
    except AgentDeskError as error:
        _say(str(error))
    except KeyboardInterrupt:
        _say("interrupted; nothing was changed")
    except Exception as error:  # noqa: BLE001 no stack trace reaches a person
        _log.exception("a command has failed")
        _say(f"nobody foresaw this ({type(error).__name__}); the details are in {log_file()}")
    return EXIT_ERROR


def _say(text: str) -> None:
    print(f"{PROGRAM}: {text}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__)
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
