"""Names of invented customers in five languages; immutable, any thread.

Chinese surnames are weighted by their share of the population (per mille); a demo list in which
every tenth customer is not 王, 李 or 张 would look wrong to anyone who works with real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random

SURNAMES_ZH = (
    ("王", 72), ("李", 71), ("张", 67), ("刘", 54), ("陈", 45), ("杨", 31), ("赵", 22), ("黄", 22),
    ("周", 21), ("吴", 20), ("徐", 17), ("孙", 15), ("胡", 13), ("朱", 13), ("高", 12), ("林", 12),
    ("何", 12), ("郭", 11), ("马", 11), ("罗", 9), ("梁", 9), ("宋", 8), ("郑", 8), ("谢", 7),
    ("韩", 7), ("唐", 7), ("冯", 6), ("于", 6), ("董", 6), ("萧", 6), ("程", 6), ("曹", 6),
    ("袁", 5), ("邓", 5), ("许", 5), ("傅", 5), ("沈", 5), ("曾", 5), ("彭", 5), ("吕", 5),
    ("苏", 5), ("卢", 5), ("蒋", 5), ("蔡", 5), ("贾", 4), ("丁", 4), ("魏", 4), ("薛", 4),
    ("叶", 4), ("阎", 4), ("余", 4), ("潘", 4), ("杜", 4), ("戴", 4), ("夏", 4), ("钟", 4),
    ("汪", 4), ("田", 4), ("任", 4), ("姜", 4), ("范", 4), ("方", 3), ("石", 3), ("姚", 3),
    ("谭", 3), ("廖", 3), ("邹", 3), ("熊", 3), ("金", 3), ("陆", 3), ("郝", 3), ("孔", 3),
    ("白", 3), ("崔", 3), ("康", 3), ("毛", 3), ("邱", 3), ("秦", 3), ("江", 3), ("史", 3),
    ("顾", 3), ("侯", 3), ("邵", 2), ("孟", 2), ("龙", 2), ("万", 2), ("段", 2), ("钱", 2),
    ("汤", 2), ("尹", 2), ("黎", 2), ("易", 2), ("常", 2), ("武", 2), ("乔", 2), ("贺", 2),
    ("赖", 2), ("龚", 2), ("文", 2), ("欧阳", 1), ("单", 1), ("解", 1), ("仇", 1), ("上官", 1),
    ("司马", 1), ("诸葛", 1),
)  # fmt: skip

GIVEN_ZH = (
    "伟", "芳", "娜", "敏", "静", "秀英", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟",
    "涛", "超", "明", "霞", "秀兰", "刚", "平", "燕", "辉", "玲", "桂英", "丹", "萍", "鹏", "华",
    "红", "玉兰", "飞", "桂兰", "英", "梅", "鑫", "波", "斌", "莉", "宇", "浩", "凯", "秀珍", "健",
    "俊", "帆", "雪", "帅", "慧", "旭", "宁", "婷", "玉梅", "龙", "林", "欢", "佳", "阳", "建华",
    "亮", "成", "畅", "建国", "洁", "玉珍", "晨", "峰", "雷", "琴", "岩", "云", "晶", "倩", "海燕",
    "楠", "建军", "志强", "晓明", "晓燕", "雨桐", "子涵", "欣怡", "梓轩", "浩然", "诗涵", "一诺",
    "宇轩", "思远", "嘉怡", "文博", "俊杰", "雅婷", "梦琪", "晓东", "国强", "丽华", "春梅", "志伟",
    "海涛", "淑珍", "凤英", "天佑", "若曦", "书瑶", "泽宇", "可欣", "明轩", "佩珊", "家豪", "怡君",
    "冠宇",
)  # fmt: skip

GIVEN_DE = (
    "Anna", "Lukas", "Jürgen", "Sabine", "Björn", "Käthe", "Matthias", "Ute", "Hannelore",
    "Günther", "Lena", "Jonas", "Mia", "Felix", "Sören", "Annegret", "Wolfgang", "Renate", "Jörg",
    "Ruth", "Tobias", "Heike", "Stefan", "Ingrid", "Kai", "Petra", "Uwe", "Bärbel",
)  # fmt: skip
SURNAMES_DE = (
    "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz",
    "Hoffmann", "Schäfer", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann",
    "Schwarz", "Zimmermann", "Krüger", "Köhler", "Groß", "Böhm", "Jäger", "Weiß", "Vogel",
    "Lüdemann", "Petersen", "Hansen", "Kröger", "Thielemann",
)  # fmt: skip
GIVEN_EN = (
    "Olivia", "James", "Amelia", "Oliver", "George", "Isla", "Harry", "Emily", "Jack", "Grace",
    "William", "Sophie", "Thomas", "Chloe", "Daniel", "Megan", "Samuel", "Charlotte", "Benjamin",
    "Zoë", "Siân", "Rhys", "Aoife", "Niamh", "Ethan", "Ava", "Noah", "Madison",
)  # fmt: skip
SURNAMES_EN = (
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel",
    "Robinson", "Wright", "Thompson", "Evans", "Walker", "White", "Roberts", "Green", "Hall",
    "Wood", "Jackson", "Clarke", "O'Brien", "MacLeod", "Fitzgerald", "Brontë", "Miller", "Anderson",
    "Martinez", "Nguyen",
)  # fmt: skip
GIVEN_FR = (
    "Camille", "Léa", "Chloé", "Zoé", "Hélène", "François", "Jérôme", "Benoît", "Gaël", "Anaïs",
    "Éloïse", "Thérèse", "Luc", "Mathéo", "Sébastien", "Noël", "Joëlle", "Cédric", "Amélie", "Rémi",
    "Bénédicte", "Raphaël",
)  # fmt: skip
SURNAMES_FR = (
    "Martin", "Bernard", "Dubois", "Thomas", "Robert", "Richard", "Petit", "Durand", "Leroy",
    "Moreau", "Lefèvre", "Girard", "Bonnet", "François", "Mercier", "Garnier", "Faure", "Rousseau",
    "Blanc", "Guérin", "Müller", "Henry", "Gauthier", "Béranger", "Lemaître",
)  # fmt: skip
GIVEN_ES = (
    "María", "José", "Lucía", "Íñigo", "Sofía", "Martín", "Julián", "Álvaro", "Inés", "Ángel",
    "Nuria", "Óscar", "Begoña", "Andrés", "Raúl", "Mónica", "Víctor", "Belén", "Tomás", "Rocío",
    "Jesús", "Pilar",
)  # fmt: skip
SURNAMES_ES = (
    "García", "Fernández", "González", "Rodríguez", "López", "Martínez", "Sánchez", "Pérez",
    "Gómez", "Martín", "Jiménez", "Ruiz", "Hernández", "Díaz", "Moreno", "Muñoz", "Álvarez",
    "Romero", "Alonso", "Gutiérrez", "Núñez", "Ibáñez", "Peña", "Castaño",
)  # fmt: skip

_WESTERN = {
    "de": (GIVEN_DE, SURNAMES_DE),
    "en": (GIVEN_EN, SURNAMES_EN),
    "fr": (GIVEN_FR, SURNAMES_FR),
    "es": (GIVEN_ES, SURNAMES_ES),
}
_TRANSLITERATED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss"}
    | dict(zip("áàâãéèêëíìîïóòôõúùûñçÉÍÁÓÚÈÀ", "aaaaeeeeiiiioooouuunceiaouea", strict=True))
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """full: as shown. surname: of the family. latin: for mail addresses, ``""`` if Chinese."""

    full: str
    surname: str
    latin: str


class NameGenerator:
    """Draws names from ``random``; Chinese ones by frequency."""

    def __init__(self, random: Random) -> None:
        """Draw from ``random``."""
        self._random = random
        self._surnames = [name for name, _ in SURNAMES_ZH]
        self._weights = list(accumulate(weight for _, weight in SURNAMES_ZH))

    def draw(self, language: str, *, surname: str = "") -> PersonName:
        """Return a name of ``language`` ("zh", "de", "en", "fr", "es"), in that family if given."""
        if language == "zh":
            family = surname or self._random.choices(self._surnames, cum_weights=self._weights)[0]
            return PersonName(family + self._random.choice(GIVEN_ZH), family, "")
        given_names, surnames = _WESTERN[language]
        family = surname or self._random.choice(surnames)
        given = self._random.choice(given_names)
        return PersonName(f"{given} {family}", family, latin_form(f"{given}.{family}"))


def latin_form(text: str) -> str:
    """Return ``text`` in lower-case ASCII as mail addresses write it ("Müller" as "mueller")."""
    plain = text.translate(_TRANSLITERATED).lower()
    return "".join(c for c in plain if c.isascii() and (c.isalnum() or c in ".-"))
