from enum import StrEnum
from pathlib import Path

import pytest

from agent_desk.domain.agent import AgentState, NotReadyReason
from agent_desk.domain.article import ArticleState
from agent_desk.domain.call import CallService, LocalConnectionState
from agent_desk.domain.complaint import Severity, TicketKind
from agent_desk.domain.coverage import CoverageReason, Payer
from agent_desk.domain.customer import Tier
from agent_desk.domain.interaction import Disposition, InteractionOutcome
from agent_desk.domain.kpi import ServiceLevelVariant
from agent_desk.domain.matching import MatchLevel
from agent_desk.domain.report_item import ItemKind, Liability
from agent_desk.domain.settlement import ClaimKind, ClaimState
from agent_desk.domain.ticket import Priority, Resolution, TicketState
from agent_desk.domain.work_order import WorkOrderState

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"


@pytest.mark.parametrize(
    "words",
    [
        AgentState,
        NotReadyReason,
        CallService,
        LocalConnectionState,
        Tier,
        Disposition,
        InteractionOutcome,
        ServiceLevelVariant,
        MatchLevel,
        Priority,
        Resolution,
        TicketState,
        WorkOrderState,
        ClaimState,
        ClaimKind,
        ItemKind,
        Liability,
        ArticleState,
        Payer,
        CoverageReason,
        Severity,
        TicketKind,
    ],
)
def test_every_state_and_choice_has_a_word_in_both_languages(words: type[StrEnum]) -> None:
    explained = {code for _, chinese, code, _ in _rows() if chinese}
    assert {f"`{word.name}`" for word in words} <= explained


def test_every_word_has_an_english_name_a_chinese_name_and_a_meaning() -> None:
    for english, chinese, _, meaning in _rows():
        assert english
        assert meaning
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), english


def _rows() -> list[tuple[str, str, str, str]]:
    rows = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if not line.startswith("| ") or line.startswith("| English |"):
            continue
        english, chinese, code, meaning = (cell.strip() for cell in line.strip("|").split("|"))
        rows.append((english, chinese, code, meaning))
    return rows
