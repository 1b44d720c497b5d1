"""Small pictures of attachments; on any thread, never on the main one."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader


def thumbnail(content: bytes, side: int) -> QImage:
    """Return the picture in ``content``, at most ``side`` real pixels wide and high.

    A null image when it cannot be read: not every computer knows every kind.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        # A JPEG is decoded at the small size: a photo of a phone in some milliseconds.
        box = QSize(side, side)
        reader.setScaledSize(size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
