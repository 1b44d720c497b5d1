"""The desk with a window: ``agent-desk [demo | floor] [--base FOLDER]``; main thread."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run the desk until its window closes; return the process's exit code."""
    if getattr(sys, "frozen", False):
        _serve_as_worker()
    arguments = _parser().parse_args(argv)
    if arguments.mode == "floor":
        from agent_desk.bootstrap.floor import run_floor

        return run_floor(
            base=arguments.base, pictures=arguments.pictures, whole_loop=arguments.loop
        )
    from agent_desk.bootstrap.desk import run_desk

    password = sys.stdin.readline().rstrip("\r\n") if arguments.password_stdin else None
    if arguments.end_with_stdin:
        from agent_desk.bootstrap.lifeline import end_with_stdin

        end_with_stdin()
    return run_desk(
        demo=arguments.mode == "demo",
        base=arguments.base,
        speed=arguments.speed,
        minutes=arguments.minutes,
        pictures=arguments.pictures,
        password=password,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agent-desk", description=__doc__)
    parser.add_argument(
        "mode",
        nargs="?",
        choices=["desk", "demo", "floor"],
        default="desk",
        help="demo: made-up customers; floor: three desks on a PostgreSQL of this machine",
    )
    parser.add_argument("--base", type=Path, help="keep every file below this folder")
    parser.add_argument(
        "--speed", type=float, help="simulated seconds per second, 1 to 60 (default: the settings')"
    )
    parser.add_argument(
        "--minutes", type=float, help="play the agent for so many simulated minutes, then leave"
    )
    parser.add_argument(
        "--pictures",
        type=Path,
        help="where a played demo or floor leaves its pictures (build/demo, build/floor)",
    )
    parser.add_argument(
        "--loop",
        action="store_true",
        help="floor: five desks, on which a work order goes all the way round",
    )
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="sign the settings' login in with the first line of standard input",
    )
    parser.add_argument(
        "--end-with-stdin",
        action="store_true",
        help="leave when standard input ends, as it does when the program behind it is gone",
    )
    return parser


def _serve_as_worker() -> None:
    """Do a worker's work and exit, where a bundled program was started for that."""
    import multiprocessing

    multiprocessing.freeze_support()


if __name__ == "__main__":
    sys.exit(main())
