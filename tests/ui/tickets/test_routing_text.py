"""Where an order goes and why, in both languages."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.routing import OrderFacts, RoutingReasonCode, RoutingRule, WhenClosed, route
from agent_desk.domain.routing_check import faults
from agent_desk.domain.ticket import Category, Priority
from agent_desk.domain.working_calendar import parse_shift, parse_shifts
from tests.unit.domain.routing_cases import (
    DIESEL,
    DIRECTORY,
    ENGINE,
    FIELD,
    GONE,
    NORD,
    SUED,
    TUESDAY_EVENING,
    WORLD,
    rule,
)
from ui.language import Language, catalogue, error_text, set_language
from ui.orders.routing_text import RoutingWords

WORDS = RoutingWords(
    names=DIRECTORY,
    categories=CategoryTree([Category(id=ENGINE, parent_id=None, name="Engine", name_zh="发动机")]),
)
EVENING = replace(DIESEL, at=TUESDAY_EVENING)


def said(order: OrderFacts, *rules: RoutingRule, **loads: int) -> str:
    by_id = {DepartmentId(name): load for name, load in loads.items()}
    return WORDS.decision(route(order, rules, DIRECTORY, by_id), order.at)


def test_every_reason_has_its_words() -> None:
    found = {key.split(".")[1] for key in catalogue() if key.startswith("routing_reason.")}
    assert found == {code.value for code in RoutingReasonCode}


def test_says_where_an_order_goes_and_why() -> None:
    fitting = replace(rule(), regions=frozenset({"010"}), products=frozenset({"diesel"}))
    assert said(DIESEL, fitting) == ("Sent to Nord: region 010, product diesel, open until 18:00")
    set_language(Language.ZH)
    assert said(DIESEL, fitting) == "已派给Nord：区域 010、产品 diesel、营业至 18:00"


def test_names_what_the_order_is_as_the_screens_do() -> None:
    fitting = replace(
        rule("a", FIELD, NORD),
        categories=frozenset({ENGINE}),
        tiers=frozenset({Tier.STANDARD}),
        priorities=frozenset({Priority.P3}),
    )
    assert said(DIESEL, fitting, nord=1).startswith("Sent to Field service: category Engine, ")
    set_language(Language.ZH)
    text = said(DIESEL, fitting, nord=1)
    assert text.startswith("已派给现场服务：类别 发动机、")
    assert text.endswith("、全天营业、未结 0 单，最空闲")


def test_says_when_somebody_opens() -> None:
    waits = replace(rule("a", NORD), when_closed=WhenClosed.WAIT)
    assert said(EVENING, waits) == "Sent to Nord: takes every order, opens tomorrow 08:00"
    friday = replace(EVENING, at=TUESDAY_EVENING + timedelta(days=3))
    assert said(friday, waits) == "Sent to Nord: takes every order, opens 09 Mar 08:00"


def test_tells_the_dispatcher_who_was_asked() -> None:
    lost = rule("b", GONE, DepartmentId("lost"), SUED)
    declined = replace(EVENING, declined_by=frozenset({SUED}))
    assert said(declined, rule("a", NORD), lost) == (
        "To the dispatcher: nobody can take it now, Nord is closed and opens tomorrow 08:00, "
        "Gone has closed down, lost is unknown, Süd declined"
    )
    assert said(DIESEL, rule("a", SUED), sued=5) == (
        "To the dispatcher: nobody can take it now, Süd is full with 5 open"
    )
    assert said(DIESEL) == "To the dispatcher: no rule fits"


def test_says_of_a_kept_decision_who_was_passed_over_without_figures() -> None:
    full = route(DIESEL, [rule("a", SUED)], DIRECTORY, {SUED: 5}).kept
    closed = route(EVENING, [rule("a", NORD)], DIRECTORY, {}).kept
    assert WORDS.decision(full, DIESEL.at).endswith("it now, Süd was full")
    assert WORDS.decision(closed, EVENING.at).endswith("it now, Nord was closed")
    set_language(Language.ZH)
    assert WORDS.decision(full, DIESEL.at).endswith("Süd 当时已满")


@pytest.mark.parametrize(
    "wrong",
    [
        replace(rule("a", GONE)),
        replace(rule("a", NORD, NORD)),
        replace(rule(), name=""),
        replace(rule(), categories=frozenset({DIESEL.categories[0]}), regions=frozenset({"9"})),
        replace(rule(), products=frozenset({""})),
    ],
    ids=["closed", "twice", "name", "region", "product"],
)
def test_a_rules_mistake_is_chinese_in_chinese(wrong: RoutingRule) -> None:
    set_language(Language.ZH)
    errors = faults(wrong, WORLD)
    assert errors
    for error in errors:
        named = re.sub(
            r"[“：][A-Za-z0-9]*[”]|Gone|Nord|Süd|Field service|nord", "", error_text(error)
        )
        assert re.findall(r"[A-Za-z]{2,}", named) == []


def test_hours_that_mean_nothing_are_chinese_in_chinese() -> None:
    set_language(Language.ZH)
    with pytest.raises(InputError) as one:
        parse_shift("9-17")
    assert error_text(one.value).endswith(
        "时段，例如 08:30-12:00、22:00-06:00（跨到次日）或 00:00-24:00"
    )
    with pytest.raises(InputError) as two:
        parse_shifts(["08:00-12:00", "11:00-13:00"])
    assert error_text(two.value).endswith("可接受：互不重叠的时段")
