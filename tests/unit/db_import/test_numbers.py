from random import Random

import pytest

from agent_desk.domain.errors import InvalidNumberError
from agent_desk.domain.identifiers import parse_number
from db.customer_import.numbers import e164_of
from db.demo_data.numbers import NumberPlan, as_written
from db.demo_data.places import CITIES


def answer_of_parser(text: str, region: str) -> str:
    try:
        return parse_number(text, region=region).e164
    except InvalidNumberError:
        return "refused"


def answer_of_import(text: str, region: str) -> str:
    try:
        return e164_of(text, region=region, field="phone")
    except InvalidNumberError:
        return "refused"


def generated_numbers(count: int) -> list[str]:
    """Numbers as people write them, near misses of the fast forms, and digits at random."""
    random = Random(5)
    plan = NumberPlan()
    texts: list[str] = []
    while len(texts) < count:
        country = random.choice(list(CITIES))
        city = random.choice(CITIES[country])
        number = plan.mobile(country) if random.random() < 0.5 else plan.landline(country, city)
        texts.append(as_written(number, random))
        length = random.randint(7, 13)
        digits = "".join(random.choices("0123456789", k=length))
        texts.append(random.choice(("", "+", "00", "1", "+1", "+86 1", "+33", "0033 ")) + digits)
        texts.append(random.choice(("1", "+861", "179", "+86179")) + digits)
    return texts[:count]


@pytest.mark.slow
@pytest.mark.parametrize(("region", "count"), [("CN", 20_000), ("DE", 2000), ("US", 2000)])
def test_the_fast_way_and_the_parser_agree(region: str, count: int) -> None:
    texts = generated_numbers(count)
    answers = [(text, answer_of_import(text, region)) for text in texts]
    assert [(text, answer_of_parser(text, region)) for text in texts] == answers


def test_the_fast_way_is_taken_for_common_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the slow parser was asked")

    monkeypatch.setattr("db.customer_import.numbers.parse_number", never)
    assert e164_of("138 0013 8000", region="CN", field="phone") == "+8613800138000"
    assert e164_of("0086-13800138000", region="DE", field="phone") == "+8613800138000"
    assert e164_of("+1 212-555-0123", region="CN", field="phone") == "+12125550123"
