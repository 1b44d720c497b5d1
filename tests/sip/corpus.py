"""The RFC 4475 messages: those of this tree, or the archive beside it when there is one."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent / "rfc4475"
_SHARED = Path(__file__).parents[3] / "shared" / "data" / "rfc4475"


def torture_names() -> list[str]:
    """Return the name of every message, without its ending."""
    return sorted(path.stem for path in _HERE.glob("*.dat"))


def torture_message(name: str) -> bytes:
    """Return a message's octets."""
    folder = _SHARED if _SHARED.is_dir() else _HERE
    return (folder / f"{name}.dat").read_bytes()


def shared_message(name: str) -> bytes | None:
    """Return a message of the archive beside the tree, None where there is no archive."""
    return (_SHARED / f"{name}.dat").read_bytes() if _SHARED.is_dir() else None


def own_message(name: str) -> bytes:
    """Return a message of this tree."""
    return (_HERE / f"{name}.dat").read_bytes()
