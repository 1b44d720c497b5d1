"""The list of rules is edited without a rule being lost or doubled."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.routing import RuleId
from agent_desk.domain.rule_edit import added, copied, free_name, moved, with_rule, without
from tests.unit.domain.routing_cases import FIELD, rule

A, B, C = rule("a"), rule("b"), rule("c")
RULES = (A, B, C)


def test_a_rule_is_added_below_the_marked_one_or_at_the_end() -> None:
    new = rule("new")
    assert added(RULES, new, after=A.id) == (A, new, B, C)
    assert added(RULES, new, after=None) == (*RULES, new)


def test_a_rule_changes_in_its_place_and_goes_from_it() -> None:
    changed = replace(B, assignees=(FIELD,))
    assert with_rule(RULES, changed) == (A, changed, C)
    assert without(RULES, B.id) == (A, C)


@given(st.sampled_from(RULES), st.integers(-5, 5))
def test_moving_keeps_every_rule_and_the_order_of_the_others(one: object, by: int) -> None:
    chosen = next(each for each in RULES if each is one)
    result = moved(RULES, chosen.id, by)
    assert [each for each in result if each is not chosen] == [
        each for each in RULES if each is not chosen
    ]
    assert result.index(chosen) == max(0, min(2, RULES.index(chosen) + by))


def test_a_copy_has_an_id_and_a_name_of_its_own() -> None:
    twice = copied(
        copied(RULES, A.id, new_id=RuleId("x"), name="Rule a (copy)"),
        A.id,
        new_id=RuleId("y"),
        name="Rule a (copy)",
    )
    assert [each.id for each in twice] == ["a", "y", "x", "b", "c"]
    assert [each.name for each in twice[1:3]] == ["Rule a (copy) 2", "Rule a (copy)"]
    assert free_name(RULES, "rule A") == "rule A 2"
    assert free_name(RULES, "Other") == "Other"
