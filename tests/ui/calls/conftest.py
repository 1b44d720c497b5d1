"""What the tests of calls and queues share."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def no_leftovers() -> None:
    """Delete what former tests have closed: a theme change would restyle all of it again."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
