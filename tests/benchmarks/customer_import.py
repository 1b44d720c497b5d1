"""Times an import of many lines with errors in ten; prints JSON. A process of its own.

``python -m tests.benchmarks.customer_import --lines 1000000``
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

from db.customer_import import import_customers
from db.demo_data.names import NameGenerator
from db.demo_data.numbers import NumberPlan, as_written
from db.demo_data.places import CITIES

ERROR_EVERY = 10
_BAD = ("12ab", "１２３456789012345678", "", "☎ 138", "+86 13")
_LANGUAGES = {"CN": "zh", "DE": "de", "GB": "en", "US": "en", "FR": "fr"}


def rows(lines: int) -> Iterator[tuple[str, ...]]:
    """Yield lines as a customer list has them, every tenth with a bad number."""
    random = Random(1)
    plan, names = NumberPlan(), NameGenerator(random)
    for serial in range(lines):
        country = "CN" if random.random() < 0.9 else random.choice(list(CITIES))
        city = random.choice(CITIES[country])
        number = plan.mobile(country) if random.random() < 0.9 else plan.landline(country, city)
        phone = as_written(number, random) if random.random() < 0.2 else number.national
        if serial % ERROR_EVERY == ERROR_EVERY - 1:
            phone = random.choice(_BAD)
        elif number.country != "CN":
            phone = number.value
        key = f"K{serial}" if phone else ""
        yield (names.draw(_LANGUAGES[country]).full, phone, "", city.name, "GOLD", key)


def write_csv(path: Path, lines: int) -> None:
    """Write ``lines`` lines below the header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "phone", "email", "city", "tier", "customer number"))
        writer.writerows(rows(lines))


def raw_insert_seconds(source: Path, database: Path) -> float:
    """Return how long the baseline takes: the same file, unchecked, into one bare table."""
    began = time.perf_counter()
    with (
        source.open(encoding="utf-8", newline="") as file,
        closing(sqlite3.connect(database)) as bare,
        bare,
    ):
        bare.execute("CREATE TABLE bare (a, b, c, d, e, f)")
        bare.executemany("INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?)", csv.reader(file))
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--memory", action="store_true", help="measure Python's peak memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "customers.csv")
        write_csv(source, options.lines)
        baseline = raw_insert_seconds(source, Path(folder, "bare.db"))
        if options.memory:
            tracemalloc.start()
        began = time.perf_counter()
        report = import_customers(
            Path(folder, "desk.db"), source, region="CN", progress=lambda _done, _total: None
        )
        seconds = time.perf_counter() - began
        began = time.perf_counter()
        again = import_customers(
            Path(folder, "desk.db"), source, region="CN", progress=lambda _done, _total: None
        )
        figures = {
            "lines": options.lines,
            "added": report.added,
            "refused_lines": report.refused_lines,
            "seconds": round(seconds, 2),
            "lines_per_second": round(options.lines / seconds),
            "again_seconds": round(time.perf_counter() - began, 2),
            "again_unchanged": again.unchanged,
            "baseline": "sqlite3 executemany into a bare table, nothing checked",
            "baseline_seconds": round(baseline, 2),
            "ratio": round(seconds / baseline, 1),
        }
        if options.memory:
            figures["peak_python_mb"] = round(tracemalloc.get_traced_memory()[1] / 2**20, 1)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
