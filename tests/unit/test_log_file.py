"""What a person sees of the log, and what the file has."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from agent_desk.bootstrap import log_file
from agent_desk.bootstrap.log_file import configure_logging, logged
from tests.servers.fixtures import Floor

pytestmark = pytest.mark.expected_logs("nobody foresaw", "terminating", "a fault", "too much")


@contextmanager
def configured(path: Path) -> Iterator[None]:
    """Configure the log for the block, as it is for the rest of a desk's life."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configure_logging(path)
    try:
        yield
    finally:
        root.setLevel(level)
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()


def fail() -> None:
    try:
        raise ValueError("a fault")
    except ValueError:
        logging.getLogger("agent_desk.somewhere").exception("nobody foresaw it")


def test_a_stack_trace_is_in_the_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new" / "desk.log"
    with configured(path):
        fail()
        logging.getLogger("agent_desk.somewhere").info("it goes on")

    assert capsys.readouterr().err == "ERROR agent_desk.somewhere: nobody foresaw it\n"
    told = path.read_text(encoding="utf-8")
    for word in ("nobody foresaw it", "Traceback", "ValueError: a fault", "it goes on"):
        assert word in told


def lose_server(floor: Floor) -> None:
    """Give up a pipeline whose server is gone."""
    connection = psycopg.connect(floor.url, password=floor.password)
    process = connection.info.backend_pid
    with connection, connection.pipeline():
        connection.execute("SELECT pg_sleep(60)")
        with floor.server.connect(floor.name) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s)", (process,))
        raise psycopg.OperationalError("given up")


def test_what_the_driver_says_of_a_lost_server_is_in_the_file_alone(
    floor: Floor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "desk.log"
    with configured(path), pytest.raises(psycopg.OperationalError, match="given up"):
        lose_server(floor)

    assert capsys.readouterr().err == ""
    assert "error ignored terminating" in path.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    path = in_the_way / "desk.log"
    with configured(path):
        logging.getLogger("agent_desk.somewhere").info("one")
        logging.getLogger("agent_desk.somewhere").info("two")

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"no log file at {path}: ")


def test_a_command_without_trouble_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "command.log"
    handlers = list(logging.getLogger().handlers)
    with logged(path):
        logging.getLogger("db.somewhere").info("migrated")

    assert not path.exists()
    assert logging.getLogger().handlers == handlers


def test_a_file_that_is_full_is_turned_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "LOG_BYTES", 500)
    path = tmp_path / "command.log"
    with logged(path):
        for _ in range(20):
            logging.getLogger("agent_desk.cli").warning("too much of it")

    assert path.with_name("command.log.1").exists()
