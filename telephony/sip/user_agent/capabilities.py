"""What this telephone can do, and which requests that rules out (RFC 3261 s. 8.2); any thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.errors import RequestRefusedError
from telephony.sip.message.message import Request

_KNOWN_METHODS = frozenset(
    (
        *("ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK"),
        *("PUBLISH", "REFER", "REGISTER", "SUBSCRIBE", "UPDATE"),
    )
)
"""The methods of RFC 3261 and its extensions: 405 for these, 501 for any other."""

_NO_BODY_CHECK = frozenset({"ACK", "CANCEL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What is offered in Allow, Supported and Accept.

    methods: taken requests. extensions: option tags. body_types: media types of bodies that are
    understood. answer_types: those that answers to an INVITE or OPTIONS have. schemes: of
    Request-URIs.
    """

    methods: tuple[str, ...] = (
        *("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "PRACK", "UPDATE"),
        *("INFO", "REFER", "NOTIFY"),
    )
    extensions: tuple[str, ...] = ("100rel", "timer", "replaces", "norefersub")
    body_types: tuple[str, ...] = (
        *("application/sdp", "application/dtmf-relay", "message/sipfrag"),
        *("multipart/mixed", "multipart/alternative"),
    )
    answer_types: tuple[str, ...] = ("application/sdp",)
    schemes: tuple[str, ...] = ("sip", "sips", "tel")

    def inspect(self, request: Request) -> None:
        """Raise RequestRefusedError in the order of RFC 3261 s. 8.2; the syntax is right already.

        405 or 501 for the method, 416 for the URI, 420 for an extension, 415 for the body, 406
        for what the answer's body may be.
        """
        self._inspect_method(request)
        self._inspect_uri(request)
        self._inspect_extensions(request)
        self._inspect_body(request)
        self._inspect_accept(request)

    def _inspect_method(self, request: Request) -> None:
        if request.method in self.methods:
            return
        allow = (("Allow", ", ".join(self.methods)),)
        if request.method in _KNOWN_METHODS:
            raise RequestRefusedError(405, "Method Not Allowed", headers=allow)
        raise RequestRefusedError(501, "Not Implemented", headers=allow)

    def _inspect_uri(self, request: Request) -> None:
        if request.uri.scheme not in self.schemes:
            raise RequestRefusedError(416, "Unsupported URI Scheme")

    def _inspect_extensions(self, request: Request) -> None:
        """RFC 3261 s. 8.2.2.3: never for ACK and CANCEL; Proxy-Require is no matter of a UAS."""
        if request.method in ("ACK", "CANCEL"):
            return
        unknown = [tag for tag in request.required if tag.lower() not in self.extensions]
        if unknown:
            raise RequestRefusedError(
                420, "Bad Extension", headers=(("Unsupported", ", ".join(unknown)),)
            )

    def _inspect_body(self, request: Request) -> None:
        if not request.body or request.method in _NO_BODY_CHECK:
            return
        handling = request.headers.get("Content-Disposition") or ""
        if "handling=optional" in handling.lower().replace(" ", ""):
            return
        kind = request.content_type
        encoding = (request.headers.get("Content-Encoding") or "identity").lower()
        if encoding != "identity":
            raise RequestRefusedError(
                415, "Unsupported Media Type", headers=(("Accept-Encoding", "identity"),)
            )
        if kind is None or not any(kind.covers(known) for known in self.body_types):
            raise RequestRefusedError(
                415, "Unsupported Media Type", headers=(("Accept", ", ".join(self.body_types)),)
            )

    def _inspect_accept(self, request: Request) -> None:
        """RFC 3261 s. 20.1 and RFC 4475 s. 3.3.15: only answers with a body can be unwelcome."""
        accepted = request.accepted
        if request.method != "INVITE" or accepted is None:
            return
        if not any(a.covers(kind) for a in accepted for kind in self.answer_types):
            raise RequestRefusedError(406, "Not Acceptable")
