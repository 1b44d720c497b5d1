"""A folder, often on a server's share, in which attachments lie as files; used on any thread."""

from __future__ import annotations

from typing import Protocol

from agent_desk.domain.attachment import Attachment


class ContentFolder(Protocol):
    """Each method blocks until it is done; a file is there as a whole or not at all."""

    def write(self, attachment: Attachment, content: bytes) -> None:
        """Store ``content``; raises ContentFolderError when the folder cannot be written."""
        ...

    def read(self, attachment: Attachment) -> bytes:
        """Return what was stored; raises ContentMissingError when it is gone."""
        ...

    def remove(self, attachment: Attachment) -> None:
        """Take away the file of an upload that was given up; none is no mistake."""
        ...
