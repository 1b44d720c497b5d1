"""The engine's values as JSON and back, by the types of its own protocol; pure, any thread."""

from __future__ import annotations

import inspect
import json
import struct
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Union, get_args, get_origin, get_type_hints

from telephony.webrtc.engine import EngineEvent, MediaEngine

Message = dict[str, Any]

_LENGTH = struct.Struct("!I")
_MOST_OCTETS = 1 << 20
"""Far more than any description; a length beyond it is no message of ours."""


def write_message(stream: BinaryIO, message: Message) -> None:
    """Write one message; raises OSError when nobody reads any more."""
    data = json.dumps(message, separators=(",", ":")).encode()
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_message(stream: BinaryIO) -> Message | None:
    """Return the next message, None at the end of the stream or at what is no message."""
    head = _read(stream, _LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = _read(stream, length) if length <= _MOST_OCTETS else b""
    if len(data) < length or not data:
        return None
    message: Message = json.loads(data)
    return message


def _read(stream: BinaryIO, count: int) -> bytes:
    """Return ``count`` octets, fewer at the end; a pipe without a buffer gives them in pieces."""
    data = b""
    while len(data) < count and (piece := stream.read(count - len(data))):
        data += piece
    return data


def to_wire(value: object) -> Any:
    """Return what JSON can hold of a value."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple | list):
        return [to_wire(each) for each in value]
    if is_dataclass(value):
        return {each.name: to_wire(getattr(value, each.name)) for each in fields(value)}
    return value


def from_wire(kind: Any, data: Any) -> Any:
    """Return the value of type ``kind`` that `to_wire` made ``data`` of."""
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (each for each in get_args(kind) if each is not types.NoneType)
        return None if data is None else from_wire(kind, data)
    if get_origin(kind) is tuple:
        return tuple(from_wire(get_args(kind)[0], each) for each in data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: from_wire(hints[name], each) for name, each in data.items()})
    if isinstance(kind, type) and issubclass(kind, Enum | Path):
        return kind(data)
    return data


def event_to_wire(event: EngineEvent) -> Message:
    """Return an event under the name of its class."""
    return {"event": type(event).__name__, "value": to_wire(event)}


def event_from_wire(message: Message) -> EngineEvent:
    """Return the event of a message."""
    event: EngineEvent = from_wire(_EVENTS[message["event"]], message["value"])
    return event


def arguments_from_wire(method: str, data: Sequence[Any]) -> list[Any]:
    """Return the arguments of a method of the engine."""
    kinds, rest = _parameters(method)
    wanted = [*kinds, *[rest] * (len(data) - len(kinds))]
    return [from_wire(kind, each) for kind, each in zip(wanted, data, strict=True)]


def result_from_wire(method: str, data: Any) -> Any:
    """Return what a method of the engine returned."""
    return from_wire(_hints(getattr(MediaEngine, method))["return"], data)


@cache
def _parameters(method: str) -> tuple[tuple[Any, ...], Any]:
    """Return the types of a method's parameters, and that of any number of further ones."""
    function = getattr(MediaEngine, method)
    hints = _hints(function)
    kinds, rest = [], None
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind is parameter.VAR_POSITIONAL:
            rest = hints[parameter.name]
        else:
            kinds.append(hints[parameter.name])
    return tuple(kinds), rest


@cache
def _hints(owner: Any) -> Mapping[str, Any]:
    return get_type_hints(owner)


_EVENTS: Mapping[str, type] = {each.__name__: each for each in get_args(EngineEvent)}

REQUESTS = frozenset(
    name
    for name, member in vars(MediaEngine).items()
    if inspect.iscoroutinefunction(member) and not name.startswith("_")
)
"""What a stand-in may ask for: every asynchronous method of the engine."""
