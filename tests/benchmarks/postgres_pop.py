"""From the ringing event to the painted record at a far PostgreSQL, beside a file in the same run.

Both are the whole desk: switch event, services, storage, bridge, window. One is an agent signed in
at a server whose round trip is 2.5 ms, as between two offices, the other has a file of its own.
They have the same customers, history and callers, and take turns.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role
from db.access.users import open_people
from db.change_feed.postgres import PostgresChangeFeed
from db.postgres_schema import migrate
from db.postgres_storage import PostgresStorage
from db.sqlite_storage import SqliteStorage
from tests.benchmarks.lookup import HISTORY_CUSTOMERS, number_of, prepared_database
from tests.benchmarks.pop_desk import SWITCH_SECONDS, PopDatabase, PopDesk
from tests.benchmarks.postgres_lookup import ROUND_TRIP_SECONDS, SERVER_SETTINGS, is_in_memory
from tests.benchmarks.postgres_rows import make_up
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.servers.delaying_proxy import DelayingProxy
from tests.servers.postgres import PostgresServer
from ui.application import create_application
from ui.session import keep_for_good

ALLOWED_RATIO = 2.0
POPS = 200
WARM_UP = 20

_LOGIN = AgentId("bench")
_PASSWORD = "correct horse battery"


def run(customers: int = 1_000_000, pops: int = POPS) -> dict[str, Any]:
    """Return medians and p99 of both in milliseconds, and the ratios."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    create_application(["bench"])
    path = prepared_database(customers)
    sys.setswitchinterval(SWITCH_SECONDS)
    file = PopDatabase(storage=SqliteStorage(path=path, calling_code="86"))
    with _server(customers) as server:
        far, near = _measured(server, file, pops)
    return {
        "customers": customers,
        "pops": len(far),
        "round_trip_ms": 1000 * ROUND_TRIP_SECONDS,
        "postgresql": {"median_ms": median_ms(far), "p99_ms": percentile_ms(far, 0.99)},
        "sqlite": {"median_ms": median_ms(near), "p99_ms": percentile_ms(near, 0.99)},
        "ratio_of_medians": round(median_ms(far) / median_ms(near), 2),
        "ratio_of_p99": round(percentile_ms(far, 0.99) / percentile_ms(near, 0.99), 2),
        "allowed_ratio": ALLOWED_RATIO,
    }


@contextmanager
def _server(customers: int) -> Iterator[PopDatabase]:
    """Yield what an agent has of a filled server, from far away."""
    in_memory = is_in_memory(customers)
    with PostgresServer(settings=SERVER_SETTINGS, in_memory=in_memory) as server:
        name = server.create_database("pop")
        migrate(server.url(name), password=server.password)
        with server.connect(name) as superuser:
            make_up(superuser, customers)
        roles = frozenset({Role.AGENT})
        with open_people(server.url(name), password=server.password) as people:
            people.add(_LOGIN, name=_LOGIN, roles=roles, department="", password=_PASSWORD)
        with DelayingProxy(port=server.port, round_trip_seconds=ROUND_TRIP_SECONDS) as proxy:
            url = server.url(name, user=_LOGIN).replace(f":{server.port}/", f":{proxy.port}/")
            yield PopDatabase(
                storage=PostgresStorage(url=url, password=_PASSWORD, calling_code="86"),
                person=Person(login=_LOGIN, name=_LOGIN, roles=roles),
                feed=PostgresChangeFeed(url=url, password=_PASSWORD),
            )


def _measured(server: PopDatabase, file: PopDatabase, pops: int) -> tuple[list[float], list[float]]:
    """Return the seconds of each pop at the server, and at the file."""
    far, near = list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        desks = []
        for number, database in enumerate((server, file)):
            own = Path(folder) / str(number)
            own.mkdir()
            desks.append(PopDesk(database, own))
            desks[-1].open()
        keep_for_good()
        for turn in range(WARM_UP + pops):
            caller = number_of(turn % HISTORY_CUSTOMERS).e164
            for desk, taken in zip(desks, (far, near), strict=True):
                taken.append(desk.pop(f"bench-{turn}", caller))
        for desk in desks:
            desk.close()
    return far[WARM_UP:], near[WARM_UP:]
