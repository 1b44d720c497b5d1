"""Invented customers in households and companies, one after the other; any thread."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from agent_desk.domain.customer import (
    Company,
    ContactKind,
    ContactPoint,
    Customer,
    Note,
    Tier,
)
from agent_desk.domain.identifiers import (
    AgentId,
    CompanyId,
    ContactPointId,
    CustomerId,
    NoteId,
    ProductId,
    number_suffix,
)
from agent_desk.domain.product import OwnedProduct
from db.demo_data.names import NameGenerator, PersonName
from db.demo_data.numbers import DemoNumber, NumberPlan, as_written
from db.demo_data.places import CITIES, City, branch_name, company_name, street_address
from db.demo_data.remarks import PRODUCTS, remark
from db.demo_data.rows import IdSource
from db.pinyin import pinyin_of

SWITCHBOARD_SIZE = 30
"""Customers who share the number of one company's switchboard."""

_SWITCHBOARD_EVERY = 900
_HOUSEHOLD_SHARE = 0.05
_HOME_SHARE = 0.8
_TIERS = (Tier.STANDARD, Tier.SILVER, Tier.GOLD, Tier.VIP)
_TIER_WEIGHTS = (70, 88, 97, 100)
_LANGUAGES = {"CN": ("zh",), "DE": ("de",), "GB": ("en",), "US": ("en", "en", "es"), "FR": ("fr",)}
_TAGS = {"CN": "zh-CN", "DE": "de-DE", "GB": "en-GB", "US": "en-US", "FR": "fr-FR"}


@dataclass(slots=True, kw_only=True)
class Profile:
    """Everything about one customer except what happened; company is set when it is a new one."""

    customer: Customer
    contact_points: list[ContactPoint]
    company: Company | None = None
    products: list[OwnedProduct] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a customer lives and works; is_founder: the company comes with this customer."""

    country: str
    city: City
    address: str
    company: Company | None = None
    is_founder: bool = False


@dataclass(slots=True, kw_only=True)
class Registry:
    """What is given to nobody twice: companies' names, numbers, customer numbers."""

    companies: CompanyPool
    numbers: NumberPlan
    last_serial: int = 0


class CompanyPool:
    """Companies that further customers may join; names are never given twice."""

    def __init__(self, *, random: Random, ids: IdSource, reserved: Sequence[str]) -> None:
        """Keep clear of the ``reserved`` names."""
        self._random = random
        self._ids = ids
        self._serials = Counter(reserved)
        self._recent: dict[str, deque[Company]] = {}

    def founded(self, country: str, city: City) -> Company:
        """Return a new company."""
        name = company_name(country, city, self._random)
        self._serials[name] += 1
        unique = branch_name(country, name, self._serials[name])
        company = Company(id=CompanyId(self._ids.next()), name=unique, city=city.name)
        self._recent.setdefault(country, deque(maxlen=200)).append(company)
        return company

    def joined(self, country: str) -> Company | None:
        """Return one that is there already, None while there is none."""
        recent = self._recent.get(country)
        return self._random.choice(recent) if recent else None


class PeopleGenerator:
    """Draws customers; the same random source gives the same ones."""

    def __init__(
        self,
        *,
        random: Random,
        ids: IdSource,
        region: str,
        now: datetime,
        agents: Sequence[AgentId],
        registry: Registry,
    ) -> None:
        """Most customers live in ``region``; ``registry`` knows what is taken."""
        self._random = random
        self._ids = ids
        self._now = now
        self._agents = agents
        self._registry = registry
        self._companies = registry.companies
        self._plan = registry.numbers
        self._names = NameGenerator(random)
        home = region if region in CITIES else "CN"
        others = [country for country in CITIES if country != home]
        self._countries = [home, *others]
        rest = (1 - _HOME_SHARE) / len(others)
        self._country_weights = [_HOME_SHARE, *[rest] * len(others)]

    def people(self, count: int) -> Iterator[Profile]:
        """Yield ``count`` customers; households and switchboards follow one another."""
        made = 0
        next_switchboard = min(40, count // 3)
        while made < count:
            left = count - made
            if made >= next_switchboard and left >= SWITCHBOARD_SIZE:
                group = self._switchboard()
                next_switchboard = made + _SWITCHBOARD_EVERY
            elif self._random.random() < _HOUSEHOLD_SHARE and left >= 4:
                group = self._household()
            else:
                group = [self._single()]
            made += len(group)
            yield from group

    def _country(self) -> str:
        return self._random.choices(self._countries, self._country_weights)[0]

    def _single(self) -> Profile:
        random, country = self._random, self._country()
        city = random.choice(CITIES[country])
        name = self._names.draw(random.choice(_LANGUAGES[country]))
        numbers = [self._own_number(country, city)]
        if random.random() < 0.08:
            numbers.append(self._plan.landline(country, city))
        if random.random() < 0.01:
            numbers.append(self._plan.mobile(country))
        draw = random.random()
        company = self._companies.joined(country) if draw < 0.2 else None
        is_founder = company is None and draw < 0.25
        home = Home(
            country=country,
            city=city,
            address=street_address(city, country, random),
            company=self._companies.founded(country, city) if is_founder else company,
            is_founder=is_founder,
        )
        return self._profile(name, home, numbers)

    def _household(self) -> list[Profile]:
        """Return two to four people with one telephone at home; some have their own as well."""
        random, country = self._random, self._country()
        city = random.choice(CITIES[country])
        language = random.choice(_LANGUAGES[country])
        telephone = self._plan.landline(country, city)
        home = Home(country=country, city=city, address=street_address(city, country, random))
        surname = self._names.draw(language).surname
        family = []
        for _ in range(random.randint(2, 4)):
            name = self._names.draw(language, surname=surname)
            numbers = [telephone]
            if random.random() < 0.6:
                numbers.insert(random.randint(0, 1), self._plan.mobile(country))
            family.append(self._profile(name, home, numbers))
        return family

    def _switchboard(self) -> list[Profile]:
        """Return the staff of one company, all reached through its switchboard."""
        random, country = self._random, self._countries[0]
        city = random.choice(CITIES[country])
        central = self._plan.landline(country, city)
        home = Home(
            country=country,
            city=city,
            address=street_address(city, country, random),
            company=self._companies.founded(country, city),
            is_founder=True,
        )
        staff = []
        for _ in range(SWITCHBOARD_SIZE):
            name = self._names.draw(random.choice(_LANGUAGES[country]))
            numbers = [central]
            if random.random() < 0.5:
                numbers.append(self._plan.mobile(country))
            staff.append(self._profile(name, home, numbers))
            home = replace(home, is_founder=False)
        return staff

    def _own_number(self, country: str, city: City) -> DemoNumber:
        # American mobiles look like landlines.
        if country != "US" and self._random.random() < 0.85:
            return self._plan.mobile(country)
        return self._plan.landline(country, city)

    def _profile(self, name: PersonName, home: Home, numbers: Sequence[DemoNumber]) -> Profile:
        random = self._random
        self._registry.last_serial += 1
        company = home.company
        is_spanish = home.country == "US" and not name.full.isascii()
        customer = Customer(
            id=CustomerId(self._ids.next()),
            name=name.full,
            pinyin=pinyin_of(name.full),
            company_id=company.id if company else None,
            company_name=company.name if company else "",
            tier=random.choices(_TIERS, cum_weights=_TIER_WEIGHTS)[0],
            language="es-US" if is_spanish else _TAGS[home.country],
            city=home.city.name,
            address=home.address,
            since=self._day_in(3650),
            verified=random.random() < 0.6,
            external_key=f"C{self._registry.last_serial:07d}",
        )
        return Profile(
            customer=customer,
            contact_points=self._contact_points(customer, name, numbers),
            company=company if home.is_founder else None,
            products=self._products(customer),
            notes=self._notes(customer, home.country),
        )

    def _contact_points(
        self, customer: Customer, name: PersonName, numbers: Sequence[DemoNumber]
    ) -> list[ContactPoint]:
        random = self._random
        points = [
            ContactPoint(
                id=ContactPointId(self._ids.next()),
                customer_id=customer.id,
                kind=ContactKind.PHONE,
                value=number.value,
                raw=as_written(number, random) if random.random() < 0.3 else number.national,
                suffix=number_suffix(number.value),
                label="mobile" if number.mobile else "home",
                is_primary=index == 0,
            )
            for index, number in enumerate(numbers)
        ]
        if random.random() < 0.7:
            address = _mail_address(name, customer, self._registry.last_serial)
            points.append(
                ContactPoint(
                    id=ContactPointId(self._ids.next()),
                    customer_id=customer.id,
                    kind=ContactKind.EMAIL,
                    value=address,
                    raw=address,
                    is_primary=True,
                )
            )
        return points

    def _products(self, customer: Customer) -> list[OwnedProduct]:
        random = self._random
        owned = []
        for _ in range(random.choices((0, 1, 2), (55, 35, 10))[0]):
            name, months = random.choice(PRODUCTS)
            bought = self._day_in(1400)
            owned.append(
                OwnedProduct(
                    id=ProductId(self._ids.next()),
                    customer_id=customer.id,
                    name=name,
                    serial_number=f"SN{random.randrange(10**10):010d}",
                    purchased_on=bought,
                    warranty_until=bought + timedelta(days=months * 365 // 12),
                )
            )
        return owned

    def _notes(self, customer: Customer, country: str) -> list[Note]:
        random = self._random
        return [
            Note(
                id=NoteId(self._ids.next()),
                customer_id=customer.id,
                text=remark(country, self._plan, random),
                author=random.choice(self._agents),
                created_at=self._now - timedelta(minutes=random.randrange(60, 1_000_000)),
                pinned=random.random() < 0.15,
            )
            for _ in range(random.choices((0, 1, 2), (80, 16, 4))[0])
        ]

    def _day_in(self, days: int) -> date:
        return (self._now - timedelta(days=self._random.randrange(1, days))).date()


def _mail_address(name: PersonName, customer: Customer, serial: int) -> str:
    if name.latin:
        return f"{name.latin}{serial}@example.com"
    return f"{customer.pinyin.replace(' ', '')}{serial}@example.cn"
