"""The desk with a window: ``agent-desk [demo | floor | LINK] [--base FOLDER]``; main thread.

A LINK such as tel:+8613800138000 goes to the desk that runs already, or starts one.
"""

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
    if arguments.mode == "media":
        from agent_desk.bootstrap.media_process import run_media

        return run_media()
    if arguments.mode == "links":
        from agent_desk.bootstrap.links import change_links

        return change_links(arguments.action or "install", base=arguments.base)
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
        link="" if arguments.mode in _MODES else arguments.mode,
    )


_MODES = ("desk", "demo", "floor", "links", "media")
"""media: the sound of a desk's calls, which starts it by itself; no person does."""


def _mode(text: str) -> str:
    """Return what is to be run: one of the modes, or the link that is to be called."""
    from agent_desk.domain.call_link import SCHEMES, is_call_link

    if text in _MODES or is_call_link(text):
        return text
    links = ", ".join(f"{scheme}:" for scheme in SCHEMES)
    modes = ", ".join(mode for mode in _MODES if mode != "media")
    raise argparse.ArgumentTypeError(f"{text!r} is neither one of {modes} nor a link ({links})")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agent-desk", description=__doc__)
    parser.add_argument(
        "mode",
        nargs="?",
        type=_mode,
        default="desk",
        metavar="desk | demo | floor | links | LINK",
        help="demo: made-up customers; floor: three desks on a PostgreSQL of this machine; links: "
        "let this desk open links of this person; LINK: put its number into the dial box",
    )
    parser.add_argument(
        "action", nargs="?", choices=["install", "remove"], help="links: what to do (install)"
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
