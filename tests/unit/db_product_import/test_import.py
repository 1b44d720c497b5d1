"""Products from a CSV file, on a file and on a server: added, changed, refused line by line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.errors import ImportFileError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CustomerId
from agent_desk.ports.storage import UnitOfWork
from db.customer_import.importer import import_customers
from db.customer_import.report import ImportReport
from db.postgres_database import PostgresDatabase
from db.product_import.importer import import_products
from db.sqlite_database import SqliteDatabase
from tests.fakes.desk_file import new_desk_file
from tests.servers.fixtures import Floor

T = TypeVar("T")

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CUSTOMERS = """name,phone,customer no
王芳,13800138000,C1
Anna,+49 151 12345678,C2
Hans,13900139000,C3
Erika,13900139000,C4
"""
PRODUCTS = """客户编号,手机,产品,序列号,售出日期,经销商,保修截止,合同号,服务级别,合同截止日期,颜色
C1,,净水器 W-500,SN-1,2025-03-01,海蓝专卖店,2027-03-01,K-1,gold,2027/1/1,blue
C1,,空调,SN-2,,,,K-1,,,
,+4915112345678,Pump,,,,,,,,
"""


class House:
    """A database with four customers, two of whom share a number."""

    def __init__(self, folder: Path, place: Path | str, password: str | None = None) -> None:
        self.folder, self.place, self.password = folder, place, password
        file = folder / "customers.csv"
        file.write_text(CUSTOMERS, encoding="utf-8")
        import_customers(
            place, file, password=password, region="CN", progress=lambda *_: None, now=NOW
        )

    def take(self, text: str, now: datetime = NOW) -> ImportReport:
        file = self.folder / "products.csv"
        file.write_text(text, encoding="utf-8")
        return import_products(
            self.place,
            file,
            password=self.password,
            region="CN",
            progress=lambda *_: None,
            now=now,
        )

    def card(self, name: str) -> CustomerCard:
        def work(uow: UnitOfWork) -> CustomerCard:
            customer_id = CustomerId(uow.customers.search(name)[0].id)
            return uow.customers.card(customer_id, now=NOW)

        return self._read(work)

    def kinds(self, name: str) -> list[str]:
        customer_id = self.card(name).customer.id
        return self._read(lambda uow: [e.kind for e in uow.events.of(Stream.CUSTOMER, customer_id)])

    def _read(self, work: Callable[[UnitOfWork], T]) -> T:
        if isinstance(self.place, Path):
            with SqliteDatabase(path=self.place) as database:
                return database.read(work)
        with PostgresDatabase(url=self.place, password=self.password) as server:
            return server.read(work)


@pytest.fixture(params=["file", "server"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "file":
        yield House(tmp_path, new_desk_file(tmp_path))
        return
    floor: Floor = request.getfixturevalue("floor")
    yield House(tmp_path, floor.url, floor.password)


def test_products_and_contracts_are_taken_over_once(house: House) -> None:
    report = house.take(PRODUCTS)

    assert (report.added, report.changed, report.refused_lines) == (3, 0, 0)
    assert report.ignored_columns == ("颜色",)
    first, second = sorted(house.card("王芳").products, key=lambda p: p.serial_number)
    assert (first.name, first.sold_by, first.purchased_on) == (
        *("净水器 W-500", "海蓝专卖店"),
        date(2025, 3, 1),
    )
    assert first.contract is not None
    assert first.contract == second.contract
    assert (first.contract.level, first.contract.valid_until) == ("gold", date(2027, 1, 1))
    assert [p.name for p in house.card("Anna").products] == ["Pump"]
    assert house.kinds("王芳")[-2:] == ["ProductAdded", "ProductAdded"]
    again = house.take(PRODUCTS)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)


def test_what_a_file_says_anew_is_changed_and_what_it_leaves_out_stays(house: House) -> None:
    house.take(PRODUCTS)

    report = house.take(
        "customer no,product,serial,warranty until\nC1,净水器 W-600,SN-1,2028-01-01\n"
    )

    assert (report.added, report.changed) == (0, 1)
    changed = next(p for p in house.card("王芳").products if p.serial_number == "SN-1")
    assert (changed.name, changed.warranty_until) == ("净水器 W-600", date(2028, 1, 1))
    assert (changed.sold_by, changed.version) == ("海蓝专卖店", 2)


def test_refused_lines_are_listed_and_the_others_go_in(house: House) -> None:
    report = house.take(
        "customer no,phone,product,serial,sold on\n"
        "C9,,Pump,,\n"
        ",13900139000,Pump,,\n"
        ",,Pump,,\n"
        "C1,,,S,\n"
        "C1,,Pump,S,18.11.2025\n"
        "C1,,Pump,S,2027-01-01\n"
        "C1,Pump\n"
        "C1,,Valve,V,2025-01-01\n"
    )

    assert (report.added, report.refused_lines) == (1, 7)
    assert report.report_path is not None
    with report.report_path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))[1:]
    assert [(line[0], line[1]) for line in lines] == [
        ("2", "customer no"),
        ("3", "phone"),
        ("4", "customer no"),
        ("5", "product"),
        ("6", "sold on"),
        ("7", "sold on"),
        ("8", "line"),
    ]
    assert lines[1][2:] == ["+8613900139000", "what only one customer has"]


def test_a_file_without_the_columns_is_refused_and_changes_nothing(house: House) -> None:
    for header in ("product,serial", "phone,serial", "phone,product,产品"):
        with pytest.raises(ImportFileError) as caught:
            house.take(f"{header}\n1,2,3\n")
        assert caught.value.details["field"] == "columns"
    assert house.card("王芳").products == ()
