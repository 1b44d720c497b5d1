"""The suite's own server leaves nothing behind, and says what is missing."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.servers.fixtures import Floor
from tests.servers.postgres import PostgresServer

KILLED = """
import os, signal
from tests.servers.postgres import PostgresServer
server = PostgresServer()
server.start()
print(server.data_folder.parent, server.port, server._guard.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def wait_for_end(process: int) -> None:
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        ended, _, _ = select.select([handle], [], [], 60)
        os.close(handle)
        assert ended


def test_a_killed_session_leaves_no_server_and_no_files(postgres_server: PostgresServer) -> None:
    told = subprocess.run([sys.executable, "-c", KILLED], stdout=subprocess.PIPE).stdout.split()
    folder, port, guard = Path(told[0].decode()), int(told[1]), int(told[2])
    wait_for_end(guard)

    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=2)


def test_everybody_signs_in_with_a_password(floor: Floor) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(floor.url, password="wrong")
    with floor.server.connect(floor.name) as connection:
        rules = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert rules == [("scram-sha-256",)]


def test_a_database_is_the_tests_own(floor: Floor, empty_floor: Floor) -> None:
    assert floor.name != empty_floor.name
    with psycopg.connect(empty_floor.url, password=empty_floor.password) as connection:
        tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        assert connection.execute(tables).fetchone() == (0,)


def test_a_stopped_server_comes_back_with_its_rows(floor: Floor) -> None:
    with psycopg.connect(floor.url, password=floor.password) as connection:
        connection.execute("INSERT INTO companies (id, name) VALUES (gen_random_uuid(), 'Kept')")

    floor.server.kill()
    floor.server.start()

    with psycopg.connect(floor.url, password=floor.password) as connection:
        assert connection.execute("SELECT name FROM companies").fetchall() == [("Kept",)]
