"""The job sheet on paper: read back from its PDF, in both languages, over several pages."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtPdf import QPdfDocument

from agent_desk.domain.job_sheet import CustomerSite, JobSheet
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.work_order import WorkOrder, WorkOrderLine, WorkOrderState
from tests.ui.customer import samples
from ui.job_sheet.content import SheetWriter
from ui.job_sheet.paper import pdf_of
from ui.language import Language, set_language
from ui.theme.theme import ThemeName, apply_theme

W = WorkOrderState
SITE = CustomerSite(
    name="王芳 Wang Fang",
    company="Nordlicht <GmbH>",
    city="北京",
    address="朝阳区建国路 88 号",
    numbers=(("+8613800138000", "mobile"),),
)


def a_step(number: int) -> StoryStep:
    return StoryStep(
        kind="OrderHeld",
        at=samples.NOW - timedelta(hours=number),
        actor="zhao",
        name="Zhao Lei",
        state=W.ON_HOLD,
        reason=f"reason {number}",
    )


def printed(folder: Path, line: WorkOrderLine, *steps: StoryStep) -> tuple[QPdfDocument, str]:
    """Return the sheet as a PDF reader sees it, and all of its text without spaces."""
    sheet = JobSheet(site=SITE, steps=steps)
    writer = SheetWriter(line, sheet, department=lambda _: "Field service")
    path = folder / "sheet.pdf"
    path.write_bytes(pdf_of(writer.html(), title="118", foot=lambda n, of: f"page {n} of {of}"))
    document = QPdfDocument()
    assert document.load(str(path)) is QPdfDocument.Error.None_
    texts = [document.getAllText(page).text() for page in range(document.pageCount())]
    return document, squeezed("".join(texts))


def squeezed(text: str) -> str:
    """Return ``text`` without spaces: a reader guesses them from where the letters stand."""
    return "".join(text.split())


def order_line(state: WorkOrderState = W.ACCEPTED, **changes: object) -> WorkOrderLine:
    line = samples.order_line(118, state)
    order: WorkOrder = dataclasses.replace(line.order, **changes)  # type: ignore[arg-type]
    return dataclasses.replace(line, order=order)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, ("Job sheet", "What is to be done", "Customer: date, signature")),
        (Language.ZH, ("施工单", "派工内容", "客户：日期、签名")),
    ],
)
def test_a_sheet_says_who_where_and_what(
    tmp_path: Path, language: Language, words: tuple[str, ...]
) -> None:
    set_language(language)
    document, text = printed(tmp_path, order_line(instructions="Ring <b>twice</b>"), a_step(1))
    assert document.pageCount() == 1
    for word in (*words, "王芳", "Nordlicht <GmbH>", "朝阳区建国路 88", "Ring <b>twice</b>"):
        assert squeezed(word) in text
    assert "reason1" in text
    assert "page1of1" in text


def test_a_reported_order_prints_its_lines_and_totals(tmp_path: Path) -> None:
    report = samples.report()
    _, text = printed(tmp_path, order_line(W.REPORTED, report=report))
    assert report.done.split()[0] in text
    assert "StartEnd" not in text


def test_a_long_sheet_goes_on_over_numbered_pages(tmp_path: Path) -> None:
    line = order_line(instructions="\n".join(f"Step {n}" for n in range(120)))
    document, text = printed(tmp_path, line, *(a_step(n) for n in range(30)))
    assert document.pageCount() >= 3
    assert "Step119" in text
    assert f"page2of{document.pageCount()}" in text
    assert "reason29" in text
    assert "reason9" not in text


def test_paper_is_white_in_the_dark_theme_too(tmp_path: Path) -> None:
    apply_theme(ThemeName.DARK, 100)
    document, _ = printed(tmp_path, order_line())
    image = document.render(0, QSize(420, 594))
    ink = [
        image.pixelColor(x, y).lightness()
        for x in range(0, 420, 2)
        for y in range(0, 594, 2)
        if image.pixelColor(x, y).alpha()
    ]
    assert min(ink) < 60
    assert image.pixelColor(4, 4).alpha() == 0 or image.pixelColor(4, 4).lightness() > 250
