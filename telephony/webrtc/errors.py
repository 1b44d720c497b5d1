"""What the media of a call can refuse."""

from __future__ import annotations


class MediaError(Exception):
    """Media that cannot be opened, agreed or used; the message says what and why."""
