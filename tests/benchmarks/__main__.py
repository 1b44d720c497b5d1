"""``python -m tests.benchmarks [NAME ...]``: every benchmark, or the named ones; JSON on stdout."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys

NAMES = (
    "start",
    "pop",
    "lookup",
    "postgres_pop",
    "postgres_lookup",
    "ticket_writes",
    "claims",
    "order_replay",
    "order_move",
    "service_levels",
    "board",
    "change_feed",
    "customer_import",
    "simulator",
    "sip_parse",
    "sip_calls",
    "sip_network",
    "calls_real",
    "media_peers",
    "rtp",
    "media_loss",
    "media_calls",
    "media_stall",
)
SIZED = ("pop", "lookup", "postgres_pop", "postgres_lookup")
"""Those that take a number of customers."""


def main() -> int:
    """Run the benchmarks one after the other and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="default: all")
    parser.add_argument("--customers", type=int, default=1_000_000, help="default: %(default)s")
    arguments = parser.parse_args()
    names = arguments.names or NAMES
    results: dict[str, object] = {
        "machine": {"python": platform.python_version(), "cores": os.cpu_count()}
    }
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        size = {"customers": arguments.customers} if name in SIZED else {}
        results[name] = importlib.import_module(f"tests.benchmarks.{name}").run(**size)
    print(json.dumps(results, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
