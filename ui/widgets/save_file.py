"""Asks under which name a file is to be saved; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_file(
    parent: QWidget,
    *,
    title: str,
    name: str,
    kinds: Sequence[tuple[str, str]],
    chosen: Callable[[Path], None],
) -> QFileDialog:
    """Open a dialog that calls ``chosen`` with the path; a file that is there is asked about.

    kinds: what the file may be, as (words, ending without its point), the usual one first. name:
    what is offered, without an ending.
    """
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    filters = {f"{words} (*.{ending})": ending for words, ending in kinds}
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(kinds[0][1])
    dialog.filterSelected.connect(lambda text: dialog.setDefaultSuffix(filters[text]))
    dialog.selectFile(f"{name}.{kinds[0][1]}")
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
