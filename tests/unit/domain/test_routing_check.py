from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import ConfigurationError, InputError
from agent_desk.domain.fields import Fields
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.routing import RoutingRule, RuleId, WhenClosed
from agent_desk.domain.routing_check import (
    faults,
    faults_by_rule,
    require_sound,
)
from agent_desk.domain.routing_file import read_routing, rule_of, table_of
from agent_desk.domain.ticket import Priority
from tests.unit.domain.routing_cases import (
    ENGINE,
    FIELD,
    GONE,
    NORD,
    SUED,
    WORLD,
    rule,
)

ROUTING = """
[[regions]]
code = "010"
name = "Beijing"
name_zh = "北京"
numbers = ["+8610"]
places = ["Beijing", "北京"]

[[regions]]
code = "021"
name = "Shanghai"
numbers = ["+8621"]

[[rules]]
id = "diesel-north"
name = "Diesel in the north"
assignees = ["nord", "field"]
regions = ["010"]
products = ["diesel"]
tiers = ["GOLD", "VIP"]
when_closed = "WAIT"

[[rules]]
id = "rest"
name = "Everything else"
assignees = ["sued"]
categories = ["engine"]
priorities = ["P1"]
is_enabled = false
"""


class TestARule:
    @pytest.mark.parametrize(
        ("change", "field", "value", "accepted"),
        [
            ({"assignees": (GONE,)}, "assignees", "Gone", "Gone has closed"),
            (
                {"assignees": (DepartmentId("lost"),)},
                "assignees",
                "lost",
                "Field service, Nord, Süd",
            ),
            ({"assignees": ()}, "assignees", "", "one of Field service, Nord, Süd"),
            ({"assignees": (NORD, NORD)}, "assignees", "nord", "once"),
            ({"categories": frozenset({CategoryId("x")})}, "categories", "x", "of the tree"),
            ({"regions": frozenset({"999"})}, "regions", "999", "one of 010, 021"),
            ({"products": frozenset({" "})}, "products", " ", "a word of the product's name"),
            ({"name": " "}, "name", " ", "at most 80 characters"),
            ({"name": "n" * 81}, "name", "n" * 81, "at most 80 characters"),
            ({"id": ""}, "id", "", "an id"),
        ],
    )
    def test_with_a_mistake_is_refused_at_its_field(
        self, change: dict[str, Any], field: str, value: str, accepted: str
    ) -> None:
        (error,) = faults(replace(rule(), **change), WORLD)
        assert (error.details["field"], error.details["value"]) == (field, value)
        assert accepted in error.details["accepted"]
        with pytest.raises(InputError):
            require_sound([replace(rule(), **change)], WORLD)

    def test_shows_all_its_mistakes_at_once(self) -> None:
        wrong = replace(rule("a", GONE), regions=frozenset({"999"}), name="")
        assert [error.details["field"] for error in faults(wrong, WORLD)] == [
            "name",
            "assignees",
            "regions",
        ]

    def test_that_was_right_until_its_dealer_closed_is_found(self) -> None:
        found = faults_by_rule([rule("a", NORD), rule("b", GONE)], WORLD)
        assert list(found) == ["b"]

    def test_with_a_name_that_one_above_has_is_found(self) -> None:
        found = faults_by_rule([rule("a"), replace(rule("b"), name="rule A")], WORLD)
        assert [(key, one.details["field"]) for key, (one,) in found.items()] == [("b", "name")]

    @pytest.mark.parametrize(("second", "field"), [("a", "id"), ("b", "name")])
    def test_is_no_others_namesake(self, second: str, field: str) -> None:
        other = replace(rule(second), name="rule A" if second == "b" else "Other")
        with pytest.raises(InputError) as caught:
            require_sound([rule("a"), other], WORLD)
        assert caught.value.details["field"] == field

    def test_that_is_right_is_taken(self) -> None:
        require_sound([rule("a", NORD, FIELD), rule("b", SUED)], WORLD)


class TestTheFile:
    def test_has_regions_and_rules_in_order(self, tmp_path: Path) -> None:
        path = tmp_path / "routing.toml"
        path.write_text(ROUTING, encoding="utf-8")
        found = read_routing(path, WORLD)
        assert found.regions.codes == {"010", "021"}
        assert found.rules == (
            RoutingRule(
                id=RuleId("diesel-north"),
                name="Diesel in the north",
                assignees=(NORD, FIELD),
                regions=frozenset({"010"}),
                products=frozenset({"diesel"}),
                tiers=frozenset({Tier.GOLD, Tier.VIP}),
                when_closed=WhenClosed.WAIT,
            ),
            RoutingRule(
                id=RuleId("rest"),
                name="Everything else",
                assignees=(SUED,),
                categories=frozenset({ENGINE}),
                priorities=frozenset({Priority.P1}),
                is_enabled=False,
            ),
        )

    @pytest.mark.parametrize(
        ("old", "new", "field", "accepted"),
        [
            ('["sued"]', '["gone"]', "rules[1].assignees", "(Gone has closed)"),
            ('["sued"]', '["lost"]', "rules[1].assignees", "one of Field service, Nord, Süd"),
            ('["sued"]', "[]", "rules[1].assignees", "one of Field service, Nord, Süd"),
            ('["engine"]', '["motor"]', "rules[1].categories", "a category of the tree"),
            ('"rest"', '"diesel-north"', "rules[1].id", "no other rule has"),
            ('"Everything else"', '"diesel in the NORTH"', "rules[1].name", "no other rule"),
            ('regions = ["010"]', 'regions = ["0100"]', "rules[0].regions", "010, 021"),
            ('["GOLD", "VIP"]', '["GOLDEN"]', "rules[0].tiers", "STANDARD, SILVER, GOLD, VIP"),
            ('["P1"]', '["P9"]', "rules[1].priorities", "P1, P2, P3, P4"),
            ('"WAIT"', '"WEIGHT"', "rules[0].when_closed", "one of SKIP, WAIT"),
            ("products", "product", "rules[0].product", "did you mean 'products'"),
            ('"021"', '"010"', "regions[1].code", "no other region has"),
            ('["+8621"]', '["+8610"]', "regions[1].numbers", "no other region has"),
            ('["+8621"]', '["021"]', "regions[1].numbers", "such as +8610"),
            ('name_zh = "北京"', 'nom = "北京"', "regions[0].nom", "one of code"),
        ],
    )
    def test_with_a_mistake_is_refused_at_its_field(
        self, tmp_path: Path, old: str, new: str, field: str, accepted: str
    ) -> None:
        assert old in ROUTING
        path = tmp_path / "routing.toml"
        path.write_text(ROUTING.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            read_routing(path, WORLD)
        details = caught.value.details
        assert (details["file"], details["field"]) == ("routing.toml", field)
        assert accepted in details["accepted"]


words = st.text(min_size=1, max_size=10)


@given(
    st.builds(
        RoutingRule,
        id=words.map(RuleId),
        name=words,
        assignees=st.lists(words.map(DepartmentId), max_size=3).map(tuple),
        categories=st.frozensets(words.map(CategoryId), max_size=3),
        regions=st.frozensets(words, max_size=3),
        products=st.frozensets(words, max_size=3),
        tiers=st.frozensets(st.sampled_from(Tier)),
        priorities=st.frozensets(st.sampled_from(Priority)),
        when_closed=st.sampled_from(WhenClosed),
        is_enabled=st.booleans(),
    )
)
def test_a_rule_is_read_as_it_was_written(rule: RoutingRule) -> None:
    assert rule_of(Fields(table_of(rule), file="routing.toml")) == rule
