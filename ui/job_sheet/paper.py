"""Lays a job sheet out on A4 and paints it on a printer or into a PDF; main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from ui.theme.theme import text_font
from ui.theme.tokens import PAPER

_MARGIN_MM: Final = 15.0
_FOOT: Final = 28
"""Height of the foot of each page, in the document's own units: 96 to an inch."""

_FOOT_TEXT: Final = 11
_UNITS: Final = 96
Foot = Callable[[int, int], str]
"""Returns the foot's text of a page, from 1, of so many."""


def pdf_of(html: str, *, title: str, foot: Foot) -> bytes:
    """Return the sheet as a PDF file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Agent Desk")
    paint(writer, html, foot=foot)
    buffer.close()
    return bytes(buffer.data().data())


def paint(device: QPagedPaintDevice, html: str, *, foot: Foot) -> bool:
    """Paint the sheet on ``device``, A4; return whether the device took it."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    device.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(device):
        return False
    scale = device.logicalDpiX() / _UNITS
    width, height = device.width() / scale, device.height() / scale
    painter.scale(scale, scale)
    document = _document(html, QSizeF(width, height - _FOOT))
    pages = document.pageCount()
    for page in range(pages):
        if page:
            device.newPage()
        _paint_page(painter, document, page)
        _paint_foot(painter, QRectF(0, height - _FOOT, width, _FOOT), foot(page + 1, pages))
    return painter.end()


def _document(html: str, page: QSizeF) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentMargin(0)
    font = _plain_font()
    font.setPointSizeF(10)
    document.setDefaultFont(font)
    # Letters keep their places whatever the device: it is scaled, not laid out anew.
    document.setUseDesignMetrics(True)
    document.setHtml(html)
    document.setPageSize(page)
    return document


def _paint_page(painter: QPainter, document: QTextDocument, page: int) -> None:
    size = document.pageSize()
    view = QRectF(0, page * size.height(), size.width(), size.height())
    painter.save()
    painter.translate(0, -view.top())
    painter.setClipRect(view)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = view
    context.palette.setColor(context.palette.ColorRole.Text, QColor(PAPER.text))
    document.documentLayout().draw(painter, context)
    painter.restore()


def _paint_foot(painter: QPainter, place: QRectF, text: str) -> None:
    font = _plain_font()
    font.setPixelSize(_FOOT_TEXT)
    painter.setFont(font)
    painter.setPen(QColor(PAPER.text))
    painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), text)


def _plain_font() -> QFont:
    font = QFont(text_font())
    # Letters that change with their neighbours cannot be searched or copied out of a PDF.
    font.setFeature(QFont.Tag("calt"), 0)
    return font
