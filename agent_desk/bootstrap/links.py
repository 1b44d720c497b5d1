"""Makes this desk the program that opens call links, for the person who asks; Linux (xdg)."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from agent_desk.domain.call_link import SCHEMES

ENTRY = "agent-desk-links.desktop"
"""Its own entry, so that taking it away leaves the desk's other entries alone."""

_ENTRY_TEXT = """[Desktop Entry]
Type=Application
Name=Agent Desk
Name[zh_CN]=坐席工作台
Comment=Put the number of a link into the dial box
Exec={command} %u
Terminal=false
NoDisplay=true
StartupNotify=false
MimeType={types};
"""


def change_links(action: str, *, base: Path | None) -> int:
    """Install or remove the entry; return the process's exit code."""
    if not sys.platform.startswith("linux"):
        print("docs/operations.md says what to register on this system", file=sys.stderr)
        return 2
    try:
        said = install_links(base=base) if action == "install" else remove_links()
    except OSError as error:
        print(f"the entry cannot be changed: {error}", file=sys.stderr)
        return 1
    print(said)
    return 0


def install_links(*, base: Path | None) -> str:
    """Write the entry and make it the usual one for every scheme; return what was done.

    base: of the desk that shall get the links. Raises OSError.
    """
    entry = entry_path()
    entry.parent.mkdir(parents=True, exist_ok=True)
    types = ";".join(_types())
    entry.write_text(_ENTRY_TEXT.format(command=_command(base), types=types), encoding="utf-8")
    if shutil.which("xdg-mime") is None:
        return f"{entry} is written; xdg-mime is missing, so choose Agent Desk in your browser"
    _run("xdg-mime", "default", ENTRY, *_types())
    return f"{', '.join(SCHEMES)} links open Agent Desk from now on ({entry})"


def remove_links() -> str:
    """Remove the entry; return what was done. Raises OSError."""
    entry = entry_path()
    entry.unlink(missing_ok=True)
    if shutil.which("update-desktop-database") is not None:
        _run("update-desktop-database", str(entry.parent))
    return f"{entry} is gone; links open whatever the system has for them"


def entry_path() -> Path:
    """Return where the system looks for the entries of this person (XDG Base Directory)."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "applications" / ENTRY


def _types() -> list[str]:
    return [f"x-scheme-handler/{scheme}" for scheme in SCHEMES]


def _command(base: Path | None) -> str:
    """Return how this program is started once more, as an entry quotes it."""
    installed = shutil.which("agent-desk")
    program = [installed] if installed else [sys.executable, "-m", "agent_desk"]
    if getattr(sys, "frozen", False):
        program = [sys.executable]
    options = [] if base is None else ["--base", str(base.absolute())]
    # A per cent sign begins a field of the entry.
    return shlex.join([*program, *options]).replace("%", "%%")


def _run(*command: str) -> None:
    """Run a helper of the system; the entry is there whatever it says."""
    subprocess.run(command, check=False, capture_output=True, timeout=20)
