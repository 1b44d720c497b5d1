"""The header fields of a message, in their order (RFC 3261 s. 7.3); pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.grammar import is_token, split_list

COMPACT_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "a": "Accept-Contact",  # RFC 3841
        "b": "Referred-By",  # RFC 3892
        "c": "Content-Type",
        "d": "Request-Disposition",  # RFC 3841
        "e": "Content-Encoding",
        "f": "From",
        "i": "Call-ID",
        "j": "Reject-Contact",  # RFC 3841
        "k": "Supported",
        "l": "Content-Length",
        "m": "Contact",
        "n": "Identity-Info",  # RFC 4474
        "o": "Event",  # RFC 6665
        "r": "Refer-To",  # RFC 3515
        "s": "Subject",
        "t": "To",
        "u": "Allow-Events",  # RFC 6665
        "v": "Via",
        "x": "Session-Expires",  # RFC 4028
        "y": "Identity",  # RFC 8224
    }
)
"""RFC 3261 s. 7.3.3 and s. 20, and the IANA registry of header fields."""

_LONG_FORMS = (
    *COMPACT_FORMS.values(),
    *(
        "Accept",
        "Alert-Info",
        "Allow",
        "Authorization",
        "Call-Info",
        "Content-Disposition",
        "CSeq",
        "Date",
        "Diversion",
    ),
    *("Expires", "History-Info", "Max-Forwards", "MIME-Version", "Min-Expires", "Min-SE", "Path"),
    *("P-Asserted-Identity", "P-Preferred-Identity", "Privacy", "Proxy-Authenticate"),
    *("Proxy-Authorization", "Proxy-Require", "RAck", "Reason", "Record-Route", "Refer-Sub"),
    *(
        "Remote-Party-ID",
        "Replaces",
        "Require",
        "Retry-After",
        "Route",
        "RSeq",
        "Server",
        "Service-Route",
    ),
    *("Subscription-State", "Target-Dialog", "Timestamp", "Unsupported", "User-Agent", "Warning"),
    *("WWW-Authenticate",),
)
_CANONICAL = {name.lower(): name for name in _LONG_FORMS} | dict(COMPACT_FORMS)
# What peers really write is found by one look, without lowering the case.
_KNOWN = (
    _CANONICAL
    | {name: name for name in _LONG_FORMS}
    | {short.upper(): name for short, name in COMPACT_FORMS.items()}
)

Field = tuple[str, str]
"""Name and value; the name in its long, usual form when it is a known one."""


def canonical_name(name: str) -> str:
    """Return the long, usual form of a known name, any other as it is."""
    return _KNOWN.get(name) or _CANONICAL.get(name.lower()) or name


class Headers:
    """Header fields; unchangeable. Names are compared without case and in their long forms."""

    __slots__ = ("_fields", "_index")

    def __init__(self, fields: Iterable[Field] = ()) -> None:
        """Take fields of our own making; raises SipSyntaxError for what would break the message."""
        self._fields: tuple[Field, ...] = _checked(fields)
        self._index: dict[str, list[str]] | None = None

    @classmethod
    def from_parser(cls, fields: Iterable[Field]) -> Headers:
        """Take fields whose names are canonical and whose values have no line ends."""
        headers = cls.__new__(cls)
        headers._fields = tuple(fields)
        headers._index = None
        return headers

    def __iter__(self) -> Iterator[Field]:
        """Yield name and value of every field."""
        return iter(self._fields)

    def __len__(self) -> int:
        """Return the number of fields."""
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same fields in the same order."""
        return isinstance(other, Headers) and self._fields == other._fields

    def __hash__(self) -> int:
        """Return a hash of all fields."""
        return hash(self._fields)

    def __repr__(self) -> str:
        """Return the fields for a log."""
        return f"Headers({list(self._fields)!r})"

    def __contains__(self, name: str) -> bool:
        """Return whether there is a field ``name``."""
        return bool(self._values(name))

    def get(self, name: str) -> str | None:
        """Return the first value of ``name``, None when there is none."""
        values = (self._index or self._by_name()).get(name) or self._values(name)
        return values[0] if values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of ``name`` as its fields have them."""
        return tuple(self._values(name))

    def by_name(self) -> Mapping[str, Sequence[str]]:
        """Return the values of every name: known ones in their usual form, others in lower case."""
        return self._by_name()

    def drop_index(self) -> None:
        """Forget what lookups have built; they build it again."""
        self._index = None

    def elements(self, name: str) -> tuple[str, ...]:
        """Return the elements between commas of every ``name`` field; raises SipSyntaxError.

        An empty field has none: ``Supported:`` and ``Accept:`` may be empty.
        """
        return tuple(
            [
                element
                for value in self._values(name)
                if value
                for element in split_list(value, name)
            ]
        )

    def with_(self, name: str, *values: str) -> Headers:
        """Return a copy with one more field ``name`` for each of ``values``, at the end."""
        return self._joined(self._fields, _made(name, values))

    def with_fields(self, fields: Iterable[Field]) -> Headers:
        """Return a copy with ``fields`` of our own making at the end; raises SipSyntaxError."""
        return self._joined(self._fields, _checked(fields))

    def with_first(self, name: str, *values: str) -> Headers:
        """Return a copy with one more field ``name`` for each of ``values``, at the beginning."""
        return self._joined(_made(name, values), self._fields)

    def replaced(self, name: str, *values: str) -> Headers:
        """Return a copy whose only ``name`` fields are ``values``, where the first one was."""
        made = _made(name, values)
        canonical = canonical_name(name)
        fields = self._fields
        found = [place for place, field in enumerate(fields) if _is_named(field, canonical)]
        if not found:
            return self._joined(fields, made)
        first = found[0]
        kept = fields[first + 1 :]
        if len(found) > 1:
            kept = tuple([field for field in kept if not _is_named(field, canonical)])
        copy = self._joined(fields[:first] + made, kept)
        if values and self._index is not None and canonical in _KNOWN:
            copy._index = {**self._index, canonical: list(values)}
        return copy

    def without(self, *names: str) -> Headers:
        """Return a copy without any of ``names``."""
        keys = {canonical_name(name).lower() for name in names}
        return Headers.from_parser(f for f in self._fields if f[0].lower() not in keys)

    def _joined(self, first: tuple[Field, ...], second: tuple[Field, ...]) -> Headers:
        return Headers.from_parser(first + second)

    def _by_name(self) -> dict[str, list[str]]:
        index = self._index
        if index is None:
            index = self._index = {}
            for written, value in self._fields:
                key = written if written in _KNOWN else written.lower()
                index.setdefault(key, []).append(value)
        return index

    def _values(self, name: str) -> list[str]:
        index = self._index or self._by_name()
        found = index.get(name)
        if found is None and _KNOWN.get(name) != name:
            canonical = canonical_name(name)
            found = index.get(canonical if canonical in _KNOWN else canonical.lower())
        return found or _NOTHING


_NOTHING: list[str] = []


def _is_named(field: Field, canonical: str) -> bool:
    """Return whether a field has a name in its usual form; other names go without case."""
    written = field[0]
    if written == canonical:
        return True
    return canonical not in _KNOWN and written.lower() == canonical.lower()


def _made(name: str, values: tuple[str, ...]) -> tuple[Field, ...]:
    return _checked([(name, value) for value in values])


def _checked(fields: Iterable[Field]) -> tuple[Field, ...]:
    checked = tuple([(canonical_name(name), value) for name, value in fields])
    for name, value in checked:
        _refuse_injection(name, value)
    return checked


def _refuse_injection(name: str, value: str) -> None:
    """Refuse a name or value that would end its line and begin a field of its own."""
    if name not in _KNOWN and not is_token(name):
        raise SipSyntaxError(field="header name", value=name, accepted="a token")
    if "\r" in value or "\n" in value:
        raise SipSyntaxError(field=name, value=value, accepted="one line")
