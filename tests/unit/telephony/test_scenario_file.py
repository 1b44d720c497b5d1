"""Scenario files: what they say, and every mistake that can be made in one."""

from __future__ import annotations

from datetime import timedelta
from math import inf
from pathlib import Path

import pytest

from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import ConfigurationError
from telephony.simulator.chance.distributions import DistributionKind
from telephony.simulator.headless import simulate
from telephony.simulator.scenario import FarOutcome
from telephony.simulator.scenario_file import builtin_names, builtin_scenario, load_scenario

GOOD = """
name = "Two teams"
starts_at = "2026-03-02T09:30:00+08:00"
seed = 5
region = "DE"

[callers]
known = 3
anonymous = 1

[head_start_seconds]
GOLD = 30

[[queues]]
id = "sales"
name = "Sales"
extension = "7001"
calls_per_hour = 60
talk = { kind = "lognormal", mean_seconds = 100, cv = 0.9 }
tiers = ["GOLD", "VIP"]

[[queues.reasons]]
text = "A new order"
weight = 2

[colleagues]
ring = { kind = "fixed", mean_seconds = 3 }

[[colleagues.teams]]
first_extension = 2001
names = ["Lena", "Ravi"]
size = 3
skills = ["sales"]

[desk]
skills = ["sales"]

[outside]
weights = { answered = 1 }

[[outside.test_numbers]]
number = "030 1234567"
outcome = "busy"
"""


def load(folder: Path, text: str) -> object:
    path = folder / "floor.toml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


def test_a_scenario_file_is_read_completely(tmp_path: Path) -> None:
    path = tmp_path / "floor.toml"
    path.write_text(GOOD, encoding="utf-8")
    scenario = load_scenario(path)
    assert scenario.name == "Two teams"
    assert scenario.starts_at.utcoffset() == timedelta(hours=8)
    assert (scenario.seed, scenario.region) == (5, "DE")
    assert scenario.callers.weights == (3.0, 0.0, 0.0, 1.0)
    assert scenario.head_start_seconds == {Tier.GOLD: 30.0}
    (queue,) = scenario.queues
    assert queue.talk.kind is DistributionKind.LOGNORMAL
    assert queue.patience.mean_seconds == inf
    assert queue.tiers == {Tier.GOLD, Tier.VIP}
    assert queue.reasons[0].weight == 2.0
    assert [c.name for c in scenario.colleagues] == ["Lena", "Ravi", "Agent 2003"]
    assert scenario.colleagues[2].extension == "2003"
    assert scenario.habits.ring.mean_seconds == 3.0
    assert scenario.desk.skills == ("sales",)
    assert scenario.outside.test_numbers == {"+49301234567": FarOutcome.BUSY}


@pytest.mark.parametrize(
    ("old", "new", "field", "accepted"),
    [
        ('name = "Two teams"', "", "name", "a text"),
        ("seed = 5", "sead = 5", "sead", "did you mean 'seed'"),
        ("seed = 5", 'seed = "five"', "seed", "a whole number"),
        ("seed = 5", "seed = true", "seed", "a whole number"),
        ('region = "DE"', 'region = "XX"', "region", "ISO 3166-1"),
        ("+08:00", "", "starts_at", "with offset"),
        ("2026-03-02", "2026-13-02", "starts_at", "date and time"),
        ("known = 3\nanonymous = 1", "anonymous = 0", "callers.anonymous", "at least one weight"),
        ("known = 3", "known = -3", "callers.known", "from 0"),
        ("GOLD = 30", "GOLDEN = 30", "head_start_seconds.GOLDEN", "did you mean 'GOLD'"),
        ('id = "sales"', "", "queues[0].id", "a text"),
        ("calls_per_hour = 60", "", "queues[0].calls_per_hour", "a number"),
        ("calls_per_hour = 60", "calls_per_hour = -1", "queues[0].calls_per_hour", "from 0"),
        (
            "calls_per_hour = 60",
            "calls_per_hour_by_hour = [1, 2]",
            "queues[0].calls_per_hour_by_hour",
            "24 numbers",
        ),
        (
            "calls_per_hour = 60",
            f"calls_per_hour = 60\ncalls_per_hour_by_hour = {[1] * 24}",
            "queues[0].calls_per_hour",
            "either",
        ),
        ("calls_per_hour = 60", "calls_per_hour = nan", "queues[0].calls_per_hour", "from 0"),
        ('"lognormal"', '"lognormol"', "queues[0].talk.kind", "did you mean 'lognormal'"),
        ("cv = 0.9", "cv = 0", "queues[0].talk.cv", "from 0.01"),
        ("cv = 0.9", "cw = 0.9", "queues[0].talk.cw", "one of cv, kind, mean_seconds"),
        ("weight = 2", "weight = 0", "queues[0].reasons", "a weight over 0"),
        ('["GOLD", "VIP"]', '["GOLDEN"]', "queues[0].tiers", "did you mean 'GOLD'"),
        ("size = 3", "size = 0", "colleagues.teams[0].size", "from 1"),
        ("first_extension = 2001", "", "colleagues.teams[0].first_extension", "a whole number"),
        (
            '[desk]\nskills = ["sales"]',
            '[desk]\nskills = ["sails"]',
            "desk.skills",
            "did you mean 'sales'",
        ),
        ("first_extension = 2001", "first_extension = 2000", "queues", "'2000' is there twice"),
        ("answered = 1", "answered = 0", "outside.weights.answered", "one weight over 0"),
        ('"030 1234567"', '"hello"', "outside.test_numbers[0].number", "full telephone number"),
        ('outcome = "busy"', 'outcome = "bussy"', "outside.test_numbers[0].outcome", "'busy'"),
    ],
)
def test_a_mistake_names_file_field_value_and_what_is_accepted(
    tmp_path: Path, old: str, new: str, field: str, accepted: str
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert caught.value.details["file"] == "floor.toml"
    assert caught.value.details["field"] == field
    assert accepted in caught.value.details["accepted"]


def test_a_team_of_an_unknown_queue_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace('size = 3\nskills = ["sales"]', 'skills = ["sals"]')
    with pytest.raises(ConfigurationError, match=r"teams\[0\].skills.*did you mean 'sales'"):
        load(tmp_path, text)


def test_two_queues_of_one_id_are_refused(tmp_path: Path) -> None:
    second = '[[queues]]\nid = "sales"\nname = "S"\nextension = "7002"\ncalls_per_hour = 1\n'
    text = GOOD.replace("[colleagues]\n", second + "talk = { mean_seconds = 9 }\n[colleagues]\n")
    with pytest.raises(ConfigurationError, match="'sales' is there twice"):
        load(tmp_path, text)


def test_a_file_without_queues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"\[\[queues\]\]"):
        load(tmp_path, 'name = "Empty"')


def test_bad_toml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="line 2"):
        load(tmp_path, 'name = "x"\nseed = = 3\n')


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.toml"):
        load_scenario(tmp_path / "none.toml")


def test_an_unknown_built_in_scenario_gets_a_suggestion() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'demo'"):
        builtin_scenario("dmo")


@pytest.mark.parametrize("name", builtin_names())
def test_every_built_in_scenario_runs(name: str) -> None:
    figures = simulate(builtin_scenario(name), calls=2000)
    assert figures["answered"] + figures["abandoned"] == figures["offered"] >= 1800


def test_the_demo_has_the_queues_that_the_screens_show() -> None:
    demo = builtin_scenario("demo")
    assert [(queue.name, queue.name_zh) for queue in demo.queues] == [
        ("Billing", "账单"),
        ("Technical", "技术支持"),
        ("Sales", "销售"),
        ("VIP line", "贵宾专线"),
        ("Chinese desk", "中文专席"),
    ]
    assert demo.desk.skills == tuple(queue.queue_id for queue in demo.queues)
