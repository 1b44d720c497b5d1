"""The address of a database as a screen or a log may show it; pure, any thread."""

from __future__ import annotations

import re
from urllib.parse import urlsplit


def shown_url(url: str) -> str:
    """Return libpq's ``url`` without password and options."""
    parts = urlsplit(url)
    if not parts.scheme:
        # Libpq's other form, "host=floor dbname=desk".
        return re.sub(r"\s*\bpassword\s*=\s*('[^']*'|\S*)", "", url).strip()
    credentials, at, hosts = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{credentials.partition(':')[0]}{at}{hosts}{parts.path}"
