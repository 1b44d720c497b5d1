"""What the commands share with the terminal: numbers, progress, secrets and JSON."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from typing import Any


def positive(text: str) -> int:
    """Return ``text`` as a whole number from 1 on; raises what argparse shows."""
    value = int(text) if text.isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return value


def show_progress(done: int, total: int) -> None:
    """Rewrite one line on standard error when a person is watching."""
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        print(f"\r{done:,} / {total:,}", end=end, file=sys.stderr, flush=True)


def show_json(value: Any) -> None:
    """Print ``value`` on standard output as people and programs read it."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def read_secret(prompt: str) -> str:
    """Return a secret: typed unseen at a terminal, else the first line of standard input.

    Never an argument of the command: every user of the machine sees those.
    """
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")
