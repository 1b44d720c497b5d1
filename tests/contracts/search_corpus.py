"""Some hundreds of made-up people, companies, numbers and tickets, the same at every run."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from agent_desk.domain.customer import ContactPoint, Customer, Tier
from agent_desk.domain.identifiers import (
    CategoryId,
    CompanyId,
    ContactPointId,
    CustomerId,
    TicketId,
)
from agent_desk.domain.ticket import Ticket
from agent_desk.ports.storage import UnitOfWork
from db.pinyin import pinyin_of
from tests.contracts.storage_samples import a_customer, a_point, a_raw_point, a_ticket, an_address

_COMPANIES = (
    "Beijing Pumps",
    "北京水泵有限公司",
    "华为技术有限公司",
    "Müller & Söhne GmbH",
    "AND Logic / OR Gates",
    "3M 中国",
    "0e3b Systems",
    "O'Neill-Wang Partners",
)
_FAMILIES = "王李张刘陈杨赵黄周吴徐孙吕曾单欧"
_GIVEN = ("小明", "伟", "芳", "娜娜", "敏", "静怡", "丽", "强", "磊", "晓雨")
_FIRST_NAMES = ("Anna", "Jürgen", "Wei", "Zoë", "Liam", "Siobhán", "Łukasz", "Aisha", "Bo", "Mira")
_LAST_NAMES = (
    "Müller",
    "O'Brien",
    "Wang",
    "van der Berg",
    "Smith-Jones",
    "Li",
    "Weiß",
    "Lindqvist",
)
_ODD_NAMES = (
    "王",
    "W",
    "王小明 Jürgen",
    "Anna 王",
    "欧阳娜娜",
    "尉迟敬德",
    "ＡＢＣ 商店",
    "山田 太郎",
    "カタログ",
    "김민수",
    "Ольга Иванова",
    "0e3b",
    "2nd Hand 123abc",
    "x",
    "ö",
    "DROP TABLE customers; --",
    "100% \\ 'quoted' \"twice\"",
    "A:B & C|D ! (E) <-> F*",
    "豈㐂",
    "吕绿 Lü",
    "wang xiao ming",
    "Wang Xiaoming",
)
_CITIES = ("", "北京", "Bonn", "São Paulo")
_NUMBERS = (
    "138 0013 8000",
    "+49 228 1234567",
    "010 6552 9988",
    "+1 202 555 0143",
    "139 1380 0138",
)
_SHARED_NUMBER = "021 5555 8000"
_SUBJECTS = (
    "宽带 router broken",
    "Router neu starten",
    "发票疑问",
    "Rückruf wg. Rechnung",
    "No connection",
    "O'Brien's order",
    "Serial 0e3b-77x",
    "W",
    "账单 王小明",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Everybody with their company's name and pinyin filled in, in the order of storing."""

    companies: dict[CompanyId, str]
    customers: list[Customer]
    points: list[ContactPoint]
    tickets: list[Ticket]

    def store(self, unit: UnitOfWork) -> None:
        """Store everything in one transaction."""
        for company_id, name in self.companies.items():
            unit.customers.add_company(company_id, name)
        for customer in self.customers:
            mine = [point for point in self.points if point.customer_id == customer.id]
            unit.customers.add(customer, mine)
        for ticket in self.tickets:
            unit.tickets.add(ticket)


def a_corpus(category: CategoryId) -> Corpus:
    """Return the corpus, its tickets in ``category``."""
    companies = {CompanyId(_id(1, index)): name for index, name in enumerate(_COMPANIES)}
    customers = [
        _customer(index, name, companies) for index, name in enumerate([*_names(), *_ODD_NAMES])
    ]
    points = [point for index, who in enumerate(customers) for point in _points(index, who)]
    return Corpus(
        companies=companies,
        customers=customers,
        points=[
            replace(point, id=ContactPointId(_id(3, 7 * index % len(points))))
            for index, point in enumerate(points)
        ],
        tickets=[_ticket(index, customers, category) for index in range(60)],
    )


def _names() -> list[str]:
    chinese = ["".join(parts) for parts in itertools.product(_FAMILIES, _GIVEN)]
    western = [" ".join(parts) for parts in itertools.product(_FIRST_NAMES, _LAST_NAMES)]
    return [name for pair in itertools.zip_longest(chinese, western) for name in pair if name]


def _id(kind: int, index: int) -> str:
    return f"01900000-0000-7{kind:03x}-8000-{index:012x}"


def _customer(index: int, name: str, companies: dict[CompanyId, str]) -> Customer:
    company = list(companies)[index // 5 % len(companies)] if index % 5 == 0 else None
    return replace(
        # Ids in another order than that of storing, which no answer may depend on.
        a_customer(name, tier=list(Tier)[index % 4], city=_CITIES[index % 4]),
        id=CustomerId(_id(2, index * 101 % 4096)),
        pinyin=pinyin_of(name),
        company_id=company,
        company_name=companies[company] if company else "",
    )


def _points(index: int, customer: Customer) -> list[ContactPoint]:
    points = []
    if index % 3 == 0:
        points.append(a_point(customer, f"138 {index:04d} {index * 37 % 10_000:04d}"))
    if index < len(_NUMBERS):
        points.append(a_point(customer, _NUMBERS[index], is_primary=True))
    if index % 40 == 1:
        points.append(a_point(customer, _SHARED_NUMBER))
    if index % 29 == 2:
        points.append(a_raw_point(customer, f"ext. {index}8000", f"{index}8000"))
    if index % 17 == 3:
        user = "Ann.Lee" if index % 2 else "ann.lee"
        points.append(an_address(customer, f"{user}+{index}@example.org"))
    return points


def _ticket(index: int, customers: list[Customer], category: CategoryId) -> Ticket:
    customer = customers[index * 11 % len(customers)]
    subject = _SUBJECTS[index % len(_SUBJECTS)]
    ticket = a_ticket(customer, category, 2000 + index * 7 % 60, subject=subject)
    return replace(ticket, id=TicketId(_id(4, index)))
