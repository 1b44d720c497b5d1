"""A Debian system in a folder, for programs that this machine's Debian has not got; any thread.

The folder is made once, and kept in the user's cache for the next run. Its programs are run with
`chroot`, or by its own loader where they need nothing else of it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from agent_desk.domain.errors import MissingProgramError

MAKER = "mmdebstrap"
SUITE = "sid"


def debian_folder(name: str, *packages: str) -> Path:
    """Return the folder of a system with ``packages``, made now if there is none in the cache.

    Raises MissingProgramError where it cannot be made: without root, mmdebstrap or a mirror.
    """
    what = f"{packages[0]} of Debian {SUITE}"
    if os.geteuid() != 0:
        raise MissingProgramError(program=f"{what} (which takes root for chroot)", package=MAKER)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "agent-desk-tests"
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / f"{name}-{SUITE}"
    # Two runs at once make one folder.
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            _make(root, packages, what)
    return root


def _make(root: Path, packages: tuple[str, ...], what: str) -> None:
    maker = shutil.which(MAKER)
    if maker is None:
        raise MissingProgramError(program=what, package=MAKER)
    unfinished = root.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [maker, "--variant=minbase", f"--include={','.join(packages)}"]
    # A mirror may be a snapshot of some day.
    options = ('Acquire::Check-Valid-Until "false"', 'Acquire::Check-Date "false"')
    command += [f"--aptopt={option}" for option in options]
    command += [SUITE, str(unfinished), _mirror(what)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        said = "".join(made.stderr.splitlines()[-1:])
        raise MissingProgramError(program=f"{what} ({said})", package=MAKER)
    unfinished.rename(root)


def _mirror(what: str) -> str:
    """Return the Debian mirror that this machine's own apt uses; raises MissingProgramError."""
    command = ("apt-get", "indextargets", "--format", "$(REPO_URI)")
    try:
        told = subprocess.run(
            (*command, "Created-By: Packages", "Label: Debian"),
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise MissingProgramError(program=what, package="apt") from error
    mirrors = told.stdout.split()
    if not mirrors:
        raise MissingProgramError(program=f"{what} (no mirror in apt's sources)", package=MAKER)
    return mirrors[0]
