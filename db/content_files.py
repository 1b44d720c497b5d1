"""Attachments as files in a folder that the settings name; blocks, on any thread."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from agent_desk.domain.attachment import Attachment
from agent_desk.domain.errors import ContentFolderError, ContentMissingError


class ContentFiles:
    """``ports.content_folder.ContentFolder``: one file each, named by its id alone."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``; it is made when the first file is written."""
        self._folder = folder

    def write(self, attachment: Attachment, content: bytes) -> None:
        """Write beside the place and move there: a crash leaves the whole file or none."""
        path = self._path(attachment)
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            reason = error.strerror or str(error)
            raise ContentFolderError(path=str(self._folder), reason=reason) from error

    def read(self, attachment: Attachment) -> bytes:
        """Return the file's bytes."""
        try:
            return self._path(attachment).read_bytes()
        except FileNotFoundError as error:
            raise ContentMissingError(name=attachment.name, place=str(self._folder)) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise ContentFolderError(path=str(self._folder), reason=reason) from error

    def remove(self, attachment: Attachment) -> None:
        """Remove the file, if there is one."""
        self._path(attachment).unlink(missing_ok=True)

    def _path(self, attachment: Attachment) -> Path:
        # The last digits of a UUIDv7 are random: they spread the files evenly.
        return self._folder / attachment.id[-2:] / attachment.id
