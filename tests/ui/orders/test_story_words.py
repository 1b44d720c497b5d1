"""Every step of an order has words in its story."""

from __future__ import annotations

import re
from pathlib import Path

import agent_desk.services
from ui.language import has_text

_WRITTEN = re.compile(r'(?:save_order|move_order|add_claim|_note_claim)\(\s*"([A-Z]\w+)"')
_NAMED = re.compile(r'"((?:Order|Claim|Attachment)[A-Z]\w+)"')


def test_every_event_of_an_order_has_words() -> None:
    folder = Path(agent_desk.services.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    kinds = {kind for text in sources for kind in (*_WRITTEN.findall(text), *_NAMED.findall(text))}

    assert {"OrderRaised", "OrderNotRouted", "VerificationAttempted"} <= kinds
    assert [kind for kind in sorted(kinds) if not has_text(f"order_story.{kind}")] == []
