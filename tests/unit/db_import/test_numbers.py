from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.errors import InvalidNumberError
from agent_desk.domain.identifiers import parse_number
from db.customer_import.numbers import _plain_form, e164_of
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


REGIONS = ("CN", "DE", "US", "GB", "FR", "IT", "JP", "AU", "BR", "IN", "RU", "CA", "MX", "HK")
BEGINNINGS = ("+86", "0086", "+1", "001", "+33", "+44", "0044", "+49", "0049", "0", "", "1", "(0")


@pytest.mark.slow
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_they_agree_on_every_area_code_and_length(beginning: str) -> None:
    """Country and length decide, and the first digits: every three of them, with any others."""
    random = Random(beginning)
    region = {"": "CN", "0": "CN", "1": "US", "(0": "DE"}.get(beginning, "CN")
    for area in range(1000):
        for length in range(7, 13):
            rest = "".join(random.choices("0123456789", k=length - 3))
            text = f"{beginning}{area:03d}{rest}"
            assert answer_of_import(text, region) == answer_of_parser(text, region), text


@given(
    region=st.sampled_from(REGIONS),
    beginning=st.sampled_from(BEGINNINGS),
    rest=st.text("0123456789 -./() ０１９－（）　", min_size=4, max_size=16),
)
@settings(max_examples=1500)
def test_they_agree_on_any_way_of_writing(region: str, beginning: str, rest: str) -> None:
    text = beginning + rest
    assert answer_of_import(text, region) == answer_of_parser(text, region)


def test_the_fast_way_is_taken_for_common_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the slow parser was asked")

    monkeypatch.setattr("db.customer_import.numbers.parse_number", never)
    assert e164_of("138 0013 8000", region="CN", field="phone") == "+8613800138000"
    assert e164_of("0086-13800138000", region="DE", field="phone") == "+8613800138000"
    assert e164_of("+1 212-555-0123", region="CN", field="phone") == "+12125550123"
    assert e164_of("+49 40/66969-017", region="CN", field="phone") == "+494066969017"
    assert e164_of("(010) 6552.9988", region="CN", field="phone") == "+861065529988"
    assert e164_of("０７５５－２６９９ ８８７７", region="CN", field="phone") == "+8675526998877"
    assert e164_of("040 66969017", region="DE", field="phone") == "+494066969017"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("+49 (0) 40 66969-017", "+494066969017"),
        ("17911 13800138000", answer_of_parser("17911 13800138000", "CN")),
        ("tel:+86-138-0013-8000", "+8613800138000"),
        ("12ab", "refused"),
    ],
)
def test_what_is_not_certain_is_left_to_the_parser(text: str, answer: str) -> None:
    assert _plain_form(text, "CN") is None
    assert answer_of_import(text, "CN") == answer
