"""The lookup is measured against a question that has the same answer."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import PhoneNumber
from agent_desk.domain.matching import CallerHit
from db.columns import moment
from db.engine import sqlite_driver
from db.sqlite_database import SqliteDatabase
from tests.benchmarks import lookup


def answer(row: tuple[Any, ...]) -> CallerHit:
    customer_id, name, company, city, tier, primary, ticket, order, we_called, called = row
    return CallerHit(
        customer_id=customer_id,
        name=name,
        company_name=company or "",
        city=city,
        tier=Tier(tier),
        is_primary=bool(primary),
        open_ticket=ticket or 0,
        open_order=order or 0,
        we_called_at=moment(we_called),
        called_at=moment(called),
    )


def test_both_sides_give_the_same_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = lookup.prepared_database(400)
    assert lookup.prepared_database(400) == path
    nobody = PhoneNumber(e164="+8613799999999", suffix="", international="", region="CN")
    numbers = [*(lookup.number_of(index) for index in range(0, 400, 37)), nobody]

    with (
        closing(sqlite_driver().connect(str(path))) as raw,
        SqliteDatabase(path=path) as database,
    ):
        for number in numbers:
            expected = [answer(row) for row in raw.execute(lookup._RAW, (number.e164,))]
            found = database.read(
                lambda unit, number=number: unit.customers.find_callers(number, number.suffix)  # type: ignore[misc]
            )
            assert list(found) == expected

    assert len(numbers) > 10


def test_the_report_names_both_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    report = lookup.run(300)

    assert report["customers"] == 300
    assert report["find_callers_us"]["median"] > 0
    assert report["baseline_us"]["p99"] >= report["baseline_us"]["median"] > 0
