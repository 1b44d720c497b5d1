"""The program's own PostgreSQL: made, kept, stopped, never left behind; passwords on no disk."""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from agent_desk.domain.errors import (
    DatabaseInUseError,
    DatabaseUnavailableError,
    InputError,
    MissingProgramError,
)
from db import server_programs
from db.local_cluster import LocalCluster, OwnedDatabase

pytestmark = pytest.mark.slow

FAST = {"fsync": "off", "full_page_writes": "off"}
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None

KILLED = """
import os, signal, sys
from pathlib import Path
from db.local_cluster import LocalCluster
cluster = LocalCluster(folder=Path(sys.argv[1]), keep=sys.argv[2] == "keep")
cluster.start()
print(cluster.pid, cluster._guard.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's account may enter: pytest's own are for their user alone."""
    try:
        server_programs.server_programs()
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    made = Path(tempfile.mkdtemp(prefix="agent-desk-cluster-", dir=MEMORY))
    made.chmod(0o711)
    yield made / "cluster"
    shutil.rmtree(made)


def run_and_kill(folder: Path, what: str) -> int:
    """Start a cluster in a process of its own that is killed; return what was its server."""
    command = [sys.executable, "-c", KILLED, str(folder), what]
    told = subprocess.run(command, stdout=subprocess.PIPE).stdout.split()
    for process in map(int, told):
        wait_for_end(process)
    return int(told[0])


def wait_for_end(process: int) -> None:
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        ended, _, _ = select.select([handle], [], [], 60)
        os.close(handle)
        assert ended


def note(database: OwnedDatabase) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(database.url, password=database.password, autocommit=True)


def test_what_was_written_is_there_at_the_next_start(folder: Path) -> None:
    with LocalCluster(folder=folder, settings=FAST) as cluster:
        with note(cluster.database("floor")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
        server = cluster.pid
    wait_for_end(server)

    with LocalCluster(folder=folder, settings=FAST) as cluster:
        with note(cluster.database("floor")) as connection:
            assert connection.execute("SELECT value FROM kept").fetchall() == [(1,)]
        with cluster.connect() as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)


def test_the_address_stays_the_same_while_nobody_else_has_it(folder: Path) -> None:
    with LocalCluster(folder=folder, settings=FAST) as cluster:
        former = cluster.port
    with LocalCluster(folder=folder, settings=FAST) as cluster:
        assert cluster.port == former

    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", former))
        somebody.listen()
        with LocalCluster(folder=folder, settings=FAST) as cluster:
            assert cluster.port != former


@pytest.mark.parametrize("text", ["", "many", "-1", "70000"])
def test_a_damaged_note_of_the_port_is_no_obstacle(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "port").write_text(text)

    with LocalCluster(folder=folder, settings=FAST) as cluster, cluster.connect():
        assert (folder / "port").read_text() == f"{cluster.port}\n"


def test_each_start_has_new_passwords_and_none_is_in_a_file(folder: Path) -> None:
    with LocalCluster(folder=folder, settings=FAST) as cluster:
        first = cluster.database("floor")
    with LocalCluster(folder=folder, settings=FAST) as cluster:
        second = cluster.database("floor")
        of_superuser = cluster._password
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(second.url, password=first.password)

    assert first.password not in repr(first)
    secrets = [text.encode() for text in (first.password, second.password, of_superuser)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        content = path.read_bytes()
        assert not any(secret in content for secret in secrets), path


def test_everybody_signs_in_with_a_password(folder: Path) -> None:
    with LocalCluster(folder=folder, settings=FAST) as cluster, cluster.connect() as connection:
        rules = "SELECT DISTINCT type, auth_method FROM pg_hba_file_rules ORDER BY 1"
        assert connection.execute(rules).fetchall() == [
            ("host", "scram-sha-256"),
            ("local", "reject"),
        ]
        roles = "SELECT rolsuper FROM pg_roles WHERE rolname = 'floor_owner'"
        cluster.database("floor")
        assert connection.execute(roles).fetchall() == [(False,)]


def test_a_killed_program_leaves_its_data_and_no_server(folder: Path) -> None:
    run_and_kill(folder, "keep")

    assert not (folder / "data" / "postmaster.pid").exists()
    with LocalCluster(folder=folder, settings=FAST) as cluster, cluster.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_program_leaves_nothing_of_a_passing_cluster(folder: Path) -> None:
    run_and_kill(folder, "remove")

    assert not folder.exists()


def test_a_passing_cluster_is_gone_at_the_end(folder: Path) -> None:
    with LocalCluster(folder=folder, settings=FAST, keep=False):
        assert (folder / "data").is_dir()

    assert not folder.exists()


def test_a_second_start_in_the_same_folder_names_who_is_there(folder: Path) -> None:
    with LocalCluster(folder=folder, settings=FAST) as cluster:
        with pytest.raises(DatabaseInUseError, match=f"process {os.getpid()}"):
            LocalCluster(folder=folder).start()
        with cluster.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_cluster_of_an_unfinished_start_is_made_anew(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "half").write_text("done")

    with LocalCluster(folder=folder, settings=FAST) as cluster, cluster.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_refuses_its_settings_says_why(folder: Path) -> None:
    cluster = LocalCluster(folder=folder, settings={"max_connections": "many"})

    with pytest.raises(DatabaseUnavailableError, match="max_connections"):
        cluster.start()

    with LocalCluster(folder=folder, settings=FAST):
        assert (folder / "data" / "PG_VERSION").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_a_folder_that_the_server_cannot_enter_is_named(folder: Path) -> None:
    folder.parent.chmod(0o700)

    with pytest.raises(InputError, match=str(folder.parent)):
        LocalCluster(folder=folder).start()

    assert not folder.exists()


def test_a_machine_without_a_server_names_the_package(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_programs, "_DEBIANS_SERVERS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingProgramError, match="install the package postgresql"):
        LocalCluster(folder=folder).start()

    assert not folder.exists()
