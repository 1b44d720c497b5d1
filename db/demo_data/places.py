"""Cities, streets and companies of invented customers; immutable, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class City:
    """A city with its area code as dialled inside the country, and streets in it."""

    name: str
    area_code: str
    streets: tuple[str, ...]


_STREETS_ZH = (
    "人民路",
    "中山路",
    "解放路",
    "建设路",
    "和平街",
    "新华路",
    "文化路",
    "朝阳路",
    "长江路",
)
_STREETS_DE = ("Lindenweg", "Hauptstraße", "Am Alten Hafen", "Gartenstraße", "Mühlenweg")
_STREETS_GB = ("High Street", "Station Road", "Church Lane", "Victoria Road", "Mill Lane")
_STREETS_US = ("Main Street", "Oak Avenue", "Maple Drive", "2nd Street", "Lakeview Road")
_STREETS_FR = ("rue de la Gare", "rue des Écoles", "avenue Foch", "place du Marché")


def _cities(streets: tuple[str, ...], *pairs: tuple[str, str]) -> tuple[City, ...]:
    return tuple(City(name, code, streets) for name, code in pairs)


CITIES: Mapping[str, tuple[City, ...]] = MappingProxyType(
    {
        "CN": _cities(
            _STREETS_ZH,
            ("北京", "10"), ("上海", "21"), ("广州", "20"), ("深圳", "755"), ("杭州", "571"),
            ("成都", "28"), ("武汉", "27"), ("西安", "29"), ("南京", "25"), ("重庆", "23"),
            ("天津", "22"), ("苏州", "512"), ("青岛", "532"), ("长沙", "731"), ("大连", "411"),
            ("厦门", "592"),
        ),
        "DE": _cities(
            _STREETS_DE,
            ("Berlin", "30"), ("Hamburg", "40"), ("Frankfurt am Main", "69"), ("Köln", "221"),
            ("München", "89"),
        ),
        "GB": _cities(
            _STREETS_GB,
            ("London", "20"), ("Leeds", "113"), ("Sheffield", "114"), ("Nottingham", "115"),
            ("Leicester", "116"), ("Bristol", "117"), ("Reading", "118"), ("Birmingham", "121"),
            ("Edinburgh", "131"), ("Glasgow", "141"), ("Liverpool", "151"), ("Manchester", "161"),
        ),
        "US": _cities(
            _STREETS_US,
            ("New York", "212"), ("Los Angeles", "213"), ("Dallas", "214"), ("Chicago", "312"),
            ("Detroit", "313"), ("Seattle", "206"), ("Denver", "303"), ("Miami", "305"),
            ("San Francisco", "415"), ("Portland", "503"), ("Boston", "617"), ("Houston", "713"),
        ),
        "FR": _cities(
            _STREETS_FR,
            ("Paris", "1"), ("Rennes", "2"), ("Strasbourg", "3"), ("Lyon", "4"), ("Bordeaux", "5"),
        ),
    }
)  # fmt: skip

_COMPANY_WORDS_ZH = (
    "华星", "东方", "天和", "恒通", "金桥", "瑞丰", "海蓝", "新源", "智远", "长青", "宏图", "百川",
    "立信", "博雅", "星河", "远航",
)  # fmt: skip
_COMPANY_KINDS_ZH = ("科技", "贸易", "物流", "电子", "网络", "医疗器械", "餐饮", "建筑", "教育")
_COMPANY_WORDS = (
    "Nordstern", "Blackwood", "Riverside", "Montclair", "Silberbach", "Ashford", "Belmont",
    "Seeblick", "Harrow", "Grünwald", "Lakeside", "Fontaine", "Kingsley", "Eichenhof",
)  # fmt: skip
_COMPANY_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "DE": ("Logistik GmbH", "Maschinenbau AG", "Elektro GmbH", "Handels KG", "Praxis & Co. KG"),
        "GB": ("Logistics Ltd", "Engineering Ltd", "Catering Ltd", "& Sons", "Dental Practice"),
        "US": ("Logistics LLC", "Supply Co.", "Medical Group", "Hardware Inc."),
        "FR": ("Transports SARL", "Électricité SAS", "Boulangerie", "Conseil SA"),
    }
)


def street_address(city: City, country: str, random: Random) -> str:
    """Return an address in ``city`` as the country writes it."""
    street, house = random.choice(city.streets), random.randint(1, 288)
    if country == "CN":
        rooms = f"{random.randint(1, 30)}栋{random.randint(1, 28)}0{random.randint(1, 4)}室"
        return f"{city.name}市{street}{house}号{rooms}"
    if country == "DE":
        return f"{street} {house}"
    return f"{house} {street}"


def company_name(country: str, city: City, random: Random) -> str:
    """Return a company's name; different draws may give the same one."""
    if country == "CN":
        word, kind = random.choice(_COMPANY_WORDS_ZH), random.choice(_COMPANY_KINDS_ZH)
        return f"{city.name}{word}{kind}有限公司"
    word, kind = random.choice(_COMPANY_WORDS), random.choice(_COMPANY_KINDS[country])
    return f"{word} {kind}"


def branch_name(country: str, name: str, serial: int) -> str:
    """Return the name of the ``serial``-th company called ``name``, which is the first as it is."""
    if serial == 1:
        return name
    return f"{name}第{serial}分公司" if country == "CN" else f"{name} ({serial})"
