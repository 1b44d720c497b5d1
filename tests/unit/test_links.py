"""The entry with which the system opens call links here, and the command line of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agent_desk.__main__ import main
from agent_desk.bootstrap import desk

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="xdg is of Linux")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's folders, and a system without helpers that would write elsewhere."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr("shutil.which", lambda name: None)
    return tmp_path


def test_an_entry_is_written_for_every_scheme_and_taken_away(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["links", "--base", str(home / "a desk 100%")]) == 0
    entry = home / "share" / "applications" / "agent-desk-links.desktop"
    text = entry.read_text(encoding="utf-8")
    assert "MimeType=x-scheme-handler/tel;x-scheme-handler/sip;" in text
    assert f"Exec={sys.executable} -m agent_desk --base '" in text
    assert "a desk 100%%' %u" in text
    assert main(["links", "remove"]) == 0
    assert not entry.exists()
    assert "is gone" in capsys.readouterr().out


def test_a_place_that_cannot_be_written_is_said(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "share").write_text("a file", encoding="utf-8")
    assert main(["links", "install"]) == 1
    assert "the entry cannot be changed" in capsys.readouterr().err


def test_a_link_goes_to_the_desk_and_a_typo_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def run_desk(*, link: str, **more: object) -> int:
        asked.append(link)
        return 0

    monkeypatch.setattr(desk, "run_desk", run_desk)
    assert main(["tel:+8613800138000"]) == 0
    assert main([]) == 0
    assert asked == ["tel:+8613800138000", ""]
    with pytest.raises(SystemExit):
        main(["dmeo"])
    assert "'dmeo' is neither one of desk, demo, floor, links nor a link" in capsys.readouterr().err
