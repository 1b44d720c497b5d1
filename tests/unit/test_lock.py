import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked() -> dict[str, str]:
    """Return the lock's entries: canonical name to everything after it, hashes included."""
    entries = re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE)[1:]
    pairs = (entry.split("==", 1) for entry in entries)
    return {_canonical(name): rest for name, rest in pairs}


def _declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = project["dependencies"] + project["optional-dependencies"]["dev"]
    return [re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0] for requirement in requirements]


@pytest.mark.parametrize("name", _declared())
def test_the_lock_pins_every_declared_dependency(name: str) -> None:
    assert _canonical(name) in _locked()


def test_every_locked_package_has_a_hash() -> None:
    assert [name for name, rest in _locked().items() if "--hash=sha256:" not in rest] == []


def test_the_lock_names_no_place_to_download_from() -> None:
    assert re.findall(r"://|--\w*index|--find-links|^-e |@ ", LOCK, flags=re.MULTILINE) == []


def test_qt_stays_on_the_line_that_does_not_crash() -> None:
    locked = _locked()
    for package in ("pyside6-essentials", "pyside6-addons", "shiboken6"):
        assert locked[package].startswith("6.11.")
