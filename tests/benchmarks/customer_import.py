"""Times an import on both databases against a naive loop, with errors in every tenth line.

``python -m tests.benchmarks.customer_import --lines 1000000`` prints JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import EventId, new_uuid7
from agent_desk.ports.storage import UnitOfWork
from db import engine as file_engine
from db import postgres_engine
from db.bulk_transaction import prepare_file
from db.customer_import.importer import import_customers
from db.demo_data.names import NameGenerator
from db.demo_data.numbers import NumberPlan, as_written
from db.demo_data.places import CITIES
from db.postgres_database import PostgresDatabase
from db.postgres_schema import migrate
from tests.benchmarks.naive_import import naive_import
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.servers.postgres import PostgresServer

ERROR_EVERY = 10
SAMPLE_LINES = 20_000
_BAD = ("12ab", "１２３456789012345678", "", "☎ 138", "+86 13")
_LANGUAGES = {"CN": "zh", "DE": "de", "GB": "en", "US": "en", "FR": "fr"}
_SECONDS_BETWEEN_WRITES = 0.05


@dataclass(frozen=True, slots=True)
class Target:
    """A database to fill: a path, or a URL with its password."""

    place: Path | str
    password: str | None = None

    def engine(self) -> Engine:
        """Return what the naive loop writes with."""
        if isinstance(self.place, Path):
            return file_engine.writing_engine(self.place)
        return postgres_engine.writing_engine(self.place, password=self.password)


@dataclass(slots=True)
class Watch:
    """What happened during an import. waits: of a desk that went on saving, in seconds."""

    waits: list[float] = field(default_factory=list)
    merge_began: float = 0.0


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


def run(customers: int = 100_000) -> dict[str, Any]:
    """Return the figures for a file of ``customers`` lines on both databases."""
    with tempfile.TemporaryDirectory(prefix="agent-desk-bench-") as folder:
        source = Path(folder, "customers.csv")
        write_csv(source, customers)
        figures: dict[str, Any] = {
            "lines": customers,
            "baseline": f"{SAMPLE_LINES} lines: phonenumbers.parse, Core executemany by 1,000",
        }
        naive, desk = Target(Path(folder, "naive.db")), Target(Path(folder, "desk.db"))
        figures["sqlite"] = _compared(source, naive, desk, customers)
        # On a disk, as a floor's is.
        with PostgresServer(in_memory=False) as server:
            naive, desk = _floors(server)
            figures["postgresql"] = _compared(source, naive, desk, customers)
    return figures


def _floors(server: PostgresServer) -> tuple[Target, Target]:
    template = server.create_database()
    migrate(server.url(template), password=server.password)
    made = [server.create_database(template=template) for _ in range(2)]
    naive, desk = (Target(server.url(name), server.password) for name in made)
    return naive, desk


def _compared(source: Path, naive: Target, desk: Target, lines: int) -> dict[str, Any]:
    """Return how both fare with ``source``; the loop's time is for as many lines."""
    sample = min(lines, SAMPLE_LINES)
    if isinstance(naive.place, Path):
        prepare_file(naive.place)
        prepare_file(Path(str(desk.place)))
    began = time.perf_counter()
    with naive.engine().begin() as connection:
        naive_import(connection, source, lines=sample)
    naive_us = (time.perf_counter() - began) / sample * 1e6
    first = _alone(source, desk)
    again = _alone(source, desk)
    us = first["seconds"] / lines * 1e6
    return {
        **first,
        "us_a_line": round(us, 1),
        "naive_us_a_line": round(naive_us, 1),
        "ratio": round(naive_us / us, 2),
        "again_seconds": again["seconds"],
        "again_unchanged": again["unchanged"],
    }


def _alone(source: Path, target: Target) -> dict[str, Any]:
    """Return what an import in a process of its own needed."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(theirs, source, target))
    process.start()
    theirs.close()
    figures: dict[str, Any] = ours.recv()
    process.join()
    return figures


def _measured(answer: Any, source: Path, target: Target) -> None:
    import resource

    watch = Watch()
    with _others_working(target, watch):
        began = time.perf_counter()
        report = import_customers(
            target.place,
            source,
            password=target.password,
            region="CN",
            progress=partial(_note_merge, watch),
        )
        ended = time.perf_counter()
    answer.send(
        {
            "added": report.added,
            "unchanged": report.unchanged,
            "refused_lines": report.refused_lines,
            "seconds": round(ended - began, 2),
            "storing_seconds": round(ended - watch.merge_began, 2),
            "peak_mb": _megabytes(resource.RUSAGE_SELF),
            "peak_mb_of_a_checking_process": _megabytes(resource.RUSAGE_CHILDREN),
            "others_saved": len(watch.waits),
            "others_waited_ms": {
                "median": median_ms(watch.waits),
                "p99": percentile_ms(watch.waits, 0.99),
                "longest": percentile_ms(watch.waits, 1.0),
            }
            if watch.waits
            else None,
        }
    )


def _note_merge(watch: Watch, done: int, total: int) -> None:
    if done <= total / 2:
        watch.merge_began = time.perf_counter()


def _megabytes(who: int) -> int:
    import resource

    # In KiB on Linux, in bytes on macOS.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(who).ru_maxrss / unit)


@contextmanager
def _others_working(target: Target, watch: Watch) -> Iterator[None]:
    """Let a desk of the floor save something now and then; a file has one writer anyway."""
    if isinstance(target.place, Path):
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_work, args=(target, watch, ended))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _work(target: Target, watch: Watch, ended: threading.Event) -> None:
    with PostgresDatabase(url=str(target.place), password=target.password) as database:
        while not ended.wait(_SECONDS_BETWEEN_WRITES):
            now = datetime.now(UTC)
            event = LoggedEvent(
                id=EventId(new_uuid7(now)),
                stream=Stream.TICKET,
                stream_id=new_uuid7(now),
                kind="TicketOpened",
                at=now,
                actor="agent017",
                payload={},
            )
            began = time.perf_counter()
            database.write(partial(_append, event))
            watch.waits.append(time.perf_counter() - began)


def _append(event: LoggedEvent, unit: UnitOfWork) -> None:
    unit.events.append([event])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=100_000)
    options = parser.parse_args()
    print(json.dumps(run(options.lines), indent=2))


if __name__ == "__main__":
    main()
