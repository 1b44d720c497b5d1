"""The categories of a rule: a list that a searchable tree adds to; main thread."""

from __future__ import annotations

from ui.ticket.category_picker import CategoryPicker
from ui.widgets.pick_list import PickList


def category_list() -> tuple[PickList, CategoryPicker]:
    """Return a list to which categories are added from the searchable tree, and its picker."""
    picker = CategoryPicker()
    chosen = PickList(picker)

    def take(category_id: str) -> None:
        picker.choose("")
        chosen.add(category_id)

    picker.category_chosen.connect(take)
    return chosen, picker
