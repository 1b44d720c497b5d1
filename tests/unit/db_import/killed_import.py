"""Imports a file and waits at the given call of the progress function to be killed."""

import sys
from itertools import count
from pathlib import Path

from db.customer_import.importer import import_customers


def main() -> None:
    place, csv_file, step, processes = sys.argv[1:]
    # A server's password comes from the environment.
    target = place if "://" in place else Path(place)
    calls = count(1)

    def wait_for_death(_done: int, _total: int) -> None:
        if next(calls) == int(step):
            print("waiting", flush=True)
            sys.stdin.read()

    import_customers(
        target, Path(csv_file), region="CN", progress=wait_for_death, processes=int(processes)
    )


if __name__ == "__main__":
    main()
