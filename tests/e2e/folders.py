"""Folders in which a desk finds a small database and a floor that calls nobody else."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from agent_desk.bootstrap.desk import DeskPlan
from agent_desk.bootstrap.records import make_demo_data
from agent_desk.bootstrap.server import DatabaseTarget
from agent_desk.settings import Places, Settings, usual_places

CUSTOMERS = 60
SEED = 7
FLOOR_FILE = "floor.toml"

_FLOOR = """
name = "One desk"
starts_at = "2026-03-02T09:30:00+08:00"
region = "CN"

[callers]
known = {known}
unknown = {unknown}

[[queues]]
id = "support"
extension = "7001"
name = "Support"
name_zh = "客服"
calls_per_hour = {calls_per_hour}
patience = {{ kind = "fixed", mean_seconds = 3000 }}
talk = {{ kind = "fixed", mean_seconds = 3000 }}

[desk]
skills = ["support"]
ring_no_answer_seconds = 300

[outside]
connect = {{ kind = "fixed", mean_seconds = 1 }}
ring = {{ kind = "fixed", mean_seconds = 3 }}
talk = {{ kind = "fixed", mean_seconds = 3000 }}
"""


def make_base(folder: Path) -> Path:
    """Fill ``folder`` with a database of made-up customers and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    make_demo_data(
        DatabaseTarget(place=usual_places(base=folder).database),
        customers=CUSTOMERS,
        seed=SEED,
        region="CN",
        now=datetime.now(UTC),
    )
    return folder


def copy_base(template: Path, folder: Path) -> Path:
    """Return ``folder`` as a copy of ``template``; the lock of whoever made that is left out."""
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("*.lock"))
    return folder


def write_floor(
    folder: Path, *, calls_per_hour: float = 0.0, known: int = 1, unknown: int = 0
) -> Path:
    """Write a floor on which only this desk answers; return the scenario's file."""
    path = folder / FLOOR_FILE
    text = _FLOOR.format(calls_per_hour=calls_per_hour, known=known, unknown=unknown)
    path.write_text(text, encoding="utf-8")
    return path


def plan_for(folder: Path, *, speed: float = 1.0, **more: object) -> DeskPlan:
    """Return the plan of a desk in ``folder``; ``more`` are further settings."""
    return DeskPlan(
        settings=settings_for(folder, {"speed": speed, **more}), places=places_of(folder)
    )


def settings_for(folder: Path, more: Mapping[str, object]) -> Settings:
    """Return English settings on the floor of ``folder``."""
    values = {"language": "en", "theme": "light", "ring_silent": True, **more}
    return Settings(scenario=str(folder / FLOOR_FILE), **values)  # type: ignore[arg-type]


def places_of(folder: Path) -> Places:
    """Return where the desk in ``folder`` keeps its files."""
    return usual_places(base=folder)
