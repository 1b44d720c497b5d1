"""``demo-data`` and ``import customers`` on a floor's server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_desk.cli import main, target
from agent_desk.cli.exit_codes import EXIT_ERROR, EXIT_OK, EXIT_REFUSED_LINES
from agent_desk.settings import usual_places
from tests.servers.fixtures import Floor

CSV = "name,phone,customer number\n王芳,13800138000,K1\nTom,horse,\n"


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, floor: Floor) -> None:
    """Settings of this test, and libpq's own place for a password."""
    found = usual_places(base=tmp_path / "home")
    monkeypatch.setattr(target, "usual_places", lambda: found)
    monkeypatch.setenv("PGPASSWORD", floor.password)


def customers_in(floor: Floor) -> int:
    with floor.server.connect(floor.name) as connection:
        row = connection.execute("SELECT count(*) FROM customers").fetchone()
    assert row is not None
    return int(row[0])


def test_demo_data_fills_a_server(floor: Floor, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["demo-data", "--customers", "20", "--database", floor.url]
    assert main(command) == EXIT_OK
    assert json.loads(capsys.readouterr().out)["customers"] == customers_in(floor) == 20

    assert main(command) == EXIT_ERROR
    told = capsys.readouterr().err
    assert "demo data never mixes with real data" in told
    assert floor.password not in told


def test_customers_are_imported_into_a_server(
    floor: Floor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(CSV, encoding="utf-8")
    for added in (1, 0):
        code = main(["import", "customers", str(file), "--region", "CN", "--database", floor.url])
        report = json.loads(capsys.readouterr().out)
        assert code == EXIT_REFUSED_LINES
        assert (report["added"], report["refused_lines"]) == (added, 1)
    assert customers_in(floor) == 1
