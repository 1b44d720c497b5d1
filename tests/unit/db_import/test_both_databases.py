"""A file and a server answer the same to the same files, however these are tangled."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from db.customer_import import importer, matching, merge, staging
from db.customer_import.report import ImportReport
from tests.servers.fixtures import Floor
from tests.unit.db_import.conftest import Desk

_NAMES = ("王芳", "李伟", "Anna", "Anna Müller", "")
_NUMBERS = ("13800138000", "138 0013 8001", "010-95529988", "+49 40 66969017", "12ab", "")
_KEYS = ("", "", "", "K1", "K2", "K3")
_COMPANIES = ("", "Nordlicht", "海蓝科技")
_CITIES = ("", "上海", "杭州")
_CONTENT = """
SELECT c.name, c.pinyin, o.name, c.tier, c.city, c.external_key, c.version,
    t.name, t.pinyin, t.spelled, t.company, p.kind, p.value, p.raw, p.suffix_reversed,
    CASE WHEN p.is_primary THEN 1 ELSE 0 END,
    (SELECT count(*) FROM event_log e WHERE e.stream_id = CAST(c.id AS text))
FROM customers c LEFT JOIN companies o ON o.id = c.company_id
JOIN search_texts t ON t.subject_id = c.id LEFT JOIN contact_points p ON p.customer_id = c.id
"""


def tangled(random: Random, lines: int) -> str:
    """Return a file whose lines share names, numbers and customer numbers."""
    drawn = (
        (
            random.choice(_NAMES),
            random.choice(_NUMBERS),
            random.choice(_NUMBERS),
            random.choice(_COMPANIES),
            random.choice(_CITIES),
            random.choice(_KEYS),
        )
        for _ in range(lines)
    )
    header = "name,phone,phone2,company,city,customer number\n"
    return header + "".join(",".join(cells) + "\n" for cells in drawn)


def content(desk: Desk) -> list[str]:
    """Return everything that is stored but ids, sorted."""
    return sorted(map(repr, desk.query(_CONTENT)))


def figures(report: ImportReport) -> tuple[object, ...]:
    """Return what a person is told."""
    return report.added, report.changed, report.unchanged, report.refused_lines, report.refused


@pytest.mark.parametrize("seed", range(6))
def test_the_same_files_leave_the_same_customers_and_refusals(
    floor: Floor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = Random(seed)
    for folder in ("file", "server"):
        (tmp_path / folder).mkdir()
    in_file = Desk(tmp_path / "file", tmp_path / "desk.db")
    on_server = Desk(tmp_path / "server", floor.url, floor.password)
    for text in (tangled(random, 25), tangled(random, 25)):
        for _ in range(2):
            # How the work is cut must not show.
            with monkeypatch.context() as cut:
                cut.setattr(matching, "_BATCH", 4)
                cut.setattr(merge, "SLICE_LINES", 3)
                cut.setattr(importer, "_BATCH", 2)
                cut.setattr(staging, "PART_LINES", 5)
                told = on_server.import_text(text)
            assert figures(told) == figures(in_file.import_text(text))
            assert content(on_server) == content(in_file)


def test_what_is_stored_once_is_not_added_again(desk: Desk) -> None:
    random = Random(99)
    desk.import_text(tangled(random, 60))
    stored = len(desk.names())
    assert desk.run().added == 0
    assert len(desk.names()) == stored
