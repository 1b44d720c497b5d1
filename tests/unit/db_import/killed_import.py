"""Imports a file and waits at the given call of the progress function to be killed."""

import sys
from itertools import count
from pathlib import Path

from db.customer_import import import_customers


def main() -> None:
    database, csv_file, step = sys.argv[1:]
    calls = count(1)

    def wait_for_death(_done: int, _total: int) -> None:
        if next(calls) == int(step):
            print("waiting", flush=True)
            sys.stdin.read()

    import_customers(Path(database), Path(csv_file), region="CN", progress=wait_for_death)


if __name__ == "__main__":
    main()
