"""The catalogues: complete in both languages, used, and nothing on screen without them."""

import ast
import re
import string
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import pytest

from agent_desk.domain import (
    agent,
    call,
    customer,
    draft,
    errors,
    interaction,
    matching,
    report_item,
    settlement,
    ticket,
    work_order,
)
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.event_cause import EventCause
from ui.language import catalogue
from ui.shortcuts import SHORTCUTS
from ui.texts.domain import TEXTS as WORDS

UI = Path(__file__).parents[3] / "ui"

VOCABULARY: dict[str, type[StrEnum]] = {
    "agent_state": agent.AgentState,
    "busy_kind": agent.BusyKind,
    "not_ready_reason": agent.NotReadyReason,
    "call_state": call.LocalConnectionState,
    "call_direction": call.CallDirection,
    "call_service": call.CallService,
    "interaction_outcome": interaction.InteractionOutcome,
    "disposition": interaction.Disposition,
    "timeline_kind": customer.TimelineKind,
    "tier": customer.Tier,
    "contact_kind": customer.ContactKind,
    "search_kind": customer.SearchKind,
    "match_level": matching.MatchLevel,
    "match_reason": matching.MatchReasonCode,
    "ticket_state": ticket.TicketState,
    "priority": ticket.Priority,
    "resolution": ticket.Resolution,
    "work_order_state": work_order.WorkOrderState,
    "report_outcome": work_order.ReportOutcome,
    "draft_kind": draft.DraftKind,
    "claim_kind": settlement.ClaimKind,
    "claim_state": settlement.ClaimState,
    "item_kind": report_item.ItemKind,
    "liability": report_item.Liability,
}
"""Words of the domain: complete whether or not a screen shows each of them today."""

FREE_AREAS = {
    *("error", "field", "order_field", "ticket_field", "claim_field"),
    *("event_cause", "channel"),
}
"""Looked up by names that come from the layers below."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@lru_cache(maxsize=1)
def sources() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(UI)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(UI.rglob("*.py"))
        if path.parent.name != "texts"
    }


def constants(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def heads(tree: ast.AST) -> Iterator[str]:
    """Yield what f-strings begin with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            yield str(node.values[0].value)


def tails(tree: ast.AST) -> Iterator[str]:
    """Yield what f-strings end with, such as the "_tip" of a button's key."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[-1], ast.Constant):
            yield str(node.values[-1].value)


def looked_up(tree: ast.AST) -> Iterator[str]:
    """Yield the keys that are given to `tr` and its kin as they stand."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in ("tr", "in_all_languages") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def all_error_kinds(kind: type[AgentDeskError] = AgentDeskError) -> Iterator[type[AgentDeskError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from all_error_kinds(below)


def test_every_text_is_filled_in_both_languages() -> None:
    assert [key for key, pair in catalogue().items() if not all(t.strip() for t in pair)] == []


def test_both_languages_have_the_same_placeholders() -> None:
    different = []
    for key, (english, chinese) in catalogue().items():
        many = english.rsplit("|", 1)[-1] if "count" in placeholders(english) else english
        if placeholders(many) != placeholders(chinese):
            different.append(key)
    assert different == []


def test_chinese_texts_are_chinese() -> None:
    same_on_purpose = re.compile(r"^[\W\d]*$|^\{.*\}$|English|VIP|SLA|^P\d")
    foreign = [
        (key, chinese)
        for key, (_, chinese) in catalogue().items()
        if not re.search(r"[\u4e00-\u9fff]", chinese) and not same_on_purpose.search(chinese)
        if re.search(r"[A-Za-z]{2,}", re.sub(r"\{.*?\}", "", chinese))
    ]
    assert foreign == []


def test_every_key_that_is_looked_up_exists() -> None:
    missing = {
        f"{name}: {key}"
        for name, tree in sources().items()
        for key in looked_up(tree)
        if key not in catalogue()
    }
    assert missing == set()


def test_every_constant_that_looks_like_a_key_is_one() -> None:
    areas = {key.split(".")[0] for key in catalogue()}
    pattern = re.compile(r"([a-z_]+)(\.[A-Za-z0-9_-]+)+")
    actions = {shortcut.action for shortcut in SHORTCUTS}
    unknown = {
        f"{name}: {text}"
        for name, tree in sources().items()
        for text in constants(tree)
        if (found := pattern.fullmatch(text)) and found[1] in areas and text not in catalogue()
        if text not in actions and not text.endswith(".toml")
    }
    assert unknown == set()


def test_no_text_is_unused() -> None:
    used = {text for tree in sources().values() for text in constants(tree)}
    beginnings = {head for tree in sources().values() for head in heads(tree) if "." in head}
    endings = {tail for tree in sources().values() for tail in tails(tree) if tail[:1] == "_"}
    used |= {text + ending for text in used for ending in endings}
    unused = [
        key
        for key in catalogue()
        if key.split(".")[0] not in VOCABULARY.keys() | FREE_AREAS
        if key not in used and not key.startswith(tuple(beginnings))
    ]
    assert unused == []


@pytest.mark.parametrize("area", sorted(VOCABULARY))
def test_every_word_of_the_domain_has_a_text_and_no_other(area: str) -> None:
    found = {key.split(".", 1)[1] for key in WORDS if key.startswith(f"{area}.")}
    assert found == {member.value for member in VOCABULARY[area]}


def test_causes_of_failure_are_causes_of_the_switch() -> None:
    found = {key.split(".", 1)[1] for key in catalogue() if key.startswith("event_cause.")}
    assert found <= {cause.value for cause in EventCause}


def test_every_error_has_a_text_with_its_own_details() -> None:
    assert errors.AgentDeskError in set(all_error_kinds())
    for kind in all_error_kinds():
        text = catalogue()[f"error.{kind.code}"][0]
        details = {name.split("!")[0] for name in placeholders(kind.template)}
        assert placeholders(text) == details, kind


def test_no_error_text_is_left_over() -> None:
    codes = {f"error.{kind.code}" for kind in all_error_kinds()}
    assert {key for key in catalogue() if key.startswith("error.")} == codes
